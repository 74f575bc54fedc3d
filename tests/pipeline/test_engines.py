"""Both engines hear the same words, time every one of them, and leave nothing to chance."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.canonical import file_sha256
from pipeline.domain import Span, Word
from pipeline.engines.conversion import read_ctranslate2, to_openai
from pipeline.engines.engine import Heard, Polyglot
from pipeline.engines.loops import Piece, compression, decode_without_loops
from pipeline.errors import PipelineError, WeightsError
from pipeline.sound import Samples, read_sound
from pipeline.transcribe import ENGINES, Engine, load_engine
from pipeline.words import bare

JFK = "And so my fellow Americans ask not what your country can do for you ask what you can do for your country"
SENSE = (
    "And Mr. John Dashwood had then leisure to consider how much there might be prudently in his power to do for them"
)


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest, weights_base: Path) -> Engine:
    """Each engine in turn, with the base model."""
    return load_engine(request.param, "base")


def said(heard: tuple[Heard, ...]) -> list[str]:
    """The words without case and punctuation."""
    return [bare(word.text) for h in heard for word in h.words]


def test_jfk_is_heard_and_timed(engine: Engine, jfk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word of a clean recording, each with a time, without any process being started."""
    monkeypatch.setattr(subprocess, "run", _forbidden)
    monkeypatch.setattr(subprocess, "Popen", _forbidden)
    heard = engine.transcribe(read_sound(jfk), "en")
    assert said(heard) == [bare(w) for w in JFK.split()]
    words = [w for h in heard for w in h.words]
    assert all(w.span.start_ms <= w.span.end_ms <= 11_000 for w in words)
    assert all(a.span.start_ms <= b.span.start_ms for a, b in pairwise(words))
    assert all(w.probability is not None and 0 <= w.probability <= 1 for w in words)


def _forbidden(*args: object, **options: object) -> None:
    raise AssertionError("an engine started a process")


def test_read_prose_is_heard(engine: Engine, data: Path) -> None:
    """A reading is heard with at most a tenth of its words wrong."""
    heard = said(engine.transcribe(read_sound(data / "sense_0870.wav"), "en"))
    expected = [bare(w) for w in SENSE.split()]
    assert len(set(expected) - set(heard)) <= len(expected) // 10


def test_language_is_detected(engine: Engine, jfk: Path) -> None:
    """English is recognised as such."""
    language, probability = engine.detect_language(read_sound(jfk))
    assert language == "en"
    assert probability > 0.9


def test_sound_of_no_length_is_no_error(engine: Engine) -> None:
    """An empty sound holds no words."""
    assert engine.transcribe(np.zeros(0, np.float32), "en") == ()


def test_unknown_language_is_refused(engine: Engine, jfk: Path) -> None:
    """A language the model does not know would be invented."""
    with pytest.raises(PipelineError, match="does not know the language 'xx'"):
        engine.transcribe(read_sound(jfk), "xx")


def test_unknown_engine_lists_the_known_ones() -> None:
    """A typing mistake in the engine's name is answered with the names."""
    with pytest.raises(PipelineError) as caught:
        load_engine("whisperx", "base")
    assert "faster-whisper" in caught.value.hint


def test_automatic_choice_is_the_fast_engine(weights_base: Path) -> None:
    """Without a wish the fast engine is taken."""
    assert load_engine("auto", "base").name == "faster-whisper"


def test_engine_without_weights_says_how_to_fetch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing weights are the person's next step, not a traceback."""
    monkeypatch.setenv("COUNTERCLIP_MODELS", str(tmp_path))
    with pytest.raises(WeightsError) as caught:
        load_engine("openai-whisper", "base")
    assert caught.value.hint == "counterclip models fetch base"


