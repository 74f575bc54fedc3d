"""What the gate says about a plan, for a page: with the originals' digests as known, not read again.

Reading gigabytes at every look would make the page useless; `cut` reads them before it renders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from pipeline.domain import Approval, Cue, CutPlan, User
from pipeline.errors import PipelineError
from review.approval import CORE
from review.facts import gather_facts, hard_faults
from review.gate import GateFacts, Reason, Refusal
from review.policy import approval_of, content_reasons, decide, export_reasons, unsigned_drafts
from review.signing import seen_sha256, shown_cues
from review.web.bilingual import Row, bilingual
from review.web.services import Services
from review.web.visit import now

MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan with the gate's answer and everything a viewer would read."""

    facts: GateFacts
    reasons: tuple[Reason, ...]
    """Everything that keeps it from being cut."""
    content: tuple[Reason, ...]
    """Of these, what must be settled before anyone signs."""
    export: tuple[Reason, ...]
    """What would keep the finished clip from being exported."""
    approval: Approval
    seen: str
    """Digest of what the page shows; a sign-off posts it back."""
    cues: Mapping[str, tuple[Cue, ...]]
    beside: Mapping[str, tuple[Row, ...]]
    """Translated versions beside the speech, by language."""
    exceptions: Mapping[str, tuple[str, ...]]
    """Hard rules of the guidelines that a version breaks in the first shape, by language."""
    drafts: frozenset[str]
    """Languages that are a machine's translation and nobody has signed."""

    def awaits(self, person: User) -> bool:
        """True while this person's signature on this very state is missing and wanted."""
        signed = {s.by for s in self.facts.sign_offs if s.subject == CORE and s.sha256 == self.facts.core_sha256}
        return bool(self.approval.missing) and person.id not in signed


_kept: dict[tuple[int, str, int, str], PlanFacts] = {}
_lock = Lock()


def quick_facts(services: Services, plan: CutPlan) -> PlanFacts:
    """The facts of a plan, worked out once for each state of the ledger and each day."""
    head = services.store.head()
    today = now().date()
    key = (id(services.store), f"{plan.id}.{plan.version}", head.seq if head else 0, today.isoformat())
    with _lock:
        known = _kept.get(key)
    if known is not None:
        return known
    made = _facts(services, plan)
    with _lock:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = made
    return made


def _facts(services: Services, plan: CutPlan) -> PlanFacts:
    facts = gather_facts(
        services.store,
        plan,
        today=now().date(),
        originals_sha256=_known_originals(services, plan),
        checklist_sha256=services.checklist.sha256,
    )
    verdict = decide(facts)
    return PlanFacts(
        facts=facts,
        reasons=verdict.reasons if isinstance(verdict, Refusal) else (),
        content=content_reasons(facts),
        export=export_reasons(facts),
        approval=approval_of(facts),
        seen=seen_sha256(facts),
        cues=shown_cues(facts),
        beside=bilingual(facts),
        exceptions={v.language: hard_faults(plan, v, plan.aspects[0]) for v in facts.languages},
        drafts=unsigned_drafts(facts),
    )


def _known_originals(services: Services, plan: CutPlan) -> dict[str, str]:
    known = {}
    for recording in {k.recording for k in plan.kept}:
        try:
            services.workspace.original(recording)
        except PipelineError:
            continue  # the gate says that the original is not where it was
        known[recording] = services.store.recording(recording).sha256
    if plan.revoicing:
        known[plan.revoicing.id] = plan.revoicing.sha256
    return known
