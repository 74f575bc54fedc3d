"""The guidelines' times in frames."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from subtitles.limits import Limits

REACH = 12
"""Steps of about 40 ms that a start may leave its word: half a second, Netflix's own snap range."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One frame rate and one set of limits. Whole numbers are frames; fractions stay exact."""

    frame_rate: Fraction
    min_frames: int
    max_frames: int
    gap: int
    open_gap: int
    """A gap is either `gap`, or at least this."""
    off: float
    away: float
    cut_off: float
    speed: float
    """Characters a frame, hard."""
    comfort: float
    """Characters a frame, soft."""
    offsets: NDArray[np.int64]
    """Frames that a start may lie from its word's."""

    def ms(self, frame: int) -> int:
        """When this frame appears."""
        return round(frame * 1000 / self.frame_rate)

    def frames(self, ms: int) -> float:
        return float(ms * self.frame_rate / 1000)

    def last_frame(self, ms: int) -> int:
        """The last frame that appears no later than this."""
        return int(ms * self.frame_rate // 1000)


def clock(limits: Limits, frame_rate: Fraction) -> Clock:
    """The limits at a frame rate, rounded to the strict side."""
    rate = float(frame_rate)
    step = max(1, round(rate / 25))
    return Clock(
        frame_rate=frame_rate,
        min_frames=_up(limits.min_ms * frame_rate / 1000),
        max_frames=int(limits.max_ms * frame_rate // 1000),
        gap=limits.gap_frames,
        open_gap=_up(limits.chain_ms * frame_rate / 1000),
        off=limits.off_ms * rate / 1000,
        away=limits.away_ms * rate / 1000,
        cut_off=float(limits.cut_off_frames),
        speed=limits.reading_speed / rate,
        comfort=limits.comfortable_speed / rate,
        offsets=np.arange(-REACH, REACH + 1) * step,
    )


def _up(frames: Fraction) -> int:
    return -int(-frames // 1)
