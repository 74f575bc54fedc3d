"""Speech taken apart and put together: overlapping frames, the mouth's filter, the pitch (pure)."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

RATE = 16_000
FRAME = 512
HOP = 128
"""Samples: 32 ms every 8 ms."""

ORDER = 18
"""Two for each kHz and two more: the resonances of a mouth, not the pulses of a voice."""

LOWEST_HZ, HIGHEST_HZ = 65, 420
VOICED = 0.45
"""Share of a frame's power that repeats after a period where somebody sings."""
QUIETEST = 1e-3
"""Power of a voiced frame, as a share of the loudest ones'."""

Signal = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pitch:
    """One value for each frame."""

    hertz: Signal
    voiced: NDArray[np.bool_]

    @property
    def usual(self) -> float:
        """The one in the middle, in hertz; 0 where nobody sings."""
        return float(np.median(self.hertz[self.voiced])) if self.voiced.any() else 0.0


def frames_of(samples: Signal, size: int = FRAME) -> Signal:
    """Windowed frames, one a row, each HOP samples on; the first one centred on the first sample."""
    padded = np.pad(samples, (size // 2, size))
    return np.asarray(sliding_window_view(padded, size)[::HOP] * _window(size))


def joined(frames: Signal, length: int) -> Signal:
    """Frames laid over each other again: windowed once more, so that what a filter rang on fades."""
    out, weight = np.zeros(len(frames) * HOP + FRAME), np.zeros(len(frames) * HOP + FRAME)
    window = _window(FRAME)
    for number, frame in enumerate(frames):
        part = slice(number * HOP, number * HOP + FRAME)
        out[part] += frame * window
        weight[part] += window**2
    return np.asarray((out / np.maximum(weight, 1e-3))[FRAME // 2 : FRAME // 2 + length])


def envelopes(samples: Signal) -> Signal:
    """The mouth's filter in each frame: a row of magnitudes from 0 to half the rate."""
    power = np.abs(np.fft.rfft(frames_of(samples), 2 * FRAME, axis=1)) ** 2
    repeats = np.fft.irfft(power, axis=1)[:, : ORDER + 1]
    repeats[:, 0] = repeats[:, 0] * 1.0001 + 1e-9
    poles, rest = _predicted(repeats)
    return np.asarray(np.sqrt(rest)[:, None] / np.abs(np.fft.rfft(poles, FRAME, axis=1)))


def find_pitch(samples: Signal) -> Pitch:
    """By how long it takes until a frame repeats itself; smoothed over five frames."""
    from scipy.signal import medfilt

    size = 2 * FRAME
    frames = frames_of(samples, size)
    power = np.abs(np.fft.rfft(frames, 2 * size, axis=1)) ** 2
    repeats = np.fft.irfft(power, axis=1)[:, :size] / np.maximum(_window_repeats(size), 1e-3)
    low, high = RATE // HIGHEST_HZ, RATE // LOWEST_HZ
    best = np.argmax(repeats[:, low:high], axis=1) + low
    share = repeats[np.arange(len(best)), best] / np.maximum(repeats[:, 0], 1e-12)
    loud = repeats[:, 0] > QUIETEST * np.percentile(repeats[:, 0], 95)
    voiced = medfilt(((share > VOICED) & loud).astype(float), 5) > 0.5
    return Pitch(np.asarray(medfilt(RATE / best, 5)).clip(LOWEST_HZ, HIGHEST_HZ), voiced)


def _predicted(repeats: Signal) -> tuple[Signal, Signal]:
    """Levinson and Durbin's recursion for all frames at once: predictor polynomials, and the power they leave."""
    poles = np.zeros_like(repeats)
    poles[:, 0], rest = 1.0, repeats[:, 0].copy()
    for order in range(1, ORDER + 1):
        missed = (poles[:, :order] * repeats[:, order:0:-1]).sum(axis=1)
        reflected = -missed / rest
        poles[:, 1 : order + 1] += reflected[:, None] * poles[:, order - 1 :: -1][:, :order]
        rest = rest * np.maximum(1 - reflected**2, 1e-6)
    return poles, rest


def _window(size: int) -> Signal:
    return np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(size) + 0.5) / size))


def _window_repeats(size: int) -> Signal:
    window = _window(size)
    repeats = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * size)) ** 2)[:size]
    return np.asarray(repeats / repeats[0])
