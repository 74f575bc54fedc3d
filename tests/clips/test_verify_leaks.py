"""Leaks planted one by one into a finished clip: each is refused, for the right reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import clips.render
from clips.expected import Expected
from clips.filtergraph import CLEAN
from clips.samples import read_channels, read_clip_sound
from clips.verify import verify_rendition
from clips.verify_words import speech_samples
from pipeline.domain import Cue, Redaction, RedactionKind, Region, Span, Verification
from pipeline.errors import VerificationError
from pipeline.ffmpeg import file_url, probe, run

KEPT = Span(120, 4_520)
HIDDEN = Span(1_330, 2_550)
WORDS = (
    ("And", 320, 660), ("so", 660, 900), ("my", 900, 1_120), ("fellow", 1_120, 1_480), ("Americans", 1_480, 2_400),
    ("ask", 3_300, 3_800), ("not", 3_900, 4_300),
)  # fmt: skip
REDACTIONS = (
    Redaction("x-1", "r-0", RedactionKind.TONE, HIDDEN),
    Redaction("x-2", "r-0", RedactionKind.BOX, Span(2_000, 3_000), Region(60, 50, 90, 60)),
)
BESIDE = {"fr": (Cue(300, 900, ("Et ainsi",)),), "en-x-sdh": (Cue(300, 900, ("SPEAKER: And so",)),)}
SPEECH = Path(__file__).parents[1] / "data" / "jfk.flac"
STRICT = [x for k, v in CLEAN.items() for x in (f"-{k}", v) if x is not None]
COPY = ["-map", "0:v", "-map", "0:a", "-c", "copy", "-fflags", "+bitexact", "-movflags", "+faststart"]
ENCODE = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart", *STRICT]

Plant = Callable[[Path, Path], None]
"""Writes a changed copy of the clip given first to the path given second."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A clip as rendering made it, and what it was compared with."""

    clip: Path
    expected: Expected
    source: Path
    heard: Sequence[Sequence[tuple[str, int, int]]]


