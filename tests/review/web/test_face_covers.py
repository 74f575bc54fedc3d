"""What covers a face is seen on the plan page where it will be in the clip, and a person may take it away."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.domain import Faces, FaceSearch, Kept, Keyframe, Picture, Redaction, RedactionKind, Region, Span
from pipeline.ingest import Request, make_sound, register
from pipeline.jobs.plan import Wish, make_plan
from review.checklist import load_checklist

SAMPLE = Path(__file__).parents[3] / "pipeline" / "sample" / "interview.mp4"
KEPT = Span(0, 4_000)


@pytest.fixture(name="plan")
def plan_(place) -> str:
    """A plan whose one face goes from the left to the right."""
    store, workspace = place.store, place.workspace
    recording = register(store, workspace, Request(SAMPLE, "K-01", warning_at_ms=0))
    make_sound(store, workspace, recording)
    store.save_transcript(recording.id, store.transcript(place.recording))
    store.replace_flags(recording.id, (), load_checklist().sha256)
    wish = Wish((Kept(recording.id, KEPT),), "One", picture=Picture.SOURCE, faces=Faces.SHOW)
    plan = make_plan(workspace, store, place.people["edo"], wish)
    picture = recording.probe.picture
    wide, high = picture.width, picture.height
    track = (
        Keyframe(0, Region(0, 0, wide // 4, high // 2)),
        Keyframe(2_000, Region(wide // 2, 0, wide // 4, high // 2)),
    )
    cover = Redaction("x-1", recording.id, RedactionKind.FACE, Span(0, 5_000), track[0].region, track=track)
    search = FaceSearch(recording.id, plan.kept[0].span, "detector", ("x-1",))
    store.save_plan(replace(plan, version=2, redactions=(cover,), faces=Faces.COVER, searches=(search,)))
    return str(plan.id)


def test_the_cover_is_drawn_where_it_is_at_each_moment(served, plan: str) -> None:
    """Halfway between two keyframes halfway between their places; nothing after its end."""
    page = served.person("bea")
    page.goto(f"{served.address}/plans/{plan}")
    at = """async (ms) => {
        const { boxAt } = await import("/static/covers.js");
        const shown = JSON.parse(document.getElementById("plan").dataset.preview).covers[0];
        return boxAt(shown, ms);
    }"""
    assert page.evaluate(at, 1_000) == pytest.approx({"left": 25, "top": 0, "width": 25, "height": 50}, abs=0.3)
    assert page.evaluate(at, 4_900) == pytest.approx({"left": 50, "top": 0, "width": 25, "height": 50}, abs=0.3)
    assert page.evaluate(at, 5_000) is None
    assert not served.troubles


def test_the_page_says_which_faces_were_found(place, plan: str) -> None:
    """With the choice to leave one uncovered, for the editor alone."""
    assert 'name="show_face" value="x-1"' in place.client("edo").get(f"/plans/{plan}").text
    shown = place.client("bea").get(f"/plans/{plan}").text
    assert "it follows what it covers" in shown
    assert "show_face" not in shown
