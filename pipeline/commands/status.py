"""counterclip status"""

import typer

from pipeline.commands.console import AsJson, clock, print_json, print_table
from pipeline.commands.context import Context


def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show every recording, how far it is, and what has been cut from it.

    Example: [bold]counterclip status[/bold]
    """
    context: Context = ctx.obj
    with context.open() as (_, store):
        plans = store.plans()
        cut = {clip.plan for clip in store.clips()}
        rows = []
        for recording in store.recordings():
            transcript = store.transcript(recording.id)
            mine = [p for p in plans if any(k.recording == recording.id for k in p.kept)]
            rows.append(
                {
                    "recording": recording.id,
                    "interviewee": recording.interviewee,
                    "duration_ms": recording.probe.duration_ms,
                    "stage": "flagged"
                    if store.checklist_sha256(recording.id)
                    else "transcribed"
                    if transcript
                    else "begun",
                    "plans": len(mine),
                    "cut": sum(p.id in cut for p in mine),
                }
            )
    if as_json:
        for row in rows:
            print_json(row)
    else:
        shown = [
            {**row, "duration_ms": clock(row["duration_ms"]), "interviewee": row["interviewee"] or "-"} for row in rows
        ]
        columns = ("recording", "interviewee", "length", "stage", "plans", "cut")
        print_table("", columns, [tuple(row.values()) for row in shown])
