"""Whose interview it is: open to the team until somebody is assigned, then only to those, each in one part."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import Choice, CutPlan, Role, User
from pipeline.errors import AuthenticationError, NotFoundError, PipelineError, RefusedError
from pipeline.store import Store
from review.assignments import (
    NotAssignedError,
    assign,
    close_to_team,
    parts_now,
    require_no_other_part,
    require_part,
    signing_part,
    unassign,
)
from review.correcting import comment, correct_words
from review.decisions import add_missing_flag, decide_flag, override, read_segments
from review.signing import take_back
from review.withdrawn import WithdrawnError

People = dict[str, User]


class TestAssign:
    def test_an_interview_is_open_until_the_first_is_assigned(self, filled: Store, people: People) -> None:
        """Then the others are out at once, whatever their roles."""
        assert parts_now(filled).sees(people["carl"], ["r-1"])
        assert assign(filled, people["root"], people["bea"], ["r-1"]) is Role.REVIEWER
        assert parts_now(filled).sees(people["bea"], ["r-1"])
        assert not parts_now(filled).sees(people["carl"], ["r-1"])

    def test_what_was_taken_away_stays_closed(self, filled: Store, people: People) -> None:
        """An interview whose last person left is nobody's, not everybody's."""
        assign(filled, people["root"], people["bea"], ["r-1"])
        unassign(filled, people["root"], people["bea"], ["r-1"])
        assert not any(parts_now(filled).sees(p, ["r-1"]) for p in people.values())

    def test_an_open_interview_is_not_closed_by_taking_nothing_away(self, filled: Store, people: People) -> None:
        """Who has no part cannot lose one; the team keeps it."""
        with pytest.raises(PipelineError, match="no part"):
            unassign(filled, people["root"], people["bea"], ["r-1"])
        assert parts_now(filled).sees(people["carl"], ["r-1"])

    def test_who_is_reviewer_and_counsel_signs_as_what_he_is_here(self, filled: Store, people: People) -> None:
        """Counsel where nobody said otherwise, reviewer where he was assigned as one."""
        both = replace(people["law"], roles=(Role.REVIEWER, Role.COUNSEL))
        filled.set_roles(both.id, both.roles)
        assert signing_part(filled, both, filled.plan("p-1")) is Role.COUNSEL
        assign(filled, people["root"], both, ["r-1"], Role.REVIEWER)
        assert signing_part(filled, both, filled.plan("p-1")) is Role.REVIEWER

    def test_who_has_two_roles_has_one_part(self, filled: Store, people: People) -> None:
        """It has to be said which, and the other role does not count in this interview."""
        with pytest.raises(PipelineError, match="has the roles"):
            assign(filled, people["root"], people["ed"], ["r-1"])
        assign(filled, people["root"], people["ed"], ["r-1"], Role.EDITOR)
        with pytest.raises(NotAssignedError):
            require_part(filled, people["ed"], ["r-1"], Role.REVIEWER, Role.COUNSEL)
        require_part(filled, people["ed"], ["r-1"], Role.EDITOR)

    def test_a_part_is_one_of_ones_own_roles(self, filled: Store, people: People) -> None:
        """An admin sees no material, and nobody becomes counsel by assignment."""
        with pytest.raises(PipelineError, match="cannot be"):
            assign(filled, people["root"], people["root"], ["r-1"])
        with pytest.raises(PipelineError, match="cannot be counsel"):
            assign(filled, people["root"], people["bea"], ["r-1"], Role.COUNSEL)

    def test_only_an_admin_assigns(self, filled: Store, people: People) -> None:
        """Otherwise an editor could open another's interview for himself."""
        with pytest.raises(AuthenticationError):
            assign(filled, people["ed"], people["ed"], ["r-1"], Role.EDITOR)
        with pytest.raises(AuthenticationError):
            unassign(filled, people["bea"], people["bea"], ["r-1"])

    def test_an_unknown_recording_changes_nothing(self, filled: Store, people: People) -> None:
        """All of a list or none of it."""
        with pytest.raises(NotFoundError):
            assign(filled, people["root"], people["bea"], ["r-1", "r-none"])
        assert parts_now(filled).sees(people["carl"], ["r-1"])

    def test_the_ledger_names_the_recording_and_no_name(self, filled: Store, people: People) -> None:
        """Ids and digests, as for everything."""
        assign(filled, people["root"], people["bea"], ["r-1"])
        entry = filled.entries()[-1]
        assert (entry.kind, entry.actor, entry.object) == ("recording.assigned", "u-root", "r-1")
        assert len(entry.content_sha256) == 64

    def test_a_closed_recording_is_nobodys_until_somebody_is_assigned(self, filled: Store, people: People) -> None:
        """What the setting `only_assigned` does at ingest; said once however often it is taken in."""
        close_to_team(filled, filled.recording("r-1"))
        close_to_team(filled, filled.recording("r-1"))
        assert len(filled.assignments()) == 1
        assert not parts_now(filled).sees(people["bea"], ["r-1"])

    def test_what_was_said_cannot_be_changed(self, filled: Store, people: People) -> None:
        """The database refuses, as for all history."""
        from sqlalchemy import delete

        from pipeline.errors import StoreError
        from pipeline.store import tables_people

        assign(filled, people["root"], people["bea"], ["r-1"])
        with pytest.raises(StoreError), filled._writing() as connection:
            connection.execute(delete(tables_people.assignments))


