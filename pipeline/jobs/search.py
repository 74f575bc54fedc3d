"""Looking for material: words across all interviews, or only in what is approved."""

from datetime import UTC, datetime

from pipeline.domain import CutPlan, Kept
from pipeline.errors import NotFoundError
from pipeline.jobs.ingest import current_checklist
from pipeline.store import Found, Store, Wanted
from pipeline.workspace import Workspace
from review.facts import gather_facts
from review.policy import approval_of, content_reasons
from review.suggest import TELLS


def find_passages(
    workspace: Workspace,
    store: Store,
    query: str,
    *,
    narrative: str | None = None,
    interviewee: str | None = None,
    approved: bool = False,
    limit: int = 20,
) -> Found:
    """Passages with all words of the query, best first; with `approved` only those of approved plans.

    Raises NotFoundError for an unknown narrative or interviewee, PipelineError for a query without words.
    """
    item = narrative_item(workspace, narrative) if narrative else None
    kept = approved_spans(workspace, store) if approved else None
    return store.search(Wanted(query, item, interviewee, kept, limit))


def narratives(workspace: Workspace) -> tuple[str, ...]:
    """The checklist's items that tell what a passage is about."""
    return tuple(i.id for i in current_checklist(workspace).items if i.id.startswith(TELLS))


def narrative_item(workspace: Workspace, name: str) -> str:
    """`corruption` or `narrative.corruption` as the checklist's item.

    Raises NotFoundError when there is none.
    """
    known = narratives(workspace)
    for item in (name, *(family + name for family in TELLS)):
        if item in known:
            return item
    raise NotFoundError(f"no narrative {name!r}", f"known: {', '.join(known)}")


def approved_spans(workspace: Workspace, store: Store) -> tuple[Kept, ...]:
    """What the plans keep that are in order and signed by all who have to, as things stand now."""
    return tuple(kept for plan in store.plans() if _is_approved(workspace, store, plan) for kept in plan.kept)


def _is_approved(workspace: Workspace, store: Store, plan: CutPlan) -> bool:
    """The originals are not read again for this: `cut` does that before it renders."""
    known = {k.recording: store.recording(k.recording).sha256 for k in plan.kept}
    checklist = current_checklist(workspace).sha256
    today = datetime.now(UTC).date()
    facts = gather_facts(store, plan, today=today, originals_sha256=known, checklist_sha256=checklist)
    return approval_of(facts).is_complete and not content_reasons(facts)
