"""Which language is spoken, asked where somebody speaks."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.domain import Span
from pipeline.engines.engine import Engine
from pipeline.sound import read_sound

LISTEN_MS = 30_000
LISTENINGS = 3
SURE = 0.8
"""A language of this probability is believed without listening further."""

TAGS = {"jw": "jv"}
"""Whisper's code → BCP 47, where it is not one itself."""


def likely_language(engine: Engine, sound: Path, voiced: Sequence[Span]) -> str:
    """The language of the first voiced half minutes, most of their votes; silence is not asked."""
    votes: dict[str, float] = {}
    asked = -LISTEN_MS
    starts = [s.start_ms for s in voiced]
    for _ in range(LISTENINGS):
        start = next((s for s in starts if s >= asked + LISTEN_MS), None)
        if start is None:
            break
        asked = start
        code, probability = engine.detect_language(read_sound(sound, Span(start, start + LISTEN_MS)))
        votes[code] = votes.get(code, 0.0) + probability
        if probability >= SURE:
            break
    code = max(votes, key=lambda c: votes[c])
    return bcp47(code)


def bcp47(code: str) -> str:
    """The tag for one of Whisper's codes."""
    return TAGS.get(code, code)
