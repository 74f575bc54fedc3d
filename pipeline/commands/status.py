"""counterclip status"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from pipeline.commands.console import AsJson, print_json, print_table
from pipeline.commands.context import Context
from pipeline.domain import Recording
from pipeline.times import clock

if TYPE_CHECKING:
    from pipeline.store import Store


def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show every recording, how far it is, and what has been cut from it.

    Example: [bold]counterclip status[/bold]
    """
    context: Context = ctx.obj
    with context.open() as (_, store):
        rows = [_row(store, recording) for recording in store.recordings()]
    if as_json:
        for row in rows:
            print_json(asdict(row))
    else:
        shown = [(r.recording, r.interviewee or "-", clock(r.duration_ms), r.stage, r.plans, r.cut) for r in rows]
        print_table("", ("recording", "interviewee", "length", "stage", "plans", "cut"), shown)


@dataclass(frozen=True, slots=True)
class _Row:
    recording: str
    interviewee: str | None
    duration_ms: int
    stage: str
    plans: int
    cut: int


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
