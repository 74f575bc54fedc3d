"""No file that somebody hands over ends in a traceback, whatever is in it."""

import contextlib
import random
from pathlib import Path

import pytest
from fuzzing import EXPECTED, READERS, spoiled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("name", sorted(READERS.keys() - {"manifest"}))
def test_the_whole_file_is_read(name: str, tmp_path: Path) -> None:
    """What is spoiled below is something that the reader knows."""
    for seed in READERS[name].seeds:
        assert READERS[name].read(seed, tmp_path)


@pytest.mark.parametrize("name", READERS)
@given(number=st.integers(0, 2**32))
@settings(max_examples=300, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoiled_file_is_read_or_refused(name: str, tmp_path: Path, number: int) -> None:
    """With a sentence for whoever handed it over."""
    reader = READERS[name]
    with contextlib.suppress(*EXPECTED):
        reader.read(spoiled(random.Random(number), reader.seeds), tmp_path)  # noqa: S311


@pytest.mark.parametrize("name", READERS)
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode(errors="replace"))))
@settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_is_read_or_refused(name: str, tmp_path: Path, data: bytes) -> None:
    """Bytes and letters of any kind."""
    with contextlib.suppress(*EXPECTED):
        READERS[name].read(data, tmp_path)
