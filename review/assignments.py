"""Whose interview it is: who may see a recording and work on it, and as what.

A recording belongs to the whole team until somebody is assigned to it; from then on only those who are see
it on the pages or act on it, each in one part (`safety.md`, role table: nobody edits and approves one interview).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.canonical import document_sha256
from pipeline.domain import CutPlan, Recording, Role, User, utc_now
from pipeline.errors import PipelineError, RefusedError
from pipeline.store import Assignment, Store
from review.accounts import require_role
from review.approval import SIGNERS
from review.facts import recorded_sign_offs
from review.ledger import record
from review.withdrawn import require_not_withdrawn

PARTS = (Role.EDITOR, *SIGNERS)
"""What a person can be in an interview: the roles that see unredacted material."""


class NotAssignedError(RefusedError):
    """The interview is other people's."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Who is what in which recording, as it stands."""

    restricted: frozenset[str]
    """Recordings that only those assigned may see."""
    given: Mapping[tuple[str, str], Role]
    """Recording and person → the person's part."""

    def of(self, person: User, recording: str) -> frozenset[Role]:
        """The roles in which this person works on a recording; none: it is not his."""
        if recording not in self.restricted:
            return frozenset(person.roles)
        part = self.given.get((recording, person.id))
        return frozenset({part} if part else ()) & frozenset(person.roles)

    def sees(self, person: User, recordings: Iterable[str]) -> bool:
        """Whether this person may see all of them unredacted."""
        return all(self.of(person, recording) & set(PARTS) for recording in recordings)


def parts_now(store: Store) -> Parts:
    """The latest word about each recording and person."""
    said = store.assignments()
    latest = {(a.recording, a.user): a.part for a in said if a.user}
    given = {(r, u): part for (r, u), part in latest.items() if u and part}
    return Parts(frozenset(a.recording for a in said), given)


def recordings_of(plan: CutPlan) -> tuple[str, ...]:
    """The recordings that a plan keeps something of."""
    return tuple(dict.fromkeys(k.recording for k in plan.kept))


def require_part(store: Store, person: User, recordings: Iterable[str], *roles: Role) -> None:
    """One border for everything that is done with an interview.

    Raises AuthenticationError when the person has none of these roles at all, NotFoundError for an unknown
    recording, WithdrawnError when its interviewee took consent back, NotAssignedError when the interview is
    other people's, or when the person is something else in it.
    """
    require_role(person, *roles)
    parts = parts_now(store)
    for recording in recordings:
        require_not_withdrawn(store, store.recording(recording))
        if not parts.of(person, recording) & set(roles):
            raise NotAssignedError(
                f"the interview {recording} was given to other people, or you have another part in it",
                hint="an admin assigns people: counterclip user assign",
            )


def _ever_kept(store: Store, plan: CutPlan) -> set[str]:
    """Recordings in any version of a plan: who took one out of it has worked on it all the same."""
    return {name for version in range(1, plan.version + 1) for name in recordings_of(store.plan(plan.id, version))}


def signing_part(store: Store, person: User, plan: CutPlan) -> Role:
    """As what a person signs a plan: counsel where he is that in all of its interviews, else reviewer."""
    parts = parts_now(store)
    is_counsel = all(Role.COUNSEL in parts.of(person, recording) for recording in recordings_of(plan))
    return Role.COUNSEL if is_counsel and Role.COUNSEL in person.roles else Role.REVIEWER


def require_no_other_part(store: Store, person: User, plan: CutPlan, *, edits: bool) -> None:
    """Nobody composes and approves clips of one interview, in whichever plan.

    Raises RefusedError when the person signed another plan of it (to edit), or made or edited one (to sign).
    """
    shared = set(recordings_of(plan))
    for other in store.plans():
        if not shared & _ever_kept(store, other):
            continue
        works = person.id in (other.made_by, *other.edited_by)
        signed = any(s.by == person.id for s in recorded_sign_offs(store, other))
        if signed if edits else works:
            raise RefusedError(
                f"you {'signed' if edits else 'made or edited'} {other.id}, which is of the same interview",
                (),
                "nobody composes and approves clips of one interview: another person has to",
            )


def assign(store: Store, admin: User, person: User, recordings: Iterable[str], part: Role | None = None) -> Role:
    """Give a person a part in recordings; the ledger gets ids and a digest. His part is returned.

    `part` may be left out when the person has one such role only. Raises AuthenticationError when `admin` is none,
    NotFoundError for an unknown recording, PipelineError when it is not a role of his or which one is not said.
    """
    require_role(admin, Role.ADMIN)
    mine = [role for role in PARTS if role in person.roles]
    if part is None and len(mine) > 1:
        raise PipelineError(f"{person.id} has the roles {', '.join(mine)}", "say which one with --part")
    chosen = part or (mine[0] if mine else None)
    if chosen not in mine:
        raise PipelineError(
            f"{person.id} cannot be {chosen or 'anything'} in an interview", f"his roles: {', '.join(person.roles)}"
        )
    _say(store, admin.id, person.id, recordings, chosen)
    return chosen


def unassign(store: Store, admin: User, person: User, recordings: Iterable[str]) -> None:
    """Take a person's part in recordings away; they stay closed to everyone who is not assigned.

    Raises AuthenticationError when `admin` is none, NotFoundError for an unknown recording, PipelineError when the
    person has no part in one: nobody closes an open interview by mistake.
    """
    require_role(admin, Role.ADMIN)
    chosen, given = list(dict.fromkeys(recordings)), parts_now(store).given
    for recording in chosen:
        if (store.recording(recording).id, person.id) not in given:
            raise PipelineError(f"{person.id} has no part in {recording}", "the page People shows who has one")
    _say(store, admin.id, person.id, chosen, None)


def close_to_team(store: Store, recording: Recording) -> None:
    """From now on only who is assigned sees it; said once."""
    if not any(a.recording == recording.id for a in store.assignments()):
        _say(store, "system", None, [recording.id], None)


def _say(store: Store, by: str, user: str | None, recordings: Iterable[str], part: Role | None) -> None:
    with store.transaction():
        for recording in dict.fromkeys(recordings):
            store.add_assignment(Assignment(store.recording(recording).id, user, part, by, utc_now()))
            digest = document_sha256("assignment", [recording, user, part])
            record(store, "recording.assigned", by, recording, digest)
