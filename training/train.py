"""Rebuild the second reader's weights from the corpus: `python -m training.train` (about ten minutes on one core).

Of four writers two are left out and read by what was learned from the others, then the other two: from that come
thresholds and scores. The weights are then learned from all. What a fifth writer's interviews (`dev.jsonl`) say about
them is measured by `benchmarks/flags.py`; nothing here looks at those. The same corpus gives the same weights.
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

from review.language.events import find_events
from review.language.features import TokenFeatures, token_features
from review.language.mentions import find_mentions_in
from review.language.parsing import parse
from review.language.reader import score_tokens, score_turn, sigmoid, turn_blocks
from review.language.second_names import load_second_names
from training.examples import TOKEN_ITEMS, TURN_ITEMS, Example, read_examples, read_short_answers, spoken
from training.linear import Blocks, fit_tokens, fit_turns, write_weights
from training.thresholds import choose_thresholds, gold_matrix, score_at, token_matrix

CORPUS = Path(__file__).parent / "corpus"
READER = Path(__file__).parents[1] / "review" / "language" / "reader"
PAIRS = (("train-a", "train-b"), ("train-c", "train-d"))
WRITERS = PAIRS[0] + PAIRS[1]
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
    parser.add_argument("--out", type=Path, default=READER)
    given = parser.parse_args(arguments)
    examples = [e for writer in WRITERS for e in read_examples(CORPUS / f"{writer}.jsonl")]
    short = [e for writer in MORE for e in read_short_answers(CORPUS / f"{writer}.txt")]
    build(read_all(examples), read_all([*short, *(spoken(e) for e in examples[::SPOKEN_SHARE])]), given.out)


def build(read: Sequence[Read], more: Sequence[Read], out: Path) -> None:
    """Learn, with writers left out for the thresholds and then from all, and write what was learned."""
    scores = np.zeros((len(read), len(TURN_ITEMS) + len(TOKEN_ITEMS)), dtype=np.float32)
    for pair in PAIRS:
        others = [r for r in [*read, *more] if r.example.writer not in pair]
        rows = [i for i, r in enumerate(read) if r.example.writer in pair]
        scores[rows] = _predicted([read[i] for i in rows], others)
        print(f"{', '.join(pair)} left out and read", flush=True)
    about = about_reader([r.example for r in read], scores)
    _write([*read, *more], out, about)


def read_all(examples: Sequence[Example]) -> list[Read]:
    """The features of each example."""
    found = []
    names = load_second_names().read([e.text for e in examples])
    for example, doc, named in zip(examples, parse(e.text for e in examples), names, strict=True):
        events, mentions = find_events(doc), find_mentions_in(example.text, doc, named)
        blocks = turn_blocks(example.text, example.question, events)
        found.append(Read(example, blocks, token_features(example.text, doc, mentions)))
    return found


def _fit(read: Sequence[Read]) -> tuple[Any, Any]:
    answers = [r for r in read if r.example.is_answer or r.example.labels]
    turns = fit_turns([r.blocks for r in answers], gold_matrix([r.example for r in answers])[:, : len(TURN_ITEMS)])
    marked = [r for r in read if r.example.names_marked]
    named = [r for i, r in enumerate(marked) if r.example.labels or i % 4 == 0]
    tokens = fit_tokens([t for r in named for t in r.tokens], token_matrix([(r.example, r.tokens) for r in named]))
    return turns, tokens


def _predicted(left_out: Sequence[Read], others: Sequence[Read]) -> NDArray[np.float32]:
    turns, tokens = _fit(others)
    rows = []
    for r in left_out:
        by_token = score_tokens(r.tokens, tokens)
        most = by_token.max(axis=0) if len(r.tokens) else np.zeros(len(TOKEN_ITEMS), dtype=np.float32)
        rows.append(np.concatenate([sigmoid(score_turn(r.blocks, turns)[0]), most]))
    return np.array(rows, dtype=np.float32)


def about_reader(examples: Sequence[Example], scores: NDArray[np.float32]) -> dict[str, Any]:
    """What stands beside the weights: thresholds, and the scores on writers that were left out."""
    chosen = choose_thresholds(examples, scores)
    gold = gold_matrix(examples)
    table = {}
    for column, name in enumerate(TURN_ITEMS + TOKEN_ITEMS):
        score = score_at(gold[:, column], scores[:, column], chosen[name]["red"])
        table[name] = [round(score.precision, 2), round(score.recall, 2), score.positives]
    return {
        "command": "python -m training.train",
        "learned_from": [*WRITERS, *MORE],
        "turn_items": TURN_ITEMS,
        "token_items": TOKEN_ITEMS,
        "left_out_precision_recall_turns": table,
        "thresholds": chosen,
    }


def _write(read: Sequence[Read], out: Path, about: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, weights in zip(("turns", "tokens"), _fit(read), strict=True):
        path = out / f"{name}.npz"
        write_weights(weights, partial(np.savez_compressed, path))
        about[f"{name}_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (out / "about.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
