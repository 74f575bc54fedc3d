"""counterclip audit"""

from typing import Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import AsJson, print_json, print_table, say
from pipeline.commands.context import Context
from pipeline.errors import StoreError

app = typer.Typer(help="The ledger of who did what when: append-only, chained, signed.", no_args_is_help=True)


@app.command("log")
def log(
    ctx: typer.Context,
    last: Annotated[int, typer.Option("--last", min=1, help="How many entries.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Print the latest entries: ids and digests, never names or words.

    Example: [bold]counterclip audit log --last 10[/bold]
    """
    context: Context = ctx.obj
    with context.open() as (_, store):
        entries = store.entries()[-last:]
    if as_json:
        for entry in entries:
            print_json(to_json(entry))
    else:
        rows = [(e.seq, e.at, e.actor, e.kind, e.object, e.content_sha256[:12], e.sha256[:12]) for e in entries]
        print_table("", ("seq", "when", "actor", "what", "object", "content", "entry"), rows)


@app.command("verify")
def verify(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Check every entry against the one before it and against the signed checkpoints outside the database.

    Example: [bold]counterclip audit verify[/bold]
    """
    from review.ledger import verify_workspace

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        verdict, checkpoints = verify_workspace(store, workspace)
        size = len(store.entries())
    if as_json:
        broken = {"first_broken": verdict.first_broken_seq, "why": verdict.why}
        print_json({"ok": verdict.ok, "entries": size, "checkpoints": checkpoints, **broken})
    if not verdict.ok:
        raise StoreError(
            f"the ledger is broken at entry {verdict.first_broken_seq}: {verdict.why}",
            "stop working, keep the disk as it is, and compare with a backup and the printed key",
        )
    if not as_json:
        say(f"{size} entries, {checkpoints} signed checkpoints: whole")
