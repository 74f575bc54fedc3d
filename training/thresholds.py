"""Predictions on writers that were left out -> scores, and the thresholds of each item."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from review.language.features import TokenFeatures
from training.examples import TOKEN_ITEMS, TURN_ITEMS, Example

NAMES = TURN_ITEMS + TOKEN_ITEMS
RECALL_WEIGHT = {"incrimination": 1.45, "identity": 1.5}
"""How many times recall counts for red flags of a family."""
OTHER_WEIGHT = 1.0
AMBER_SHARE = 0.18
"""Share of clean answers that the reader's amber flags may open on left-out writers; what grammar and words leave amber
opens about as many again, and a quarter is what a reviewer can be asked to read."""
LEAST_RED = 0.15
"""Lower thresholds rest on too few examples to be trusted."""
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Score:
    """How well one item was found at one threshold."""

    precision: float
    recall: float
    positives: int


def choose_thresholds(examples: Sequence[Example], scores: Scores) -> dict[str, dict[str, float]]:
    """For each item: from where it is red, amber, and enough beside the checklist's words.

    `scores` has a row per example and a column per item and narrative.
    """
    gold = gold_matrix(examples)
    answers = np.array([e.is_answer for e in examples])
    clean = answers & np.array([not e.labels for e in examples])
    chosen = {}
    for column, name in enumerate(NAMES):
        anyone = name.startswith(("identity.", "network.", "legal.", "safety."))
        rows = np.ones(len(examples), bool) if anyone else answers
        weight = RECALL_WEIGHT.get(name.split(".")[0], OTHER_WEIGHT)
        red = _best(gold[rows, column], scores[rows, column], weight)
        chosen[name] = {"red": round(red, 3), "amber": round(red, 3), "with_words": round(red * 0.4, 3)}
    _open_amber(chosen, scores[clean])
    return chosen


def score_at(gold: NDArray[np.bool_], scores: Scores, threshold: float) -> Score:
    """Precision and recall when everything at or above the threshold counts as found."""
    found = scores >= threshold
    right = int((found & gold).sum())
    return Score(right / max(1, int(found.sum())), right / max(1, int(gold.sum())), int(gold.sum()))


def gold_matrix(examples: Sequence[Example]) -> NDArray[np.bool_]:
    """A row per example, a column per item and narrative."""
    gold = np.zeros((len(examples), len(NAMES)), dtype=bool)
    for row, example in enumerate(examples):
        for name in {*(item for item, _, _ in example.labels), *example.narratives}:
            gold[row, NAMES.index(name)] = True
    return gold


def token_matrix(read: Sequence[tuple[Example, Sequence[TokenFeatures]]]) -> NDArray[np.bool_]:
    """A row per token of all examples, a column per item that is read token by token."""
    rows = []
    for example, tokens in read:
        for token in tokens:
            inside = {item for item, a, b in example.labels if a < token.end and token.start < b}
            rows.append([name in inside for name in TOKEN_ITEMS])
    return np.array(rows, dtype=bool)


def _best(gold: NDArray[np.bool_], scores: Scores, weight: float) -> float:
    """The threshold with the best F score, recall counting `weight` times."""
    best, best_f = 0.5, -1.0
    for threshold in np.arange(LEAST_RED, 0.97, 0.02):
        s = score_at(gold, scores, float(threshold))
        f = (1 + weight**2) * s.precision * s.recall / max(1e-9, weight**2 * s.precision + s.recall)
        if f > best_f:
            best, best_f = float(threshold), f
    return best


def _open_amber(chosen: dict[str, dict[str, float]], clean: Scores) -> None:
    """Lower the amber thresholds of the admissions together until amber opens AMBER_SHARE of the clean answers."""
    flagged = [i for i, name in enumerate(NAMES) if not name.startswith("narrative.")]
    red = np.array([chosen[NAMES[i]]["red"] for i in flagged])
    amber = np.array([chosen[NAMES[i]]["amber"] for i in flagged])
    admissions = np.array([NAMES[i].startswith("incrimination.") for i in flagged])
    for share in np.arange(1.0, 0.02, -0.02):
        limits = np.where(admissions, np.round(red * share, 3), amber)
        opened = ((clean[:, flagged] >= limits) & (clean[:, flagged] < red)).any(axis=1).mean()
        if opened > AMBER_SHARE:
            return
        for i, limit in zip(flagged, limits, strict=True):
            chosen[NAMES[i]]["amber"] = float(limit)
