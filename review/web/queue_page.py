"""The queue: what needs this person, worst first; and how far each interview is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from pipeline.domain import Action, Choice, CutPlan, Flag, Recording, Role, Tier
from review.assignments import parts_now, recordings_of
from review.web.material import segment_digests
from review.web.pages import show
from review.web.plan_facts import quick_facts
from review.web.services import Services
from review.web.visit import Visit, now
from review.withdrawn import is_withdrawn

WEIGHT = {Action.BLOCK: 100, Action.REDACT: 10, Action.REVIEW: 3, Action.TAG: 0}
"""One block outweighs ten redactions: what could hurt most comes first."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one interview is."""

    recording: Recording
    withdrawn: bool
    segments: int
    read: int
    flagged: int
    decided: int
    plans: int
    signed: int
    weight: int
    waiting: tuple[tuple[str, int, str], ...]
    """Item, how many undecided, and the first of them; worst first."""
    counsel: tuple[str, ...]
    """Flags that were handed to counsel and still are."""


@dataclass(frozen=True, slots=True)
class PlanTask:
    """A plan that waits for this person."""

    plan: CutPlan
    what: str
    open_reasons: int


def queue(visit: Visit) -> Response:
    """Editors, reviewers and counsel see interviews; the others are sent to what is theirs."""
    me = visit.me
    reads = bool({Role.EDITOR, Role.REVIEWER, Role.COUNSEL} & set(me.roles))
    rows = sorted(_progress(visit), key=lambda p: (p.withdrawn, -p.weight, p.recording.id)) if reads else []
    tasks = list(_plan_tasks(visit)) if reads else []
    to_counsel = sum(len(r.counsel) for r in rows if not r.withdrawn)
    return show(visit, "queue.html", rows=rows, tasks=tasks, reads=reads, to_counsel=to_counsel,
                news=staff_news(visit), warned=changed_for_me(visit))  # fmt: skip


STAFF_KINDS = {
    "user.added": "was added",
    "user.roles_changed": "has other roles",
    "user.password_changed": "has a new password",
    "second_factor.removed": "lost the one-time codes",
}
WARNED_FOR = timedelta(days=30)


def staff_news(visit: Visit) -> tuple[tuple[str, str, str], ...]:
    """Which accounts were added or changed since one was here last, by whomever: nobody changes one unseen.

    Name, what happened, who did it (`safety.md`, part 3).
    """
    store, me = visit.store, visit.me
    names = {u.id: u.name for u in store.users()}
    mine = [e.at for e in store.entries(me.id) if e.kind == "person.signed_in"]
    since = mine[-2] if len(mine) > 1 else ""
    changed = [e for user in names for e in store.entries(user) if e.kind in STAFF_KINDS]
    return tuple(
        (names[e.object], STAFF_KINDS[e.kind], names.get(e.actor, e.actor)) for e in changed if since and e.at > since
    )


def changed_for_me(visit: Visit) -> tuple[tuple[str, str, str], ...]:
    """What somebody else did to one's own account in the last 30 days: what, who, the day.

    However often one signed in since: whoever got in with the new password was not necessarily oneself.
    """
    store, me = visit.store, visit.me
    names = {u.id: u.name for u in store.users()}
    since = (now() - WARNED_FOR).isoformat()
    done = [e for e in store.entries(me.id) if e.kind in STAFF_KINDS and e.kind != "user.added"]
    return tuple(
        (STAFF_KINDS[e.kind], names.get(e.actor, e.actor), e.at[:10]) for e in done if e.actor != me.id and e.at > since
    )


def _progress(visit: Visit) -> Iterator[Progress]:
    services, store = visit.services, visit.store
    plans, parts = store.plans(), parts_now(store)
    for recording in store.recordings():
        if not parts.sees(visit.me, [recording.id]):
            continue
        mine = [p for p in plans if any(k.recording == recording.id for k in p.kept)]
        yield _of(services, recording, is_withdrawn(store, recording), mine)


def _of(services: Services, recording: Recording, withdrawn: bool, plans: list[CutPlan]) -> Progress:
    store = services.store
    digests = segment_digests(store, recording.id)
    read = {r.segment for r in store.readings(recording.id) if digests.get(r.segment) == r.text_sha256}
    decisions = {d.flag: d.choice for d in store.decisions(recording.id)}
    flags = [f for f in store.flags(recording.id) if f.suppressed is None and f.tier is Tier.RED and _asks(f)]
    undecided = [f for f in flags if f.id not in decisions]
    return Progress(
        recording=recording,
        withdrawn=withdrawn,
        segments=len(digests),
        read=len(read),
        flagged=len(flags),
        decided=len(flags) - len(undecided),
        plans=len(plans),
        signed=0 if withdrawn else sum(quick_facts(services, p).approval.is_complete for p in plans),
        weight=sum(WEIGHT[f.action] for f in undecided),
        waiting=_waiting(undecided),
        counsel=tuple(f.id for f in flags if decisions.get(f.id) is Choice.COUNSEL),
    )


def _asks(flag: Flag) -> bool:
    return flag.action is not Action.TAG


def _waiting(undecided: list[Flag]) -> tuple[tuple[str, int, str], ...]:
    worst_first = sorted(undecided, key=lambda f: (-WEIGHT[f.action], f.span.start_ms if f.span else 0))
    first = {f.item: f.id for f in reversed(worst_first)}
    counts = Counter(f.item for f in worst_first)
    return tuple((item, counts[item], first[item]) for item in dict.fromkeys(f.item for f in worst_first))


def _plan_tasks(visit: Visit) -> Iterator[PlanTask]:
    parts = parts_now(visit.store)
    for plan in visit.store.plans():
        me = visit.within(*recordings_of(plan)).me
        if not parts.sees(me, recordings_of(plan)):
            continue
        facts = quick_facts(visit.services, plan)
        if any(p.withdrawn for p in facts.facts.profiles):
            continue
        mine = me.id in facts.facts.makers
        if mine and facts.reasons:
            yield PlanTask(plan, "open points in your plan", len(facts.reasons))
        elif not mine and {Role.REVIEWER, Role.COUNSEL} & set(me.roles) and not facts.content and facts.awaits(me):
            yield PlanTask(plan, "waits for your signature", len(facts.reasons))
