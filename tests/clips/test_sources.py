"""Recordings of every kind end as plain clips: interlaced, HDR, 10-bit, oddly tagged."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clips.sources import SourceFacts, entry_ms, source_facts
from pipeline.ffmpeg import file_url, probe, run

TAGS = "setparams=color_primaries=bt2020:color_trc={0}:colorspace=bt2020nc"
KINDS = {
    "pq.mp4": (
        f"scale=640:360,format=yuv420p10le,{TAGS.format('smpte2084')}",
        ["-c:v", "libx265", "-x265-params", "log-level=none", "-preset", "ultrafast"],
        ("bt2020", False, True),
    ),
    "hlg.mkv": (
        f"format=yuv420p10le,{TAGS.format('arib-std-b67')}",
        ["-c:v", "libx265", "-x265-params", "log-level=none", "-preset", "ultrafast"],
        ("bt2020", False, True),
    ),
    "interlaced.mpg": (
        "scale=720:576,fps=50,interlace,setsar=64/45",
        ["-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-b:v", "6M", "-c:a", "mp2"],
        ("bt601", True, False),
    ),
    "full.avi": (
        "format=yuvj422p",
        ["-c:v", "mjpeg", "-q:v", "3", "-c:a", "pcm_s16le"],
        ("bt601", False, False),
    ),
    "deep.mov": ("format=yuv422p10le", ["-c:v", "prores_ks", "-c:a", "pcm_s24le"], ("bt601", False, False)),
    "vp9.webm": (
        "format=yuv444p",
        ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"],
        ("bt601", False, False),
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_picture_ends_as_a_plain_clip(
    make_recording: Callable[..., Path], studio: Callable[..., Any], name: str
) -> None:
    """8-bit 4:2:0 H.264 at a constant rate, with the source's own frames at its edges."""
    filters, codec, facts = KINDS[name]
    source = make_recording(name, seconds=4, video=("-vf", filters, *codec))
    found = source_facts(source, probe(source))
    assert (found.matrix, found.is_interlaced, found.is_hdr) == facts
    (rendition,) = studio(source).render(studio(source).plan((0, 1_000, 2_600)))
    assert {"streams", "edge frames", "frames"} <= {c.name for c in rendition.verification.checks if c.passed}


def test_sound_only_recordings_have_plain_facts(make_recording: Callable[..., Path]) -> None:
    """No picture, nothing to say about it."""
    voice = make_recording("voice.ogg", picture=False)
    assert source_facts(voice, probe(voice)) == SourceFacts()
    assert entry_ms(voice, probe(voice), 5_000) == 4_000
    assert entry_ms(voice, probe(voice), 300) == 0


@pytest.mark.parametrize("name", ["long.mp4", "long.ts", "long.mkv"])
def test_reading_starts_before_a_key_frame(make_recording: Callable[..., Path], name: str) -> None:
    """At most one group of pictures and a moment early, never after the last key frame."""
    group = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "75", "-sc_threshold", "0", "-keyint_min", "75"]
    source = make_recording(name, seconds=14, video=group)
    entry = entry_ms(source, probe(source), 10_000)
    assert 8_000 <= entry <= 9_000 - 400  # key frames stand at 0, 3, 6, 9 s


def test_one_key_frame_is_found_however_far(make_recording: Callable[..., Path]) -> None:
    """A screen recording with its only key frame at the start is read from there."""
    source = make_recording("one.mkv", seconds=14, video=["-c:v", "libx264", "-preset", "ultrafast", "-g", "9999"])
    assert entry_ms(source, probe(source), 13_000) == 0


def test_a_start_time_is_not_recording_time(
    make_recording: Callable[..., Path],
    studio: Callable[..., Any],
    numbers: Callable[[Path], list[int]],
    tmp_path: Path,
) -> None:
    """A file whose clock starts at ten seconds: 0 is its first moment, as players show it."""
    plain = make_recording("cfr.mp4")
    late = tmp_path / "late.ts"
    run(["-v", "error", "-i", file_url(plain), "-c", "copy", "-output_ts_offset", "10", file_url(late)])
    assert probe(late).start_ms > 9_000
    where = studio(late)
    where.render(where.plan((0, 2_000, 3_000)))
    # its sound starts one AAC frame, 21 ms, before its picture: at 2 s frame 49 is still on screen
    assert numbers(where.folder / "16x9.mp4") == list(range(49, 74))
