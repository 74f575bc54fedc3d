"""What people and machines see: results on standard output, everything else on standard error."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from pipeline.canonical import Json
from pipeline.errors import PipelineError, RefusedError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

LONGEST_ID = 24
"""Characters; people copy ids from a terminal, so they are not folded."""

UNBOUNDED = 100_000
"""Columns; more than any table of ours has."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line, for programs.")]
As = Annotated[
    str | None, typer.Option("--as", envvar="COUNTERCLIP_AS", help="Who you are; your password is asked for.")
]
PasswordFd = Annotated[
    int | None,
    typer.Option("--password-fd", help="Read the password from this file descriptor instead of asking."),
]


def complain(error: PipelineError) -> None:
    """One sentence, every reason, a hint."""
    err.print(f"[red]error:[/red] {escape(error.message)}")
    if isinstance(error, RefusedError):
        for reason in error.reasons:
            err.print(f"  - {escape(reason)}")
    if error.hint:
        err.print(f"[cyan]hint:[/cyan] {escape(error.hint)}")


def say(text: str) -> None:
    """A plain line on standard output."""
    out.print(escape(text))


def note(text: str) -> None:
    """A line about the work, on standard error."""
    err.print(escape(text))


def print_json(value: Json) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Nothing is cut off: a terminal folds what is too wide for it, a file or a pipe gets every row on one line."""
    table = Table(title=escape(title) or None, title_justify="left", header_style="bold")
    cells = [[str(cell) for cell in row] for row in rows]
    for number, name in enumerate(columns):
        is_id = number == 0 and all(len(row[0]) <= LONGEST_ID for row in cells)
        table.add_column(name, overflow="fold", no_wrap=is_id)
    for row in cells:
        table.add_row(*(escape(cell) for cell in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        natural = console.measure(table, options=console.options.update(width=UNBOUNDED)).maximum
        console.width = max(console.width, natural)
    console.print(table)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on standard error that is silent when that is not a terminal."""
    columns = (
        TextColumn("{task.description}", markup=False),  # people name campaigns and files as they like
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as bar:
        yield bar


def share_shown(bar: Progress) -> Callable[[str, float], None]:
    """Shows work that tells its name and the share that is done, one line for each name."""
    tasks: dict[str, TaskID] = {}

    def tell(name: str, share: float) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=1.0)
        bar.update(tasks[name], completed=share)

    return tell
