"""A plan as it will be seen and heard, small and fast: for who decides on it, marked, and never handed to anyone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from clips.profiles import PROFILES
from clips.render import Order, make_renditions
from pipeline.canonical import Json, plan_sha256
from pipeline.domain import CutPlan
from pipeline.jobs.asked import Asked, Ended, problem_of
from pipeline.jobs.cut import BYTES_PER_SECOND
from pipeline.jobs.running import here, run_jobs
from pipeline.store import Store
from pipeline.transcribe import load_engine
from pipeline.workspace import PRIVATE, Workspace, partial_folder, publish, require_space
from review.facts import stored_languages
from review.withdrawn import require_nobody_withdrawn

Say = Callable[[str], None]


def preview_file(workspace: Workspace, plan: CutPlan) -> Path:
    """Where the preview of exactly this version lies, or will lie."""
    return workspace.previews / f"{plan.id}-{plan_sha256(plan)[:16]}.mp4"


def wish(plan: CutPlan) -> Asked:
    """The job of one plan as it is now."""
    return Asked("preview", {"plan": plan.id, "sha256": plan_sha256(plan)}, plan.id)


def carry_out(workspace: Workspace, store: Store, payload: Json, show: Callable[[str, int, int], None]) -> Ended:
    """Make the preview of a job. Raises as `make_preview` does."""
    plan = store.plan(payload["plan"])
    make_preview(workspace, store, plan, lambda stage: show(stage, 0, 1))
    return Ended({}, plan.id)


def have_preview_made(workspace: Workspace, store: Store, plan: CutPlan) -> None:
    """The preview, made by a process of its own; returns when it is there. Raises as `make_preview` does."""
    with here(workspace, 1) as carry:
        (job,) = run_jobs(store, [wish(plan)], carry, lambda *_: None)
    problem = problem_of(job)
    if problem:
        raise problem


def make_preview(workspace: Workspace, store: Store, plan: CutPlan, say: Say = lambda _: None) -> Path:
    """The first of the plan's shapes in 540 lines, the mark in every frame; previews of other versions go.

    The same covers, sounds, cards and checks as in a cut. Raises WithdrawnError when anyone in it took consent back,
    PipelineError for what cannot be rendered, VerificationError when the file is not what was planned.
    """
    require_nobody_withdrawn(store, plan)
    final = preview_file(workspace, plan)
    if final.is_file():
        return final
    workspace.previews.mkdir(mode=PRIVATE, exist_ok=True)
    small = replace(plan, render_profile=PROFILES["preview"].name, aspects=plan.aspects[:1], burn=())
    require_space(workspace.previews, 64 * 2**20 + BYTES_PER_SECOND * plan.clip_ms(plan.total_frames) // 1000)
    with partial_folder(workspace.previews) as part:
        (made,) = make_renditions(small, _order(workspace, store, plan), part, say)
        require_nobody_withdrawn(store, plan)
        publish(part / made.file_name, final)
    for other in workspace.previews.glob(f"{plan.id}-*.mp4"):
        if other != final:
            other.unlink(missing_ok=True)
    return final


def _order(workspace: Workspace, store: Store, plan: CutPlan) -> Order:
    names = tuple(dict.fromkeys(kept.recording for kept in plan.kept))
    return Order(
        sources={name: workspace.original(name) for name in names},
        recordings={name: store.recording(name) for name in names},
        transcripts={name: t for name in names if (t := store.transcript(name))},
        cues={v.language: v.cues for v in stored_languages(store, plan) if v.cues},
        engine=load_engine(workspace.settings.engine, workspace.settings.model),
        canaries=tuple(store.recording_name(name) for name in names),
        reading=workspace.reading(plan.revoicing.id) if plan.revoicing else None,
        is_marked=True,
    )
