"""Where a voice is heard, found without the engine, so that the one can be checked by the other."""

import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Span
from pipeline.errors import PipelineError
from pipeline.sound import Samples, read_sound, sound_duration_ms

FRAME = 512
"""Samples that silero-vad judges at a time: 32 ms at 16 kHz."""
CONTEXT = 64
"""Samples of the frame before that it wants to see again."""
FRAME_MS = FRAME / 16
BLOCK_MS = 60_000 // 32 * 32
"""Read at a time, in whole frames: memory does not grow with the recording."""

GAINS = (1.0, 100.0)
"""Listened to as it is and 40 dB louder: someone far from the microphone speaks 40 dB below the
interviewer, and silero-vad alone misses him. Noise, hum and music stay unvoiced at both."""

STARTS, ENDS = 0.5, 0.35
"""Probability at which a voice starts, and below which it ends (silero-vad's own)."""
LEAST_VOICE_MS = 100
LEAST_PAUSE_MS = 100
PADDING_MS = 30

Chances = NDArray[np.float32]


def find_voice(path: Path) -> tuple[Span, ...]:
    """The spans of a 16 kHz WAV in which someone speaks, in order, apart from each other.

    Raises PipelineError when the silero-vad package is not installed.
    """
    blocks = [np.zeros(0, np.float32), *_chances(path)]
    return voiced_spans(np.concatenate(blocks), sound_duration_ms(path))


def voiced_spans(chances: Sequence[float] | Chances, duration_ms: int) -> tuple[Span, ...]:
    """Spans from one probability a frame: short pauses bridged, clicks left out, a little padding."""
    runs: list[tuple[float, float]] = []
    speaking = False
    for frame, chance in enumerate(chances):
        start = frame * FRAME_MS
        if chance >= (ENDS if speaking else STARTS):
            if not speaking and not (runs and start - runs[-1][1] < LEAST_PAUSE_MS):
                runs.append((start, start))
            runs[-1] = (runs[-1][0], start + FRAME_MS)
            speaking = True
        else:
            speaking = False
    spans: list[Span] = []
    for start, end in runs:
        if end - start < LEAST_VOICE_MS:
            continue
        first = max(int(start) - PADDING_MS, spans[-1].end_ms if spans else 0)
        last = min(int(end) + PADDING_MS, duration_ms)
        if last > first:
            spans.append(Span(first, last))
    return tuple(spans)


def _chances(path: Path) -> Iterator[Chances]:
    """Probability of a voice for each frame: the highest of all gains."""
    session = _silero()
    states: list[list[NDArray[np.float32]]] = [[np.zeros((1, 1, 128), np.float32)] * 2 for _ in GAINS]
    tail = np.zeros(CONTEXT, np.float32)
    for start in range(0, sound_duration_ms(path) + 1, BLOCK_MS):
        samples = read_sound(path, Span(start, start + BLOCK_MS))
        if not len(samples):
            return
        frames = _frames(samples, tail)
        tail = frames[-1, -CONTEXT:]
        heard = []
        for gain, state in zip(GAINS, states, strict=True):
            louder = np.clip(frames * np.float32(gain), -1, 1)
            names = {"input": louder, "h": state[0], "c": state[1]}
            chances, state[0], state[1] = session.run(["speech_probs", "hn", "cn"], names)
            heard.append(chances.reshape(-1))
        yield np.max(heard, axis=0)


def _frames(samples: Samples, tail: Samples) -> Samples:
    """One row a frame, with the end of the frame before in front; the last one filled with silence."""
    count = -(-len(samples) // FRAME)
    frames = np.zeros((count, FRAME), np.float32)
    frames.reshape(-1)[: len(samples)] = samples
    before = np.concatenate((tail[None, :], frames[:-1, -CONTEXT:]))
    return np.concatenate((before, frames), axis=1)


def _silero() -> Any:
    """silero-vad's own weights, run without the PyTorch that its Python code would import."""
    import onnxruntime

    package = importlib.util.find_spec("silero_vad")
    if package is None or not package.submodule_search_locations:
        raise PipelineError("silero-vad is not installed", "install counterclip again")
    model = Path(package.submodule_search_locations[0]) / "data" / "silero_vad_16k_sequence.onnx"
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
