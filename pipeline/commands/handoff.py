"""counterclip plan handoff"""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, print_table, progress_bar, say
from pipeline.commands.context import Context, acting
from pipeline.commands.plan import PlanId
from pipeline.times import clock, parse_time


def handoff(
    ctx: typer.Context,
    plan: PlanId,
    to: Annotated[Path, typer.Option("--to", help="A new folder outside the workspace.")],
    formats: Annotated[str, typer.Option("--format", help="Edit lists to write.")] = "otio,edl,fcpxml",
    handles: Annotated[str, typer.Option("--handles", help="Extra time around each passage, at most: seconds.")] = "1",
    as_: As = None,
    password_fd: PasswordFd = None,
    as_json: AsJson = False,
) -> None:
    """Hand a plan to an editor: redacted media and edit lists (OTIO, CMX 3600 EDL, FCPXML) that name them.

    Handles never reach into anything removed, redacted, flagged or unread. Before everyone has signed, NOT FOR
    RELEASE stands in every frame; afterwards handles hold no speech, because nobody has signed it. The
    original is never handed over.

    Example: [bold]counterclip plan handoff p-1a2b3c4d5e --to ../for-mira --format otio,edl --as Xen[/bold]
    """
    from pipeline.jobs.handoff import hand_over

    context: Context = ctx.obj
    wanted = tuple(part.strip() for part in formats.split(",") if part.strip())
    with context.open() as (workspace, store), progress_bar() as bar:
        person = acting(store, as_, password_fd)
        task = bar.add_task(plan, total=None)
        made = hand_over(workspace, store, person, plan, to, wanted, parse_time(handles), lambda stage: bar.update(
            task, description=f"{plan} {stage}"))  # fmt: skip
    if as_json:
        files = [r.file_name for r in made.reels]
        print_json({"plan": plan, "folder": str(to), "not_for_release": made.is_marked, "reels": files,
                    "reasons": list(made.reasons)})  # fmt: skip
        return
    rows = [
        (r.file_name, clock(r.plan.clip_ms(r.in_frame)), clock(r.plan.clip_ms(r.in_frame + r.frames)), len(r.hidden))
        for r in made.reels
    ]
    print_table(str(to), ("file", "in", "out", "removed"), rows)
    if made.is_marked:
        say("NOT FOR RELEASE stands in every frame, because:")
        for reason in made.reasons:
            say(f"  - {reason}")
    note(f"if the person withdraws, every copy has to be destroyed: counterclip withdraw says so ({plan})")
