"""The page of long work: ids and numbers, never words, and nothing of an interview of others."""

from pipeline.domain import Bundle, Clip, Kept, Span
from pipeline.holder import is_gone
from pipeline.store import JobState
from pipeline.store.jobs import in_seconds
from review.assignments import assign
from review.web.services import PlanWish


def ended_job(place) -> None:
    """An ingest of the recording that was refused."""
    store = place.store
    store.ask_job("j-0", "ingest", {"path": "/films/Somebody.mp4"}, place.recording, in_seconds(60), is_gone)
    store.take_job("j-0", "h", in_seconds(60), is_gone)
    store.end_job("j-0", "h", JobState.FAILED, {}, reason="the disk is full")


def test_the_page_says_what_became_of_a_job(place) -> None:
    """Which recording, which state, why; the file's name is nowhere."""
    ended_job(place)
    shown = place.client("edo").get("/jobs").text
    for told in ("j-0", place.recording, "failed", "the disk is full"):
        assert told in shown
    assert "Somebody" not in shown


def test_a_job_that_nobody_waits_for_has_failed_on_the_page(place) -> None:
    """Nothing stays under way for ever."""
    place.store.ask_job("j-1", "ingest", {}, place.recording, in_seconds(-1), is_gone)
    shown = place.client("edo").get("/jobs").text
    assert "run the same command again" in shown


def test_what_somebody_mistyped_is_told_to_him_alone(place) -> None:
    """It may be anything, a name too."""
    for number, subject in enumerate(("r-0000000000", "p-0000000000", "Mehmet-mp4")):
        place.store.ask_job(f"j-{number}", "cut", {}, subject, in_seconds(60), is_gone)
        place.store.fail_job(f"j-{number}", "the words are told", is_gone)
    shown = place.client("edo").get("/jobs").text
    assert "j-2" in shown
    assert "the words are told" not in shown
    assert "Mehmet-mp4" not in shown


def test_why_a_file_was_not_taken_in_is_told(place) -> None:
    """It became no recording and is of no interview; who is no part of the work sees the job alone."""
    place.store.ask_job("j-1", "ingest", {}, "", in_seconds(60), is_gone)
    place.store.fail_job("j-1", "the sound is damaged", is_gone)
    assert "the sound is damaged" in place.client("edo").get("/jobs").text
    assert "the sound is damaged" not in place.client("xen").get("/jobs").text


def test_whose_interview_a_job_is_of_is_not_told_to_others(place) -> None:
    """Neither to who is not assigned nor to those who see no unredacted material."""
    ended_job(place)
    assign(place.store, place.people["ana"], place.people["cem"], [place.recording])
    for name, sees in (("cem", True), ("bea", False), ("xen", False), ("ana", False)):
        shown = place.client(name).get("/jobs").text
        assert "j-0" in shown
        assert (place.recording in shown) is sees


def test_an_export_is_shown_to_exporters_and_to_whose_interviews_are_in_it(place) -> None:
    """Its bundle and why it failed; an admin sees that there is a job."""
    made, failed = "b-00000000a1", "b-00000000a2"
    plan = place.services.make_plan(
        place.people["edo"], PlanWish(kept=(Kept(place.recording, Span(3420, 7700)),), title="Ask")
    )
    place.store.save_clip(Clip("c-1", plan.id, plan.version, "0" * 64, "2026-11-22T10:00:00.000Z", ()))
    place.store.save_bundle(Bundle(made, "spring", ("c-1",), ("youtube",), "2026-11-22T10:00:00.000Z", "0" * 64, ""))
    for number, subject in enumerate((made, failed)):
        place.store.ask_job(f"j-{number}", "export", {}, subject, in_seconds(60), is_gone)
        place.store.fail_job(f"j-{number}", "nothing was exported", is_gone)
    assign(place.store, place.people["ana"], place.people["cem"], [place.recording])
    for name, seen in (("xen", {made, failed}), ("cem", {made}), ("bea", set()), ("ana", set())):
        shown = place.client(name).get("/jobs").text
        assert {subject for subject in (made, failed) if subject in shown} == seen
