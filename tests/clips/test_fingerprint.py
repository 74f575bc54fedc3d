"""Copies are recognised however they were encoded; other clips, also of the same interview, are not."""

from pathlib import Path

import numpy as np
import pytest

import pipeline
from clips.fingerprint import BITS, Heard, compare, fingerprint_of, look_at, sound_items
from pipeline.domain import Fingerprint, Span
from pipeline.errors import MediaError
from pipeline.ffmpeg import file_url, run
from pipeline.jobs.recognise import LIKE_PICTURE, SAME_SOUND

DATA = Path(__file__).parents[1] / "data"
INTERVIEW = Path(pipeline.__file__).parent / "sample" / "interview.mp4"
SECONDS = 7
WHOLE = [Span(0, 60_000)]
SMALL = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "24", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2")

COPIES = {
    "encoded again": "null",
    "cropped by 5 %": "crop=iw*0.95:ih*0.95",
    "scaled": "scale=214:120",
    "letter-boxed": "pad=320:320:0:70",
    "pillar-boxed": "pad=480:180:80:0",
}


def passage(out: Path, source: Path, start_s: float) -> Path:
    """A clip of a recording; one that has no picture gets a test card's."""
    card = ["-f", "lavfi", "-i", "testsrc=s=320x180:r=25"] if source.suffix != ".mp4" else []
    run([
        "-v", "error", "-ss", str(start_s), "-i", file_url(source), *card, "-t", str(SECONDS), "-map",
        "1:v" if card else "0:v", "-map", "0:a", "-vf", "scale=320:180", *SMALL, file_url(out),
    ])  # fmt: skip
    return out


def voice(out: Path, source: Path, start_s: float, sound: str = "anull") -> Path:
    """Only what is heard of a passage."""
    cut = ["-ss", str(start_s), "-i", file_url(source), "-t", str(SECONDS), "-map", "0:a:0", "-af", sound]
    run(["-v", "error", *cut, "-c:a", "aac", file_url(out)])
    return out


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven seconds of the sample interview."""
    return passage(tmp_path_factory.mktemp("clip") / "clip.mp4", INTERVIEW, 14)


@pytest.fixture(scope="module")
def known(clip: Path) -> Fingerprint:
    """What the register keeps of it."""
    return fingerprint_of(clip, "c-1", "0" * 64, WHOLE)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> list[Heard]:
    """Twenty other clips: nine of the same person, eight of him backwards, three of other people."""
    home = tmp_path_factory.mktemp("others")
    starts = [start for start in range(0, 78, 7) if start != 14][:9]
    made = [voice(home / f"{start}.m4a", INTERVIEW, start) for start in starts]
    made += [voice(home / f"r{start}.m4a", INTERVIEW, start, "areverse") for start in starts[:8]]
    made += [voice(home / f"{n}.m4a", DATA / name, s) for n, (name, s) in enumerate(OTHER_PEOPLE)]
    return [Heard(sound_items(file), np.zeros((0, BITS), np.uint8)) for file in made]


OTHER_PEOPLE = (("jfk.flac", 0), ("jfk.flac", 4), ("sense_0870.wav", 0))


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_recognised(clip: Path, known: Fingerprint, tmp_path: Path, name: str) -> None:
    """By its sound for certain, and its picture agrees; a third of a second is gone at the start."""
    copy = tmp_path / "copy.mkv"
    picture = f"{COPIES[name]},scale=trunc(iw/2)*2:trunc(ih/2)*2"
    run([
        "-v", "error", "-ss", "0.33", "-i", file_url(clip), "-vf", picture, "-c:v", "libx264", "-crf", "34",
        "-preset", "veryfast", "-c:a", "libmp3lame", "-b:a", "48k", file_url(copy),
    ])  # fmt: skip
    alike = compare(known, look_at(copy))
    assert alike.sound is not None
    assert alike.sound >= SAME_SOUND + 0.2
    assert alike.picture is not None
    assert alike.picture >= LIKE_PICTURE


def test_twenty_other_clips_are_not(known: Fingerprint, others: list[Heard]) -> None:
    """Not even those of the same voice in the same room: sound decides, their pictures may well be alike."""
    assert len(others) == 20
    likeness = [compare(known, other).sound for other in others]
    assert all(share is not None and share < SAME_SOUND - 0.1 for share in likeness), likeness


def test_a_piece_of_a_clip_inside_a_longer_video_is_recognised(clip: Path, known: Fingerprint, tmp_path: Path) -> None:
    """Somebody puts five seconds of it into a programme of his own."""
    both = tmp_path / "programme.mp4"
    other = passage(tmp_path / "other.mp4", DATA / "jfk.flac", 0)
    run([
        "-v", "error", "-i", file_url(other), "-ss", "1", "-t", "5", "-i", file_url(clip), "-filter_complex",
        "[0:v]setsar=1[a];[1:v]setsar=1[b];[a][0:a][b][1:a]concat=n=2:v=1:a=1[v][s]", "-map", "[v]", "-map", "[s]",
        *SMALL, file_url(both),
    ])  # fmt: skip
    alike = compare(known, look_at(both))
    assert alike.sound is not None
    assert alike.sound >= SAME_SOUND


def test_silence_is_like_nothing(known: Fingerprint, tmp_path: Path) -> None:
    """Cards are silent in every clip; a muted copy is found by its picture alone."""
    mute = tmp_path / "mute.wav"
    run(["-v", "error", "-f", "lavfi", "-i", "anullsrc=d=8", file_url(mute)])
    assert compare(known, look_at(mute)).sound is None


def test_only_what_shows_the_recording_is_remembered(clip: Path) -> None:
    """Cards and waves look alike in all clips."""
    assert fingerprint_of(clip, "c-1", "0" * 64, []).pictures == ()
    half = fingerprint_of(clip, "c-1", "0" * 64, [Span(0, 3_000)])
    assert {len(pictures) for pictures in half.pictures} == {6 * 64}


def test_no_media_is_refused_in_words(tmp_path: Path) -> None:
    """A text file is nobody's clip."""
    text = tmp_path / "notes.mp4"
    text.write_text("no film")
    with pytest.raises(MediaError, match="cannot be read"):
        look_at(text)


def test_a_fingerprint_is_small(known: Fingerprint) -> None:
    """A minute of clip takes some tens of kilobytes in the register."""
    assert sum(map(len, known.pictures)) + 4 * len(known.sound) < SECONDS * 1_000
    assert max(known.sound) <= np.iinfo(np.uint32).max
