"""Words, transcripts and plans as small as a test needs them."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from pipeline.domain import (
    Aspect,
    Card,
    CutPlan,
    Kept,
    Picture,
    Redaction,
    RedactionKind,
    Segment,
    Span,
    Speaker,
    Transcript,
    Word,
)
from subtitles.clipwords import ClipWord

Say = Callable[..., tuple[ClipWord, ...]]


@pytest.fixture
def say() -> Say:
    """A text as clip words: each takes 80 ms a letter and 60 ms of pause, sentences 300 ms more."""

    def made(
        text: str, *, start_ms: int = 0, letter_ms: int = 80, speaker: Speaker | None = None
    ) -> tuple[ClipWord, ...]:
        words, clock = [], start_ms
        for word in text.split():
            end = clock + letter_ms * len(word)
            words.append(ClipWord(word, clock, end, speaker, False, None, 0))
            clock = end + (300 if word[-1] in ".?!" else 60)
        return tuple(words)

    return made


@pytest.fixture
def segment() -> Callable[..., Segment]:
    """A segment of words that last 400 ms and follow each other every 500 ms."""

    def made(name: str, text: str, start_ms: int, **more: object) -> Segment:
        words = tuple(
            Word(word, Span(start_ms + 500 * n, start_ms + 500 * n + 400)) for n, word in enumerate(text.split())
        )
        return Segment(name, text, Span(words[0].span.start_ms, words[-1].span.end_ms), words, **more)  # type: ignore[arg-type]

    return made


@pytest.fixture
def transcript() -> Callable[..., Transcript]:
    def made(*segments: Segment, language: str = "en") -> Transcript:
        return Transcript(language, 600_000, "test", "", tuple(segments))

    return made


@pytest.fixture
def plan() -> Callable[..., CutPlan]:
    """A plan of recording r-1 that keeps these spans."""

    def made(
        *kept: tuple[int, int], redactions: Sequence[Redaction] = (), opening_ms: int = 0, rate: int = 25
    ) -> CutPlan:
        return CutPlan(
            id="p-1",
            version=1,
            title="",
            kept=tuple(Kept("r-1", Span(*span)) for span in kept),
            redactions=tuple(redactions),
            aspects=(Aspect.WIDE,),
            burn=(),
            frame_rate=Fraction(rate),
            picture=Picture.SOURCE,
            opening=Card("title", "", opening_ms) if opening_ms else None,
            closing=None,
            render_profile="standard",
            made_by="u-1",
            edited_by=("u-1",),
            salt="00",
        )

    return made


@pytest.fixture
def removal() -> Callable[..., Redaction]:
    def made(
        start_ms: int, end_ms: int, replacement: str = "[removed]", kind: RedactionKind = RedactionKind.TONE
    ) -> Redaction:
        return Redaction(f"x-{start_ms}", "r-1", kind, Span(start_ms, end_ms), None, replacement)

    return made
