"""Voice activity is found without the engine, also where it is quiet."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.domain import Span
from pipeline.sound import Samples, read_sound, sound_duration_ms
from pipeline.voice import find_voice, voiced_spans

WriteWav = Callable[[Samples], Path]


def voiced_ms(path: Path) -> int:
    """How much of a file is voiced."""
    return sum(span.duration_ms for span in find_voice(path))


def test_speech_is_found(jfk: Path) -> None:
    """Spans are in order, apart, inside the file, and hold most of the speech."""
    spans = find_voice(jfk)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(spans))
    assert spans[-1].end_ms <= sound_duration_ms(jfk)
    assert 7000 < sum(s.duration_ms for s in spans) < 10_000


def test_quiet_speech_after_loud_speech_is_found(jfk: Path, write_wav: WriteWav) -> None:
    """A second speaker 40 dB below the first is not lost."""
    loud = read_sound(jfk)
    both = write_wav(np.concatenate((loud, loud * np.float32(0.01))))
    second = [s for s in find_voice(both) if s.start_ms >= 11_000]
    assert sum(s.duration_ms for s in second) > 0.7 * voiced_ms(jfk)


@pytest.mark.parametrize("sound", ["silence", "noise", "hum"])
def test_no_voice_where_nobody_speaks(sound: str, write_wav: WriteWav) -> None:
    """Silence, noise and mains hum hold no voice."""
    time = np.arange(20 * 16000) / 16000
    samples = {
        "silence": np.zeros(len(time)),
        "noise": np.random.default_rng(1).normal(0, 0.05, len(time)),
        "hum": 0.1 * np.sin(2 * np.pi * 50 * time),
    }[sound]
    assert find_voice(write_wav(samples.astype(np.float32))) == ()


def test_times_do_not_drift_over_blocks(jfk: Path, write_wav: WriteWav) -> None:
    """Speech after more than a minute of silence is found at its own time."""
    silence = np.zeros(70 * 16000, np.float32)
    late = write_wav(np.concatenate((silence, read_sound(jfk))))
    assert abs(find_voice(late)[0].start_ms - 70_000 - find_voice(jfk)[0].start_ms) <= 64


def test_empty_sound_has_no_voice(write_wav: WriteWav) -> None:
    """A file without a single sample is silent."""
    assert find_voice(write_wav(np.zeros(0, np.float32))) == ()


def test_short_pauses_are_bridged_and_clicks_left_out() -> None:
    """A pause of one frame does not end a span; one voiced frame does not make one."""
    chances = [0.0, 0.9] + [0.0] * 10 + [0.9] * 10 + [0.1] + [0.9] * 10 + [0.0] * 10
    assert voiced_spans(chances, 10_000) == (Span(12 * 32 - 30, 33 * 32 + 30),)
