"""A signed plan becomes a clip with a name: gate, render, verify, gate again, publish, record."""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clips.manifest import clip_manifest, tool_versions
from clips.render import Order, render
from pipeline.canonical import Json, document_sha256, file_sha256, from_json, to_json
from pipeline.domain import Aspect, Clip, Cue, CutPlan, Permit, utc_now
from pipeline.errors import PipelineError, RefusedError
from pipeline.jobs.asked import Asked, Ended, problem_of
from pipeline.jobs.gate import fresh_facts, read_originals
from pipeline.jobs.settling import settle
from pipeline.store import Job, Store
from pipeline.transcribe import load_engine
from pipeline.workspace import (
    PRIVATE,
    Workspace,
    announce,
    give_name,
    gone_on_failure,
    keep_on_disk,
    partial_folder,
    require_space,
)
from review.facts import recorded_sign_offs, stored_languages
from review.ledger import read_checkpoints, record, write_checkpoint
from review.policy import Refusal, decide
from subtitles.formats import write_srt, write_vtt

MANIFEST = "manifest.json"

BYTES_PER_SECOND = 4 * 2**20
"""Room for one rendition with its intermediate files: generous, because a full disk stops everyone."""

SignedCues = Mapping[str, Mapping[Aspect, Sequence[Cue]]]
"""Language → shape → cues."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """One plan to cut, and which of its shapes and burned languages."""

    plan: str
    aspects: tuple[Aspect, ...] | None
    burn: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class CutOutcome:
    """What became of one plan: a clip, or none for a reason."""

    plan: str
    clip: Clip | None = None
    problem: PipelineError | None = None

    def as_json(self) -> Json:
        if self.problem:
            reasons = list(self.problem.reasons) if isinstance(self.problem, RefusedError) else []
            return {"plan": self.plan, "error": self.problem.message, "reasons": reasons, "hint": self.problem.hint}
        return {"plan": self.plan, "clip": to_json(self.clip)}


def wish(plan: str, aspects: tuple[Aspect, ...] | None, burn: tuple[str, ...] | None) -> Asked:
    """The job of one plan."""
    return Asked("cut", to_json(Wish(plan, aspects, burn)), plan)


def carry_out(workspace: Workspace, store: Store, payload: Json, show: Callable[[str, int, int], None]) -> Ended:
    """Cut the plan of a job. Raises as `cut_plan` does."""
    wanted = from_json(Wish, payload)
    clip = cut_plan(workspace, store, wanted.plan, wanted.aspects, wanted.burn, lambda stage: show(stage, 0, 1))
    return Ended({"clip": clip.id}, wanted.plan)


def outcome_of(store: Store, plan: str, job: Job) -> CutOutcome:
    """What a job says became of this plan."""
    problem = problem_of(job)
    return CutOutcome(plan, problem=problem) if problem else CutOutcome(plan, store.clip(job.result["clip"]))


def cut_plan(
    workspace: Workspace,
    store: Store,
    plan_id: str,
    aspects: tuple[Aspect, ...] | None = None,
    burn: tuple[str, ...] | None = None,
    say: Say = lambda _: None,
) -> Clip:
    """The clip of an approved plan; the one that is there already if nothing changed.

    Raises RefusedError with every reason of the gate, before rendering and again before publishing.
    """
    plan = store.plan(plan_id)
    permit = permitted(workspace, store, plan, read_originals(workspace, plan))
    _refuse_recalled(store, plan, permit)
    clip_id = _clip_id(permit, aspects, burn)
    with _alone(workspace, clip_id):
        settle(workspace, store)
        known = [c for c in store.clips(plan.id) if c.id == clip_id]
        if known:
            return _intact(workspace, known[0])
        require_space(workspace.clips, _bytes_needed(plan))
        with partial_folder(workspace.clips) as part:
            folder = part / clip_id
            folder.mkdir(mode=PRIVATE)
            clip = _render(workspace, store, plan, permit, _Choice(clip_id, aspects, burn), folder, say)
            _publish(workspace, store, plan, permit, clip, folder)
    return clip


def _refuse_recalled(store: Store, plan: CutPlan, permit: Permit) -> None:
    """What was recalled is not made again: a new version has to be planned, read and signed."""
    for clip in store.clips(plan.id):
        is_same = clip.core_sha256 == permit.core_sha256 or clip.plan_version == plan.version
        if is_same and store.recalls(clip.id):
            raise RefusedError(f"{clip.id} of {plan.id} was recalled", (), f"counterclip plan edit {plan.id}")


def _intact(workspace: Workspace, clip: Clip) -> Clip:
    """The clip when its files are still what was verified.

    Raises PipelineError when one is gone or changed: a clip that was published is never made over.
    """
    home = workspace.clips / clip.id
    for rendition in clip.renditions:
        file = home / rendition.file_name
        if not file.is_file() or file_sha256(file) != rendition.sha256:
            raise PipelineError(
                f"{rendition.file_name} of {clip.id} is gone or was changed",
                f"bring it back from a backup, or make a new version: counterclip plan edit {clip.plan}",
            )
    return clip


def permitted(workspace: Workspace, store: Store, plan: CutPlan, originals: Mapping[str, str]) -> Permit:
    """The gate's permit for this plan now; `originals` are the digests of the files, read a moment ago.

    Raises RefusedError with every reason against.
    """
    verdict = decide(fresh_facts(workspace, store, plan, originals))
    if isinstance(verdict, Refusal):
        raise RefusedError(
            f"{plan.id} may not be cut",
            tuple(reason.sentence for reason in verdict.reasons),
            f"counterclip plan show {plan.id}",
        )
    return verdict


@dataclass(frozen=True, slots=True)
class _Choice:
    clip_id: str
    aspects: tuple[Aspect, ...] | None
    burn: tuple[str, ...] | None


def _clip_id(permit: Permit, aspects: tuple[Aspect, ...] | None, burn: tuple[str, ...] | None) -> str:
    """The same approved content and choice always has the same id, so a second run finds the first's clip."""
    chosen = {"core": permit.core_sha256, "cues": [list(c) for c in permit.cues_sha256]}
    return "c-" + document_sha256("clip", {**chosen, "aspects": aspects, "burn": burn})[:10]