@pytest.fixture(scope="module", name="finished")
def finished_(
    make_recording: Callable[..., Path], make_studio: Callable[..., Any], spoken: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Finished:  # fmt: skip
    """A speech with one word and one corner removed, rendered once."""
    source = make_recording("leaky.mkv", seconds=6, sound=SPEECH, sound_filter="aresample=48000")
    where = make_studio(source, folder=tmp_path_factory.mktemp("clip"), transcripts={"r-0": spoken(WORDS, 6_000)})
    plan = where.plan((0, KEPT.start_ms, KEPT.end_ms), redactions=REDACTIONS)
    compared: list[Expected] = []

    def noted(path: Path, expected: Expected, *rest: Any) -> Verification:
        compared.append(expected)
        return verify_rendition(path, expected, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clips.render, "verify_rendition", noted)
        (rendition,) = where.render(plan, cues=BESIDE)
    return Finished(where.folder / rendition.file_name, compared[0], source, where.heard(plan))


@pytest.fixture(name="faults")
def faults_(finished: Finished, parrot: Callable[..., Any], tmp_path: Path) -> Callable[..., dict[str, str]]:
    """The checks that a tampered copy fails: name → what they say."""

    def faults(
        plant: Plant | None = None, *, heard: Sequence[Sequence[tuple[str, int, int]]] | None = None, **meant: Any
    ) -> dict[str, str]:
        clip = finished.clip
        if plant:
            clip = tmp_path / "16x9.mp4"
            plant(finished.clip, clip)
        engine = parrot(finished.heard if heard is None else heard)
        found = verify_rendition(clip, replace(finished.expected, **meant), engine)
        assert all("mericans" not in check.detail for check in found.checks)
        return {check.name: check.detail for check in found.checks if not check.passed}

    return faults


def test_a_clean_clip_has_no_fault(finished: Finished, faults: Callable[..., dict[str, str]]) -> None:
    """Without a leak every check passes, so that the tests below fail for their own reason."""
    assert faults() == {}


@pytest.mark.parametrize(
    ("name", "first", "last", "channels", "share"),
    [
        ("missed channel", 0, 1_220, (1,), 1.0),
        ("short pad", 0, 90, (0, 1), 1.0),
        ("hole", 900, 960, (0, 1), 1.0),
        ("tone laid over speech", 0, 1_220, (0, 1), 0.3),
    ],
)
def test_speech_left_in_a_redaction_is_refused(
    finished: Finished, faults: Callable[..., dict[str, str]],
    name: str, first: int, last: int, channels: tuple[int, ...], share: float,
) -> None:  # fmt: skip
    """Source sound on one channel, at one edge, for 60 ms in the middle, under the tone."""
    theirs = read_channels(finished.source, probe(finished.source), HIDDEN)[:, 0]
    at = (HIDDEN.start_ms - KEPT.start_ms) * 48

    def change(sound: NDArray[np.float32]) -> None:
        for channel in channels:
            sound[at + first * 48 : at + last * 48, channel] += share * theirs[first * 48 : last * 48]

    assert "redacted sound" in faults(other_sound(change))


def test_another_track_is_refused(faults: Callable[..., dict[str, str]]) -> None:
    """Sound that is not the recording's."""

    def change(sound: NDArray[np.float32]) -> None:
        sound[: 1_100 * 48] = sound[: 1_100 * 48][::-1]
        sound[2_500 * 48 :] = sound[2_500 * 48 :][::-1]

    assert "same sound" in faults(other_sound(change))


@pytest.mark.parametrize(
    ("check", "options"),
    [
        ("tags", ["-metadata", "title=Interview 14"]),
        ("tags", ["-metadata:s:a:0", "handler_name=Zoom H4"]),
        ("streams", ["-map", "0:a"]),
        ("container", ["-movflags", "-faststart"]),
    ],
)
def test_additions_to_the_container_are_refused(
    faults: Callable[..., dict[str, str]], check: str, options: list[str]
) -> None:
    """A title, a device's name, a second track, an index at the end."""

    def plant(clip: Path, out: Path) -> None:
        run(["-v", "error", "-i", file_url(clip), *COPY, *options, file_url(out)])

    assert check in faults(plant)


def test_a_thumbnail_in_the_file_is_refused(faults: Callable[..., dict[str, str]]) -> None:
    """A cover picture, taken before the box stood: players show it first, and nobody looks at it again."""

    def plant(clip: Path, out: Path) -> None:
        cover = ["-map", "0:v", "-map", "0:a", "-map", "1:v", "-c", "copy", "-c:v:1", "mjpeg", "-frames:v:1", "1"]
        kept = ["-disposition:v:1", "attached_pic", "-fflags", "+bitexact", "-movflags", "+faststart"]
        run(["-v", "error", "-i", file_url(clip), "-i", file_url(clip), *cover, *kept, file_url(out)])

    assert faults(plant)["streams"].endswith("found video, audio, video")


def test_frames_behind_an_edit_list_are_refused(faults: Callable[..., dict[str, str]]) -> None:
    """Stream copy keeps what lies before the cut: players hide it, the file holds it."""

    def plant(clip: Path, out: Path) -> None:
        longer = out.with_suffix(".long.mp4")
        reencoded("tpad=start=30:start_mode=clone", "adelay=1200:all=1")(clip, longer)
        run(["-v", "error", "-ss", "1.2", "-i", file_url(longer), *COPY, file_url(out)])

    assert "length" in faults(plant)


def test_extra_seconds_are_refused(faults: Callable[..., dict[str, str]]) -> None:
    """A file that goes on after the approved span."""
    found = faults(reencoded("tpad=stop=25:stop_mode=clone", "apad=pad_dur=1"))
    assert {"length", "frames", "sound length"} <= set(found)


def test_wrong_frames_are_refused(faults: Callable[..., dict[str, str]]) -> None:
    """The right number of frames, half a second late."""
    assert "edge frames" in faults(reencoded("tpad=start=12:start_mode=clone,trim=end_frame=110"))


def test_one_bare_frame_is_refused(faults: Callable[..., dict[str, str]]) -> None:
    """A box that is missing on a single frame."""
    bare = "drawbox=x=0:y=0:w=iw:h=ih:color=gray:t=fill:enable='eq(n,60)'"
    assert set(faults(reencoded(bare))) == {"boxes"}


def test_the_encoders_signature_is_refused(faults: Callable[..., dict[str, str]]) -> None:
    """x264's own SEI tells with what and how a clip was made."""

    def plant(clip: Path, out: Path) -> None:
        options = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "copy", "-movflags", "+faststart"]
        run(["-v", "error", "-i", file_url(clip), *options, file_url(out)])

    assert "bytes" in faults(plant)


def test_a_name_in_the_bytes_is_refused(faults: Callable[..., dict[str, str]]) -> None:
    """The recording's own name in a place that no player shows."""

    def plant(clip: Path, out: Path) -> None:
        out.write_bytes(clip.read_bytes() + b"\x00\x00\x00\x1efree" + "Interview-K".encode("utf-16-le"))

    assert "bytes" in faults(plant, canaries=("Interview-K",))


@pytest.mark.parametrize(
    "cue",
    [
        Cue(300, 2_000, ("so my fellow", "Americans,")),
        Cue(300, 2_000, ("an American",)),
        Cue(4_300, 5_000, ("not",)),
    ],
    ids=["removed word", "nearly the removed word", "after the end"],
)
def test_cues_that_say_too_much_are_refused(faults: Callable[..., dict[str, str]], cue: Cue) -> None:
    """A cue with what was removed from the sound, a cue after the last frame; in the picture or beside it."""
    assert set(faults(cues=(cue,))) == {"cues"}
    assert set(faults(beside=(cue,))) == {"cues"}


