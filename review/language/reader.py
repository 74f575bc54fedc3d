"""The second reader: two models learned from labelled interviews, whose log-odds are averaged.

One is linear (words, parts of words, questions, events: it can say which words weighed), one an encoder.

What it was trained on, how, and what it scores stands beside its weights in `reader/about.json`.
"""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from review.language.encoder import NOTHING, Encoder, Floats, View
from review.language.events import Event
from review.language.features import (
    Feature,
    TokenFeatures,
    event_features,
    part_features,
    question_features,
    token_features,
    word_features,
)
from review.language.mentions import Mention
from review.language.parsing import Doc
from review.language.turns import Turn

FOLDER = Path(__file__).parent / "reader"
BLOCKS = {"words": 1.0, "parts": 1.0, "question": 0.5, "events": 0.5}
"""Kinds of features, and how much each counts; within a kind a turn's features have length one."""
NEARLY = 0.7
"""A sentence is evidence, too, when its log-odds are this near to those of the strongest one."""
TOKEN_SHARE = 0.5
"""How much the encoder's strongest token counts beside what either model says of the whole turn."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability on the reader is believed, for one item; chosen on a writer it had not seen."""

    red: float
    amber: float
    with_words: float
    """Enough when the checklist's own words found the item as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A linear model: a row per feature, a column per item."""

    rows: dict[str, int]
    idf: Floats
    weights: Floats
    bias: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Blame:
    """How much each place of a text speaks for each item; the question's features stand at nought."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    parts: Floats
    """A row per place, a column per item."""


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What the reader thinks of one turn."""

    probabilities: dict[str, float]
    """For each item and narrative: that it stands somewhere in the turn."""
    blame: Blame
    names: tuple[str, ...]
    tokens: tuple[tuple[int, int], ...]
    token_probabilities: Floats
    token_names: tuple[str, ...]
    view: View
    evidence: tuple[str, ...]
    """Items of which the encoder knows the words, in the order of the view's columns."""

    def at_tokens(self, name: str, start: int, end: int) -> float:
        """The highest probability of any token in a stretch; 0 for items that are not read token by token."""
        if name not in self.token_names:
            return 0.0
        column = self.token_names.index(name)
        inside = [i for i, (a, b) in enumerate(self.tokens) if a < end and start < b]
        return float(self.token_probabilities[inside, column].max()) if inside else 0.0

    def token_runs(self, name: str, least: float) -> list[tuple[int, int, float]]:
        """Runs of neighbouring tokens at or above `least`, with the highest probability of each."""
        if name not in self.token_names or not self.tokens:
            return []
        column = self.token_probabilities[:, self.token_names.index(name)]
        runs: list[tuple[int, int, float]] = []
        last = -2
        for i in np.flatnonzero(column >= least):
            start, end = self.tokens[i]
            if i - last == 1:
                runs[-1] = (runs[-1][0], end, max(runs[-1][2], float(column[i])))
            else:
                runs.append((start, end, float(column[i])))
            last = int(i)
        return runs

    def blamed(self, name: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Those of the places (sentences, say) that speak for the item nearly as much as the strongest."""
        parts = self.blame.parts[:, self.names.index(name)]
        inside = [(self.blame.ends > s) & (self.blame.starts >= s) & (self.blame.ends <= e) for s, e in places]
        odds = [float(parts[mask].sum()) for mask in inside]
        if name in self.evidence:
            column = self.evidence.index(name)
            odds = [z + float(self.view.at(*place)[column]) for z, place in zip(odds, places, strict=True)]
        return [place for place, z in zip(places, odds, strict=True) if z >= max(odds) - NEARLY]

    def weightiest(self, name: str, start: int, end: int) -> list[tuple[int, int]]:
        """Places of the words in a stretch that speak most for an item, strongest first."""
        column = self.blame.parts[:, self.names.index(name)]
        sums: dict[tuple[int, int], float] = {}
        for first, last, share in zip(self.blame.starts, self.blame.ends, column, strict=True):
            place = (int(first), int(last))
            sums[place] = sums.get(place, 0.0) + float(share)
        inside = [p for p, share in sums.items() if share > 0 and start <= p[0] and p[1] <= end]
        return sorted(inside, key=lambda p: -sums[p])


class Reader:
    """The models with their thresholds."""

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        self.names: tuple[str, ...] = tuple(about["turn_items"])
        self.token_names: tuple[str, ...] = tuple(about["token_items"])
        self.evidence: tuple[str, ...] = tuple(about["evidence_items"])
        self.thresholds = {name: Thresholds(**values) for name, values in about["thresholds"].items()}
        self._turns = read_weights(folder / "turns.npz")
        self._tokens = read_weights(folder / "tokens.npz")
        self.encoder = Encoder(folder)

    def read(self, turn: Turn, doc: Doc, events: Sequence[Event], mentions: Sequence[Mention], view: View) -> Opinion:
        """What the reader thinks of a turn, given its parse and the encoder's view of it."""
        blocks = turn_blocks(turn.text, turn.question, events)
        scores, blame = score_turn(blocks, self._turns)
        facts = token_features(turn.text, doc, mentions)
        places = tuple((f.start, f.end) for f in facts)
        columns = [self.evidence.index(name) for name in self.token_names]
        seen = np.array([view.at(*place)[columns] for place in places], dtype=np.float32).reshape(-1, len(columns))
        by_token = sigmoid(((score_tokens(facts, self._tokens) + seen) / 2).astype(np.float32))
        probabilities = dict(zip(self.names, average(scores, view, self.names, self.evidence).tolist(), strict=True))
        for column, name in enumerate(self.token_names):
            probabilities[name] = float(by_token[:, column].max()) if len(facts) else 0.0
        return Opinion(probabilities, blame, self.names, places, by_token, self.token_names, view, self.evidence)


def average(scores: Floats, view: View, names: Sequence[str], evidence: Sequence[str]) -> Floats:
    """Probability of each named item in the turn: the mean of what the models say, the strongest token included."""
    highest = view.tokens.max(axis=0) if len(view.tokens) else np.full(len(evidence), NOTHING)
    total, weight = scores + view.turn[: len(names)], np.full(len(names), 2.0)
    for i, name in enumerate(names):
        if name in evidence:
            total[i] += TOKEN_SHARE * highest[evidence.index(name)]
            weight[i] += TOKEN_SHARE
    return sigmoid((total / weight).astype(np.float32))


@cache
def load_reader() -> Reader | None:
    """The reader that comes with the product; None when its weights are not there."""
    return Reader(FOLDER) if (FOLDER / "about.json").exists() else None


def turn_blocks(text: str, question: str, events: Sequence[Event]) -> dict[str, list[Feature]]:
    """The features of a turn by kind."""
    return {
        "words": list(word_features(text)),
        "parts": list(part_features(text)),
        "question": list(question_features(question)),
        "events": list(event_features(events)),
    }


def score_turn(blocks: dict[str, list[Feature]], model: Weights) -> tuple[Floats, Blame]:
    """Log-odds of each item, and how much each place of the text adds to them."""
    rows: list[int] = []
    shares: list[float] = []
    places: list[tuple[int, int]] = []
    for kind, features in blocks.items():
        known = [(row, f) for f in features if (row := model.rows.get(f.name)) is not None]
        counts = Counter(row for row, _ in known)
        values = {row: (1 + math.log(c)) * float(model.idf[row]) for row, c in counts.items()}
        length = math.sqrt(sum(v * v for v in values.values())) or 1.0
        rows += [row for row, _ in known]
        shares += [BLOCKS[kind] * values[row] / length / counts[row] for row, _ in known]
        places += [(f.start, f.end) for _, f in known]
    parts = model.weights[rows] * np.array(shares, dtype=np.float32)[:, None]
    where = np.array(places, dtype=np.int64).reshape(-1, 2)
    return model.bias + parts.sum(axis=0), Blame(where[:, 0], where[:, 1], parts)


def score_tokens(facts: Sequence[TokenFeatures], model: Weights) -> Floats:
    """Log-odds of each item for each token."""
    rows = [[row for name in token.names if (row := model.rows.get(name)) is not None] for token in facts]
    scores = np.tile(model.bias, (len(facts), 1))
    some = [i for i, known in enumerate(rows) if known]
    if some:
        starts = np.cumsum([0, *(len(rows[i]) for i in some[:-1])])
        scores[some] += np.add.reduceat(model.weights[[row for i in some for row in rows[i]]], starts, axis=0)
    return scores


def sigmoid(logits: Floats) -> Floats:
    return (1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)


def read_weights(path: Path) -> Weights:
    """A linear model as `training` wrote it."""
    with np.load(path) as stored:
        names = bytes(stored["names"]).decode("utf-8").split("\n")
        rows = {name: i for i, name in enumerate(names)}
        idf, weights, bias = (stored[key].astype(np.float32) for key in ("idf", "weights", "bias"))
    return Weights(rows, idf, weights, bias)