@contextmanager
def _alone(workspace: Workspace, clip_id: str) -> Iterator[None]:
    """One process at a time makes one clip; the lock goes with the process, however it ends."""
    locks = workspace.root / "locks"
    locks.mkdir(mode=PRIVATE, exist_ok=True)
    with (locks / clip_id).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bytes_needed(plan: CutPlan) -> int:
    seconds = plan.clip_ms(plan.total_frames) // 1000 + 1
    return 64 * 2**20 + seconds * BYTES_PER_SECOND * len(plan.aspects) * max(1, len(plan.burn))


def _render(
    workspace: Workspace, store: Store, plan: CutPlan, permit: Permit, choice: _Choice, folder: Path, say: Say
) -> Clip:
    names = tuple(dict.fromkeys(kept.recording for kept in plan.kept))
    transcripts = {name: t for name in names if (t := store.transcript(name))}
    cues = signed_cues(store, plan, permit)
    order = Order(
        sources={name: workspace.original(name) for name in names},
        recordings={name: store.recording(name) for name in names},
        transcripts=transcripts,
        cues=cues,
        engine=load_engine(workspace.settings.engine, workspace.settings.model),
        aspects=choice.aspects,
        burn=choice.burn,
        canaries=tuple(store.recording_name(name) for name in names),
        reading=workspace.reading(plan.revoicing.id) if plan.revoicing else None,
    )
    renditions = render(plan, permit, order, folder, say)
    texts = sidecar_texts(plan, [r.aspect for r in renditions], cues)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    digests = tuple(file_sha256(folder / name) for name in texts)
    return Clip(choice.clip_id, plan.id, plan.version, permit.core_sha256, utc_now(), renditions, tuple(texts), digests)


def sidecar_texts(plan: CutPlan, aspects: Sequence[Aspect], cues: SignedCues) -> dict[str, str]:
    """File name → SRT or WebVTT of every signed language, one pair for each shape: lines break differently."""
    texts = {}
    for aspect in (a for a in plan.aspects if a in aspects):
        for language, by_aspect in cues.items():
            stem = f"{aspect.replace(':', 'x')}.{language}"
            texts[f"{stem}.srt"] = write_srt(by_aspect[aspect])
            texts[f"{stem}.vtt"] = write_vtt(by_aspect[aspect], language, aspect)
    return texts


def signed_cues(store: Store, plan: CutPlan, permit: Permit) -> SignedCues:
    """The cues of every language that the permit names, in every shape of the plan."""
    signed = dict(permit.cues_sha256)
    return {v.language: v.cues for v in stored_languages(store, plan) if v.language in signed}


def _publish(workspace: Workspace, store: Store, plan: CutPlan, permit: Permit, clip: Clip, folder: Path) -> None:
    """Ask the gate again, enter the clip in the ledger, and only then give its folder its name."""
    originals = read_originals(workspace, plan)
    manifest = make_manifest(workspace, store, plan, clip)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    final = workspace.clips / clip.id
    announce(folder.parent, [clip.id])
    keep_on_disk(folder)
    # whoever withdraws or edits now waits until the clip is published, or was before us
    with gone_on_failure({folder: final}), store.alone():
        if permitted(workspace, store, store.plan(plan.id), originals) != permit:
            raise RefusedError(f"{plan.id} changed while it was rendered", (), f"counterclip cut {plan.id}")
        _refuse_recalled(store, plan, permit)
        record(store, "clip.cut", "system", clip.id, document_sha256("clip", to_json(clip)))
        if final.exists():
            shutil.rmtree(final)  # left by a run that was killed before the store knew the clip
        give_name(folder, final)
        store.save_clip(clip)
    write_checkpoint(store, workspace)


def make_manifest(workspace: Workspace, store: Store, plan: CutPlan, clip: Clip) -> Json:
    """What the clip's manifest says, as things stand in the store now."""
    names = dict.fromkeys(kept.recording for kept in plan.kept)
    checkpoints = read_checkpoints(workspace)
    return clip_manifest(
        plan,
        clip,
        sign_offs=recorded_sign_offs(store, plan),
        decisions=[d for name in names for d in store.decisions(name)],
        checklist_sha256=store.checklist_sha256(next(iter(names))) or "",
        tools=tool_versions(),
        checkpoint=checkpoints[-1] if checkpoints else None,
        origins={v.language: v.origin for v in stored_languages(store, plan) if _is_in(v.language, clip)},
    )


def _is_in(language: str, clip: Clip) -> bool:
    return any(f".{language}." in name for name in clip.sidecars) or any(r.burn == language for r in clip.renditions)
