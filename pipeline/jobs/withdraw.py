"""A person withdraws: everything made from his interviews is found, blocked and listed for takedown."""

from dataclasses import dataclass

from pipeline.domain import Clip, User
from pipeline.errors import NotFoundError
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.interviewees import state
from review.ledger import write_checkpoint


@dataclass(frozen=True, slots=True)
class Takedown:
    """One clip that has to come down, and where it went."""

    clip: str
    plan: str
    files: tuple[str, ...]
    bundles: tuple[str, ...]
    campaigns: tuple[str, ...]
    platforms: tuple[str, ...]


def withdraw_person(workspace: Workspace, store: Store, person: User, code: str) -> tuple[Takedown, ...]:
    """Note the withdrawal at once, which closes the gate; then list what is out.

    Raises NotFoundError for an unknown code.
    """
    if code not in store.interviewees():
        raise NotFoundError(f"no interviewee {code}", "counterclip interviewee show CODE")
    state(store, person, code, {"withdrawn": True})
    write_checkpoint(store, workspace)
    mine = {r.id for r in store.recordings() if r.interviewee == code}
    return tuple(_takedown(store, clip) for clip in store.clips() if _recordings(store, clip) & mine)


def _recordings(store: Store, clip: Clip) -> set[str]:
    return {kept.recording for kept in store.plan(clip.plan, clip.plan_version).kept}


def _takedown(store: Store, clip: Clip) -> Takedown:
    bundles = [b for b in store.bundles() if clip.id in b.clips]
    return Takedown(
        clip=clip.id,
        plan=clip.plan,
        files=tuple(r.file_name for r in clip.renditions) + clip.sidecars,
        bundles=tuple(b.id for b in bundles),
        campaigns=tuple(dict.fromkeys(b.campaign for b in bundles)),
        platforms=tuple(sorted({p for b in bundles for p in b.platforms})),
    )
