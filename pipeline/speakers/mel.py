"""Mel spectrograms of the kind that the voice encoder learned from: 40 bands, every 10 ms, power, no logarithm."""

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.sound import Samples

RATE = 16_000
FRAME, STEP = 400, 160
"""Samples: 25 ms every 10 ms."""
BANDS = 40
LINEAR_HZ = 200 / 3
"""Width of a mel below `LOGARITHMIC_HZ`; above it every 27 mels are a factor of 6.4 (Slaney's Auditory Toolbox)."""
LOGARITHMIC_HZ = 1000.0
LOGARITHMIC_STEP = np.log(6.4) / 27

Mel = NDArray[np.float32]


def mel_spectrogram(samples: Samples) -> Mel:
    """One row of `BANDS` for each 10 ms of 16 kHz samples, the first one centred on the first sample."""
    padded = np.pad(samples.astype(np.float64), FRAME // 2)
    frames = sliding_window_view(padded, FRAME)[::STEP] * _window()
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    return (power @ _filters()).astype(np.float32)


@cache
def _window() -> NDArray[np.float64]:
    """Hann's, periodic."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)


@cache
def _filters() -> NDArray[np.float64]:
    """Triangles of equal area over the frequencies of a frame's transform, one column a band."""
    top = LOGARITHMIC_HZ / LINEAR_HZ + np.log(RATE / 2 / LOGARITHMIC_HZ) / LOGARITHMIC_STEP
    corners = _hertz(np.linspace(0, top, BANDS + 2))
    frequencies = np.fft.rfftfreq(FRAME, 1 / RATE)[:, None]
    rising = (frequencies - corners[:-2]) / np.diff(corners)[:-1]
    falling = (corners[2:] - frequencies) / np.diff(corners)[1:]
    heights = 2 / (corners[2:] - corners[:-2])
    return np.asarray(np.maximum(0, np.minimum(rising, falling)) * heights)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    bend = LOGARITHMIC_HZ / LINEAR_HZ
    curved = LOGARITHMIC_HZ * np.exp(LOGARITHMIC_STEP * (mels - bend))
    return np.asarray(np.where(mels < bend, LINEAR_HZ * mels, curved))
