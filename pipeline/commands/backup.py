"""counterclip backup, restore, verify"""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import AsJson, note, print_json, print_table, say
from pipeline.commands.context import Context
from pipeline.errors import PipelineError
from pipeline.workspace import require_outside


def backup(
    ctx: typer.Context,
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="The new archive, such as interviews.age.")],
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Public key (age1…) of who may open it; repeat it.")
    ] = None,
    new_key: Annotated[
        Path | None, typer.Option("--new-key", help="Make a key, write it here, and seal the archive for it.")
    ] = None,
    without_originals: Annotated[
        bool, typer.Option("--without-originals", help="Leave the recordings' own files out.")
    ] = False,
) -> None:
    """Save the whole workspace, encrypted, while others go on working in it.

    Keep the key away from the archive: without it nobody opens it, with both anybody does.

    Example: [bold]counterclip backup ../interviews.age --new-key ../backup.key[/bold]
    """
    from pipeline.jobs.backup import back_up
    from pipeline.sealing import new_key as make_key
    from pipeline.sealing import require_recipients

    context: Context = ctx.obj
    workspace = context.workspace()
    if not to and new_key is None:
        raise PipelineError("nobody could open the archive", "name a public key with --to, or make one with --new-key")
    require_recipients(to or [])
    for path in (archive, *([new_key] if new_key else [])):
        require_outside(workspace, path)
    keys = [*(to or []), *([make_key(new_key)] if new_key else [])]
    size = back_up(workspace, archive, keys, originals=not without_originals)
    say(f"{archive} {size / 2**20:.1f} MB")
    for key in keys:
        note(f"opened by the secret key of {key}")


def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that backup made.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new workspace.")],
    key: Annotated[Path, typer.Option("--key", help="The file with the secret key.")],
) -> None:
    """Make a workspace again from a backup, in a new folder. Nothing is there until its ledger was found whole.

    Example: [bold]counterclip restore interviews.age interviews --key backup.key[/bold]
    """
    from pipeline.jobs.backup import restore as make_again
    from pipeline.store import open_store

    made = make_again(archive, folder, key)
    with closing(open_store(made.store_url)) as store:
        head = store.head()
    say(str(made.root))
    note(f"it ends with what was noted on {head.at[:16] if head else 'no day'}: whoever withdrew and whatever was")
    note("recalled after that is not in it; note it again before anything else (counterclip withdraw, recall)")
    note("then read everything back once: counterclip verify --read-data")


def verify(
    ctx: typer.Context,
    read_data: Annotated[
        bool, typer.Option("--read-data", help="Read every byte; otherwise only see that the files are there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the ledger, recordings, clips and bundles with what is known about them.

    Example: [bold]counterclip verify --read-data[/bold]
    """
    from pipeline.jobs.integrity import verify_everything

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        checks = list(verify_everything(workspace, store, read_data=read_data))
    if as_json:
        for check in checks:
            print_json(to_json(check))
    else:
        print_table("", ("", "what", "found"), [("ok" if c.passed else "NO", c.name, c.detail) for c in checks])
    if not all(c.passed for c in checks):
        raise typer.Exit(3)
