"""counterclip demo"""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import say


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the sample workspace goes.")] = Path("demo"),
    keep: Annotated[
        bool, typer.Option("--keep", help="Refuse where an earlier demo lies, instead of replacing it.")
    ] = False,
) -> None:
    """Take the sample interview from ingest to a verified bundle, as six sample people would.

    Example: [bold]counterclip demo[/bold]
    """
    from pipeline.demo import run_demo

    run_demo(folder, say, afresh=not keep)
