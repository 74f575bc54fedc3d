"""Sound and engines that several tests of the speech room use."""

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.ffmpeg import write_speech_sound
from pipeline.sound import Samples
from pipeline.transcribe import Engine, load_engine

WriteWav = Callable[[Samples], Path]


@pytest.fixture(scope="session")
def jfk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 11 s of jfk.flac as ingest would write them: 16 kHz mono WAV."""
    path = tmp_path_factory.mktemp("jfk") / "jfk.wav"
    write_speech_sound(Path(__file__).parent.parent / "data" / "jfk.flac", 0, path)
    return path


@pytest.fixture
def write_wav(tmp_path: Path) -> WriteWav:
    """Writes samples as ingest would, each call its own file."""
    count = iter(range(100))

    def write(samples: Samples) -> Path:
        path = tmp_path / f"sound{next(count)}.wav"
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(16000)
            out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        return path

    return write


@pytest.fixture(scope="session")
def fast_engine(weights_base: Path) -> Engine:
    """faster-whisper with the base model."""
    return load_engine("faster-whisper", "base")
