"""Faces are found, followed and covered on every frame; a clip in which one is bare is refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import portrait
import pytest
from portrait import HEIGHT, RATE, SIDE, WIDTH, Place

import clips.render
from clips.covers import region_at
from clips.expected import Expected
from clips.faces import detector
from clips.faces.detector import Face, count_faces
from clips.faces.planning import with_faces
from clips.faces.search import search_faces
from clips.faces.second import find_faces_again
from clips.filtergraph import CLEAN
from clips.handoff import plan_reels
from clips.redaction import require_searched
from clips.verify import verify_rendition
from clips.verify_faces import FaceWatch
from pipeline.domain import (
    Aspect,
    CutPlan,
    Faces,
    FaceSearch,
    Kept,
    Redaction,
    RedactionKind,
    Region,
    Span,
    Verification,
)
from pipeline.errors import PipelineError, WeightsError
from pipeline.ffmpeg import file_url, probe, run

FRAMES = 150
STRICT = [x for k, v in CLEAN.items() for x in (f"-{k}", v) if x is not None]


def moving(number: int) -> Place:
    """In from the left, still, quickly to the right, out, away for a second, and back where it was."""
    if number < 25:
        return -SIDE + number * 13, 90
    if number < 60:
        return 133, 90
    if number < 85:
        return 133 + (number - 60) * 21, 90
    if number < 110:
        return None
    return 400, 60


@dataclass(frozen=True)
class Filmed:
    path: Path
    places: Sequence[Place]
    search: FaceSearch
    covers: tuple[Redaction, ...]


@pytest.fixture(scope="module", name="filmed")
def filmed_(tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    """Six seconds of one face, searched once."""
    places = portrait.walk(FRAMES, moving)
    path = tmp_path_factory.mktemp("faces") / "film.mkv"
    portrait.film(path, [portrait.shot(place, n) for n, place in enumerate(places)])
    search, covers = search_faces(path, probe(path), "r-0", Span(0, 6_000), RedactionKind.FACE)
    return Filmed(path, places, search, covers)


def share_covered(face: Region, covers: Sequence[Region]) -> float:
    under = np.zeros((HEIGHT, WIDTH), bool)
    for cover in covers:
        under[cover.y : cover.y + cover.height, cover.x : cover.x + cover.width] = True
    return float(under[face.y : face.y + face.height, face.x : face.x + face.width].mean())


def test_a_face_that_comes_turns_up_again_and_goes_is_covered_on_every_frame(filmed: Filmed) -> None:
    """Wherever at least a quarter of it is in the picture; what is known of it is where it was put."""
    bare = []
    for number, place in enumerate(filmed.places):
        face, at_ms = portrait.face_at(place), number * 1000 / RATE
        standing = [c for c in filmed.covers if c.span.start_ms <= at_ms < c.span.end_ms]
        places = [r for c in standing if (r := region_at(c, at_ms))]
        if face and face.width >= portrait.FACE.width / 4 and share_covered(face, places) < 0.9:
            bare.append(number)
    assert bare == []


def test_a_room_without_faces_has_no_cover(tmp_path: Path) -> None:
    """But it was searched, and that is said."""
    path = portrait.film(tmp_path / "room.mkv", [portrait.room(n) for n in range(50)])
    search, covers = search_faces(path, probe(path), "r-0", Span(0, 2_000), RedactionKind.FACE)
    assert covers == ()
    assert (search.span, search.found) == (Span(0, 2_000), ())


def test_a_face_half_hidden_for_a_while_stays_covered(tmp_path: Path) -> None:
    """Somebody walks by, and for a second nothing but an ear is seen."""

    def behind(number: int) -> Region | None:
        return Region(200, 0, 230, HEIGHT) if 25 <= number < 50 else None

    frames = [portrait.shot((220, 80), n, behind(n)) for n in range(75)]
    path = portrait.film(tmp_path / "hidden.mkv", frames)
    _, covers = search_faces(path, probe(path), "r-0", Span(0, 3_000), RedactionKind.FACE)
    assert len(covers) == 1
    face = portrait.face_at((220, 80))
    assert face
    for number in range(75):
        at_ms = number * 1000 / RATE
        region = region_at(covers[0], at_ms)
        assert covers[0].span.start_ms <= at_ms < covers[0].span.end_ms
        assert region
        assert share_covered(face, [region]) == 1.0


@dataclass(frozen=True)
class Finished:
    """A clip with its face covered, and what it was compared with."""

    clip: Path
    expected: Expected
    heard: Any


@pytest.fixture(scope="module", name="finished")
def finished_(filmed: Filmed, make_studio: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The film cut from 1 to 5 seconds in three shapes; the wide one is kept."""
    where = make_studio(filmed.path, folder=tmp_path_factory.mktemp("clip"))
    return rendered(where, covered_plan(where, filmed, tuple(Aspect)))


