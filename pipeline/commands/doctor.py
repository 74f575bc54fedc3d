"""counterclip doctor"""

from typing import Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import AsJson, print_json, print_table
from pipeline.commands.context import Context


def doctor(
    ctx: typer.Context,
    model: Annotated[str, typer.Option("--model", help="The weights to look for.")] = "base",
    as_json: AsJson = False,
) -> None:
    """Look at everything counterclip needs on this machine, and say what to do about what is missing.

    Example: [bold]counterclip doctor[/bold]
    """
    from pipeline.diagnosis import diagnose

    context: Context = ctx.obj
    checks = diagnose(context.workspace_or_none(), model)
    if as_json:
        for check in checks:
            print_json(to_json(check))
    else:
        rows = [("ok" if c.passed else "NO" if c.needed else "advised", c.name, c.detail) for c in checks]
        print_table("", ("", "what", "found"), rows)
    if not all(c.passed or not c.needed for c in checks):
        raise typer.Exit(3)
