"""What the gate is shown is what the store holds at one moment."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.domain import Action, Choice, Correction, Kept, Span, User
from pipeline.errors import NotFoundError
from pipeline.store import Store
from review.checklist import load_checklist
from review.decisions import decide_flag, read_segments
from review.facts import gather_facts
from review.gate import GateFacts, Refusal
from review.policy import decide
from subtitles.plan_cues import language_document, language_sha256, plan_cues

Case = Any
"""The builder of conftest.py."""

NOW = "2026-11-22T11:00:00.000Z"


def gather(store: Store, case: Case, **changes: Any) -> GateFacts:
    given = {
        "today": date(2026, 11, 22),
        "originals_sha256": {"r-1": case.recording.sha256},
        "checklist_sha256": case.facts().checklist_sha256,
    }
    return gather_facts(store, changes.pop("plan", case.plan), **(given | changes))


def codes(facts: GateFacts) -> list[str]:
    verdict = decide(facts)
    return [r.code for r in verdict.reasons] if isinstance(verdict, Refusal) else []


def test_everything_the_store_knows_is_there(filled: Store, case: Case, people: dict[str, User]) -> None:
    """Recording, transcript, flags, verdicts, readings, profile and people."""
    decision = decide_flag(filled, people["bea"], "f-1", Choice.KEEP, "public figure")
    readings = read_segments(filled, people["bea"], "r-1", ["s1", "s2"])
    facts = gather(filled, case)
    (source,) = facts.sources
    assert (source.recording, source.transcript, source.flags) == (case.recording, case.transcript, case.flags)
    assert (source.decisions, source.readings) == ((decision,), readings)
    assert facts.profiles == (case.profile,) == (replace(filled.profile("K-17")),)
    assert facts.users == {user.id: user for user in people.values()}
    assert codes(facts) == ["sign_off.missing", "sign_off.missing"]


def test_the_same_store_gives_the_same_digest(filled: Store, case: Case) -> None:
    """Asking twice changes nothing."""
    assert gather(filled, case) == gather(filled, case)


def test_the_language_digest_is_that_of_the_real_cues(filled: Store, case: Case) -> None:
    """In every shape of the plan, as the subtitles room makes them."""
    cues = {a: plan_cues(case.plan, {"r-1": case.transcript}, "en", a) for a in case.plan.aspects}
    (english,) = gather(filled, case).languages
    assert english.sha256 == language_sha256(language_document(case.plan, "en", cues))
    assert all(cues.values())


def test_a_language_that_cannot_be_made_says_why(filled: Store, case: Case) -> None:
    """Nothing spoken or translated gives it."""
    case.edit_plan(burn=("en", "ar"))
    arabic = gather(filled, case).languages[1]
    assert (arabic.language, arabic.sha256) == ("ar", None)
    assert arabic.problem


def test_the_spoken_language_may_go_along_when_none_is_burned(filled: Store, case: Case) -> None:
    """As a sidecar, asked of nobody."""
    case.edit_plan(burn=())
    (spoken,) = gather(filled, case).languages
    assert (spoken.language, spoken.required) == ("en", False)
    assert spoken.sha256


@pytest.mark.parametrize("change", ["transcript", "correction"])
def test_a_changed_text_makes_the_check_stale(filled: Store, case: Case, people: dict[str, User], change: str) -> None:
    """Flags raised from another text say nothing about this one."""
    read_segments(filled, people["bea"], "r-1", ["s1", "s2"])
    if change == "transcript":
        filled.save_transcript("r-1", replace(case.transcript, voiced=(Span(0, 1),)))
    else:
        word = case.transcript.segments[2].words[0]
        filled.add_correction(Correction("r-1", "s3", word.span, word.text, "Our", None, "u-bea", NOW))
    assert "checklist.stale" in codes(gather(filled, case))


def test_the_products_own_checklist_is_the_default(filled: Store, case: Case) -> None:
    """Without a team's checklist the one that ships counts."""
    facts = gather(filled, case, checklist_sha256=None)
    assert facts.checklist_sha256 == load_checklist().sha256
    assert "checklist.stale" in codes(facts)


def test_an_older_version_is_seen_to_be_older(filled: Store, case: Case) -> None:
    """The newest is the store's."""
    filled.save_plan(replace(case.plan, version=2))
    assert "plan.superseded" in codes(gather(filled, case))


def test_an_unknown_interviewee_is_a_reason_and_no_crash(filled: Store, case: Case) -> None:
    """Nobody has added the code yet."""
    filled.set_interviewee("r-1", "K-99")
    assert "profile.missing" in codes(gather(filled, case))


@pytest.mark.parametrize("change", [{"id": "p-9"}, {"kept": (Kept("r-9", Span(0, 1)),)}])
def test_what_the_store_does_not_know_is_not_found(filled: Store, case: Case, change: dict[str, Any]) -> None:
    """A plan or a recording."""
    with pytest.raises(NotFoundError):
        gather(filled, case, plan=replace(case.plan, **change))


def test_flags_of_a_second_recording_count(filled: Store, case: Case, people: dict[str, User]) -> None:
    """Every recording of a plan is looked at, in the order of the clip."""
    filled.add_recording(replace(case.recording, id="r-2", sha256="b" * 64), "b.mp4")
    filled.save_transcript("r-2", case.transcript)
    filled.replace_flags("r-2", (replace(case.flags[0], id="f-7", action=Action.BLOCK),), "c" * 64)
    kept = (Kept("r-2", Span(800, 6_900)), *case.plan.kept)
    facts = gather(filled, case, plan=replace(case.plan, kept=kept))
    assert [s.recording.id for s in facts.sources] == ["r-2", "r-1"]
    assert {"flag.block", "original.missing", "segment.unread"} <= set(codes(facts))
