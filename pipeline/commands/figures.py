"""counterclip register figures"""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, say
from pipeline.commands.context import Context, acting

PARTLY = 4


def figures(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV: url or publication, day, views, retention, comments.")
    ],
    as_: As = None,
    password_fd: PasswordFd = None,
    as_json: AsJson = False,
) -> None:
    """Take in what platforms tell of publications: views, share watched, comments, as totals up to a day.

    Lines about what the register does not know are skipped and listed.

    Example: [bold]counterclip register figures youtube.csv --as Xen[/bold]
    """
    from pipeline.jobs.figures import take_in_figures

    context: Context = ctx.obj
    with context.open() as (_, store):
        taken = take_in_figures(store, acting(store, as_, password_fd), file.read_bytes())
    if as_json:
        for reach in taken.reaches:
            print_json(to_json(reach))
    else:
        say(f"figures of {len(taken.reaches)} lines taken in; counterclip report shows them")
    for number, why in taken.skipped:
        note(f"skipped line {number}: {why}")
    if taken.skipped:
        raise typer.Exit(PARTLY)
