"""counterclip withdraw, counterclip recall"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, print_table
from pipeline.commands.context import Context, acting, typed_or_piped

if TYPE_CHECKING:
    from clips.takedown import Takedown


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

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        out, sheets = withdraw_person(workspace, store, acting(store, as_, password_fd), code)
    note(f"{code} has withdrawn; the gate is closed for everything made from these interviews")
    _print(out, sheets, as_json)


def recall(
    ctx: typer.Context,
    clip: Annotated[str, typer.Argument(metavar="CLIP", help="c-…")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in a few words without names; - reads standard input.")],
    as_: As = None,
    password_fd: PasswordFd = None,
    as_json: AsJson = False,
) -> None:
    """Call one clip back: nobody sees, makes or exports it any more, and where it is gets listed.

    Example: [bold]counterclip recall c-1a2b3c4d5e --reason 'the claim turned out to be false' --as Bea[/bold]
    """
    from pipeline.jobs.withdraw import recall_clip

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        out, sheets = recall_clip(workspace, store, acting(store, as_, password_fd), clip, typed_or_piped(reason))
    note(f"{clip} is recalled; a new version of its plan has to be made, read and signed before it can be cut again")
    _print(out, sheets, as_json)


def _print(out: "tuple[Takedown, ...]", sheets: Path | None, as_json: bool) -> None:
    if as_json:
        for takedown in out:
            print_json(to_json(takedown))
        return
    rows = [
        (
            t.clip,
            ", ".join(t.files),
            ", ".join(f"{b.id} ({b.campaign}{f', {b.recipient}' if b.recipient else ''})" for b in t.bundles)
            or "never exported",
            ", ".join(p.url for p in t.online) or ", ".join(t.platforms),
        )
        for t in out
    ]
    print_table("to take down", ("clip", "files", "bundles", "where"), rows)
    if sheets:
        note(f"a sheet for every platform and recipient: {sheets}")
