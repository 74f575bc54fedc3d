"""Whose clip is this: a file from elsewhere beside everything that was handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clips.fingerprint import Alike, compare, fingerprint_of, look_at
from pipeline.canonical import file_sha256
from pipeline.domain import Bundle, Clip, CutPlan, Fingerprint, Picture, Span
from pipeline.errors import MediaError
from pipeline.store import Store
from pipeline.workspace import Workspace
from review.recalls import out_of_use

SAME_SOUND = 0.6
"""Copies, also at 48 kbit/s, had 0.86 and more; other passages of the same voice less than 0.5."""

LIKE_PICTURE = 0.8
"""Copies had 0.82 to 0.98. So have other passages of an interview that is filmed on a tripod: a person looks."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """One clip that the file is, or may be."""

    clip: str
    how: str
    """`same file`, `same sound`, or `like picture`: then somebody has to look."""
    sound: float | None
    picture: float | None
    state: str
    """`withdrawn` or `recalled` when it has to come down; else empty."""
    bundles: tuple[str, ...]
    platforms: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        return self.how != "like picture"


def recognise(workspace: Workspace, store: Store, file: Path) -> tuple[Recognised, ...]:
    """Clips that the file is a copy of, the surest first; then those whose picture it is like.

    Raises MediaError when it is missing or cannot be read.
    """
    if not file.is_file():
        raise MediaError("no such file", "check the path")
    learn_exported(workspace, store)
    blocked, bundles = out_of_use(store), store.bundles()
    exact = _with_this_digest(store, bundles, file_sha256(file))
    heard = look_at(file)
    best: dict[str, tuple[str, Alike]] = dict.fromkeys(exact, ("same file", Alike(1.0, 1.0)))
    for known in store.fingerprints():
        alike = compare(known, heard)
        how = _how(alike)
        if how and (known.clip not in best or _rank(how, alike) > _rank(*best[known.clip])):
            best[known.clip] = how, alike
    found = sorted(best.items(), key=lambda one: _rank(*one[1]), reverse=True)
    return tuple(_told(clip, how, alike, blocked, bundles) for clip, (how, alike) in found)


def learn_exported(workspace: Workspace, store: Store) -> None:
    """Fingerprints of what was handed over before there were any, from the renditions in `clips/`."""
    known = {f.sha256 for f in store.fingerprints()}
    for clip_id in sorted({clip for bundle in store.bundles() for clip in bundle.clips}):
        clip = store.clip(clip_id)
        if all(r.sha256 in known for r in clip.renditions):
            continue
        for seen in fingerprints(workspace, store, store.plan(clip.plan, clip.plan_version), clip):
            store.add_fingerprint(seen)


def fingerprints(workspace: Workspace, store: Store, plan: CutPlan, clip: Clip) -> list[Fingerprint]:
    """Those of a clip's renditions that the register does not have yet, where the file is still as it was made."""
    known = {f.sha256 for f in store.fingerprints(clip.id)}
    shown = [Span(p.clip_start_ms, p.clip_end_ms) for p in plan.passages()] if plan.picture is Picture.SOURCE else []
    home = workspace.clips / clip.id
    new = [(home / r.file_name, r.sha256) for r in clip.renditions if r.sha256 not in known]
    whole = [(file, sha256) for file, sha256 in new if file.is_file() and file_sha256(file) == sha256]
    return [fingerprint_of(file, clip.id, sha256, shown) for file, sha256 in whole]


def _with_this_digest(store: Store, bundles: Sequence[Bundle], sha256: str) -> set[str]:
    renditions = {clip.id for clip in store.clips() if any(r.sha256 == sha256 for r in clip.renditions)}
    return renditions | {d.clip for b in bundles for d in b.deliveries if d.sha256 == sha256}


def _how(alike: Alike) -> str:
    if alike.sound is not None and alike.sound >= SAME_SOUND:
        return "same sound"
    return "like picture" if alike.picture is not None and alike.picture >= LIKE_PICTURE else ""


def _rank(how: str, alike: Alike) -> tuple[int, float]:
    steps = ("like picture", "same sound", "same file")
    return steps.index(how), (alike.sound if how == "same sound" else alike.picture) or 0.0


def _told(clip: str, how: str, alike: Alike, blocked: dict[str, str], bundles: Sequence[Bundle]) -> Recognised:
    mine = [b for b in bundles if clip in b.clips]
    platforms = tuple(sorted({p for b in mine for p in b.platforms}))
    return Recognised(
        clip, how, alike.sound, alike.picture, blocked.get(clip, ""), tuple(b.id for b in mine), platforms
    )
