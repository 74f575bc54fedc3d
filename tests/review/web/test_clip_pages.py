"""Finished clips: seen by those who may, gone when consent is, pointed out when what they relied on changed."""

from pipeline.domain import Aspect, Check, Clip, Kept, Rendition, Span, Verification
from review.interviewees import state
from review.web.plan_facts import quick_facts
from review.web.services import PlanWish


def cut(place) -> Clip:
    """A clip as `cut` leaves it: its record, and a file under its id."""
    wish = PlanWish(kept=(Kept(place.recording, Span(3420, 7700)),), title="Ask")
    plan = place.services.make_plan(place.people["edo"], wish)
    core = quick_facts(place.services, plan).facts.core_sha256
    verified = Verification((Check("length", True, "as planned"),))
    rendition = Rendition(Aspect.WIDE, None, "wide.mp4", "0" * 64, 4, 1920, 1080, 4280, verified)
    clip = Clip("c-1", plan.id, plan.version, core, "2026-11-22T10:00:00.000Z", (rendition,))
    place.store.save_clip(clip)
    folder = place.workspace.clips / clip.id
    folder.mkdir(parents=True)
    (folder / "wide.mp4").write_bytes(b"film")
    return clip


def test_an_exporter_sees_clips_and_their_files(place) -> None:
    """Only files of the clip's record are given out, whatever else lies beside them."""
    clip, xen = cut(place), place.client("xen")
    (place.workspace.clips / clip.id / "manifest.json").write_text("{}")
    assert "Ask" in xen.get("/clips").text
    assert xen.get(f"/clips/{clip.id}/wide.mp4").content == b"film"
    assert xen.get(f"/clips/{clip.id}/manifest.json").status_code == 404
    assert xen.get(f"/clips/{clip.id}/..%2f..%2fcounterclip.toml").status_code == 404


def test_a_clip_whose_ground_has_changed_is_pointed_out(place) -> None:
    """A new legal status, and everyone who sees clips is told to look again."""
    cut(place)
    xen = place.client("xen")
    assert "has changed since it was cut" not in xen.get("/clips").text
    state(place.store, place.people["lea"], "K-01", {"legal_status": "on_trial"})
    assert "has changed since it was cut" in xen.get("/clips").text


def test_a_withdrawn_persons_clip_is_not_given_out(place) -> None:
    """Neither its title nor its file."""
    clip, xen = cut(place), place.client("xen")
    state(place.store, place.people["lea"], "K-01", {"withdrawn": True})
    assert xen.get(f"/clips/{clip.id}/wide.mp4").status_code == 410
    shown = xen.get("/clips").text
    assert "Withdrawn" in shown
    assert ">Ask<" not in shown
