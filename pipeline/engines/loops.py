"""Whisper gets stuck now and then and repeats a phrase hundreds of times: decode that window again.

The usual remedy, sampling at a higher temperature, gives another text each time. Ours are fixed:
greedy instead of beam search, then whatever else an engine offers without chance.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from pipeline.domain import Span
from pipeline.engines.engine import Heard
from pipeline.sound import Samples

MAX_COMPRESSION = 2.4
"""Text that packs better than this repeats itself (openai-whisper's own threshold)."""

SAMPLES_PER_MS = 16

TAIL = np.zeros(16_000, np.float32)
"""A second of silence after every sound: what is left of it after its last word is a window of its
own, and one of a few milliseconds makes Whisper write `I'm sorry` until it runs out of room."""

MOST_TOKENS = 224
"""In one window of 30 s, openai-whisper's own limit."""


def most_tokens(samples: Samples, number: int) -> int:
    """How many tokens try `number` may write: a retry no more than can be spoken in that time.

    A loop in a short window must not cost more than the words of a long one.
    """
    if number == 0:
        return MOST_TOKENS
    return min(MOST_TOKENS, 16 + 8 * len(samples) // (1000 * SAMPLES_PER_MS))


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
    if not len(samples):
        return ()
    whole_ms = len(samples) // SAMPLES_PER_MS
    pieces = [p for p in decode(np.concatenate((samples, TAIL)), 0) if p.window_ms < max(1, whole_ms)]
    windows = [list(group) for _, group in groupby(pieces, key=lambda p: p.window_ms)]
    ends = [*(w[0].window_ms for w in windows[1:]), whole_ms]
    found: list[Heard] = []
    for window, end_ms in zip(windows, ends, strict=False):
        best = [piece.heard for piece in window]
        part = samples[window[0].window_ms * SAMPLES_PER_MS : end_ms * SAMPLES_PER_MS]
        for number in range(1, tries):
            if compression(best) <= MAX_COMPRESSION:
                break
            padded = np.concatenate((part, TAIL))
            again = [_heard_later(piece.heard, window[0].window_ms) for piece in decode(padded, number)]
            best = min(best, again or best, key=compression)
        found += best
    return tuple(found)


def compression(heard: Sequence[Heard]) -> float:
    """How many times shorter the text becomes when packed: the more it repeats, the more."""
    data = "".join(h.text for h in heard).encode()
    return len(data) / len(zlib.compress(data))


def later(span: Span, by_ms: int) -> Span:
    """The same span on the clock of a sound that began this much earlier."""
    return Span(span.start_ms + by_ms, span.end_ms + by_ms)


def _heard_later(heard: Heard, by_ms: int) -> Heard:
    words = tuple(replace(w, span=later(w.span, by_ms)) for w in heard.words)
    return replace(heard, words=words, span=heard.span and later(heard.span, by_ms))
