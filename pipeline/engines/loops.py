"""Whisper gets stuck now and then and repeats a phrase hundreds of times: decode that window again.

The usual remedy, sampling at a higher temperature, gives another text each time. Ours are fixed:
greedy instead of beam search, then whatever else an engine offers without chance.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pipeline.domain import Span
from pipeline.engines.engine import Heard
from pipeline.sound import Samples

MAX_COMPRESSION = 2.4
"""Text that packs better than this repeats itself (openai-whisper's own threshold)."""

SAMPLES_PER_MS = 16


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment of one decoded window."""

    window_ms: int
    """Where its window begins; the same for all segments of a window."""
    heard: Heard


def decode_without_loops(
    decode: Callable[[Samples, int], Sequence[Piece]], samples: Samples, tries: int
) -> tuple[Heard, ...]:
    """All that `decode(samples, 0)` hears, its looping windows decoded again with 1, 2, … `tries`.

    A window that loops in every try keeps the text that repeats itself least.
    """
    pieces = decode(samples, 0)
    windows = [list(group) for _, group in groupby(pieces, key=lambda p: p.window_ms)]
    ends = [w[0].window_ms for w in windows[1:]] + [len(samples) // SAMPLES_PER_MS]
    found: list[Heard] = []
    for window, end_ms in zip(windows, ends, strict=True):
        best = [piece.heard for piece in window]
        part = samples[window[0].window_ms * SAMPLES_PER_MS : end_ms * SAMPLES_PER_MS]
        for number in range(1, tries):
            if compression(best) <= MAX_COMPRESSION:
                break
            again = [later(piece.heard, window[0].window_ms) for piece in decode(part, number)]
            best = min(best, again, key=compression)
        found += best
    return tuple(found)


def compression(heard: Sequence[Heard]) -> float:
    """How many times shorter the text becomes when packed: the more it repeats, the more."""
    data = "".join(h.text for h in heard).encode()
    return len(data) / len(zlib.compress(data))


def later(heard: Heard, by_ms: int) -> Heard:
    """The same words, on the clock of a sound that began this much earlier."""
    words = tuple(replace(w, span=_later(w.span, by_ms)) for w in heard.words)
    return replace(heard, words=words, span=None if heard.span is None else _later(heard.span, by_ms))


def _later(span: Span, by_ms: int) -> Span:
    return Span(span.start_ms + by_ms, span.end_ms + by_ms)
