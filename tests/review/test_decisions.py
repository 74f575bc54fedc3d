"""What people say is checked, kept and named in the ledger, together or not at all."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import (
    Action,
    Choice,
    CutPlan,
    Kept,
    Permit,
    Picture,
    Redaction,
    RedactionKind,
    Role,
    SignOff,
    Span,
    User,
)
from pipeline.errors import AuthenticationError, NotFoundError, PipelineError, RefusedError
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.decisions import add_missing_flag, decide_flag, override, read_segments, sign
from review.facts import gather_facts
from review.gate import GateFacts, Refusal
from review.ledger import read_checkpoints, verify_workspace
from review.policy import decide

Case = Any
"""The builder of conftest.py."""

People = dict[str, User]

TONE = Redaction("x-1", "r-1", RedactionKind.TONE, Span(1_800, 3_200))


def kinds(store: Store) -> list[tuple[str, str, str]]:
    return [(e.kind, e.actor, e.object) for e in store.entries()]


def ask(store: Store, case: Case) -> GateFacts:
    plan = store.plan("p-1")
    return gather_facts(
        store,
        plan,
        today=case.facts().today,
        originals_sha256={"r-1": case.recording.sha256},
        checklist_sha256=case.facts().checklist_sha256,
    )


@pytest.fixture
def ready(filled: Store, people: People) -> Store:
    """The store with everything read and decided, so that only signatures are missing."""
    read_segments(filled, people["bea"], "r-1", ["s1", "s2"])
    decide_flag(filled, people["bea"], "f-1", Choice.KEEP, "public figure")
    return filled


class TestDecide:
    def test_a_verdict_is_kept_and_in_the_ledger(self, filled: Store, people: People) -> None:
        """With its redaction tied to the flag."""
        made = decide_flag(filled, people["bea"], "f-1", Choice.REDACT, " a cousin ", "note", TONE)
        assert filled.decisions("r-1") == (made,)
        assert (made.reason, made.by) == ("a cousin", "u-bea")
        assert made.redaction == replace(TONE, flag="f-1")
        assert kinds(filled) == [("flag.decided", "u-bea", "f-1")]

    def test_the_ledger_holds_no_word_of_it(self, filled: Store, people: People) -> None:
        """Neither reason nor note."""
        decide_flag(filled, people["bea"], "f-1", Choice.KEEP, "he is famous", "ask Samir")
        assert not {"famous", "Samir"} & set(str(filled.entries()).replace("'", " ").split())

    @pytest.mark.parametrize("who", ["root", "ed"])
    def test_who_may_decide(self, filled: Store, people: People, who: str) -> None:
        """Reviewers and counsel; an admin and a mere editor may not."""
        user = replace(people[who], roles=tuple(r for r in people[who].roles if r is not Role.REVIEWER))
        with pytest.raises(AuthenticationError):
            decide_flag(filled, user, "f-1", Choice.KEEP, "why")
        assert (filled.decisions("r-1"), filled.entries()) == ((), ())

    @pytest.mark.parametrize(
        ("choice", "reason", "redaction"),
        [
            (Choice.KEEP, "  ", None),
            (Choice.KEEP, "why", TONE),
            (Choice.REDACT, "why", None),
            (Choice.REDACT, "why", replace(TONE, recording="r-2")),
            (Choice.REDACT, "why", replace(TONE, span=Span(2_500, 60_001))),
            (Choice.REDACT, "why", replace(TONE, span=Span(2_500, 2_500))),
            (Choice.REDACT, "why", replace(TONE, span=Span(3_000, 4_000))),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, filled: Store, people: People, choice: Choice, reason: str, redaction: Redaction | None
    ) -> None:
        """No reason, no redaction or one too many, or one that hides something else."""
        with pytest.raises(PipelineError):
            decide_flag(filled, people["bea"], "f-1", choice, reason, "", redaction)
        assert (filled.decisions("r-1"), filled.entries()) == ((), ())

    def test_a_refusal_tells_times_as_people_read_them(self, filled: Store, people: People) -> None:
        """Not in milliseconds."""
        outside = replace(TONE, span=Span(2_500, 60_001))
        with pytest.raises(PipelineError, match=r"0:02\.500-1:00\.001 is not inside r-1, which ends at 1:00\.000"):
            decide_flag(filled, people["bea"], "f-1", Choice.REDACT, "why", "", outside)

    def test_an_unknown_flag_is_not_found(self, filled: Store, people: People) -> None:
        """Its id is named."""
        with pytest.raises(NotFoundError, match="f-9"):
            decide_flag(filled, people["bea"], "f-9", Choice.KEEP, "why")


class TestRead:
    def test_each_segment_is_noted_once_for_each_person(self, filled: Store, people: People) -> None:
        """One ledger entry for what was new."""
        assert len(read_segments(filled, people["bea"], "r-1", ["s1", "s1", "s2"])) == 2
        assert read_segments(filled, people["bea"], "r-1", ["s1"]) == ()
        assert len(read_segments(filled, people["carl"], "r-1", ["s1"])) == 1
        assert kinds(filled) == [("segments.read", "u-bea", "r-1"), ("segments.read", "u-carl", "r-1")]

    def test_an_unknown_segment_stops_all_of_them(self, filled: Store, people: People) -> None:
        """A typing mistake notes nothing."""
        with pytest.raises(NotFoundError, match="s9"):
            read_segments(filled, people["bea"], "r-1", ["s1", "s9"])
        assert filled.readings("r-1") == ()

    def test_an_editor_cannot_clear_a_segment(self, filled: Store, people: People) -> None:
        """Reading for review takes a reviewer."""
        with pytest.raises(AuthenticationError):
            read_segments(filled, replace(people["ed"], roles=(Role.EDITOR,)), "r-1", ["s1"])


class TestMissingFlag:
    def test_a_person_raises_what_the_machine_missed(self, filled: Store, case: Case, people: People) -> None:
        """Red, with the person's reason, and the gate asks for it."""
        segment = case.transcript.segments[1]
        made = add_missing_flag(
            filled, people["ed"], "r-1", segment, segment.span, "identity.visible", Action.REVIEW, "papers on the desk"
        )
        assert made in filled.flags("r-1")
        assert kinds(filled) == [("flag.added", "u-ed", made.id)]
        verdict = decide(ask(filled, case))
        assert isinstance(verdict, Refusal)
        assert any(made.id in r.sentence for r in verdict.reasons)

    @pytest.mark.parametrize("span", [None, Span(59_000, 60_001)])
    def test_it_needs_a_place(self, filled: Store, people: People, span: Span | None) -> None:
        """A segment or a span inside the recording."""
        with pytest.raises(PipelineError):
            add_missing_flag(filled, people["ed"], "r-1", None, span, "identity.visible", Action.REVIEW, "why")


