"""Square and tall clips show the face of a wide picture: it rests, glides, and what was signed is what is cut."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import portrait
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portrait import SIDE, WIDTH, Place

from clips import filtergraph
from clips.faces.detector import find_faces
from clips.faces.planning import Wished, with_framings
from clips.faces.search import search_faces
from clips.framing import follow_face, middle_at
from clips.geometry import crop_left, crop_width, place, shape_of
from pipeline.domain import (
    Aspect,
    CutPlan,
    Faces,
    FaceSearch,
    Framing,
    Kept,
    Keyframe,
    Middle,
    Picture,
    PictureStream,
    Redaction,
    RedactionKind,
    Region,
    Span,
)
from pipeline.errors import PipelineError, VerificationError
from pipeline.ffmpeg import probe
from pipeline.jobs.faces import parse_middles
from review.framings import framings_typed

KEPT = Kept("r-1", Span(0, 10_000))


def followed(*places: tuple[int, int], width: int = 60) -> Redaction:
    """A face whose middle is at these pixels at these moments."""
    track = tuple(Keyframe(at, Region(x - width // 2, 40, width, 70)) for at, x in places)
    return Redaction("x-1", "r-1", RedactionKind.FACE, Span(places[0][0], places[-1][0]), track[0].region, track=track)


def test_a_head_that_nods_is_not_followed() -> None:
    """The middle rests where the face is, as long as the face stays near."""
    framing = follow_face(KEPT, [followed((0, 200), (3_000, 210), (5_000, 192), (10_000, 205))], 200)
    assert framing is not None
    assert {m.x for m in framing.middles} <= set(range(195, 210))
    assert len(framing.middles) == 1


def test_the_middle_glides_after_a_face_that_moves_on() -> None:
    """Slowly, without going back, and it rests where the face stays."""
    framing = follow_face(KEPT, [followed((0, 100), (4_000, 100), (5_500, 400), (10_000, 400))], 200)
    seen = [middle_at(framing, at) for at in range(0, 10_000, 40)]
    assert seen[0] == pytest.approx(100, abs=2)
    assert seen[-1] == pytest.approx(400, abs=24)
    steps = np.diff(seen)
    assert (steps >= 0).all()
    assert steps.max() <= 20


def test_with_another_camera_the_middle_jumps() -> None:
    """A glide over a cut in the recording would show the wrong place."""
    framing = follow_face(KEPT, [followed((0, 100), (4_999, 100), (5_000, 500), (10_000, 500))], 200)
    assert middle_at(framing, 4_700) == pytest.approx(100, abs=2)
    assert middle_at(framing, 5_300) == pytest.approx(500, abs=2)


def test_the_largest_face_is_framed_and_another_one_while_it_is_away() -> None:
    """Whoever speaks is filmed larger than who asks."""
    large, small = followed((0, 100), (5_000, 100), width=90), followed((0, 500), (10_000, 500), width=40)
    framing = follow_face(KEPT, [small, large], 200)
    assert middle_at(framing, 2_000) == pytest.approx(100, abs=2)
    assert middle_at(framing, 9_000) == pytest.approx(500, abs=2)
    assert follow_face(KEPT, [], 200) is None


@given(st.floats(-500, 2500), st.sampled_from([Aspect.SQUARE, Aspect.TALL]))
def test_wherever_the_middle_is_the_crop_stays_inside_the_picture(middle: float, aspect: Aspect) -> None:
    """Full height, even columns, never an edge of nothing."""
    picture = PictureStream(0, "h264", 1919, 1079, Fraction(25), 0, Fraction(1))
    crop = place(picture, shape_of(aspect, 1080), middle).source
    assert crop.x >= 0
    assert crop.x + crop.width <= 1919
    assert crop.x % 2 == 0
    assert crop.height == 1079
    assert crop.x == crop_left(middle, crop_width(picture, aspect), 1919)


def walking(number: int) -> Place:
    """At the left edge for two seconds, then to the right one, where it stays."""
    return min(WIDTH - SIDE, max(0, (number - 50) * 9)), 90


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of a portrait that is never in the middle third."""
    path = tmp_path_factory.mktemp("framing") / "walk.mkv"
    return portrait.film(path, [portrait.shot(walking(n), n) for n in range(150)])


def test_what_only_may_be_a_face_is_covered_and_not_followed(tmp_path: Path) -> None:
    """In the sample interview somebody sits in the dark with his back to the camera; the drawn head is surer."""
    sample = Path(__file__).parents[2] / "pipeline" / "sample" / "interview.mp4"
    kept, facts = Kept("r-0", Span(42_000, 44_000)), probe(sample)
    _, all_of_them = search_faces(sample, facts, "r-0", kept.span, RedactionKind.FACE)
    _, sure = search_faces(sample, facts, "r-0", kept.span, RedactionKind.FACE, sure_only=True)
    assert len(sure) < len(all_of_them)
    framing = follow_face(kept, sure, crop_width(facts.picture, Aspect.TALL))
    assert framing is not None
    assert framing.middles[0].x == pytest.approx(facts.picture.width / 2, rel=0.05)


