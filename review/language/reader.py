"""The second reader: a small encoder that learned from labelled interviews, run by onnxruntime.

What it was trained on, how, and what it scores stands beside its weights in `reader/`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from review.language.encoding import Encoded, Window, encode

FOLDER = Path(__file__).parent / "reader"
BATCH = 16
THREADS = 2
Probabilities = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability on the reader is believed, for one item; chosen on writers it had not seen."""

    red: float
    amber: float
    with_words: float
    """Enough when the checklist's own words found the item as well."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Characters of a text on which the reader based its opinion."""

    start: int
    end: int


class Reader:
    """The encoder with its tokenizer and thresholds."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        self.items: tuple[str, ...] = tuple(about["items"])
        self.narratives: tuple[str, ...] = tuple(about["narratives"])
        self.names = self.items + self.narratives
        self.thresholds = {name: Thresholds(**values) for name, values in about["thresholds"].items()}
        self.tokenizer = load_tokenizer()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "reader.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def read(self, windows: Sequence[Window]) -> tuple["Opinion", ...]:
        """What the reader thinks of each window, in order. Windows of like length go together."""
        encoded = [encode(w, self.tokenizer) for w in windows]
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
        found: list[Opinion | None] = [None] * len(encoded)
        for i in range(0, len(order), BATCH):
            group = order[i : i + BATCH]
            ids, kinds, mask = _stacked([encoded[n] for n in group])
            tokens, window = self._session.run(None, {"ids": ids, "kinds": kinds, "mask": mask})
            for row, n in enumerate(group):
                first, offsets = encoded[n].first, encoded[n].offsets
                inside = _sigmoid(tokens[row, first : first + len(offsets)])
                found[n] = Opinion(self.names, _sigmoid(window[row]), inside, offsets)
        return tuple(o for o in found if o is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """Probabilities for one window: of the whole, and of each token of its text."""

    names: tuple[str, ...]
    window: Probabilities
    tokens: Probabilities
    offsets: tuple[tuple[int, int], ...]

    def probability(self, name: str) -> float:
        """That the item stands somewhere in the text."""
        return float(self.window[self.names.index(name)]) if name in self.names else 0.0

    def evidence(self, name: str, text: str, least: float) -> tuple[Evidence, ...]:
        """Where: runs of tokens at or above `least`, gaps of two tokens closed, whole words."""
        column = self.names.index(name)
        if column >= self.tokens.shape[1] or not self.offsets:
            return ()
        chosen = [i for i, p in enumerate(self.tokens[:, column]) if p >= least]
        runs: list[list[int]] = []
        for i in chosen:
            if runs and i - runs[-1][-1] <= 3:
                runs[-1].append(i)
            else:
                runs.append([i])
        return tuple(_whole_words(text, self.offsets[r[0]][0], self.offsets[r[-1]][1]) for r in runs)

    def strongest(self, name: str) -> float:
        """The highest probability of any single token."""
        column = self.names.index(name)
        return float(self.tokens[:, column].max()) if column < self.tokens.shape[1] and len(self.offsets) else 0.0


@cache
def load_reader() -> Reader | None:
    """The reader that comes with the product; None when its weights are not there."""
    return Reader(FOLDER) if (FOLDER / "reader.onnx").exists() else None


@cache
def load_tokenizer() -> Tokenizer:
    """The tokenizer the reader was trained with."""
    return Tokenizer.from_file(str(FOLDER / "tokenizer.json"))


@cache
def vocabulary() -> dict[str, int]:
    """Common English words and parts of words, in lower case."""
    return dict(load_tokenizer().get_vocab())


def _stacked(group: Sequence[Encoded]) -> tuple[NDArray[np.int64], NDArray[np.int64], Probabilities]:
    length = max(len(e.ids) for e in group)
    ids = np.zeros((len(group), length), dtype=np.int64)
    kinds = np.zeros((len(group), length), dtype=np.int64)
    mask = np.zeros((len(group), length), dtype=np.float32)
    for row, e in enumerate(group):
        n = len(e.ids)
        ids[row, :n], kinds[row, :n], mask[row, :n] = e.ids, e.kinds, 0.5
        mask[row, e.first : e.first + max(1, len(e.offsets))] = 1
    return ids, kinds, mask


def _sigmoid(logits: Probabilities) -> Probabilities:
    return (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)


def _whole_words(text: str, start: int, end: int) -> Evidence:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return Evidence(start, end)
