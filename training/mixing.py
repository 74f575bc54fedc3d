"""How what the two models say is weighed: a small logistic regression per item, learned on a writer they never saw."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from review.language.reader import ADMISSIONS, Mix, weigh
from training.examples import TURN_ITEMS, Example
from training.thresholds import gold_matrix

LENGTH = 1.0
"""Twice the words, twice the odds of an admission. It is not learned: how long answers are is each writer's habit."""
FIT, PARTS = 0.3, 5
"""Inverse regularisation, and parts of the writer's interviews that take turns in being left out."""
Floats = NDArray[np.float32]
Exact = NDArray[np.float64]


def fit_mix(examples: Sequence[Example], said: Floats) -> dict[str, list[float]]:
    """For each item: a weight per signal, then the bias. `said` has a row per example, item and signal."""
    answers = np.array([e.is_answer for e in examples])
    mix = _fit(said[answers], _gold(examples)[answers])
    table = np.concatenate([mix.weights, mix.bias[:, None]], axis=1)
    return {name: [round(float(x), 4) for x in row] for name, row in zip(TURN_ITEMS, table, strict=True)}


def mix_left_out(examples: Sequence[Example], said: Floats) -> Floats:
    """Probabilities of each item in each turn, by mixes that were learned from the other interviews."""
    gold, answers = _gold(examples), np.array([e.is_answer for e in examples])
    names = list(dict.fromkeys(e.interview for e in examples))
    part = np.array([names.index(e.interview) % PARTS for e in examples])
    scores = np.zeros(gold.shape, dtype=np.float32)
    for n in range(PARTS):
        mix = _fit(said[answers & (part != n)], gold[answers & (part != n)])
        for row in np.flatnonzero(part == n):
            scores[row] = weigh(said[row], mix)
    return scores


def _gold(examples: Sequence[Example]) -> NDArray[np.bool_]:
    return gold_matrix(examples)[:, : len(TURN_ITEMS)]


def _fit(said: Floats, gold: NDArray[np.bool_]) -> Mix:
    rows = []
    for item, name in enumerate(TURN_ITEMS):
        length = LENGTH if name.startswith(ADMISSIONS) else 0.0
        weights, bias = _fit_one(said[:, item, :-1].astype(float), gold[:, item], length * said[:, item, -1])
        rows.append([*weights, length, bias])
    table = np.array(rows, dtype=np.float32)
    return Mix(table[:, :-1], table[:, -1])


def _fit_one(said: Exact, gold: NDArray[np.bool_], given: Exact) -> tuple[Exact, float]:
    """Weights and bias of a logistic regression that starts from odds that are given."""
    middle, spread = said.mean(axis=0), said.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    table = np.column_stack([(said - middle) / spread, np.ones(len(said))])

    def loss(weights: Exact) -> tuple[float, Exact]:
        odds = table @ weights + given
        rest = np.append(weights[:-1], 0.0)
        errors = 1 / (1 + np.exp(-odds)) - gold
        return float(
            FIT * (np.logaddexp(0, odds) - gold * odds).sum() + (rest @ rest) / 2
        ), FIT * table.T @ errors + rest

    found = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x
    return found[:-1] / spread, float(found[-1] - (found[:-1] / spread * middle).sum())
