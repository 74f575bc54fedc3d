"""What a command needs to begin: the workspace, its store, and the person who acts."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipeline.domain import User
from pipeline.errors import AuthenticationError, PipelineError
from pipeline.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from pipeline.store import Store


class Context:
    """Finds the workspace when a command first asks for it, so that `--help` and `check` need none."""

    def __init__(self, given: str | None) -> None:
        self._given = Path(given) if given else None

    def workspace(self) -> Workspace:
        return find_workspace(Path.cwd(), self._given)

    def workspace_or_none(self) -> Workspace | None:
        """The workspace, or None where there is none and none was asked for."""
        try:
            return self.workspace()
        except PipelineError:
            if self._given:
                raise
            return None

    @contextmanager
    def open(self) -> Iterator[tuple[Workspace, "Store"]]:
        """The workspace with its store, closed afterwards.

        Raises PipelineError when there is no workspace or the store cannot be opened.
        """
        from pipeline.store import open_store

        workspace = self.workspace()
        store = open_store(workspace.store_url)
        try:
            yield workspace, store
        finally:
            store.close()


def acting(store: "Store", name: str | None, password_fd: int | None) -> User:
    """The person who acts, proven by his own password, and by a one-time code when he uses them.

    Raises AuthenticationError when nobody is named, or the password or the code is wrong.
    """
    from review.accounts import authenticate
    from review.second_factor import is_enrolled, require_code

    if not name:
        raise AuthenticationError("who are you?", "add --as NAME, or set COUNTERCLIP_AS; your password is asked for")
    person = authenticate(store, name, read_password(f"Password of {name}", password_fd))
    if is_enrolled(store, person):
        require_code(store, person, read_password(f"One-time code of {name}", password_fd), datetime.now(UTC))
    return person


def read_password(prompt: str, password_fd: int | None, *, confirm: bool = False) -> str:
    """A password from a file descriptor (its first line) or typed without echo; never from an option.

    Raises AuthenticationError when there is no terminal to ask at.
    """
    if password_fd is not None:
        return _first_line(password_fd)
    if not sys.stdin.isatty():
        raise AuthenticationError("no terminal to ask for a password", "pass it with --password-fd 3 3<FILE")
    return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True))


def typed_or_piped(text: str) -> str:
    """What was typed, or for `-` all of standard input: words of testimony stay out of shell history and process lists.

    Ask for the password first: it may be the first line on the same descriptor. Raises PipelineError
    when it is no UTF-8.
    """
    if text != "-":
        return text
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise PipelineError("standard input is not UTF-8", "save the text as UTF-8") from None


def _first_line(descriptor: int) -> str:
    """One line, read byte by byte so that the next command on the same descriptor gets the next line."""
    line = bytearray()
    try:
        while (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
            line += byte
    except OSError:
        raise AuthenticationError(
            f"file descriptor {descriptor} cannot be read", f"open it: {descriptor}<FILE"
        ) from None
    return line.decode(errors="surrogateescape")
