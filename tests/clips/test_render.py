"""Plans become files: only with their own permit, in every shape, with nothing left over."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clips.render import file_name, render
from pipeline.domain import Aspect, Card, Cue, Picture, Redaction, RedactionKind, Region, Span
from pipeline.errors import FfmpegError, PipelineError, RefusedError
from pipeline.ffmpeg import open_media

CUE = Cue(1_000, 2_400, ("They told me", "never to go home."))


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    with open_media(path) as container:
        return [f.to_ndarray(format="gray") for f in container.decode(container.streams.video[0])]


def test_one_decode_makes_every_shape(make_recording: Callable[..., Path], studio: Callable[..., Any]) -> None:
    """Two passages, cards, three shapes, two languages: six verified files and nothing else."""
    where = studio(make_recording("cfr.mp4"))
    plan = where.plan(
        (0, 4_000, 5_000), (0, 1_000, 2_000), aspects=tuple(Aspect), burn=("en", "ru"),
        opening=Card("Why I left", "A former member", 400), closing=Card("The centre", "", 400),
    )  # fmt: skip
    cues = {"en": [CUE], "ru": [replace(CUE, lines=("Я хотела домой.",))]}
    made = where.render(plan, cues=cues)
    names = {"16x9-en.mp4", "16x9-ru.mp4", "1x1-en.mp4", "1x1-ru.mp4", "9x16-en.mp4", "9x16-ru.mp4"}
    assert {r.file_name for r in made} == names == {p.name for p in where.folder.iterdir()}
    assert all(r.verification.passed and r.duration_ms == 2_800 for r in made)
    assert [(r.width, r.height) for r in made[::2]] == [(640, 360), (360, 360), (240, 426)]


def test_burned_subtitles_are_seen_only_in_their_time(
    make_recording: Callable[..., Path], studio: Callable[..., Any]
) -> None:
    """White letters inside the cue's time, none before and after."""
    where = studio(make_recording("cfr.mp4"))
    plan = where.plan((0, 1_000, 4_000), burn=("en",))
    where.render(plan, cues={"en": [CUE]})
    bright = [(frame[270:] > 238).sum() for frame in pictures(where.folder / "16x9-en.mp4")]
    assert max(bright[:25]) < 20
    assert min(bright[26:59]) > 300
    assert max(bright[61:]) < 20


def test_a_voice_without_a_picture_gets_a_wave(
    make_recording: Callable[..., Path], studio: Callable[..., Any], data: Path
) -> None:
    """Nothing of the source's picture is seen; something moves with the voice."""
    source = make_recording("talk.mp4", seconds=5, sound=data / "jfk.flac")
    where = studio(source)
    plan = where.plan((0, 300, 2_300), picture=Picture.OFF)
    (rendition,) = where.render(plan)
    frames = pictures(where.folder / rendition.file_name)
    assert len(frames) == plan.total_frames
    assert max(int(frame[:60].max()) for frame in frames) < 100
    moving = np.diff([(f > 120).sum() for f in frames])
    assert np.abs(moving).max() > 100


def test_recordings_with_and_without_picture_go_together(
    make_recording: Callable[..., Path], studio: Callable[..., Any], numbers: Callable[[Path], list[int]]
) -> None:
    """A sound recording between two passages of a film."""
    film, voice = make_recording("cfr.mp4"), make_recording("voice.ogg", picture=False)
    where = studio(film, voice)
    plan = where.plan((0, 1_000, 2_000), (1, 3_000, 4_000), (0, 5_000, 6_000))
    (rendition,) = where.render(plan)
    shown = numbers(where.folder / rendition.file_name)
    assert shown[5:20] == list(range(30, 45))
    assert shown[55:70] == list(range(130, 145))