def test_a_tall_clip_shows_the_face_wherever_it_walks(
    walked: Path, make_studio: Callable[..., Any], tmp_path: Path
) -> None:
    """Every check of the finished file holds, its edge frames too, and the face is in it whole while it stands."""
    where = make_studio(walked, folder=tmp_path)
    plan = replace(where.plan((0, 200, 5_800), aspects=(Aspect.TALL,)), faces=Faces.SHOW)
    recording = where.recordings()["r-0"]

    def search(kept: Kept, kind: RedactionKind) -> tuple[FaceSearch, tuple[Redaction, ...]]:
        return search_faces(walked, recording.probe, kept.recording, kept.span, kind, sure_only=True)

    framed = with_framings(plan, None, None, search, {"r-0": recording.probe.picture})
    (rendition,) = where.render(framed)
    assert rendition.verification.passed
    with closing(av.open(str(tmp_path / rendition.file_name))) as media:
        frames = [f.to_ndarray(format="rgb24") for f in media.decode(video=0)]
    for number in (10, 40, 130):
        (face,) = find_faces(frames[number], 0.4)
        assert face.left > 0
        assert face.right < frames[number].shape[1]
    assert [s.id for s in framed.redactions] == []


def test_another_framing_than_the_signed_one_is_refused(
    walked: Path, make_studio: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The edge frames are compared with what should be seen there."""
    where = make_studio(walked, folder=tmp_path)
    plan = where.plan((0, 200, 1_800), aspects=(Aspect.TALL,))
    pictures = {"r-0": where.recordings()["r-0"].probe.picture}
    framed = with_framings(plan, None, (Wished(None, 0.2),), lambda *_: None, pictures)
    monkeypatch.setattr(filtergraph, "crop_left_expression", lambda *_: "400")
    with pytest.raises(VerificationError, match="edge frames"):
        where.render(framed)


def test_a_person_sets_it_and_lets_it_go_again(walked: Path, make_studio: Callable[..., Any]) -> None:
    """At moments, or throughout; an empty wish follows the face again; a new version keeps what was."""
    where = make_studio(walked, folder=walked.parent)
    plan, pictures = (
        where.plan((0, 1_000, 5_000), aspects=(Aspect.TALL,)),
        {"r-0": where.recordings()["r-0"].probe.picture},
    )

    def nobody(kept: Kept, kind: RedactionKind) -> None:
        return None

    assert with_framings(plan, None, None, nobody, pictures).framings == ()
    by_hand = with_framings(plan, None, (Wished(None, 0.25), Wished(2_000, 0.75)), nobody, pictures)
    assert by_hand.framings == (
        Framing("r-0", Span(1_000, 5_000), (Middle(1_000, 160), Middle(2_000, 480)), by_hand=True),
    )
    assert with_framings(plan, by_hand, None, nobody, pictures).framings == by_hand.framings
    assert with_framings(plan, by_hand, (), nobody, pictures).framings == ()
    assert with_framings(replace(plan, aspects=(Aspect.WIDE,)), by_hand, None, nobody, pictures).framings == ()
    grown = with_framings(where.plan((0, 500, 5_500), aspects=(Aspect.TALL,)), by_hand, None, nobody, pictures)
    assert grown.framings == (replace(by_hand.framings[0], span=Span(500, 5_500)),)
    elsewhere = replace(plan, kept=(Kept("r-0", Span(5_000, 5_800)),))
    assert with_framings(elsewhere, by_hand, None, nobody, pictures).framings == ()


def test_a_time_is_of_one_recording() -> None:
    """Of two, nobody can say whose it is; a share alone holds for both."""
    picture = PictureStream(0, "h264", 640, 360, Fraction(25), 0, Fraction(1))
    plan = CutPlan(
        "p-1", 1, "Two", (KEPT, replace(KEPT, recording="r-2")), (), (Aspect.TALL,), (), Fraction(25), Picture.SOURCE,
        None, None, "standard", "u-ed", ("u-ed",), "ab" * 16,
    )  # fmt: skip
    pictures = {"r-1": picture, "r-2": picture}
    with pytest.raises(PipelineError, match="several recordings"):
        with_framings(plan, None, (Wished(2_000, 0.2),), lambda *_: None, pictures)
    assert [
        f.middles[0].x for f in with_framings(plan, None, (Wished(None, 0.2),), lambda *_: None, pictures).framings
    ] == [128, 128]


@given(st.integers(16, 7680).flatmap(lambda width: st.tuples(st.just(width), st.integers(0, width))))
def test_every_column_can_be_typed_back(place: tuple[int, int]) -> None:
    """What the form shows is taken as it stands, and means the same column."""
    width, x = place
    picture = PictureStream(0, "h264", width, 360, Fraction(25), 0, Fraction(1))
    framing = Framing("r-1", Span(0, 1_000), (Middle(0, x),), by_hand=True)
    (wished,) = parse_middles([framings_typed([framing], {"r-1": picture})]) or ()
    assert round(wished.share * width) == x
