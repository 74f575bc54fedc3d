"""counterclip suggest"""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from pipeline.canonical import to_json
from pipeline.commands.console import AsJson, note, out, print_json, progress_bar, say
from pipeline.commands.context import Context
from pipeline.errors import PipelineError
from pipeline.times import clock, parse_time

if TYPE_CHECKING:
    from review.suggest import Suggestion

SHORTEST_MS, LONGEST_MS = 5_000, 600_000


def suggest(
    ctx: typer.Context,
    narrative: Annotated[
        str | None, typer.Option("--narrative", help="Only passages that tell of this, such as corruption.")
    ] = None,
    length: Annotated[str, typer.Option("--length", help="About how long: seconds or M:SS.")] = "0:45",
    count: Annotated[int, typer.Option("--count", min=1, max=100, help="How many.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Propose passages for clips: whole sentences that can be understood alone, with reasons.

    Nothing that is blocked, decided to be left out or with counsel is ever proposed. A proposal decides
    nothing: read it, hear it, and go on with the command printed under it.

    Example: [bold]counterclip suggest --narrative corruption --length 0:45 --count 3[/bold]
    """
    from pipeline.jobs.search import narrative_item
    from pipeline.jobs.suggest import suggest_clips

    length_ms = parse_time(length)
    if not SHORTEST_MS <= length_ms <= LONGEST_MS:
        raise PipelineError("clips are 5 seconds to 10 minutes long", "for example --length 0:45")
    context: Context = ctx.obj
    with context.open() as (workspace, store), progress_bar() as bar:
        item = narrative_item(workspace, narrative) if narrative else None
        task = bar.add_task("interviews")
        found, skipped = suggest_clips(
            store, length_ms, count, item, lambda done, of: bar.update(task, completed=done, total=of)
        )
    for number, one in enumerate(found, 1):
        if as_json:
            print_json({**to_json(one), "next": next_command(one)})
        else:
            _print(number, one)
    if not found:
        note("no answer is that long without a question in it: try a shorter --length, or without --narrative")
    for left in skipped:
        note(f"skipped {left.recording}: {left.why}")


def next_command(one: "Suggestion") -> str:
    """The command that makes a plan of a proposal."""
    keep = f"{clock(one.span.start_ms)}-{clock(one.span.end_ms)}"
    return f"counterclip plan new --recording {one.recording} --keep {keep} --title '…' --as EDITOR"


def _print(number: int, one: "Suggestion") -> None:
    seconds = one.span.duration_ms / 1000
    whose = escape(one.interviewee or "nobody said whose")
    out.print(
        f"[bold]{number}. {whose}[/bold]  {one.recording}  {clock(one.span.start_ms)}-{clock(one.span.end_ms)}"
        f"  {seconds:.0f} s  score {one.score:.2f}"
    )
    say(f"   {one.text}")
    for reason in one.reasons:
        say(f"   - {reason}")
    say(f"   {next_command(one)}")
