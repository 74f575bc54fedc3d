"""Two-pass loudness: what the first pass measured, what the second is told (pure)."""

import json
import re
from dataclasses import dataclass

from clips.profiles import RenderProfile
from pipeline.errors import FfmpegError

SILENT_LUFS = -60.0
"""Quieter than this there is no speech to bring up: only noise would grow."""

RANGE_LU = 20.0
"""Wider than speech ever is, so that only true peaks, never the range, make loudnorm compress."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """What loudnorm measured (EBU R 128)."""

    integrated: float
    """LUFS; minus infinity for silence or less than 0.4 s."""
    true_peak: float
    """dBTP."""
    range: float
    """LU."""
    threshold: float
    """LUFS, of the gate."""

    @property
    def is_silent(self) -> bool:
        return self.integrated < SILENT_LUFS


MEASURE = {"I": -16, "TP": -1.5, "LRA": RANGE_LU, "print_format": "json"}


def read_loudness(log: str) -> Loudness:
    """The figures loudnorm printed last.

    Raises FfmpegError when there are none.
    """
    found = re.findall(r'\{[^{}]*"input_i"[^{}]*\}', log)
    if not found:
        raise FfmpegError("ffmpeg measured no loudness", "check the sound of the recording")
    figures = json.loads(found[-1])
    return Loudness(*(float(figures[f"input_{key}"]) for key in ("i", "tp", "lra", "thresh")))


def loudnorm_options(measured: Loudness, profile: RenderProfile) -> dict[str, str | float]:
    """Arguments of the second pass; linear, and thus one gain, wherever the true peak allows it."""
    return {
        "I": profile.loudness,
        "TP": profile.true_peak,
        "LRA": RANGE_LU,
        "linear": "true",
        "measured_I": measured.integrated,
        "measured_TP": measured.true_peak,
        "measured_LRA": max(measured.range, 0.1),  # zero would switch linear off
        "measured_thresh": measured.threshold,
    }
