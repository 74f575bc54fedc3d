"""counterclip init"""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import PasswordFd, note, say
from pipeline.commands.context import read_password
from pipeline.domain import Role


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    name: Annotated[str, typer.Option("--name", help="The first person: the administrator.", prompt="Your name")],
    store: Annotated[
        str, typer.Option("--store", metavar="URL", help="An empty database: postgresql+psycopg://USER@HOST/DATABASE.")
    ] = "",
    password_fd: PasswordFd = None,
) -> None:
    """Make a workspace, its ledger key and the first user (an admin, who may add others but approve nothing).

    Without --store everything is remembered in a file of the workspace. A database's password belongs into ~/.pgpass,
    not into the URL.

    Example: [bold]counterclip init interviews --name Ana[/bold]
    """
    from pipeline.jobs.found import new_workspace, settings_for

    password = read_password("New password (12 characters or more)", password_fd, confirm=True)
    fingerprint = new_workspace(folder.resolve(), settings_for(store), name, (Role.ADMIN,), password)
    say(f"workspace {folder}")
    say(f"ledger key {fingerprint} (write it down: it proves later that nobody swapped the ledger)")
    note("next: counterclip user add NAME --role editor, then counterclip ingest FILE")
