"""Linear models from features: one for whole turns, one for tokens."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression, SGDClassifier

from review.language.features import Feature, TokenFeatures
from review.language.reader import BLOCKS, Weights

LEAST_COUNT = 3
"""Features seen in fewer turns (or tokens) are left out."""
TURN_FIT = 4.0
"""How closely the model follows its examples (inverse regularisation); chosen on a left-out writer."""
TOKEN_REST, TOKEN_PASSES = 1e-5, 8
"""Regularisation of the token model, and how often it sees all tokens."""
Blocks = dict[str, list[Feature]]
Labels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Table:
    """Features that are kept, and how rare each is."""

    rows: dict[str, int]
    idf: NDArray[np.float32]


def fit_turns(turns: Sequence[Blocks], labels: Labels) -> Weights:
    """One logistic regression per column of `labels` over the turns' features."""
    table = _table([{f.name for fs in blocks.values() for f in fs} for blocks in turns], rare=True)
    matrix = _matrix([_turn_row(blocks, table) for blocks in turns], len(table.rows))
    model = LogisticRegression(C=TURN_FIT, class_weight="balanced", solver="liblinear", random_state=7)
    return _fit(matrix, labels, table, model)


def fit_tokens(tokens: Sequence[TokenFeatures], labels: Labels) -> Weights:
    """One logistic regression per column of `labels` over the tokens' features."""
    table = _table([set(t.names) for t in tokens], rare=False)
    rows = [{table.rows[n]: 1.0 for n in t.names if n in table.rows} for t in tokens]
    model = SGDClassifier(
        loss="log_loss", alpha=TOKEN_REST, max_iter=TOKEN_PASSES, tol=None, average=True, random_state=7,
        class_weight={False: 1.0, True: 4.0},
    )  # fmt: skip
    return _fit(_matrix(rows, len(table.rows)), labels, table, model)


def _table(seen: Sequence[set[str]], *, rare: bool) -> Table:
    counts = Counter(name for names in seen for name in names)
    names = sorted(n for n, c in counts.items() if c >= LEAST_COUNT)
    total = len(seen)
    idf = [np.log((1 + total) / (1 + counts[n])) + 1 if rare else 1.0 for n in names]
    return Table({n: i for i, n in enumerate(names)}, np.array(idf, dtype=np.float32))


def _turn_row(blocks: Blocks, table: Table) -> dict[int, float]:
    row: dict[int, float] = {}
    for kind, features in blocks.items():
        counts = Counter(f.name for f in features)
        values = {
            table.rows[n]: (1 + np.log(c)) * table.idf[table.rows[n]] for n, c in counts.items() if n in table.rows
        }
        length = float(np.sqrt(sum(v * v for v in values.values()))) or 1.0
        for column, value in values.items():
            row[column] = row.get(column, 0.0) + BLOCKS[kind] * float(value) / length
    return row


def _matrix(rows: Sequence[dict[int, float]], width: int) -> csr_matrix:
    starts = np.cumsum([0, *(len(r) for r in rows)])
    columns = np.fromiter((c for r in rows for c in r), dtype=np.int32, count=int(starts[-1]))
    values = np.fromiter((v for r in rows for v in r.values()), dtype=np.float32, count=int(starts[-1]))
    return csr_matrix((values, columns, starts), shape=(len(rows), width))


def _fit(matrix: csr_matrix, labels: Labels, table: Table, model: LogisticRegression | SGDClassifier) -> Weights:
    weights = np.zeros((len(table.rows), labels.shape[1]), dtype=np.float32)
    bias = np.full(labels.shape[1], -6.0, dtype=np.float32)
    for column in range(labels.shape[1]):
        if labels[:, column].any():
            model.fit(matrix, labels[:, column])
            weights[:, column], bias[column] = model.coef_[0], model.intercept_[0]
    return Weights(table.rows, table.idf, weights, bias)


def write_weights(weights: Weights, write: Callable[..., None]) -> None:
    """Hand the arrays of a model to a writer such as `numpy.savez_compressed`; halves are precise enough."""
    names = np.frombuffer("\n".join(weights.rows).encode(), dtype=np.uint8)
    write(
        names=names, idf=weights.idf.astype(np.float16), weights=weights.weights.astype(np.float16), bias=weights.bias
    )
