"""What every engine is given and gives back; the engines themselves lie beside this file."""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from pipeline.domain import Span, Word
from pipeline.errors import PipelineError
from pipeline.sound import Samples
from pipeline.words import glue

WHISPER_CODES = {"jv": "jw", "nb": "no", "fil": "tl"}
"""BCP 47 language → Whisper's own code, where they differ."""


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
    """Whole words; may be fewer than the text has, where an engine gave one no time."""
    language: str = ""
    """Whisper's code; empty for the one that was asked for."""


class Engine(Protocol):
    """Code that turns sound into words. The same samples always give the same words."""

    name: str
    model: str
    at_once: int
    """Stretches that it may be asked for side by side, from as many threads."""

    def transcribe(self, samples: Samples, language: str, *, translate: bool = False) -> tuple[Heard, ...]:
        """All that is heard in 16 kHz mono samples; in English when `translate` is set."""
        ...

    def detect_language(self, samples: Samples) -> tuple[str, float]:
        """The language of at most the first 30 s, and the engine's probability for it."""
        ...


@runtime_checkable
class Witness(Protocol):
    """An engine that can listen a second time in another way."""

    def hear_again(self, samples: Samples, language: str) -> tuple[Heard, ...]:
        """The words of at most 30 s, without times; the same samples always give the same words."""
        ...


@runtime_checkable
class Polyglot(Protocol):
    """An engine that can hear several languages in one recording."""

    def transcribe_mixed(self, samples: Samples, languages: Sequence[str]) -> tuple[Heard, ...]:
        """As `Engine.transcribe`, each half minute in the one of the languages that it most likely is."""
        ...


def whisper_code(language: str) -> str:
    """Whisper's code for a BCP 47 tag: `de-AT` is `de`."""
    primary = language.split("-", 1)[0].lower()
    return WHISPER_CODES.get(primary, primary)


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def heard_from(
    text: str,
    ends_s: tuple[float, float],
    words: Iterable[tuple[str, float, float, float]],
    language: str,
) -> Heard:
    """An engine's segment (seconds, sub-words with their leading spaces) as milliseconds and words."""
    timed = [Word(word, _span(start, end), round(float(chance), 3)) for word, start, end, chance in words]
    return Heard(text.strip(), _span(*ends_s), glue(timed, language), language)


def require_language(language: str, known: Collection[str], model: str, *, translate: bool) -> None:
    """Raises PipelineError when a model cannot do what is asked: it would invent words instead."""
    if language not in known:
        raise PipelineError(
            f"the model {model} does not know the language {language!r}",
            "use a multilingual model such as base" if len(known) == 1 else "use a code such as en, de or ar",
        )
    if translate and len(known) == 1:
        raise PipelineError(f"the model {model} cannot translate", "use a multilingual model such as base")


def _span(start_s: float, end_s: float) -> Span:
    start = max(0, round(float(start_s) * 1000))
    return Span(start, max(start, round(float(end_s) * 1000)))
