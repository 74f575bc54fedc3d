"""Cuts in the picture: found by ffmpeg, put on the clip's clock, and respected by cues.

A cue that comes or goes within half a second of a cut does so on the cut, and none runs over it
without need (Netflix Timing; Subtitle Edit, NetflixCheckShotChange).
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import CutPlan
from pipeline.ffmpeg import SAFE_INPUT, file_url
from subtitles.clock import Clock

Floats = NDArray[np.float64]
Frames = NDArray[np.int64]

NEAR = 12.0
"""Cost of coming or going near a cut and not on it: less than a soft fault in the sound."""

OVER = 8.0
"""Cost of staying over a cut."""

ON = -8.0
"""Reward for coming or going exactly with a cut."""

SCORE = 10
"""ffmpeg's `scdet` score from which a frame starts a new shot (its own default)."""

WIDTH = 320
"""Pixels."""

_FOUND = re.compile(r"lavfi\.scd\.time:\s*(\d+(?:\.\d+)?)")


def shot_change_argv(path: Path, stream: int) -> list[str]:
    """Arguments for `pipeline.ffmpeg.run` on this picture stream; its log is what `shot_changes` reads.

    A small picture tells a cut as well as a large one, in a tenth of the time.
    """
    found = f"scale={WIDTH}:-2,scdet=threshold={SCORE}"
    return ["-v", "info", *SAFE_INPUT, "-i", file_url(path), "-map", f"0:{stream}", "-vf", found, "-f", "null", "-"]


def shot_changes(log: str) -> tuple[int, ...]:
    """Milliseconds at which a new shot begins, from ffmpeg's log."""
    return tuple(sorted({round(float(found) * 1000) for found in _FOUND.findall(log)}))


def clip_shot_changes(plan: CutPlan, found: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    """Cuts on the clip's clock: where kept spans meet, and those `found` in each recording inside them."""
    moments: set[int] = set()
    for passage in plan.passages():
        moments.add(passage.clip_start_ms)
        moments.update(
            passage.clip_start_ms + ms - passage.span.start_ms
            for ms in found.get(passage.recording, ())
            if passage.span.start_ms < ms < passage.span.end_ms
        )
    return tuple(sorted(moments - {0}))


def shot_start_costs(starts: Frames, cuts: Frames, clock: Clock) -> Floats:
    """Cost of coming at each frame: on a cut, or clear of it."""
    if not len(cuts):
        return np.zeros(starts.shape)
    away = _nearest(starts, cuts)
    cost: Floats = np.where(away == 0, ON, np.where(np.abs(away) < clock.open_gap, NEAR, 0.0))
    return cost - OVER * np.searchsorted(cuts, starts, side="right")


def shot_end_costs(ends: Frames, cuts: Frames, clock: Clock) -> Floats:
    """Cost of going at each frame: the smallest gap before a cut, or clear of it."""
    if not len(cuts):
        return np.zeros(ends.shape)
    away = _nearest(ends, cuts)
    near = np.where(np.abs(away) < clock.open_gap, NEAR, 0.0)
    cost: Floats = np.where(away == -clock.gap, ON, near)
    return cost + OVER * np.searchsorted(cuts, ends, side="left")


def _nearest(frames: Frames, cuts: Frames) -> Frames:
    """Frames from the nearest cut, negative before it."""
    after = np.clip(np.searchsorted(cuts, frames), 0, len(cuts) - 1)
    before = np.clip(after - 1, 0, len(cuts) - 1)
    to_after, to_before = frames - cuts[after], frames - cuts[before]
    return np.where(np.abs(to_before) < np.abs(to_after), to_before, to_after)
