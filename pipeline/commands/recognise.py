"""counterclip recognise"""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import AsJson, note, print_json, print_table
from pipeline.commands.context import Context


def recognise(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A video or sound file that was found somewhere.")],
    as_json: AsJson = False,
) -> None:
    """Tell whether a file is a copy of a clip that was handed over, also cut, cropped, scaled or encoded again.

    `same file` and `same sound` are certain. `like picture` is not: other passages of the same interview look alike,
    so look yourself. What is compared is every clip that was ever exported.

    Example: [bold]counterclip recognise found-online.mp4[/bold]
    """
    from pipeline.jobs.recognise import recognise

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        found = recognise(workspace, store, file)
    if as_json:
        for one in found:
            print_json(to_json(one))
        return
    rows = [
        (one.clip, one.how, _share(one.sound), _share(one.picture), one.state or "-", ", ".join(one.platforms),
         ", ".join(one.bundles))
        for one in found
    ]  # fmt: skip
    if rows:
        print_table("", ("clip", "how", "sound", "picture", "state", "made for", "bundles"), rows)
    certain = [one for one in found if one.is_certain]
    if any(one.state for one in certain):
        note("it has to come down: counterclip register add notes where it is, recall writes a new takedown sheet")
    elif not certain:
        note(
            "none of the clips that were handed over, for certain"
            if found
            else "none of the clips that were handed over"
        )


def _share(likeness: float | None) -> str:
    return "-" if likeness is None else f"{max(0.0, likeness):.0%}"
