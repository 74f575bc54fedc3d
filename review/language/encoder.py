"""The learned encoder: it reads a turn with its question and says what stands in it, and in which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from review.language.encoding import Encoded, encode
from review.language.turns import Turn

AT_ONCE = 8
"""Turns in one run."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What the encoder makes of one turn, in log-odds."""

    turn: Floats
    """One figure per item and narrative."""
    places: tuple[tuple[int, int], ...]
    """Characters of each token."""
    tokens: Floats
    """A row per token, a column per item."""

    def at(self, start: int, end: int) -> Floats:
        """The highest figure of any token in a stretch, for each item; very low where nothing is read."""
        inside = [i for i, (a, b) in enumerate(self.places) if a < end and start < b]
        if not inside:
            return np.full(self.tokens.shape[1], NOTHING, dtype=np.float32)
        highest: Floats = self.tokens[inside].max(axis=0)
        return highest


NOTHING = -9.0


class Encoder:
    """The network with its tokenizer."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def read(self, turns: Sequence[Turn]) -> list[View]:
        """A view of each turn, in order; turns of like length go through the network together."""
        encoded = [encode(t.text, t.question, t.asked, self._tokenizer) for t in turns]
        order = sorted(range(len(turns)), key=lambda i: len(encoded[i].ids))
        views: dict[int, View] = {}
        for first in range(0, len(order), AT_ONCE):
            rows = order[first : first + AT_ONCE]
            views |= zip(rows, self._run([encoded[i] for i in rows]), strict=True)
        return [views[i] for i in range(len(turns))]

    def _run(self, group: Sequence[Encoded]) -> list[View]:
        shape = (len(group), max(len(e.ids) for e in group))
        ids, kinds, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.float32)
        for i, e in enumerate(group):
            ids[i, : len(e.ids)], kinds[i, : len(e.ids)], mask[i, : len(e.ids)] = e.ids, e.kinds, 0.5
            mask[i, e.first : e.first + max(1, len(e.offsets))] = 1
        tokens, turn = self._session.run(None, {"ids": ids, "kinds": kinds, "mask": mask})
        return [View(turn[i], e.offsets, tokens[i, e.first : e.first + len(e.offsets)]) for i, e in enumerate(group)]
