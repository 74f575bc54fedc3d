"""What every engine is given and gives back; the engines themselves lie beside this file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.domain import Span, Word
from pipeline.sound import Samples


@dataclass(frozen=True, slots=True)
class Weights:
    """Verified model files on disk."""

    name: str
    """As in the table of `pipeline.weights`, or the name of the folder that was given."""
    folder: Path
    """Holds the CTranslate2 form (`model.bin` and its text files) and `openai.pt`."""
    sha256: str
    """Of `model.bin`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One stretch of words as an engine gave it; times count from the start of the samples."""

    text: str
    span: Span | None
    words: tuple[Word, ...]
    """May be fewer than the text has: an engine gives numerals and symbols no time now and then."""


class Engine(Protocol):
    """Code that turns sound into words. The same samples always give the same words."""

    name: str
    model: str

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:
        """All that is heard in 16 kHz mono samples; in English when `translate` is set."""
        ...

    def detect_language(self, samples: Samples) -> tuple[str, float]:
        """The language of at most the first 30 s, and the engine's probability for it."""
        ...