def test_conversion_keeps_every_number(weights_base: Path) -> None:
    """The openai-whisper form holds as many numbers as the model has, under its names."""
    made = to_openai(read_ctranslate2(weights_base / "model.bin"))
    assert made.dims["n_vocab"] == 51865
    assert sum(value.size for value in made.state.values()) == 72_593_920
    assert made.state["decoder.blocks.5.cross_attn.value.bias"].shape == (512,)


def test_conversion_refuses_half_a_file(weights_base: Path, tmp_path: Path) -> None:
    """Weights that were cut off are not converted."""
    half = tmp_path / "model.bin"
    half.write_bytes((weights_base / "model.bin").read_bytes()[:1_000_000])
    with pytest.raises(WeightsError, match="does not hold Whisper weights"):
        read_ctranslate2(half)


def piece(window_ms: int, text: str) -> Piece:
    """A segment of a window that begins at `window_ms`, 100 ms long."""
    span = Span(window_ms, window_ms + 100)
    return Piece(window_ms, Heard(text, span, (Word(text, span),)))


def test_looping_window_is_decoded_again_and_the_others_are_not() -> None:
    """A window that repeats itself is replaced by a later try, at its own time."""
    asked: list[tuple[int, int]] = []

    def decode(samples: Samples, number: int) -> list[Piece]:
        asked.append((number, len(samples)))
        if number == 0:
            return [piece(0, "fine"), piece(1000, "sorry " * 50), piece(3000, "also fine")]
        return [piece(0, "sorry " * 40 if number == 1 else "I am sorry")]

    heard = decode_without_loops(decode, np.zeros(16 * 4000, np.float32), 3)
    assert [h.text for h in heard] == ["fine", "I am sorry", "also fine"]
    assert heard[1].span == Span(1000, 1100)
    assert asked == [(0, 64000 + 16000), (1, 32000 + 16000), (2, 32000 + 16000)]


def test_window_that_always_loops_keeps_the_least_repetition() -> None:
    """Nothing is dropped: the flags of the checklist deal with what cannot be helped."""
    texts = ["sorry " * 80, "sorry " * 30, "sorry " * 50]
    heard = decode_without_loops(lambda _samples, number: [piece(0, texts[number])], np.zeros(16000, np.float32), 3)
    assert heard[0].text == texts[1]
    assert compression(heard) > 2.4


def test_text_files_of_the_weights_are_the_published_ones(weights_base: Path) -> None:
    """The tokenizer that turns numbers into words is verified like the model."""
    assert json.loads((weights_base / "config.json").read_text(encoding="utf-8"))["alignment_heads"]
    assert file_sha256(weights_base / "tokenizer.json").startswith("fb7b63191e9b")


def test_the_runtime_of_the_networks_reports_to_nobody(tmp_path: Path) -> None:
    """Left alone, onnxruntime keeps what it will send in the home and among the temporary files, and sends it."""
    places = [tmp_path / "home", tmp_path / "temporary"]
    for place in places:
        place.mkdir()
    env = {**os.environ, "HOME": str(places[0]), "XDG_CACHE_HOME": str(places[0]), "TMPDIR": str(places[1])}
    env.pop("ORT_DISABLE_TELEMETRY", None)
    script = "import pipeline, onnxruntime; onnxruntime.SessionOptions()"
    subprocess.run([sys.executable, "-c", script], env=env, check=True)
    assert [file for place in places for file in place.rglob("*")] == []


def test_each_window_is_heard_in_the_language_that_it_is(fast_engine: Engine, jfk: Path) -> None:
    """English among two languages, the other one named first: English words, not a German rendering of them."""
    assert isinstance(fast_engine, Polyglot)
    mixed = fast_engine.transcribe_mixed(read_sound(jfk), ("de", "en"))
    assert [h.text for h in mixed] == [h.text for h in fast_engine.transcribe(read_sound(jfk), "en")]
    assert {h.language for h in mixed} == {"en"}
    assert {h.language for h in fast_engine.transcribe(read_sound(jfk), "en")} == {"en"}
