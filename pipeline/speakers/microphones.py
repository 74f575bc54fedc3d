"""Voices told apart by the microphone that is nearer, where interviewer and interviewee had one each."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import SoundStream, Span
from pipeline.ffmpeg import decode_sound
from pipeline.speakers.evidence import CELL_MS, Evidence

RATE = 8000
"""Enough for speech."""
BLOCK_MS = 5 * 60_000
QUIET_DB = -70.0
"""Below this a channel is silent."""
SMOOTH_CELLS = 5
LEAST_GAP_DB = 6.0
"""So much louder is each voice on its own microphone than on the other, counted between the two."""
LEAST_SHARE = 0.03
MOST_BETWEEN = 0.35
"""With two microphones few moments lie in the middle third between the two voices; in ordinary stereo most do."""
ROUNDS = 30
LOG_ODDS_PER_SECOND = 12.0

Levels = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Two:
    """By how many dB the left is louder than the right while each of the two speaks."""

    low: float
    high: float

    @property
    def gap(self) -> float:
        return self.high - self.low


def hear_microphones(
    original: Path, stream: SoundStream, voiced: tuple[Span, ...], duration_ms: int
) -> Evidence | None:
    """Evidence for two voices, the left microphone's first; None unless the recording has a microphone for each.

    The same sound on both channels, however loud on either, is one microphone. Raises FfmpegError when the
    sound cannot be decoded.
    """
    if stream.channels != 2:
        return None
    levels = _levels(original, stream, duration_ms)
    spoken = _spoken(voiced, len(levels)) & (levels.max(axis=1) > QUIET_DB)
    louder_left = _smooth(levels[:, 0] - levels[:, 1])
    two = _two_voices(louder_left[spoken])
    if two is None:
        return None
    middle = (two.low + two.high) / 2
    left = np.clip((louder_left - middle) / (two.gap / 2), -1, 1) * spoken
    per_cell = LOG_ODDS_PER_SECOND * CELL_MS / 1000 / 2
    return Evidence(np.stack([left, -left], axis=1).astype(np.float32) * np.float32(per_cell), two_microphones=True)


def _levels(original: Path, stream: SoundStream, duration_ms: int) -> Levels:
    """Of both channels in dB, a row for each cell."""
    size = RATE * CELL_MS // 1000
    blocks = []
    for start in range(0, duration_ms + 1, BLOCK_MS):
        block = Span(start, start + BLOCK_MS)
        samples = decode_sound(original, stream.index, rate=RATE, channels=2, span=block)
        cells = samples[: len(samples) // size * size].reshape(-1, size, 2)
        blocks.append(10 * np.log10(np.mean(np.square(cells, dtype=np.float64), axis=1) + 1e-10))
    return np.concatenate(blocks)


def _spoken(voiced: tuple[Span, ...], cells: int) -> NDArray[np.bool_]:
    spoken = np.zeros(cells, bool)
    for span in voiced:
        spoken[span.start_ms // CELL_MS : -(-span.end_ms // CELL_MS)] = True
    return spoken


def _smooth(values: Levels) -> Levels:
    kernel = np.ones(SMOOTH_CELLS) / SMOOTH_CELLS
    return np.convolve(np.pad(values, SMOOTH_CELLS // 2, "edge"), kernel, "valid")


def _two_voices(louder_left: Levels) -> _Two | None:
    """The two heights that the difference of levels keeps returning to; None where it has only one."""
    if len(louder_left) < 2 / LEAST_SHARE:
        return None
    low, high = (float(np.percentile(louder_left, p)) for p in (5, 95))
    for _ in range(ROUNDS):
        is_high = louder_left > (low + high) / 2
        if not 0 < is_high.sum() < len(is_high):
            return None
        low, high = float(louder_left[~is_high].mean()), float(louder_left[is_high].mean())
    two, share = _Two(low, high), float((louder_left > (low + high) / 2).mean())
    between = float((np.abs(louder_left - (low + high) / 2) < two.gap / 6).mean())
    is_two = two.gap >= LEAST_GAP_DB and min(share, 1 - share) >= LEAST_SHARE and between <= MOST_BETWEEN
    return two if is_two else None
