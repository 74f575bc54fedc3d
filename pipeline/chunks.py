"""Long recordings are recognised in stretches that meet where nobody speaks."""

from collections.abc import Callable, Sequence

import numpy as np

from pipeline.domain import Span
from pipeline.sound import Samples

LEAST_PAUSE_MS = 200
"""A shorter one may be the closure of a `t` in the middle of a word."""
FRAME = 160
QUIET_FRAMES = 10
"""100 ms: the seam has to be quiet around it, not just at one zero crossing."""


def split_at_pauses(
    duration_ms: int, voiced: Sequence[Span], chunk_ms: int, quietest: Callable[[Span], int], *, start_ms: int = 0
) -> tuple[Span, ...]:
    """Stretches that cover everything from `start_ms` on, each of 0.75 to 1.25 times `chunk_ms` but the last.

    They meet in the middle of the longest pause; where nobody stops speaking that long, at the
    moment that `quietest` names.
    """
    chunks: list[Span] = []
    start = start_ms
    while duration_ms - start > chunk_ms * 5 // 4:
        window = Span(start + chunk_ms * 3 // 4, start + chunk_ms * 5 // 4)
        pauses = [p for p in _pauses(voiced, window) if p.duration_ms >= LEAST_PAUSE_MS]
        longest = max(pauses, key=lambda p: p.duration_ms, default=None)
        seam = (longest.start_ms + longest.end_ms) // 2 if longest else quietest(window)
        chunks.append(Span(start, seam))
        start = seam
    return (*chunks, Span(start, duration_ms))


def _pauses(voiced: Sequence[Span], window: Span) -> list[Span]:
    """The parts of a window in which nobody speaks."""
    pauses, free = [], window.start_ms
    for span in voiced:
        if not span.overlaps(window):
            continue
        if span.start_ms > free:
            pauses.append(Span(free, span.start_ms))
        free = max(free, span.end_ms)
    if free < window.end_ms:
        pauses.append(Span(free, window.end_ms))
    return pauses


def quietest_ms(samples: Samples) -> int:
    """The middle of the quietest 100 ms of 16 kHz samples, from their start."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    if len(frames) < QUIET_FRAMES:
        return len(samples) // 32
    energy = np.convolve(np.mean(frames**2, axis=1), np.ones(QUIET_FRAMES), "valid")
    return (int(np.argmin(energy)) + QUIET_FRAMES // 2) * 10