def test_a_box_hides_its_place_in_every_shape(make_recording: Callable[..., Path], studio: Callable[..., Any]) -> None:
    """The region is in pixels of the recording, wherever they go."""
    where = studio(make_recording("cfr.mp4"))
    box = Redaction("x-1", "r-0", RedactionKind.BOX, Span(2_000, 3_000), Region(140, 60, 40, 50))
    plan = where.plan((0, 1_000, 4_000), redactions=[box], aspects=tuple(Aspect))
    for rendition in where.render(plan):
        frame = pictures(where.folder / rendition.file_name)[37]
        middle = frame[frame.shape[0] * 85 // 180, frame.shape[1] // 2]
        assert middle < 20


def test_folders_may_have_any_name(
    make_recording: Callable[..., Path], make_studio: Callable[..., Any], tmp_path: Path
) -> None:
    """Commas, quotes, colons, brackets and spaces in paths mean nothing to ffmpeg."""
    folder = tmp_path / "it's [a], test: ünï;code = 100% \\ok"
    folder.mkdir()
    source = folder / "-y concat:a|b.mp4"
    source.write_bytes(make_recording("cfr.mp4").read_bytes())
    where = make_studio(source, folder=folder)
    plan = where.plan((0, 1_000, 2_500), burn=("en",), opening=Card("Why", "", 400))
    (rendition,) = where.render(plan, cues={"en": [Cue(500, 1_500, ("home",))]})
    assert rendition.verification.passed


def test_the_same_plan_gives_the_same_bytes(
    make_recording: Callable[..., Path], make_studio: Callable[..., Any], tmp_path: Path
) -> None:
    """Rendered twice, in two folders: one sha256."""
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        where = make_studio(make_recording("cfr.mp4"), folder=tmp_path / name)
        plan = where.plan((0, 1_000, 2_000), opening=Card("Why", "", 400))
        digests.add(where.render(plan)[0].sha256)
    assert len(digests) == 1


def test_another_plans_permit_is_refused(make_recording: Callable[..., Path], studio: Callable[..., Any]) -> None:
    """One millisecond more, and it is another plan."""
    where = studio(make_recording("cfr.mp4"))
    plan, other = where.plan((0, 1_000, 2_000)), where.plan((0, 1_000, 2_001))
    order = where.order(other)
    with pytest.raises(RefusedError) as caught:
        render(other, where.permit(plan, order), order, where.folder)
    assert caught.value.reasons == ("the permit is for another plan, or another version of it",)
    assert list(where.folder.iterdir()) == []


def test_changed_subtitles_are_refused(make_recording: Callable[..., Path], studio: Callable[..., Any]) -> None:
    """What is burned in is what was signed."""
    where = studio(make_recording("cfr.mp4"))
    plan = where.plan((0, 1_000, 4_000), burn=("en",))
    signed, changed = (
        where.order(plan, cues={"en": [CUE]}),
        where.order(plan, cues={"en": [replace(CUE, lines=("X",))]}),
    )
    with pytest.raises(RefusedError) as caught:
        render(plan, where.permit(plan, signed), changed, where.folder)
    assert "subtitles in en" in caught.value.reasons[0]


def test_missing_subtitles_are_refused(make_recording: Callable[..., Path], studio: Callable[..., Any]) -> None:
    """A language to burn without cues."""
    where = studio(make_recording("cfr.mp4"))
    with pytest.raises(RefusedError) as caught:
        where.render(where.plan((0, 1_000, 4_000), burn=("en",)))
    assert caught.value.reasons == ("no signed subtitles in en",)


def test_room_tone_needs_a_quiet_moment(make_recording: Callable[..., Path], studio: Callable[..., Any]) -> None:
    """Where the sound never rests, the message says what to do."""
    where = studio(make_recording("cfr.mp4"))
    room = Redaction("x-1", "r-0", RedactionKind.ROOM, Span(1_200, 1_500))
    with pytest.raises(PipelineError, match="no quiet to lay over redaction x-1") as caught:
        where.render(where.plan((0, 1_000, 2_000), redactions=[room]))
    assert "tone or silence" in caught.value.hint


def test_a_recording_that_lost_its_end_is_refused(
    make_recording: Callable[..., Path], studio: Callable[..., Any], tmp_path: Path
) -> None:
    """A file cut off after it was ingested makes no clip, and leaves none."""
    whole = make_recording("whole.mkv")
    part = tmp_path / "part.mkv"
    part.write_bytes(whole.read_bytes())
    where = studio(part)
    plan = where.plan((0, 6_000, 7_800))
    order = where.order(plan)
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises((PipelineError, FfmpegError)):
        render(plan, where.permit(plan, order), order, where.folder)
    assert [p.name for p in tmp_path.iterdir()] == ["part.mkv"]


def test_only_some_shapes_can_be_chosen(make_recording: Callable[..., Path], studio: Callable[..., Any]) -> None:
    """`cut --aspect` chooses among the plan's own shapes and never adds one."""
    where = studio(make_recording("cfr.mp4"))
    plan = where.plan((0, 1_000, 2_000), aspects=(Aspect.WIDE, Aspect.TALL))
    order = replace(where.order(plan), aspects=(Aspect.TALL,))
    (rendition,) = render(plan, where.permit(plan, order), order, where.folder)
    assert rendition.aspect is Aspect.TALL
    with pytest.raises(PipelineError, match="no such shape"):
        render(plan, where.permit(plan, order), replace(order, aspects=(Aspect.SQUARE,)), where.folder)


def test_file_names_tell_nothing() -> None:
    """Shape and language only."""
    assert file_name(Aspect.TALL, "ar") == "9x16-ar.mp4"
    assert file_name(Aspect.WIDE, None) == "16x9.mp4"


def test_ntsc_sound_does_not_drift(make_recording: Callable[..., Path], studio: Callable[..., Any]) -> None:
    """Frames of 1601.6 samples: after many passages sound and picture are still together."""
    where = studio(make_recording("ntsc.mp4", rate="30000/1001"))
    spans = [(0, start, start + 437) for start in range(500, 7_000, 650)]
    plan = where.plan(*spans, rate=Fraction(30_000, 1001))
    (rendition,) = where.render(plan)
    detail = next(c for c in rendition.verification.checks if c.name == "same sound").detail
    assert "at most 0.0 ms off" in detail
