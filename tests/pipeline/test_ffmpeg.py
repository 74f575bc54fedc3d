"""The one place that opens media refuses what it should and reads what it must."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pipeline.domain import Span
from pipeline.errors import FfmpegError, MediaError
from pipeline.ffmpeg import binary, decode_sound, file_url, probe, run, write_speech_sound
from pipeline.sound import read_sound, sound_duration_ms


def made(out: Path, *argv: str) -> Path:
    """A small file made by ffmpeg."""
    run(["-v", "error", "-y", *argv, file_url(out)])
    return out


def test_a_recording_with_picture_is_described(tmp_path: Path) -> None:
    """Size, exact frame rate and sound are read."""
    file = made(tmp_path / "a.mp4", "-f", "lavfi", "-i", "testsrc=s=320x180:r=30000/1001:d=1", "-f", "lavfi",
                "-i", "sine=d=1:r=44100", "-c:v", "libx264", "-c:a", "aac")  # fmt: skip
    facts = probe(file)
    assert facts.picture is not None
    assert (facts.picture.width, facts.picture.height) == (320, 180)
    assert str(facts.picture.frame_rate) == "30000/1001"
    assert facts.sound.sample_rate == 44100
    assert 950 <= facts.duration_ms <= 1100


def test_a_picture_that_players_turn_says_so(tmp_path: Path) -> None:
    """A phone's rotation flag is read as degrees clockwise."""
    plain = made(tmp_path / "a.mp4", "-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1",
                 "-c:v", "libx264", "-c:a", "aac")  # fmt: skip
    turned = made(tmp_path / "b.mp4", "-display_rotation", "-90", "-i", file_url(plain), "-c", "copy")
    picture = probe(turned).picture
    assert picture is not None
    assert picture.rotation == 90


@pytest.mark.parametrize("name", ["missing.mp4", "text.mp4", "empty.mp4", "silent.mp4", "half.mp4"])
def test_what_is_no_recording_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    """Missing, not media, empty, without sound, cut off before its index: each names the file."""
    file = tmp_path / name
    match name:
        case "text.mp4":
            file.write_text("not a film")
        case "empty.mp4":
            file.touch()
        case "silent.mp4":
            made(file, "-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=1", "-c:v", "libx264")
        case "half.mp4":
            whole = made(tmp_path / "w.mp4", "-f", "lavfi", "-i", "sine=d=5", "-c:a", "aac").read_bytes()
            file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MediaError, match=name):
        probe(file)


def test_a_playlist_that_calls_itself_mp4_is_not_followed(tmp_path: Path) -> None:
    """A text that names another file is refused, although its name ends in .mp4."""
    secret = made(tmp_path / "secret.wav", "-f", "lavfi", "-i", "sine=d=1")
    evil = tmp_path / "evil.mp4"
    evil.write_text(f"ffconcat version 1.0\nfile {secret.name}\n")
    with pytest.raises(MediaError):
        probe(evil)
    with pytest.raises(FfmpegError):
        write_speech_sound(evil, 0, tmp_path / "out.wav")


def test_decoded_sound_starts_at_recording_time_zero(tmp_path: Path) -> None:
    """Sound that begins half a second late is preceded by half a second of silence."""
    file = made(tmp_path / "late.mkv", "-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=2", "-itsoffset", "0.5", "-f",
                "lavfi", "-i", "sine=d=1.5:r=48000", "-c:v", "libx264", "-c:a", "pcm_s16le")  # fmt: skip
    samples = decode_sound(file, 1)[:, 0]
    first = int(np.argmax(np.abs(samples) > 0.01))
    assert abs(first - 8000) < 50


def test_each_channel_can_be_heard_apart(tmp_path: Path) -> None:
    """Two microphones stay two channels."""
    file = made(tmp_path / "two.wav", "-f", "lavfi", "-i", "aevalsrc=0.5*sin(440*2*PI*t)|0:d=1:s=16000")
    samples = decode_sound(file, 0, channels=2)
    assert np.abs(samples[:, 0]).max() > 0.3
    assert np.abs(samples[:, 1]).max() < 0.001


def test_speech_sound_is_read_a_stretch_at_a_time(tmp_path: Path, data: Path) -> None:
    """A stretch has the samples that the whole has at that place."""
    out = tmp_path / "speech.wav"
    write_speech_sound(data / "jfk.flac", 0, out)
    assert sound_duration_ms(out) == 11_000
    whole, part = read_sound(out), read_sound(out, Span(2_000, 3_000))
    assert np.array_equal(part, whole[32_000:48_000])


def test_ffmpegs_own_words_are_in_the_error() -> None:
    """A failure says what ffmpeg said."""
    with pytest.raises(FfmpegError, match="ffmpeg failed"):
        run(["-v", "error", "-i", "file:/nowhere/at/all.mp4", "-f", "null", "-"])


def test_ffmpeg_that_takes_too_long_is_stopped() -> None:
    """A hostile or endless file cannot hold the work up."""
    with pytest.raises(FfmpegError, match="longer than"):
        run(["-v", "error", "-re", "-f", "lavfi", "-i", "sine=d=60", "-f", "null", "-"], timeout_s=0.5)


def test_ffmpeg_dies_with_its_parent(tmp_path: Path) -> None:
    """kill -9 of our process leaves no ffmpeg behind."""
    script = (
        "from pipeline.ffmpeg import run; run(['-v','error','-re','-f','lavfi','-i','sine=d=61.25','-f','null','-'])"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 20
    while not _running("sine=d=61.25") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _running("sine=d=61.25")
    parent.kill()
    parent.wait()
    time.sleep(0.5)
    assert not _running("sine=d=61.25")


def _running(mark: str) -> bool:
    program = os.fsencode(binary())
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            argv = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if argv[0] == program and mark.encode() in argv:
            return True
    return False