def rendered(where: Any, plan: CutPlan) -> Finished:
    """The wide clip of a plan, and what it was compared with."""
    compared: dict[Path, Expected] = {}

    def noted(path: Path, expected: Expected, *rest: Any) -> Verification:
        compared[path] = expected
        return verify_rendition(path, expected, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clips.render, "verify_rendition", noted)
        made = where.render(plan)
    assert {r.aspect for r in made} == set(plan.aspects)
    path, expected = next((p, e) for p, e in compared.items() if e.shape.aspect is Aspect.WIDE)
    return Finished(where.folder / path.name, expected, where.heard(plan))


def covered_plan(where: Any, filmed: Filmed, aspects: tuple[Aspect, ...] = (Aspect.WIDE,)) -> CutPlan:
    plan: CutPlan = where.plan((0, 1_000, 5_000), redactions=filmed.covers, aspects=aspects)
    return replace(plan, faces=Faces.COVER, searches=(filmed.search,))


def faults(finished: Finished, clip: Path, parrot: Callable[..., Any], **meant: Any) -> dict[str, str]:
    found = verify_rendition(clip, replace(finished.expected, **meant), parrot(finished.heard))
    return {check.name: check.detail for check in found.checks if not check.passed}


def test_every_shape_shows_no_face(finished: Finished, parrot: Callable[..., Any]) -> None:
    """And both ways of looking say that they looked."""
    assert faults(finished, finished.clip, parrot) == {}
    found = verify_rendition(finished.clip, finished.expected, parrot(finished.heard))
    details = {check.name: check.detail for check in found.checks}
    assert int(details["face covers"].split()[0]) >= 100, "one look on every frame at least"
    assert ", 0 with a face that is not covered" in details["faces"]


BARE = 20
"""The frame on which the face is laid open."""


def laid_open(finished: Finished, filmed: Filmed, folder: Path) -> Path:
    """The clip with a single frame of the source put back."""
    source, out = folder / "frame.png", folder / "16x9.mp4"
    only = f"select=eq(n\\,{25 + BARE})"
    run(["-v", "error", "-i", file_url(filmed.path), "-vf", only, "-frames:v", "1", str(source)])
    size = f"{finished.expected.shape.width}:{finished.expected.shape.height}"
    run([
        "-v", "error", "-i", file_url(finished.clip), "-i", file_url(source),
        "-filter_complex", f"[1:v]scale={size}[f];[0:v][f]overlay=enable=eq(n\\,{BARE}),format=yuv420p[v]",
        "-map", "[v]", "-map", "0:a", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-c:a", "copy",
        "-movflags", "+faststart", *STRICT, file_url(out),
    ])  # fmt: skip
    return out


def test_one_bare_frame_is_refused(
    finished: Finished, filmed: Filmed, parrot: Callable[..., Any], tmp_path: Path
) -> None:
    """The reason names it."""
    found = faults(finished, laid_open(finished, filmed, tmp_path), parrot)
    assert f"1 not solid (frame {BARE})" in found["face covers"]


def test_a_blur_is_made_of_what_is_around_it(
    filmed: Filmed, make_studio: Callable[..., Any], parrot: Callable[..., Any], tmp_path: Path
) -> None:
    """The same whatever the face looks like; and one bare frame of it is refused, too."""
    (tmp_path / "clip").mkdir()
    where = make_studio(filmed.path, folder=tmp_path / "clip")
    plan = covered_plan(where, filmed)
    blurred = tuple(replace(r, kind=RedactionKind.BLUR) for r in plan.redactions)
    done = rendered(where, replace(plan, faces=Faces.BLUR, redactions=blurred))
    assert faults(done, done.clip, parrot) == {}
    found = faults(done, laid_open(done, filmed, tmp_path), parrot)
    assert f"1 not smooth (frame {BARE})" in found["blurs"]


def test_a_face_that_nobody_followed_is_refused(
    filmed: Filmed, make_studio: Callable[..., Any], tmp_path: Path
) -> None:
    """The search says that there is none; the finished file shows one."""
    where = make_studio(filmed.path, folder=tmp_path)
    plan = replace(covered_plan(where, filmed), redactions=(), searches=(replace(filmed.search, found=()),))
    with pytest.raises(PipelineError, match=r"faces: an uncovered face at 0\.0 s \(frame 0\)"):
        where.render(plan)
    assert list(tmp_path.iterdir()) == []


