"""counterclip init"""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import PasswordFd, note, say
from pipeline.commands.context import read_password
from pipeline.domain import Role
from pipeline.settings import Settings


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    name: Annotated[str, typer.Option("--name", help="The first person: the administrator.", prompt="Your name")],
    password_fd: PasswordFd = None,
) -> None:
    """Make a workspace, its ledger key and the first user (an admin, who may add others but approve nothing).

    Example: [bold]counterclip init interviews --name Ana[/bold]
    """
    from pipeline.jobs.found import new_workspace

    password = read_password("New password (12 characters or more)", password_fd, confirm=True)
    fingerprint = new_workspace(folder.resolve(), Settings(), name, (Role.ADMIN,), password)
    say(f"workspace {folder}")
    say(f"ledger key {fingerprint} (write it down: it proves later that nobody swapped the ledger)")
    note("next: counterclip user add NAME --role editor, then counterclip ingest FILE")