class TestOverride:
    def test_one_person_once(self, filled: Store, people: People) -> None:
        """The second word has to come from someone else."""
        plan = filled.plan("p-1")
        override(filled, people["bea"], plan, "f-1", "acquitted")
        with pytest.raises(PipelineError, match="already"):
            override(filled, people["bea"], plan, "f-1", "acquitted")
        override(filled, people["law"], plan, "f-1", "acquitted")
        assert [o.by for o in filled.overrides("p-1")] == ["u-bea", "u-law"]
        assert [k for k, _, _ in kinds(filled)] == ["flag.overridden"] * 2

    def test_who_made_the_plan_cannot(self, filled: Store, people: People) -> None:
        """Nor can anyone without a reason."""
        plan = filled.plan("p-1")
        with pytest.raises(RefusedError, match="made or edited"):
            override(filled, people["ed"], plan, "f-1", "acquitted")
        with pytest.raises(PipelineError, match="reason"):
            override(filled, people["bea"], plan, "f-1", " ")
        assert filled.overrides("p-1") == ()


class TestSplice:
    def test_a_sentence_cut_in_half_blocks_until_two_people_say_that_its_meaning_stays(
        self, ready: Store, workspace: Workspace, case: Case, people: People
    ) -> None:
        """“When we arrived the hospital had no power” without “no”: a reason of the gate, and nobody signs."""
        kept = (Kept("r-1", Span(800, 8_950)), Kept("r-1", Span(9_450, 13_000)))
        ready.save_plan(replace(ready.plan("p-1"), version=2, kept=kept))
        (flag,) = [f for _, f in ask(ready, case).splices]
        assert flag.item == "process.splice"
        with pytest.raises(RefusedError, match="not ready"):
            sign(ready, workspace, people["bea"], ask(ready, case))
        with pytest.raises(RefusedError, match="made or edited"):
            override(ready, people["ed"], ready.plan("p-1"), flag.id, "the same")
        for name in ("bea", "law"):
            assert any(flag.id in r.sentence for r in decide(ask(ready, case)).reasons)
            override(ready, people[name], ready.plan("p-1"), flag.id, "the same is said before")
        for name in ("bea", "carl"):
            sign(ready, workspace, people[name], ask(ready, case))
        assert isinstance(decide(ask(ready, case)), Permit)

    def test_another_cut_is_another_question(self, ready: Store, case: Case) -> None:
        """What was said about one cut says nothing about another; the same words left are the same question."""
        asked = []
        for version, (end, start) in enumerate([(8_950, 9_450), (8_940, 9_455), (8_450, 9_450)], start=2):
            kept = (Kept("r-1", Span(800, end)), Kept("r-1", Span(start, 13_000)))
            ready.save_plan(replace(ready.plan("p-1"), version=version, kept=kept))
            asked.append({flag.id for _, flag in ask(ready, case).splices})
        assert asked[0] == asked[1]
        assert not asked[0] & asked[2]


