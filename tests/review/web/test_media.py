"""What the player gets: a copy that seeks fast, peaks, byte ranges."""

import subprocess
from itertools import pairwise

import av
import pytest

from pipeline.domain import Recording
from pipeline.ffmpeg import binary, probe
from pipeline.media import PEAKS_PER_SECOND, find_peaks, make_peaks, make_proxy, proxy_arguments


@pytest.fixture
def tall_film(tmp_path):
    """Seven seconds of a portrait film at 50 frames a second with a chapter title and a place in it."""
    out = tmp_path / "film.mp4"
    subprocess.run(
        [binary(), "-v", "error", "-f", "lavfi", "-i", "testsrc=size=720x1280:rate=50", "-f", "lavfi", "-i", "sine=500",
         "-t", "7", "-c:v", "libx264", "-preset", "ultrafast", "-g", "250", "-c:a", "aac",
         "-metadata", "title=CANARY", "-metadata", "location=+33.5+36.3/", out],
        check=True,
    )  # fmt: skip
    return out


def test_the_copy_has_a_key_frame_every_second_and_nothing_of_the_originals_metadata(tall_film, tmp_path) -> None:
    """540 lines on the short side, at most 30 frames a second, as long as the original."""
    facts = probe(tall_film)
    out = tmp_path / "proxy.mp4"
    subprocess.run([binary(), "-nostdin", *proxy_arguments(tall_film, facts, out)], check=True)
    with av.open(str(out)) as opened:
        stream = opened.streams.video[0]
        keys = [float(p.pts * p.time_base) for p in opened.demux(stream) if p.pts is not None and p.is_keyframe]
        size = (stream.codec_context.width, stream.codec_context.height, float(stream.average_rate))
    assert size == (540, 960, 25.0)
    assert max(b - a for a, b in pairwise(keys)) <= 1.001
    assert abs(probe(out).duration_ms - facts.duration_ms) < 100
    assert b"CANARY" not in out.read_bytes()


def test_the_copy_is_made_once(place) -> None:
    """The second call finds the first one's file."""
    recording: Recording = place.store.recording(place.recording)
    made = make_proxy(place.store, place.workspace, recording)
    stamp = made.stat().st_mtime_ns
    assert make_proxy(place.store, place.workspace, recording).stat().st_mtime_ns == stamp
    assert probe(made).picture is None


def test_peaks_are_fifty_a_second_and_follow_the_sound(place) -> None:
    """Eleven seconds; loud where he speaks, still in the pause at five seconds."""
    recording = place.store.recording(place.recording)
    peaks = make_peaks(place.store, place.workspace, recording).read_bytes()
    assert abs(len(peaks) - 11 * PEAKS_PER_SECOND) <= 1
    assert max(peaks[8 * 50 : 9 * 50]) > 60
    assert find_peaks(place.workspace.recording_folder(recording.id) / "speech.wav") == peaks


def test_seeking_gets_the_bytes_it_asks_for(place) -> None:
    """206 for a range, 416 past the end, HEAD without a body; never kept by the browser."""
    bea, path = place.client("bea"), f"/recordings/{place.recording}/sound"
    whole = bea.get(path)
    part = bea.get(path, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert bea.get(path, headers={"range": f"bytes={len(whole.content) + 5}-"}).status_code == 416
    assert bea.head(path).content == b""
    assert whole.headers["cache-control"] == "private, no-store"
