"""counterclip search"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from pipeline.canonical import to_json
from pipeline.commands.console import AsJson, note, out, print_json
from pipeline.commands.context import Context, typed_or_piped
from pipeline.domain import TextMatch
from pipeline.times import clock

if TYPE_CHECKING:
    from pipeline.store import Found, Hit


def search(
    ctx: typer.Context,
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY", help="Words; 'in quotes' for words in a row; kill* goes on; - reads standard input."
        ),
    ],
    narrative: Annotated[
        str | None, typer.Option("--narrative", help="Only passages that tell of this, such as corruption.")
    ] = None,
    interviewee: Annotated[str | None, typer.Option("--interviewee", help="Only this person's, by code.")] = None,
    approved: Annotated[bool, typer.Option("--approved", help="Only what an approved plan keeps.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="At most so many passages.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find passages in all interviews by their words: what was said, as corrected, and its translations.

    Every word has to be in the passage, in any order; case, accents and vowel signs do not count.

    Example: [bold]counterclip search '"broken promises" car' --narrative quality_of_life[/bold]
    """
    from pipeline.jobs.search import find_passages

    context: Context = ctx.obj
    words = typed_or_piped(query)
    with context.open() as (workspace, store):
        found = find_passages(
            workspace, store, words, narrative=narrative, interviewee=interviewee, approved=approved, limit=limit
        )
    for hit in found.hits:
        if as_json:
            print_json(to_json(hit))
        else:
            _print(hit)
    note(_summary(found))


def _print(hit: "Hit") -> None:
    time = f"{clock(hit.span.start_ms)}-{clock(hit.span.end_ms)}" if hit.span else "without times"
    out.print(f"[bold]{escape(hit.interviewee or 'nobody said whose')}[/bold]  {hit.recording}  {time}  {hit.segment}")
    out.print(f"  {_marked(hit.said, hit.matches)}")
    if hit.translation:
        out.print(f"  [dim]{_marked(hit.translation, hit.translation_matches)}[/dim]")


def _marked(text: str, matches: Sequence[TextMatch]) -> str:
    pieces, cursor = [], 0
    for match in matches:
        pieces += [escape(text[cursor : match.start]), f"[bold yellow]{escape(text[match.start : match.end])}[/]"]
        cursor = match.end
    return "".join([*pieces, escape(text[cursor:])]).strip()


def _summary(found: "Found") -> str:
    if not found.hits:
        return "no passage has all of these words; leave one out, or write kill* for all words that begin so"
    if found.more:
        return f"{len(found.hits)} passages shown, more than {found.total} have these words: add another word"
    if found.total > len(found.hits):
        return f"{len(found.hits)} of {found.total} passages shown; --limit shows more"
    return f"{found.total} passage{'s' if found.total > 1 else ''}"
