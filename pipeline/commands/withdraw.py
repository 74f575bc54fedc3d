"""counterclip withdraw"""

from typing import Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, print_table
from pipeline.commands.context import Context, acting
from pipeline.domain import Role


def withdraw(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The interviewee's code.")],
    as_: As = None,
    password_fd: PasswordFd = None,
    as_json: AsJson = False,
) -> None:
    """Note that a person withdraws. From now on nothing of his is cut or exported; what is out is listed.

    Example: [bold]counterclip withdraw K-17 --as Bea[/bold]
    """
    from pipeline.jobs.withdraw import withdraw_person
    from review.accounts import require_role

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        person = acting(store, as_, password_fd)
        require_role(person, Role.REVIEWER, Role.COUNSEL)
        out = withdraw_person(workspace, store, person, code)
    if as_json:
        for takedown in out:
            print_json(to_json(takedown))
        return
    note(f"{code} has withdrawn; the gate is closed for everything made from these interviews")
    rows = [
        (t.clip, ", ".join(t.files), ", ".join(t.campaigns) or "never exported", ", ".join(t.platforms)) for t in out
    ]
    print_table("to take down", ("clip", "files", "campaigns", "platforms"), rows)
