"""Cues whose words and times somebody else chose, in lines that fit a shape."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from pipeline.domain import Aspect, Cue
from subtitles.breaks import edges_of
from subtitles.clipwords import ClipWord
from subtitles.cues import make_cues
from subtitles.grammar import grammar_of
from subtitles.layout import best_layout, wording
from subtitles.limits import Limits, limits_for
from subtitles.measure import join_words, joiner, text_length
from subtitles.text import directed

_PIECE = re.compile(r"\[[^\[\]]+\]\S*|\S+")
"""A word, or a token for removed speech: those are never broken."""


def pieces_of(lines: Sequence[str]) -> list[str]:
    """The words of a cue, a token such as `[name removed].` as one."""
    return _PIECE.findall(" ".join(lines))


def reshaped(cue: Cue, language: str, aspect: Aspect, frame_rate: Fraction, *, own: bool) -> tuple[Cue, ...]:
    """The cue in its own lines where `own` and they fit, else in the best ones, else in several cues."""
    lines = fitted(cue.lines, language, aspect, own=own)
    return (replace(cue, lines=lines),) if lines else in_parts(cue, language, aspect, frame_rate)


def fitted(lines: Sequence[str], language: str, aspect: Aspect, *, own: bool) -> tuple[str, ...] | None:
    """The given lines where `own` and they fit, else the best ones for their words; None when none fit."""
    limits = limits_for(language, aspect, translation=True)
    fit = len(lines) <= limits.max_lines and all(text_length(ln, language) <= limits.line_length for ln in lines)
    if own and fit:
        return tuple(directed(line, language) for line in lines)
    return in_best_lines(pieces_of(lines), language, limits)


def in_best_lines(words: Sequence[str], language: str, limits: Limits) -> tuple[str, ...] | None:
    """The best lines for these words within the limits; None when they do not fit."""
    text = wording(
        [text_length(word, language) for word in words],
        edges_of(words, grammar_of(language)),
        [None] * len(words),
        limits,
        joiner=len(joiner(language)),
        dash=0,
    )
    layout = best_layout(text, 0, len(words))
    if layout is None:
        return None
    rows = (words[a:b] for a, b in pairwise((0, *layout.breaks, len(words))))
    return tuple(directed(join_words(row, language), language) for row in rows)


def in_parts(cue: Cue, language: str, aspect: Aspect, frame_rate: Fraction) -> tuple[Cue, ...]:
    """Several cues in the time of one, with all of its words; they share its speaker and its mark."""
    parts = make_cues(
        tuple(_spread(cue)),
        language=language,
        aspect=aspect,
        frame_rate=frame_rate,
        translation=True,
        clip_end_ms=cue.clip_end_ms,
    )
    placed = [replace(part, speaker=cue.speaker, redacted=cue.redacted) for part in parts]
    placed[0] = replace(placed[0], clip_start_ms=cue.clip_start_ms)
    placed[-1] = replace(placed[-1], clip_end_ms=cue.clip_end_ms)
    return tuple(placed)


def _spread(cue: Cue) -> Iterator[ClipWord]:
    """The words of a cue over its time, by their letters."""
    words = pieces_of(cue.lines)
    letters, passed = sum(len(word) + 1 for word in words), 0
    lasts = cue.clip_end_ms - cue.clip_start_ms
    for word in words:
        begun = cue.clip_start_ms + lasts * passed // letters
        passed += len(word) + 1
        yield ClipWord(word, begun, max(begun + 1, cue.clip_start_ms + lasts * passed // letters), None, False, None, 0)
