"""counterclip plan preview"""

import typer

from pipeline.commands.console import As, AsJson, PasswordFd, print_json, say
from pipeline.commands.context import Context, acting
from pipeline.commands.plan import PlanId


def preview(
    ctx: typer.Context,
    plan: PlanId,
    as_: As = None,
    password_fd: PasswordFd = None,
    as_json: AsJson = False,
) -> None:
    """Render a plan small and fast, to look at it before it is signed. NOT FOR RELEASE stands in every frame.

    The file stays in the workspace and is never exported; the plan's page plays it.

    Example: [bold]counterclip plan preview p-1a2b3c4d5e --as Edo[/bold]
    """
    from pipeline.jobs.preview import have_preview_made, preview_file
    from review.assignments import PARTS, recordings_of, require_part

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        person = acting(store, as_, password_fd)
        found = store.plan(plan)
        require_part(store, person, recordings_of(found), *PARTS)
        have_preview_made(workspace, store, found)
        made = preview_file(workspace, found)
    if as_json:
        print_json({"plan": plan, "preview": made.as_posix()})
    else:
        say(f"{plan}: {made.as_posix()}")
