"""The sample interview is what its script says, and carries the traps that the demo needs."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pipeline
from pipeline.domain import Span
from pipeline.ffmpeg import decode_sound, probe

SAMPLE = Path(pipeline.__file__).parent / "sample"
INTERVIEW = SAMPLE / "interview.mp4"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """What is said in it, and when."""
    loaded: dict[str, Any] = json.loads((SAMPLE / "script.json").read_text(encoding="utf-8"))
    return loaded


def test_it_is_small_and_has_a_picture_and_two_channels() -> None:
    """Small enough for a repository, and an ordinary recording."""
    facts = probe(INTERVIEW)
    assert INTERVIEW.stat().st_size <= 2_000_000
    assert 60_000 <= facts.duration_ms <= 90_000
    assert facts.sound.channels == 2
    assert facts.picture is not None
    assert (facts.picture.width, facts.picture.height, facts.picture.frame_rate) == (1280, 720, 25)


def test_words_follow_each_other_inside_the_recording(script: dict[str, Any]) -> None:
    """The script can be used as truth for word times."""
    words = [word for turn in script["turns"] for word in turn["words"]]
    ends = list(itertools.chain.from_iterable((w["start_ms"], w["end_ms"]) for w in words))
    assert ends == sorted(ends)
    assert all(w["start_ms"] < w["end_ms"] for w in words)
    assert ends[-1] <= script["duration_ms"]
    assert abs(script["duration_ms"] - probe(INTERVIEW).duration_ms) <= 40
    assert all(turn["text"].split() == [w["text"] for w in turn["words"]] for turn in script["turns"])


def test_voices_are_heard_where_the_script_says(script: dict[str, Any]) -> None:
    """Every turn is loud in both channels, and every pause before it is only the room."""
    pause_end = 0
    for turn in script["turns"]:
        said = _level_db(Span(turn["start_ms"], turn["end_ms"]))
        before = _level_db(Span(max(pause_end + 350, turn["start_ms"] - 300), turn["start_ms"] - 60))
        assert min(said - before) > 15
        assert max(before) > -80
        pause_end = turn["end_ms"]


def _level_db(span: Span) -> Any:
    sound = decode_sound(INTERVIEW, probe(INTERVIEW).sound.index, channels=2, span=span)
    return 20 * np.log10(np.sqrt((sound**2).mean(axis=0)) + 1e-9)


def test_the_name_is_in_the_good_passage_and_the_admission_is_not(script: dict[str, Any]) -> None:
    """The demo needs one redaction inside the clip and one block outside it."""
    demo = script["demo"]
    good = Span(demo["clip"]["start_ms"], demo["clip"]["end_ms"])
    assert 30_000 <= good.duration_ms <= 45_000
    assert good.contains(Span(demo["name"]["start_ms"], demo["name"]["end_ms"]))
    assert not good.overlaps(Span(demo["admission"]["start_ms"], demo["admission"]["end_ms"]))
    assert demo["name"]["text"] in script["turns"][demo["clip"]["turn"]]["text"]


def test_its_metadata_holds_the_traps() -> None:
    """The private name and a place are planted: a clip of it shows that they do not leak."""
    raw = INTERVIEW.read_bytes()
    assert raw.count(b"Daniel Brooks") >= 2
    assert b"+48.2082+016.3738" in raw