def acts(store: Store, who: User) -> dict[str, Any]:
    """Everything a person can do with an interview."""
    plan = store.plan("p-1")
    segment = store.transcript("r-1").segments[0]  # type: ignore[union-attr]
    return {
        "decide": lambda: decide_flag(store, who, "f-1", Choice.KEEP, "why"),
        "undo": lambda: take_back(store, who, "f-1"),
        "read": lambda: read_segments(store, who, "r-1", ["s1"]),
        "flag": lambda: add_missing_flag(store, who, "r-1", segment, None, "identity.person", flag_action(store), "x"),
        "correct": lambda: correct_words(store, who, "r-1", "s1", [0], text="They"),
        "comment": lambda: comment(store, who, "r-1", "s1", 1_000, "look"),
        "override": lambda: override(store, who, plan, "f-1", "why"),
    }


def flag_action(store: Store) -> Any:
    return store.flags("r-1")[0].action


ACTS = ("decide", "undo", "read", "flag", "correct", "comment", "override")


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_done_with_an_interview_of_others(act: str, filled: Store, people: People) -> None:
    """Every act asks, whichever surface it comes from."""
    assign(filled, people["root"], people["bea"], ["r-1"])
    before = len(filled.entries())
    with pytest.raises(NotAssignedError):
        acts(filled, people["carl"])[act]()
    assert len(filled.entries()) == before


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_done_with_an_interview_that_was_withdrawn(act: str, filled: Store, people: People) -> None:
    """Consent taken back ends the work on it, for everybody."""
    code = filled.recording("r-1").interviewee or ""
    filled.add_statement(code, "withdrawn", True, "u-law", "2026-11-22T10:00:00.000Z")
    with pytest.raises(WithdrawnError):
        acts(filled, people["bea"])[act]()


class TestOnePart:
    def other(self, store: Store, made_by: str) -> CutPlan:
        plan = replace(store.plan("p-1"), id="p-2", made_by=made_by, edited_by=(), version=1)
        store.save_plan(plan)
        return plan

    def test_who_made_a_plan_signs_none_of_that_interview(self, filled: Store, people: People) -> None:
        """Also not the plan of somebody else (`safety.md`: nobody edits and approves one interview)."""
        self.other(filled, "u-bea")
        with pytest.raises(RefusedError, match="p-2"):
            require_no_other_part(filled, people["bea"], filled.plan("p-1"), edits=False)
        require_no_other_part(filled, people["carl"], filled.plan("p-1"), edits=False)

    def test_an_editor_goes_on_editing(self, filled: Store, people: People) -> None:
        """Only what he signed would stop him."""
        require_no_other_part(filled, people["ed"], self.other(filled, "u-ed"), edits=True)


def test_an_admin_of_an_old_store_is_nothing_else(store: Store) -> None:
    """First versions let an admin review as well; what such a person signed counts no more."""
    from sqlalchemy import insert

    from pipeline.store import tables_people

    row = {"id": "u-old", "name": "Old", "name_key": "old", "roles": "admin reviewer", "password": "x"}
    with store._writing() as connection:
        connection.execute(insert(tables_people.users).values(row))
    found = store.user_by_id("u-old")
    assert found
    assert found.roles == (Role.ADMIN,)