class TestSign:
    def test_two_signatures_open_the_gate(self, ready: Store, workspace: Workspace, case: Case, people: People) -> None:
        """From the store to a permit; each signature with its entry and a checkpoint outside the database."""
        digest, answer = sign(ready, workspace, people["bea"], ask(ready, case))
        assert answer.missing == ("1 of 2 people who did not make it", "1 of 2 people for the subtitles in en")
        assert isinstance(decide(ask(ready, case)), Refusal)
        again, answer = sign(ready, workspace, people["law"], ask(ready, case))
        assert answer.is_complete
        assert again == digest
        permit = decide(ask(ready, case))
        assert isinstance(permit, Permit)
        assert permit.core_sha256 == digest
        assert [e.content_sha256 for e in ready.entries("p-1")].count(digest) == 2
        assert len(read_checkpoints(workspace)) == 2
        assert verify_workspace(ready, workspace)[0].ok

    def test_who_made_the_plan_cannot_sign(
        self, ready: Store, workspace: Workspace, case: Case, people: People
    ) -> None:
        """Though he is a reviewer of other plans."""
        with pytest.raises(RefusedError, match="made or edited"):
            sign(ready, workspace, people["ed"], ask(ready, case))
        assert ready.signoffs("p-1") == ()

    @pytest.mark.parametrize(("who", "role"), [("root", None), ("bea", Role.COUNSEL), ("ed", Role.EDITOR)])
    def test_a_role_nobody_has_signs_nothing(
        self, ready: Store, workspace: Workspace, case: Case, people: People, who: str, role: Role | None
    ) -> None:
        """An admin, a reviewer as counsel, anyone as editor."""
        with pytest.raises(AuthenticationError):
            sign(ready, workspace, people[who], ask(ready, case), role=role)
        assert ready.signoffs("p-1") == ()

    def test_the_same_person_twice_counts_once(
        self, ready: Store, workspace: Workspace, case: Case, people: People
    ) -> None:
        """Signing the same again adds nothing."""
        sign(ready, workspace, people["bea"], ask(ready, case))
        entries = len(ready.entries())
        _, answer = sign(ready, workspace, people["bea"], ask(ready, case))
        assert answer.signed_by == ("u-bea",)
        assert len(ready.entries()) == entries

    def test_a_changed_plan_voids_what_was_signed(
        self, ready: Store, workspace: Workspace, case: Case, people: People
    ) -> None:
        """Signed by two, edited once: all eyes are needed again."""
        for name in ("bea", "carl"):
            sign(ready, workspace, people[name], ask(ready, case))
        ready.save_plan(replace(ready.plan("p-1"), version=2, picture=Picture.OFF))
        verdict = decide(ask(ready, case))
        assert isinstance(verdict, Refusal)
        assert "2 of 2 people" in verdict.reasons[0].sentence
        assert "changed since" in verdict.reasons[0].sentence

    @pytest.mark.parametrize(
        "change",
        [
            lambda s, p: decide_flag(s, p["carl"], "f-1", Choice.KEEP, "another reason"),
            lambda s, _: s.add_statement("K-17", "jurisdiction", "FR", "u-law", "2026-11-22T12:00:00.000Z"),
            lambda s, _: s.set_warning("r-1", 700),
            lambda s, p: override(s, p["carl"], s.plan("p-1"), "f-1", "acquitted"),
        ],
    )
    def test_whatever_is_said_later_voids_what_was_signed(
        self, ready: Store, workspace: Workspace, case: Case, people: People, change: Any
    ) -> None:
        """A decision, a statement, the warning, an override."""
        for name in ("bea", "dora"):
            sign(ready, workspace, people[name], ask(ready, case))
        assert isinstance(decide(ask(ready, case)), Permit)
        change(ready, people)
        verdict = decide(ask(ready, case))
        assert isinstance(verdict, Refusal)
        assert [r.code for r in verdict.reasons] == ["sign_off.missing"]

    def test_nobody_signs_before_the_rest_is_done(
        self, filled: Store, workspace: Workspace, case: Case, people: People
    ) -> None:
        """Every open reason is listed in the refusal."""
        with pytest.raises(RefusedError) as caught:
            sign(filled, workspace, people["bea"], ask(filled, case))
        assert len(caught.value.reasons) == 2
        assert filled.signoffs("p-1") == ()

    def test_what_was_not_seen_is_not_signed(
        self, ready: Store, workspace: Workspace, case: Case, people: People
    ) -> None:
        """Someone decides differently while the reviewer reads: she is told, and nothing is signed."""
        seen = ask(ready, case)
        decide_flag(ready, people["carl"], "f-1", Choice.KEEP, "another reason")
        with pytest.raises(RefusedError, match="changed since you looked"):
            sign(ready, workspace, people["bea"], seen)
        newer: CutPlan = replace(ready.plan("p-1"), version=2, title="Two")
        seen = ask(ready, case)
        ready.save_plan(newer)
        with pytest.raises(RefusedError, match="changed since you looked"):
            sign(ready, workspace, people["bea"], seen)
        assert ready.signoffs("p-1") == ()

    def test_a_person_may_sign_without_a_language_he_cannot_read(
        self, ready: Store, workspace: Workspace, case: Case, people: People
    ) -> None:
        """The core and nothing else; the language stays open."""
        _, answer = sign(ready, workspace, people["bea"], ask(ready, case), languages=())
        assert "2 of 2 people for the subtitles in en" in answer.missing
        with pytest.raises(PipelineError, match="ar"):
            sign(ready, workspace, people["bea"], ask(ready, case), languages=("ar",))

    def test_a_row_put_in_by_hand_is_no_signature(
        self, ready: Store, workspace: Workspace, case: Case, people: People
    ) -> None:
        """What does not stand in the ledger counts for nothing."""
        digest, _ = sign(ready, workspace, people["bea"], ask(ready, case))
        for subject, sha256 in (("core", digest), ("en", ask(ready, case).languages[0].sha256 or "")):
            ready.add_signoff(SignOff("p-1", subject, sha256, "u-carl", Role.REVIEWER, "2026-11-22T12:00:00.000Z"))
        verdict = decide(ask(ready, case))
        assert isinstance(verdict, Refusal)
        assert {r.code for r in verdict.reasons} == {"sign_off.missing"}
