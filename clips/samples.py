"""Samples of recordings and clips, and how much one sound has of another."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clips.loudness import MEASURE, Loudness, read_loudness
from clips.profiles import SAMPLE_RATE
from clips.redaction import TONE_HZ
from clips.sources import SOUND_LEAD_MS
from pipeline.domain import Probe, Span
from pipeline.ffmpeg import SAFE_INPUT, file_url, from_start, run, start_us

Sound = NDArray[np.float32]
"""Samples at 48 kHz, shape (samples, channels)."""

COARSE = 4
"""Samples that become one where hundreds of milliseconds are searched."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How one sound goes with another."""

    correlation: float
    """Normalised, the highest of all lags."""
    lag_ms: float
    """At which it was found; positive when the second comes late."""
    gain_db: float = 0.0
    """By which the clip's kept sound is louder than the source's."""


def read_clip_sound(path: Path) -> Sound:
    """The sound as a player gives it. Raises FfmpegError when it cannot be decoded to the end."""
    return _decoded(["-xerror", "-i", file_url(path)], "0:a:0", 2, 0)


def measured_loudness(path: Path) -> Loudness:
    """Loudness and true peak of a file's sound (EBU R 128). Raises FfmpegError when it cannot be decoded."""
    options = ":".join(f"{key}={value}" for key, value in MEASURE.items())
    heard = ["-i", file_url(path), "-map", "0:a:0", "-af", f"ebur128={options}", "-f", "null", "-"]
    return read_loudness(run(["-v", "info", "-nostats", *heard]))


def read_channels(path: Path, probe: Probe, span: Span) -> Sound:
    """Every channel of the recording's sound in a span, its first sample at the span's start.

    Raises FfmpegError when it cannot be decoded.
    """
    entry = max(0, span.start_ms - 2 * SOUND_LEAD_MS)
    window = ["-t", f"{(span.end_ms - entry + 1000) / 1000:.3f}"]
    if entry:
        window += ["-ss", f"{entry / 1000:.3f}"]
    source = ["-copyts", *SAFE_INPUT, *window, "-i", file_url(path)]
    sound = _decoded(source, f"0:{probe.sound.index}", probe.sound.channels, start_us(path) + entry * 1000)
    first = (span.start_ms - entry) * SAMPLE_RATE // 1000
    return sound[first : first + span.duration_ms * SAMPLE_RATE // 1000]


def _decoded(source: list[str], stream: str, channels: int, start: int) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "s"
        run([
            "-v", "error", *source, "-map", stream,
            "-af", f"asetpts={from_start(start)},aresample={SAMPLE_RATE}:async=1:first_pts=0",
            "-ac", str(channels), "-f", "f32le", file_url(raw),
        ])  # fmt: skip
        return np.fromfile(raw, dtype="<f4").reshape(-1, channels)


def without_tone(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """What is left when the best fitting tone is taken away, 20 ms at a time: AAC bends it a little."""
    size = SAMPLE_RATE // 50
    phase = 2 * np.pi * TONE_HZ * np.arange(len(samples)) / SAMPLE_RATE
    basis = np.stack([np.sin(phase), np.cos(phase)], axis=1)
    rest = samples.astype(np.float64)
    for first in range(0, len(samples), size):
        part = slice(first, first + size)
        weights = np.linalg.lstsq(basis[part], rest[part], rcond=None)[0]
        rest[part] -= basis[part] @ weights
    return rest


def whitened(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    """Differences of neighbours: speech is mostly low, and low sounds resemble each other by chance."""
    return np.diff(samples.astype(np.float64))


def channels_of(sound: NDArray[np.floating]) -> list[NDArray[np.floating]]:
    """Each channel, and what they make together."""
    return [*sound.T, sound.mean(axis=1)] if sound.shape[1] > 1 else [sound[:, 0]]


def coarse(samples: NDArray[np.floating]) -> NDArray[np.floating]:
    """One sample for COARSE: plenty for hundreds of milliseconds, and much less to transform."""
    whole = len(samples) // COARSE * COARSE
    return np.asarray(samples[:whole].reshape(-1, COARSE).mean(axis=1))


def correlated(source: NDArray[np.floating], heard: NDArray[np.floating], lag_ms: int, step: int = 1) -> Likeness:
    """Highest normalised cross-correlation with the source at any lag, and that lag.

    The source reaches `lag_ms` further than what was heard on both sides; each lag is measured
    against the source's own energy there.
    """
    a, b = source.astype(np.float64), heard.astype(np.float64)
    lags = len(a) - len(b) + 1
    if lags < 1 or not len(b):
        return Likeness(0.0, 0.0)
    size = 1 << (len(a) + len(b)).bit_length()
    product = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)[:lags]
    energy = np.concatenate(([0.0], np.cumsum(a * a)))
    local = energy[len(b) :] - energy[:lags]
    scale = np.sqrt(np.maximum(local, energy[-1] * 1e-6) * float(np.sum(b * b)))
    near = np.abs(product) / np.maximum(scale, 1e-9)
    best = int(np.argmax(near))
    return Likeness(float(near[best]), best * 1000 * step / SAMPLE_RATE - lag_ms)


def power_db(samples: NDArray[np.floating]) -> float:
    """Mean power; -120 for silence."""
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12)) if len(samples) else -120.0