def test_a_face_that_the_first_detector_cannot_see_is_refused_by_another(
    filmed: Filmed, make_studio: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever found no face to cover would find none in the clip either."""
    monkeypatch.setattr("clips.verify_faces.find_faces", lambda *_: ())
    where = make_studio(filmed.path, folder=tmp_path)
    plan = replace(covered_plan(where, filmed), redactions=(), searches=(replace(filmed.search, found=()),))
    with pytest.raises(PipelineError, match=r"faces: an uncovered face at 0\.0 s \(frame 0\)"):
        where.render(plan)
    assert list(tmp_path.iterdir()) == []


def test_a_face_that_a_person_chose_to_show_may_be_seen(
    filmed: Filmed, make_studio: Callable[..., Any], tmp_path: Path
) -> None:
    """The interviewer, for example."""
    where = make_studio(filmed.path, folder=tmp_path)
    plan = replace(covered_plan(where, filmed), redactions=(), shown_faces=filmed.covers)
    (rendition,) = where.render(plan)
    assert {c.name for c in rendition.verification.checks} >= {"faces", "edge frames"}


def test_where_faces_may_be_seen_nobody_looks(finished: Finished) -> None:
    """It costs time, and says nothing."""
    plan = replace(finished.expected.plan, faces=Faces.SHOW)
    assert FaceWatch.of(replace(finished.expected, plan=plan)) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plan: replace(plan, searches=()),
        lambda plan: replace(plan, searches=(replace(plan.searches[0], span=Span(1_001, 5_000)),)),
        lambda plan: replace(plan, redactions=plan.redactions[1:]),
    ],
    ids=["never searched", "searched too little", "a cover is missing"],
)
def test_without_a_face_track_there_is_no_file(
    filmed: Filmed, make_studio: Callable[..., Any], tmp_path: Path, spoil: Callable[[CutPlan], CutPlan]
) -> None:
    """Refused before anything is rendered."""
    where = make_studio(filmed.path, folder=tmp_path)
    plan = covered_plan(where, filmed)
    require_searched(plan, {"r-0"})
    with pytest.raises(PipelineError, match="face"):
        where.render(spoil(plan))
    assert list(tmp_path.iterdir()) == []


def test_what_was_searched_is_not_searched_again(filmed: Filmed, make_studio: Callable[..., Any]) -> None:
    """A new version of a plan keeps its covers, their ids and who is shown, while nothing new is kept."""
    asked: list[Kept] = []

    def search(kept: Kept, kind: RedactionKind) -> tuple[FaceSearch, tuple[Redaction, ...]]:
        asked.append(kept)
        return replace(filmed.search, span=kept.span), filmed.covers

    plan = replace(make_studio(filmed.path, folder=filmed.path.parent).plan((0, 500, 5_500)), faces=Faces.COVER)
    first = with_faces(plan, None, None, search)
    shorter = replace(plan, kept=(Kept("r-0", Span(1_000, 5_000)),))
    second = with_faces(shorter, first, (filmed.covers[0].id,), search)
    third = with_faces(replace(shorter, faces=Faces.BLUR), second, None, search)
    assert len(asked) == 1
    assert {r.id for r in first.redactions} == {c.id for c in filmed.covers}
    assert [r.id for r in third.shown_faces] == [filmed.covers[0].id]
    assert {r.kind for r in third.redactions} <= {RedactionKind.BLUR}
    with pytest.raises(PipelineError, match="none of the faces"):
        with_faces(shorter, first, ("x-unknown",), search)


def test_a_handle_goes_no_further_than_faces_were_looked_for(filmed: Filmed, make_studio: Callable[..., Any]) -> None:
    """An editor outside gets no frame that nobody searched."""
    plan = covered_plan(make_studio(filmed.path, folder=filmed.path.parent), filmed)
    near = replace(plan, searches=(replace(filmed.search, span=Span(800, 5_000)),))
    (reel,) = plan_reels(near, {}, {"r-0": 6_000}, 1_000)
    assert reel.plan.kept[0].span == Span(800, 5_000)
    require_searched(reel.plan, {"r-0"})
    (free,) = plan_reels(replace(near, faces=Faces.SHOW), {}, {"r-0": 6_000}, 1_000)
    assert free.plan.kept[0].span.end_ms > 5_000


def test_faces_are_counted_for_the_poster() -> None:
    """One in the portrait, none in the empty room."""
    assert count_faces(portrait.portrait()) == 1
    assert count_faces(portrait.room(0)) == 0


def test_the_second_detector_puts_a_face_where_it_is() -> None:
    """Large, small, and in a corner; none in the empty room."""
    for place in ((230, 80), (0, 0), (430, 150)):
        known = portrait.face_at(place)
        assert known is not None
        (seen,) = find_faces_again(portrait.shot(place, 0), 0.9)
        there = Face(known.x, known.y, known.x + known.width, known.y + known.height, 1.0)
        assert there.overlap(seen) > 0.4
    assert find_faces_again(portrait.room(0), 0.9) == ()


def test_a_detector_that_was_changed_looks_at_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that are not the known ones might see nobody."""
    other = tmp_path / "centerface.onnx"
    other.write_bytes(detector.WEIGHTS.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(detector, "WEIGHTS", other)
    detector._session.cache_clear()
    try:
        with pytest.raises(WeightsError, match="were changed"):
            detector.find_faces(portrait.portrait(), 0.2)
    finally:
        detector._session.cache_clear()
