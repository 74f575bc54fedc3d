"""Voices of one person lie close together, voices of two apart."""

import pickle
import shutil
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import WeightsError
from pipeline.ffmpeg import write_speech_sound
from pipeline.sound import Samples, read_sound
from pipeline.speakers import embedding
from pipeline.speakers.embedding import VoiceEncoder, embed_voice, load_voice_encoder, similarity
from pipeline.speakers.mel import mel_spectrogram
from pipeline.speakers.torch_file import read_tensors


@pytest.fixture(scope="module")
def encoder() -> VoiceEncoder:
    """The real one."""
    return load_voice_encoder()


@pytest.fixture(scope="module")
def man(jfk: Path) -> Samples:
    """Eleven seconds of a man."""
    return read_sound(jfk)


@pytest.fixture(scope="module")
def woman(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Seven seconds of a woman."""
    path = tmp_path_factory.mktemp("sense") / "sense.wav"
    write_speech_sound(Path(__file__).parent.parent / "data" / "sense_0870.wav", 0, path)
    return read_sound(path)


def test_one_voice_is_nearer_to_itself_than_to_another(encoder: VoiceEncoder, man: Samples, woman: Samples) -> None:
    """Halves of one recording are alike, two people are not."""
    half = len(woman) // 2
    first, second, other = (embed_voice(encoder, s) for s in (woman[:half], woman[half:], man))
    assert similarity(first, second) > 0.75
    assert similarity(first, other) < 0.65


def test_loudness_does_not_change_a_quiet_voice(encoder: VoiceEncoder, woman: Samples) -> None:
    """Someone 40 dB further away is still himself."""
    far = embed_voice(encoder, woman * np.float32(0.001))
    assert similarity(far, embed_voice(encoder, woman * np.float32(0.01))) > 0.999


def test_silence_is_nobody(encoder: VoiceEncoder, man: Samples) -> None:
    """Digital silence resembles no voice, not even itself."""
    silence = embed_voice(encoder, np.zeros(30_000, np.float32))
    assert similarity(silence, embed_voice(encoder, man)) == 0
    assert similarity(silence, silence) == 0


def test_a_tone_falls_into_its_own_band() -> None:
    """A tone of 1000 Hz, the end of the linear part: 15 mels of 40 bands over 44.8 mels."""
    tone = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000).astype(np.float32)
    mel = mel_spectrogram(tone)
    assert mel.shape == (101, 40)
    assert mel[50].argmax() in (12, 13)
    assert mel[50].max() > 100 * np.median(mel[50])


def test_missing_weights_are_said_in_one_sentence_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is not there."""
    monkeypatch.setattr(embedding, "find_spec", lambda _: None)
    load_voice_encoder.cache_clear()
    with pytest.raises(WeightsError, match="voices apart are not installed") as refused:
        load_voice_encoder()
    assert "requirements-nodeps.txt" in refused.value.hint


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not the published one is never loaded: it could run code, or know no voice."""
    (tmp_path / embedding.WEIGHTS_FILE).write_bytes(b"something else")
    found = ModuleSpec(embedding.PACKAGE, None)
    found.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(embedding, "find_spec", lambda _: found)
    load_voice_encoder.cache_clear()
    with pytest.raises(WeightsError, match="damaged"):
        load_voice_encoder()


def test_a_file_that_names_anything_but_tensors_is_refused(tmp_path: Path) -> None:
    """Files of torch are pickles, and a pickle can name any function: only what makes tensors is looked up."""
    path = tmp_path / "weights.pt"
    path.write_bytes(b"".join(pickle.dumps(part) for part in (1, 2, {}, {"model_state": shutil.rmtree})))
    with pytest.raises(WeightsError, match="holds no tensors") as refused:
        read_tensors(path, "model_state")
    assert "rmtree is not for reading tensors" in refused.value.hint
