"""A person withdraws, or a clip is recalled: blocked at once, then found and listed for takedown."""

from collections.abc import Callable
from pathlib import Path

from clips.takedown import Takedown, plan_takedown, takedown_sheets
from pipeline.domain import Clip, Role, User, new_id, utc_now
from pipeline.errors import NotFoundError, PipelineError
from pipeline.store import Store
from pipeline.workspace import PRIVATE, Workspace, partial_folder, publish
from review.accounts import require_role
from review.interviewees import state
from review.ledger import write_checkpoint
from review.recalls import recall

HANDED_OVER = "plan.handed_over"
"""What the ledger calls a hand-off to an editor; copies outside have to be destroyed as well."""


def withdraw_person(
    workspace: Workspace, store: Store, person: User, code: str
) -> tuple[tuple[Takedown, ...], Path | None]:
    """Note the withdrawal at once, which closes the gate; then list what is out, and where the sheets lie.

    Raises NotFoundError for an unknown code, AuthenticationError for who may not note it.
    """
    require_role(person, Role.REVIEWER, Role.COUNSEL)
    if code not in store.interviewees():
        raise NotFoundError(f"no interviewee {code}", "counterclip status shows the codes")
    state(store, person, code, {"withdrawn": True})
    write_checkpoint(store, workspace)
    mine = {r.id for r in store.recordings() if r.interviewee == code}
    return _list(
        workspace,
        store,
        lambda clip: bool(_recordings(store, clip) & mine),
        lambda plan: bool(_ever_kept(store, plan) & mine),
    )


def recall_clip(
    workspace: Workspace, store: Store, person: User, clip_id: str, reason: str
) -> tuple[tuple[Takedown, ...], Path | None]:
    """Block one clip on every surface at once; then list where it is, and where the sheets lie.

    Recalling it again only lists again. Raises NotFoundError for an unknown clip, PipelineError without a
    reason, AuthenticationError for who may not recall.
    """
    require_role(person, Role.REVIEWER, Role.COUNSEL, Role.EXPORTER)
    clip = store.clip(clip_id)
    if not reason.strip():
        raise PipelineError("a reason is missing", "say in a few words why, without names")
    recall(store, person, clip.id, reason.strip())
    write_checkpoint(store, workspace)
    return _list(workspace, store, lambda other: other.id == clip.id, lambda plan: plan == clip.plan)


def _list(
    workspace: Workspace, store: Store, concerns: Callable[[Clip], bool], concerns_plan: Callable[[str], bool]
) -> tuple[tuple[Takedown, ...], Path | None]:
    bundles, publications, removals = store.bundles(), store.publications(), store.removals()
    found = [plan_takedown(clip, bundles, publications, removals) for clip in store.clips() if concerns(clip)]
    handed = [(e.object, e.at[:10]) for e in store.entries() if e.kind == HANDED_OVER and concerns_plan(e.object)]
    if not found and not handed:
        return (), None
    return tuple(found), _write_sheets(workspace, takedown_sheets(found, utc_now(), handed))


def _write_sheets(workspace: Workspace, sheets: dict[str, str]) -> Path:
    home = workspace.root / "takedowns"
    final = home / new_id("t")
    with partial_folder(home) as part:
        folder = part / final.name
        folder.mkdir(mode=PRIVATE)
        for name, text in sheets.items():
            (folder / name).write_text(text, encoding="utf-8")
        publish(folder, final)
    return final


def _recordings(store: Store, clip: Clip) -> set[str]:
    return {kept.recording for kept in store.plan(clip.plan, clip.plan_version).kept}


def _ever_kept(store: Store, plan_id: str) -> set[str]:
    """Recordings in any version of a plan: what was handed over may be an older one."""
    versions = range(1, store.plan(plan_id).version + 1)
    return {kept.recording for version in versions for kept in store.plan(plan_id, version).kept}
