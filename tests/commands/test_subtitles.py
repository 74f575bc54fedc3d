"""Subtitles without a workspace: variants of the same transcript, and what is said about them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
SAID = (("interviewer", "Where did you go then?", 0), ("interviewee", "I uh went went to my aunt in town.", 4000))


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    """A question and an answer with a hesitation and a repeat, a word every 300 ms."""
    segments = []
    for number, (speaker, text, start) in enumerate(SAID, 1):
        words = [
            {"text": word, "start_ms": start + 300 * n, "end_ms": start + 300 * n + 260, "probability": 0.9}
            for n, word in enumerate(text.split())
        ]
        segments.append({"id": f"s{number}", "speaker": speaker, "start_ms": start, "end_ms": words[-1]["end_ms"],
                         "text": text, "words": words})  # fmt: skip
    given = {"version": 1, "language": "en", "duration_ms": 12_000, "engine": "", "model": "", "segments": segments}
    path = tmp_path / "t.json"
    path.write_text(json.dumps(given), encoding="utf-8")
    return path


def make(*argv: object) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([str(COUNTERCLIP), "subtitles", "make", *map(str, argv)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def test_every_word_is_kept_unless_asked_otherwise(transcript: Path) -> None:
    """Hesitations stay; left out, they are listed by time and never by word."""
    assert "I uh went went to my aunt" in " ".join(make(transcript).stdout.split())
    done = make(transcript, "--no-verbatim")
    assert "I went to my aunt" in " ".join(done.stdout.split())
    assert done.stderr.count("left out at") == 2
    assert "uh" not in done.stderr


def test_the_variant_for_the_deaf_says_who_speaks_and_what_else_is_heard(transcript: Path, tmp_path: Path) -> None:
    """Roles in capitals, sounds in brackets, in the pauses."""
    sounds = tmp_path / "sounds.srt"
    sounds.write_text("1\n00:00:08,000 --> 00:00:10,000\ndoor closes\n", encoding="utf-8")
    text = make(transcript, "--sdh", "--sounds", sounds).stdout
    assert "INTERVIEWER: Where" in text
    assert "SPEAKER: I" in text
    assert "[door closes]" in text


def test_what_is_too_fast_to_read_is_a_listed_exception(transcript: Path) -> None:
    """The report names cue, figure and limit."""
    given = json.loads(transcript.read_text(encoding="utf-8"))
    for segment in given["segments"]:
        for word in segment["words"]:
            for key in ("start_ms", "end_ms"):
                word[key] = segment["start_ms"] + (word[key] - segment["start_ms"]) // 6
    given["duration_ms"] = 4_600
    transcript.write_text(json.dumps(given), encoding="utf-8")
    assert "quality exception: cue 2: reading_speed (hard)" in make(transcript).stderr


def test_in_9_16_a_vtt_stands_above_the_platform_s_buttons(transcript: Path, tmp_path: Path) -> None:
    """Position settings on every cue."""
    out = tmp_path / "t.vtt"
    make(transcript, "--aspect", "9:16", "-o", out)
    times = [line for line in out.read_text(encoding="utf-8").splitlines() if "-->" in line]
    assert times
    assert all("line:70%" in line for line in times)


CLEAN = (
    "1\n00:00:00,000 --> 00:00:02,000\nThey took us there.\n\n2\n00:00:02,080 --> 00:00:04,000\nThen it was quiet.\n"
)
FAULTY = CLEAN.replace("00:00:02,080 --> 00:00:04,000", "00:00:02,200 --> 00:00:02,600")
"""A gap left open, and a second cue that is too short and too fast to be read."""


def check(*argv: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(COUNTERCLIP), "subtitles", "check", *map(str, argv)], capture_output=True, text=True)


def test_the_linter_says_rule_cue_figure_and_limit_and_how_bad_it_is(tmp_path: Path) -> None:
    """One line for each violation, for people and for machines; 4 where a hard rule is broken; never the text."""
    file = tmp_path / "t.srt"
    file.write_text(FAULTY, encoding="utf-8")
    done = check(file)
    assert done.returncode == 4
    assert done.stdout.splitlines() == [
        "cue 1: gap_left_open: 200 (limit 500)",
        "cue 2: reading_speed: 45.0 (limit 20)",
        "cue 2: too_short: 400 (limit 833)",
    ]
    read = [json.loads(line) for line in check(file, "--json").stdout.splitlines()]
    assert [(v["rule"], v["cue"], v["hard"], v["figure"], v["limit"]) for v in read][1:] == [
        ("reading_speed", 2, True, 45.0, 20), ("too_short", 2, True, 400, 833)
    ]  # fmt: skip
    assert "quiet" not in done.stdout + done.stderr


@pytest.mark.parametrize("text", [CLEAN, CLEAN.replace("Then it", "We")], ids=["clean", "soft"])
def test_a_file_without_hard_faults_passes(tmp_path: Path, text: str) -> None:
    """Soft ones are listed as such."""
    file = tmp_path / "t.srt"
    file.write_text(text.replace("They took us there.", "They took us to the"), encoding="utf-8")
    done = check(file)
    assert done.returncode == 0
    assert all(line.endswith(", soft") for line in done.stdout.splitlines())
    assert "0 hard" in done.stderr


def test_other_shapes_and_repairs_are_told(tmp_path: Path) -> None:
    """What fits 16:9 is too long for 9:16; what had to be repaired in reading is said with its line."""
    file = tmp_path / "t.srt"
    file.write_text(CLEAN.replace("took us there", "took us there on that night").replace("\n\n2\n", "\n2\n"), "utf-8")
    assert check(file).returncode == 0
    tall = check(file, "--aspect", "9:16")
    assert tall.returncode == 4
    assert tall.stdout.startswith("cue 1: line_too_long: 33 (limit 25)")
    assert "repaired: line 4: no empty line before this cue, added" in tall.stderr
