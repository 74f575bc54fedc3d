"""What is redacted is gone on every channel before anything is encoded, and something else is heard there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips.samples import read_clip_sound
from pipeline.domain import Redaction, RedactionKind, Rendition, Span

HIDDEN = Span(1_330, 2_550)
WORDS = (
    ("And", 320, 660), ("so", 660, 900), ("my", 900, 1_120), ("fellow", 1_120, 1_480), ("Americans", 1_480, 2_400),
    ("ask", 3_300, 3_800), ("not", 3_900, 4_300),
)  # fmt: skip

LAYOUTS = {
    "mono-8k.wav": ("aresample=8000", 1),
    "left-only.mp4": ("aformat=channel_layouts=mono,pan=stereo|c0=c0|c1=0*c0", 2),
    "opposite.mov": ("aformat=channel_layouts=mono,pan=stereo|c0=c0|c1=-1*c0", 2),
    "surround.mkv": ("aformat=channel_layouts=mono,pan=5.1|c0=0.2*c0|c2=c0|c4=0.5*c0", 6),
}


def checked(rendition: Rendition, name: str) -> str:
    check = next(c for c in rendition.verification.checks if c.name == name)
    assert check.passed
    return check.detail


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_channel_is_replaced(
    make_recording: Callable[..., Path], studio: Callable[..., Any], spoken: Callable[..., Any], data: Path, name: str
) -> None:
    """However the channels lie in the recording, the tone is all that is heard in either of the clip's."""
    sound_filter, channels = LAYOUTS[name]
    source = make_recording(
        name, seconds=5, sound=data / "jfk.flac", sound_filter=sound_filter, channels=channels,
        picture=not name.endswith(".wav"),
    )  # fmt: skip
    where = studio(source, transcripts={"r-0": spoken(WORDS, 5_000)})
    tone = Redaction("x-1", "r-0", RedactionKind.TONE, HIDDEN)
    (rendition,) = where.render(where.plan((0, 120, 4_500), redactions=[tone]))
    checked(rendition, "redacted sound")
    clip = read_clip_sound(where.folder / rendition.file_name)
    inside = clip[1_230 * 48 : 2_410 * 48]
    assert np.abs(inside).max() == pytest.approx(0.125, rel=0.08)
    assert np.abs(inside[:, 0] - inside[:, 1]).max() < 0.004


def test_silence_is_silent(
    make_recording: Callable[..., Path], studio: Callable[..., Any], spoken: Callable[..., Any], data: Path
) -> None:
    """Silence leaves nothing, right from its first millisecond to its last."""
    source = make_recording("speech.mkv", seconds=5, sound=data / "jfk.flac")
    where = studio(source, transcripts={"r-0": spoken(WORDS, 5_000)})
    silence = Redaction("x-1", "r-0", RedactionKind.SILENCE, HIDDEN)
    (rendition,) = where.render(where.plan((0, 120, 4_500), redactions=[silence]))
    checked(rendition, "redacted sound")
    clip = read_clip_sound(where.folder / rendition.file_name)
    assert np.abs(clip[1_225 * 48 : 2_415 * 48]).max() < 0.001
    assert np.abs(clip[1_000 * 48 : 1_210 * 48]).max() > 0.05


def test_room_tone_is_the_recordings_own_quiet(
    make_recording: Callable[..., Path], studio: Callable[..., Any], spoken: Callable[..., Any], data: Path
) -> None:
    """Room tone is quieter than speech, not silent, and without a word of what it covers."""
    noisy = "aresample=48000,aeval=val(0)+0.004*(random(1)-0.5)"
    source = make_recording("room.mkv", seconds=5, sound=data / "jfk.flac", sound_filter=noisy)
    where = studio(source, transcripts={"r-0": spoken(WORDS, 5_000)})
    room = Redaction("x-1", "r-0", RedactionKind.ROOM, HIDDEN)
    (rendition,) = where.render(where.plan((0, 120, 4_500), redactions=[room]))
    checked(rendition, "redacted sound")
    clip = read_clip_sound(where.folder / rendition.file_name)
    inside = clip[1_240 * 48 : 2_400 * 48]
    assert 0.0003 < float(np.sqrt(np.mean(inside**2))) < 0.02


def test_a_quiet_voice_gets_no_loud_tone(
    make_recording: Callable[..., Path], studio: Callable[..., Any], spoken: Callable[..., Any], data: Path
) -> None:
    """The voice is brought up by 30 dB, the tone stays where it belongs."""
    source = make_recording("quiet.mkv", seconds=5, sound=data / "jfk.flac", sound_filter="volume=-30dB")
    where = studio(source, transcripts={"r-0": spoken(WORDS, 5_000)})
    tone = Redaction("x-1", "r-0", RedactionKind.TONE, HIDDEN)
    (rendition,) = where.render(where.plan((0, 120, 4_500), redactions=[tone]))
    assert "target -16.0" in checked(rendition, "loudness")
    clip = read_clip_sound(where.folder / rendition.file_name)
    assert np.abs(clip[1_240 * 48 : 2_400 * 48]).max() == pytest.approx(0.125, rel=0.08)
