"""A voice as a direction: 256 numbers that lie close together for one person and apart for two.

The network is GE2E's (Wan et al., 2018): three LSTM layers over 1.6 s of mel spectrogram. Its weights (Apache-2.0)
come in the package `Resemblyzer`; only the file is used, never its code, whose own requirements are therefore not
installed. Measured on windows of 1.6 s: about .83 between two of one speaker, .53 between two of different ones.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.canonical import file_sha256
from pipeline.errors import WeightsError
from pipeline.sound import Samples
from pipeline.speakers.mel import BANDS, STEP, mel_spectrogram

PACKAGE = "resemblyzer"
WEIGHTS_FILE = "pretrained.pt"
WEIGHTS_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
HINT = "pip install --no-deps --require-hashes -r requirements-nodeps.txt"

LAYERS, SIZE = 3, 256
FRAMES = 160
"""Of 10 ms: what the network learned to hear at a time."""
WINDOW = FRAMES * STEP
"""The same in samples."""
WINDOW_STEP = WINDOW // 2
LEAST_LEVEL = 10 ** (-30 / 20)
"""A quieter window is made this loud (root mean square); louder ones are left as they are."""
AT_ONCE = 64
"""Windows that go through the network together."""

Embedding = NDArray[np.float32]
"""Of unit length; more than one: a row each."""


class VoiceEncoder:
    """The network; loading takes a moment, so there is one for the process."""

    def __init__(self, weights: Path) -> None:
        import torch

        state = torch.load(weights, map_location="cpu", weights_only=True)["model_state"]
        self._lstm = torch.nn.LSTM(BANDS, SIZE, LAYERS, batch_first=True)
        self._linear = torch.nn.Linear(SIZE, SIZE)
        for name, layer in (("lstm.", self._lstm), ("linear.", self._linear)):
            layer.load_state_dict({k.removeprefix(name): v for k, v in state.items() if k.startswith(name)})
        self._lstm.flatten_parameters()

    def embed(self, windows: Sequence[Samples]) -> Embedding:
        """A row for each window of 16 kHz samples; one shorter than 1.6 s is heard again until it is that long.

        A window of digital silence has no voice: its row is zero. Longer windows are cut off.
        """
        rows = [self._run(windows[n : n + AT_ONCE]) for n in range(0, len(windows), AT_ONCE)]
        return np.concatenate(rows) if rows else np.zeros((0, SIZE), np.float32)

    def _run(self, windows: Sequence[Samples]) -> Embedding:
        import torch

        mels = np.stack([_heard(window) for window in windows])
        with torch.inference_mode():
            _, (hidden, _) = self._lstm(torch.from_numpy(mels))
            raw: Any = torch.relu(self._linear(hidden[-1]))
        found = unit(raw.numpy())
        found[[not window.any() for window in windows]] = 0
        return found


def _heard(window: Samples) -> NDArray[np.float32]:
    sounding = np.resize(window, WINDOW) if len(window) else np.zeros(WINDOW, np.float32)
    level = float(np.sqrt(np.mean(np.square(sounding, dtype=np.float64))))
    louder = sounding * np.float32(LEAST_LEVEL / level) if 0 < level < LEAST_LEVEL else sounding
    return mel_spectrogram(louder)[:FRAMES]


def embed_voice(encoder: VoiceEncoder, samples: Samples) -> Embedding:
    """One embedding for all that one person says in these 16 kHz samples; leave pauses and other voices out."""
    starts = range(0, max(1, len(samples) - WINDOW_STEP), WINDOW_STEP)
    rows = encoder.embed([samples[start : start + WINDOW] for start in starts])
    return unit(rows.mean(axis=0))


def similarity(one: Embedding, other: Embedding) -> float:
    """Cosine of two embeddings: 1 for the same sound; 0 for nothing in common, or for silence."""
    return float(np.dot(one, other))


def unit(rows: NDArray[np.float32]) -> Embedding:
    """Each row at unit length; a row of zeros stays one."""
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), dtype=np.float32)


@cache
def load_voice_encoder() -> VoiceEncoder:
    """The encoder. Raises WeightsError when its package is not installed or its weights are not the published ones."""
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    weights = Path(next(iter(places))) / WEIGHTS_FILE if places else None
    if weights is None or not weights.is_file():
        raise WeightsError("the weights that tell voices apart are not installed", f"{HINT}, or make setup")
    if file_sha256(weights) != WEIGHTS_SHA256:
        raise WeightsError("the weights that tell voices apart are damaged", f"{HINT} --force-reinstall")
    return VoiceEncoder(weights)
