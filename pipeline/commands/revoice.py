"""counterclip plan revoice"""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import As, AsJson, PasswordFd, note
from pipeline.commands.context import Context, acting
from pipeline.commands.plan import PlanId, pictures_of, print_plan


def revoice(
    ctx: typer.Context,
    plan: PlanId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Somebody else reading the plan's subtitles aloud.")],
    language: Annotated[str | None, typer.Option("--language", help="Of the subtitles that are read.")] = None,
    as_: As = None,
    password_fd: PasswordFd = None,
    as_json: AsJson = False,
) -> None:
    """Have another person read what is said: nothing of the recorded voice is in the clip.

    The reading is kept in the workspace and never changed. It is understood by the workspace's own engine and laid
    under the subtitles one by one; what is not in them is cut away, what was removed may not be said again.

    Example: [bold]counterclip plan revoice p-1a2b3c4d5e reader.wav --as Edo[/bold]
    """
    from pipeline.jobs.revoice import revoice as take_in

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        editor = acting(store, as_, password_fd)
        changed = take_in(workspace, store, editor, store.plan(plan), file, language)
        pictures = pictures_of(store, changed)
    print_plan(changed, pictures, as_json)
    note(f"next: counterclip plan show {plan}; two others have to sign it")
