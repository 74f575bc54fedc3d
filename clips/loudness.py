"""Loudness in two passes: measured after redaction, then one gain and, where needed, a limiter (pure).

One gain keeps the voice as it was spoken; ffmpeg's loudnorm compresses as soon as a peak is in the way,
and misses its target by up to 2 LU in clips of a few seconds.
"""

import re
from dataclasses import dataclass

from clips.profiles import RenderProfile
from pipeline.errors import FfmpegError

SILENT_LUFS = -60.0
"""Quieter than this there is no speech to bring up: only noise would grow."""

MOST_GAIN_DB = 30.0
"""A voice quieter than this allows lies in its own noise; bringing that up helps nobody."""

CLOSE_LU = 0.3
"""Near enough to the target not to do it again."""

MOST_CORRECTION_DB = 6.0
"""What limited peaks and quieter tones may cost the voice in a second attempt."""

MEASURE = {"peak": "true", "framelog": "quiet"}
"""ebur128's options: a summary at the end, true peak included."""

OVERSAMPLED = 192_000
"""The limiter sees peaks between samples only at four times the rate."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """What ebur128 measured (EBU R 128)."""

    integrated: float
    """LUFS; -70 for silence and for less than 0.4 s."""
    true_peak: float
    """dBTP."""

    @property
    def is_silent(self) -> bool:
        return self.integrated < SILENT_LUFS


@dataclass(frozen=True, slots=True)
class Levelling:
    """What the second pass does."""

    gain_db: float
    is_limited: bool


def read_loudness(log: str) -> Loudness:
    """The figures of ebur128's summary.

    Raises FfmpegError when there are none.
    """
    integrated = re.findall(r"\bI:\s+(-?[\d.]+|-inf|nan) LUFS", log)
    peaks = re.findall(r"\bPeak:\s+(-?[\d.]+|-inf|nan) dBFS", log)
    if not integrated or not peaks:
        raise FfmpegError("ffmpeg measured no loudness", "check the sound of the recording")
    return Loudness(_figure(integrated[-1]), _figure(peaks[-1]))


def level_to(measured: Loudness, profile: RenderProfile) -> Levelling:
    """The gain that brings the voice to the profile's loudness; nothing for silence."""
    if measured.is_silent:
        return Levelling(0.0, False)
    gain = min(profile.loudness - measured.integrated, MOST_GAIN_DB)
    return Levelling(gain, measured.true_peak + gain > profile.true_peak)


def corrected(levelling: Levelling, first: Levelling, reached: Loudness, profile: RenderProfile) -> Levelling | None:
    """A second attempt after `reached`, or None when that is close enough or as far as one may go."""
    missing = profile.loudness - reached.integrated
    if reached.is_silent or abs(missing) <= CLOSE_LU:
        return None
    highest = min(first.gain_db + MOST_CORRECTION_DB, MOST_GAIN_DB)
    gain = min(max(levelling.gain_db + missing, first.gain_db - MOST_CORRECTION_DB), highest)
    return Levelling(gain, True) if abs(gain - levelling.gain_db) > 0.05 else None


def _figure(text: str) -> float:
    return -70.0 if text in ("-inf", "nan") else float(text)
