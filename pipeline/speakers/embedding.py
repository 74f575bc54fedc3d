"""A voice as a direction: 256 numbers that lie close together for one person and apart for two.

The network is GE2E's (Wan et al., 2018): three LSTM layers over 1.6 s of mel spectrogram. Its weights (Apache-2.0)
come in the package `Resemblyzer`; only the file is used, never its code, whose own requirements are therefore not
installed. Measured on windows of 1.6 s: about .83 between two of one speaker, .53 between two of different ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.canonical import file_sha256
from pipeline.errors import WeightsError
from pipeline.sound import Samples
from pipeline.speakers.mel import STEP, mel_spectrogram
from pipeline.speakers.torch_file import read_tensors

PACKAGE = "resemblyzer"
WEIGHTS_FILE = "pretrained.pt"
WEIGHTS_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
HINT = "pip install --no-deps --require-hashes -r requirements-nodeps.txt"

LAYERS, GATES, SIZE = 3, 4, 256
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
    """The network, run by numpy: importing torch would take longer than a short recording's voices."""

    def __init__(self, weights: Path) -> None:
        found = read_tensors(weights, "model_state")
        self._layers = [_layer(found, n) for n in range(LAYERS)]
        self._linear, self._bias = found["linear.weight"].T.copy(), found["linear.bias"]

    def embed(self, windows: Sequence[Samples]) -> Embedding:
        """A row for each window of 16 kHz samples; one shorter than 1.6 s is heard again until it is that long.

        A window of digital silence has no voice: its row is zero. Longer windows are cut off.
        """
        rows = [self._run(windows[n : n + AT_ONCE]) for n in range(0, len(windows), AT_ONCE)]
        return np.concatenate(rows) if rows else np.zeros((0, SIZE), np.float32)

    def _run(self, windows: Sequence[Samples]) -> Embedding:
        hidden = np.stack([_heard(window) for window in windows], axis=1)
        for layer in self._layers:
            hidden = _through(layer, hidden)
        found = unit(np.maximum(hidden[-1] @ self._linear + self._bias, 0))
        found[[not window.any() for window in windows]] = 0
        return found


@dataclass(frozen=True, slots=True)
class _Layer:
    """One LSTM: for each of its four gates (in, forget, new, out) what comes in, what is remembered, and a bias."""

    into: NDArray[np.float32]
    kept: NDArray[np.float32]
    bias: NDArray[np.float32]


def _layer(found: Mapping[str, NDArray[np.float32]], number: int) -> _Layer:
    """Three gates are logistic, which is half a hyperbolic tangent of half the sum, so halves are taken here."""
    half = np.asarray([0.5, 0.5, 1, 0.5], np.float32)[:, None, None]

    def gates(name: str) -> NDArray[np.float32]:
        weights = found[f"lstm.{name}_l{number}"].reshape(GATES, SIZE, -1)
        return np.ascontiguousarray(weights.swapaxes(1, 2) * half)

    return _Layer(gates("weight_ih"), gates("weight_hh"), (gates("bias_ih") + gates("bias_hh")))


def _through(layer: _Layer, frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the layer says after each frame; frames come first, then windows."""
    count, windows, _ = frames.shape
    flat = frames.reshape(count * windows, -1)
    gates = np.empty((count, GATES, windows, SIZE), np.float32)
    for n in range(GATES):
        gates[:, n] = (flat @ layer.into[n]).reshape(count, windows, SIZE)
    gates += layer.bias
    said = np.empty((count, windows, SIZE), np.float32)
    hidden, cell, sums = np.zeros((3, windows, SIZE), np.float32)
    for gate, out in zip(gates, said, strict=True):
        for n in range(GATES):
            gate[n] += np.matmul(hidden, layer.kept[n], out=sums)
        enter, keep, new, leave = np.tanh(gate, out=gate)
        keep += 1
        cell *= keep
        enter += 1
        enter *= new
        cell += enter
        cell *= 0.5
        hidden = np.tanh(cell, out=out)
        leave += 1
        leave *= 0.5
        hidden *= leave
    return said


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
