"""counterclip paper"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, say
from pipeline.commands.context import Context, acting
from pipeline.commands.plan import (
    Burn,
    Context_,
    Keep,
    Shapes,
    Show,
    Title,
    Whole,
)
from pipeline.commands.plan_parts import kept_spans, parse_aspects, parse_languages
from pipeline.times import clock

if TYPE_CHECKING:
    from clips.papersheet import SheetHeading

app = typer.Typer(
    help="Passages of several interviews under headings, on paper before they are a plan.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the paper edit: small letters, digits, hyphens.")]


@app.command("add")
def add(
    ctx: typer.Context, name: Name,
    under: Annotated[str, typer.Option("--under", help="The heading; made if there is none of that title.")],
    recording: Annotated[str | None, typer.Option("--recording", help="r-…, for what names none.")] = None,
    keep: Keep = None, segment: Whole = None,
    found: Annotated[bool, typer.Option("--found", help="Read what search --json or suggest --json prints.")] = False,
) -> None:  # fmt: skip
    """Put passages under a heading. The file is papers/NAME.txt in the workspace; edit it by hand if you like.

    Example: [bold]counterclip paper add why --under Promises --keep r-1a2b3c4d5e:1:15-1:48[/bold]

    From a search: [bold]counterclip search promises --json | counterclip paper add why --under Promises --found[/bold]
    """
    from clips.paper import add_entries, entry_of
    from pipeline.jobs.paper import change_paper, found_entries

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        entries = found_entries(store, sys.stdin) if found else ()
        if keep or segment or not found:
            entries += tuple(entry_of(kept) for kept in kept_spans(store, recording, keep, segment))
        changed = change_paper(workspace, name, lambda paper: add_entries(paper, under, entries), make=True)
    note(f"{len(entries)} added; {sum(len(h.entries) for h in changed)} passages under {len(changed)} headings")


@app.command("move")
def move(
    ctx: typer.Context, name: Name,
    what: Annotated[str, typer.Argument(help="A passage, such as 2.3, or a heading, such as 2.")],
    to: Annotated[str, typer.Argument(help="Where it comes to stand; 2 for a passage: at the end of heading 2.")],
) -> None:  # fmt: skip
    """Move a passage, or a heading with all its passages.

    Example: [bold]counterclip paper move why 2.3 1.1[/bold]
    """
    from clips.paper import Place, move_heading
    from clips.paper import move as moved
    from pipeline.jobs.paper import change_paper

    context: Context = ctx.obj
    source, target = Place.parse(what), Place.parse(to)
    workspace = context.workspace()
    if source.entry == 0:
        change_paper(workspace, name, lambda paper: move_heading(paper, source.heading, target.heading))
    else:
        change_paper(workspace, name, lambda paper: moved(paper, source, target))
    note(f"counterclip paper show {name}")


@app.command("drop")
def drop(ctx: typer.Context, name: Name, what: Annotated[str, typer.Argument(help="A passage, such as 2.3.")]) -> None:
    """Take a passage out.

    Example: [bold]counterclip paper drop why 2.3[/bold]
    """
    from clips.paper import Place, take_out
    from pipeline.jobs.paper import change_paper

    context: Context = ctx.obj
    place = Place.parse(what)
    change_paper(context.workspace(), name, lambda paper: take_out(paper, place)[0])
    note(f"counterclip paper show {name}")


@app.command("show")
def show(ctx: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show headings and passages with their numbers, what is said, and what speaks against each.

    Example: [bold]counterclip paper show why[/bold]
    """
    from pipeline.jobs.paper import lay_out, read_paper

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        headings = lay_out(store, read_paper(workspace, name))
    if as_json:
        for heading in headings:
            print_json(to_json(heading))
        return
    for number, heading in enumerate(headings, 1):
        _print(number, heading)


def _print(number: int, heading: "SheetHeading") -> None:
    say(f"{number}. {heading.title}  {clock(heading.duration_ms)}")
    for passage in heading.passages:
        time = f"{clock(passage.span.start_ms)}-{clock(passage.span.end_ms)}" if passage.span else "without times"
        say(f"  {passage.number}  {passage.code}  {passage.recording}  {time}")
        for turn in passage.turns:
            say(f"       {turn.speaker}: {turn.text}")
        for remark in passage.remarks:
            say(f"       > {remark}")
        for problem in passage.problems:
            say(f"       not yet: {problem}")
    for remark in heading.remarks:
        say(f"  > {remark}")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List the paper edits.

    Example: [bold]counterclip paper list[/bold]
    """
    from pipeline.jobs.paper import paper_names

    context: Context = ctx.obj
    for name in paper_names(context.workspace()):
        say(name)


@app.command("sheet")
def sheet(
    ctx: typer.Context, name: Name,
    out: Annotated[Path, typer.Option("--out", "-o", help="A page to print (.html), or text (.md).")],
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Print it for a meeting: time codes, speakers by code, tokens for removed words. The ledger notes it.

    Example: [bold]counterclip paper sheet why --out why.html --as Edo[/bold]
    """
    from pipeline.jobs.paper import print_sheet

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        headings = print_sheet(workspace, store, acting(store, as_, password_fd), name, out)
    note(f"{sum(len(h.passages) for h in headings)} passages; it shows testimony: lock it away, shred it")


@app.command("plan")
def plan(
    ctx: typer.Context, name: Name,
    heading: Annotated[int | None, typer.Option("--heading", help="Only this one, by number.")] = None,
    each: Annotated[bool, typer.Option("--each", help="One plan for each heading, titled as it is.")] = False,
    title: Title = None, context: Context_ = None, aspect: Shapes = None, burn: Burn = None, picture: Show = None,
    as_: As = None, password_fd: PasswordFd = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Make a cut plan of it, or one for each heading: the order of the lines is the order of the clip.

    Example: [bold]counterclip paper plan why --each --burn en --as Edo[/bold]
    """
    from pipeline.jobs.paper import plan_paper
    from pipeline.jobs.plan import Wish

    context_: Context = ctx.obj
    wish = Wish((), title, context, parse_aspects(aspect), parse_languages(burn), picture)
    with context_.open() as (workspace, store):
        editor = acting(store, as_, password_fd)
        plans = plan_paper(workspace, store, editor, name, wish, heading, each=each)
    for made in plans:
        if as_json:
            print_json(to_json(made))
        else:
            say(f"{made.id}  {clock(made.clip_ms(made.total_frames))}  {made.title}")
    note("next: counterclip plan show, counterclip review read, counterclip review decide")
