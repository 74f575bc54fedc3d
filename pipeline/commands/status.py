"""counterclip status"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from pipeline.commands.console import AsJson, print_json, print_table
from pipeline.commands.context import Context
from pipeline.domain import Clip, Recording
from pipeline.times import clock

if TYPE_CHECKING:
    from pipeline.store import Store


def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show every recording, how far it is, every clip that was cut, and every job with the time it still takes.

    Example: [bold]counterclip status[/bold]
    """
    from pipeline.overview import job_rows

    context: Context = ctx.obj
    with context.open() as (_, store):
        rows = [_row(store, recording) for recording in store.recordings()]
        recalled = {recall.clip for recall in store.recalls()}
        clips = [_clip_row(store, clip, recalled) for clip in store.clips()]
        jobs = job_rows(store)
    if as_json:
        for found in [*map(asdict, rows), *map(asdict, clips), *map(asdict, jobs)]:
            print_json(found)
        return
    shown = [(r.recording, r.interviewee or "-", clock(r.duration_ms), r.stage, r.plans, r.cut) for r in rows]
    print_table("", ("recording", "interviewee", "length", "stage", "plans", "cut"), shown)
    if clips:
        print_table("clips", ("clip", "plan", "made", "files", "state"),
                    [(c.clip, c.plan, c.made_at, ", ".join(c.files), c.state) for c in clips])  # fmt: skip
    if jobs:
        print_table("jobs", ("job", "what", "of", "state", "stage", "left", "begun", "reason"),
                    [(j.job, j.kind, j.subject or "-", j.state, j.progress, clock(j.left_ms) if j.left_ms else "-",
                      j.attempts, j.reason) for j in jobs])  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    recording: str
    interviewee: str | None
    duration_ms: int
    stage: str
    plans: int
    cut: int


@dataclass(frozen=True, slots=True)
class _ClipRow:
    clip: str
    plan: str
    made_at: str
    """UTC, ISO 8601."""
    files: tuple[str, ...]
    state: str
    """ready, recalled or withdrawn."""


def _clip_row(store: "Store", clip: Clip, recalled: set[str]) -> _ClipRow:
    files = tuple(rendition.file_name for rendition in clip.renditions)
    return _ClipRow(clip.id, clip.plan, clip.made_at, files, _state(store, clip, recalled))


def _state(store: "Store", clip: Clip, recalled: set[str]) -> str:
    sources = {store.recording(kept.recording).interviewee for kept in store.plan(clip.plan, clip.plan_version).kept}
    people = sources & set(store.interviewees())
    if any(store.profile(code).withdrawn for code in people if code):
        return "withdrawn"
    return "recalled" if clip.id in recalled else "ready"


def _row(store: "Store", recording: Recording) -> _Row:
    plans = [p.id for p in store.plans() if any(k.recording == recording.id for k in p.kept)]
    cut = {clip.plan for clip in store.clips()}
    return _Row(
        recording.id,
        recording.interviewee,
        recording.probe.duration_ms,
        _stage(store, recording.id),
        len(plans),
        len(cut & set(plans)),
    )


def _stage(store: "Store", recording: str) -> str:
    if store.checklist_sha256(recording):
        return "flagged"
    return "transcribed" if store.transcript(recording) else "begun"