def test_every_file_in_the_spoken_language_is_looked_at(finished: Finished) -> None:
    """Not only the subtitles that are burned in, or the first that lie beside the clip."""
    assert finished.expected.cues == BESIDE["fr"]
    assert finished.expected.beside == BESIDE["en-x-sdh"]


@pytest.mark.parametrize("word", ["Americans", "American", "Amerikans", "Amerykanz"])
def test_a_removed_word_that_is_heard_again_is_refused(faults: Callable[..., dict[str, str]], word: str) -> None:
    """Exactly or nearly the removed word, or spelled by ear, where it was."""
    heard = [("And", 200, 540), ("so", 540, 780), (word, 1_500, 2_100), ("ask", 3_180, 3_680), ("not", 3_780, 4_180)]
    assert set(faults(heard=[heard])) == {"removed words"}


def test_a_small_word_that_sounds_like_the_removed_one_is_no_leak(faults: Callable[..., dict[str, str]]) -> None:
    """Engines put small words into any gap; they write names with a capital."""
    heard = [
        ("And", 200, 540),
        ("so", 540, 780),
        ("amerykanz", 1_500, 2_100),
        ("ask", 3_180, 3_680),
        ("not", 3_780, 4_180),
    ]
    assert faults(heard=[heard]) == {}


def test_channels_that_cancel_each_other_are_heard() -> None:
    """One microphone with its wires crossed: together there is nothing; one silent channel is another matter."""
    tone = np.sin(np.arange(48_000) / 20).astype(np.float32)
    crossed, one_sided = np.stack([tone, -tone], axis=1), np.stack([tone, 0 * tone], axis=1)
    assert np.abs(speech_samples(crossed, 0)).max() > 0.9
    crossed[:16_000] = 1
    assert np.abs(speech_samples(crossed, 0)[8_000:]).max() > 0.9
    assert np.abs(speech_samples(one_sided, 0)).max() == pytest.approx(0.5, abs=0.05)


def test_a_word_that_was_kept_elsewhere_may_be_heard_there(faults: Callable[..., dict[str, str]]) -> None:
    """`my` is removed with the name, `ask` is not: hearing `ask` where it was said is no leak."""
    heard = [("And", 200, 540), ("so", 540, 780), ("ask", 3_180, 3_680), ("not", 3_780, 4_180)]
    assert faults(heard=[heard]) == {}


def test_an_engine_that_hears_nothing_is_no_proof(faults: Callable[..., dict[str, str]]) -> None:
    """An empty transcript of a clip in which someone speaks."""
    assert set(faults(heard=[[]])) == {"kept words"}


def test_a_file_that_is_cut_off_is_refused(faults: Callable[..., dict[str, str]]) -> None:
    """Half a file: every check that cannot read it has failed."""

    def plant(clip: Path, out: Path) -> None:
        whole = clip.read_bytes()
        out.write_bytes(whole[: len(whole) * 2 // 3])

    assert faults(plant)


def test_nothing_is_left_of_a_refused_clip(
    finished: Finished,
    studio: Callable[..., Any],
    spoken: Callable[..., Any],
    parrot: Callable[..., Any],
    tmp_path: Path,
) -> None:
    """Rendering says which check failed, and leaves no file, not even a partial one."""
    where = studio(finished.source, transcripts={"r-0": spoken(WORDS, 6_000)})
    with pytest.raises(VerificationError, match="kept words: 0 of 5"):
        where.render(where.plan((0, KEPT.start_ms, KEPT.end_ms), redactions=REDACTIONS), engine=parrot([[]]))
    assert list(tmp_path.iterdir()) == []


def reencoded(video: str, sound: str = "anull") -> Plant:
    def plant(clip: Path, out: Path) -> None:
        filters = ["-vf", video, "-af", sound]
        run(["-v", "error", "-i", file_url(clip), *filters, *ENCODE, "-c:a", "aac", file_url(out)])

    return plant


def other_sound(change: Callable[[NDArray[np.float32]], None]) -> Plant:
    def plant(clip: Path, out: Path) -> None:
        sound = read_clip_sound(clip).copy()
        change(sound)
        raw = out.with_suffix(".f32")
        raw.write_bytes(sound.astype("<f4").tobytes())
        voice = ["-f", "f32le", "-ar", "48000", "-ac", "2", "-i", file_url(raw)]
        run(["-v", "error", "-i", file_url(clip), *voice, "-map", "0:v", "-map", "1:a", "-c:v", "copy",
             "-c:a", "aac", "-b:a", "160k", "-fflags", "+bitexact", "-flags:a", "+bitexact",
             "-movflags", "+faststart", file_url(out)])  # fmt: skip

    return plant
