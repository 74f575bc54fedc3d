"""counterclip store"""

from typing import Annotated

import typer

from pipeline.commands.console import AsJson, note, print_json, say
from pipeline.commands.context import Context

app = typer.Typer(help="Where everything is remembered: a file, or a PostgreSQL database.", no_args_is_help=True)


@app.command("copy")
def copy(
    ctx: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="sqlite:///PATH or postgresql+psycopg://USER@HOST/DATABASE")
    ],
    as_json: AsJson = False,
) -> None:
    """Copy everything into an empty database, compare it row by row, and work there from now on.

    Stop the review server first. The old store stays where it is, unchanged, and takes nothing more. A password
    belongs into ~/.pgpass, not into the URL.

    Example: [bold]counterclip store copy --to postgresql+psycopg://counterclip@localhost/interviews[/bold]
    """
    from pipeline.jobs.move import move_store

    context: Context = ctx.obj
    rows = move_store(context.workspace(), to)
    if as_json:
        print_json({"rows": rows})
    else:
        say(f"{rows} rows copied and compared; the ledger is whole")
        note("the old store can be deleted when a backup of the new one was made")
