"""The gate and the signatures, asked with fresh facts: the originals on disk are read again."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime

from pipeline.canonical import file_sha256
from pipeline.domain import Approval, Cue, CutPlan, Origin, Permit, User
from pipeline.errors import PipelineError
from pipeline.jobs.ingest import current_checklist
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.decisions import sign
from review.facts import gather_facts, hard_faults
from review.policy import GateFacts, Refusal, decide, unsigned_drafts
from review.signing import StaleError, difference, require_seen, seen_sha256
from review.withdrawn import require_nobody_withdrawn
from subtitles.sdh import language_told


def fresh_facts(
    workspace: Workspace, store: Store, plan: CutPlan, originals: Mapping[str, str] | None = None
) -> GateFacts:
    """Everything the gate looks at, with the sha256 of each original as it lies on the disk now.

    Inside a transaction `originals` have been read just before: hashing gigabytes there would stop everyone.
    """
    return gather_facts(
        store,
        plan,
        today=datetime.now(UTC).date(),
        originals_sha256=read_originals(workspace, plan) if originals is None else originals,
        checklist_sha256=current_checklist(workspace).sha256,
    )


def ask_gate(workspace: Workspace, store: Store, plan: CutPlan) -> Permit | Refusal:
    """The one answer to whether this plan may be cut now."""
    return decide(fresh_facts(workspace, store, plan))


def seen_now(workspace: Workspace, store: Store, plan_id: str) -> str:
    """The digest of what a plan shows now: what `plan show` ends with and a sign-off names."""
    return seen_sha256(fresh_facts(workspace, store, store.plan(plan_id)))


def sign_plan(workspace: Workspace, store: Store, person: User, plan_id: str, seen: str) -> tuple[str, Approval]:
    """One person's sign-off of the latest version; the core digest signed and what is still missing.

    `seen` is the digest of what he looked at, or its first characters (`plan show` prints it). Raises
    StaleError with what changed when that is not what is there now, PipelineError when `seen` is too
    short, WithdrawnError when anyone in it took consent back, RefusedError when this person may not sign it.
    """
    plan = store.plan(plan_id)
    require_nobody_withdrawn(store, plan)  # what changed since is told in words
    facts = fresh_facts(workspace, store, plan)
    try:
        require_seen(facts, seen)
    except StaleError as error:
        shown = difference(store, facts, seen)
        raise StaleError(error.message, shown, f"counterclip plan show {plan_id}, then sign what you see") from None
    return sign(store, workspace, person, facts)


def read_versions(facts: GateFacts) -> list[tuple[str, tuple[Cue, ...], tuple[str, ...]]]:
    """What viewers can read, in every language and shape: a title such as `en, 16:9`, cues, hard rules they break.

    A language that cannot be made is left out: the gate's reasons say why.
    """
    drafts = unsigned_drafts(facts)
    shown = []
    for version in facts.languages:
        origin = "" if version.origin is Origin.SPEECH else f", {version.origin}"
        draft = ", a draft that nobody has signed" if version.language in drafts else ""
        shown += [
            (
                f"{language_told(version.language)}, {aspect}{origin}{draft}",
                cues,
                hard_faults(facts.plan, version, aspect),
            )
            for aspect, cues in version.cues.items()
        ]
    return shown


def read_originals(workspace: Workspace, plan: CutPlan) -> dict[str, str]:
    """The sha256 of each original of a plan, and of its reader's recording, as they lie on the disk; by id.

    Unreadable ones are left out.
    """
    digests = {}
    for recording in {k.recording for k in plan.kept}:
        try:
            digests[recording] = file_sha256(workspace.original(recording))
        except (PipelineError, OSError):
            continue  # the gate refuses a recording whose original has no digest here
    if plan.revoicing:
        with contextlib.suppress(PipelineError, OSError):
            digests[plan.revoicing.id] = file_sha256(workspace.reading(plan.revoicing.id))
    return digests
