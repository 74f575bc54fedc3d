"""counterclip register"""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import As, AsJson, PasswordFd, print_json, print_table, say
from pipeline.commands.context import Context, acting
from pipeline.errors import PipelineError

app = typer.Typer(
    help="The register: where clips are online, until when, and what is gone again.", no_args_is_help=True
)


@app.command("add")
def add(
    ctx: typer.Context,
    clip: Annotated[str, typer.Argument(metavar="CLIP", help="c-…")],
    platform: Annotated[str, typer.Option("--platform", help="Such as youtube.")],
    url: Annotated[str, typer.Option("--url", help="Its address.")],
    on: Annotated[str | None, typer.Option("--on", help="Online since this day, YYYY-MM-DD; otherwise today.")] = None,
    review_by: Annotated[
        str | None, typer.Option("--review-by", help="By this day somebody looks whether it may stay.")
    ] = None,
    as_: As = None,
    password_fd: PasswordFd = None,
) -> None:
    """Note that a clip is online, so that it can be found when it has to come down.

    Example: [bold]counterclip register add c-1a2b3c4d5e --platform youtube --url https://youtu.be/abc
    --review-by 2027-06-01 --as Xen[/bold]
    """
    from pipeline.jobs.register import note_publication

    context: Context = ctx.obj
    with context.open() as (_, store):
        person = acting(store, as_, password_fd)
        since = _day(on) if on else datetime.now(UTC).date()
        made = note_publication(store, person, clip, platform, url, since, _day(review_by) if review_by else None)
    say(f"{made.id} {made.clip} {made.platform} {made.url}")


@app.command("gone")
def gone(
    ctx: typer.Context,
    publication: Annotated[str, typer.Argument(metavar="PUBLICATION", help="o-… of register list")],
    as_: As = None,
    password_fd: PasswordFd = None,
) -> None:
    """Note that you looked, and it is not there any more.

    Example: [bold]counterclip register gone o-1a2b3c4d5e --as Xen[/bold]
    """
    from pipeline.jobs.register import note_removal

    context: Context = ctx.obj
    with context.open() as (_, store):
        note_removal(store, acting(store, as_, password_fd), publication)
    say(f"{publication} is gone")


@app.command("list")
def list_(
    ctx: typer.Context,
    due: Annotated[bool, typer.Option("--due", help="Only what is online and has to be looked at by now.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is online, since when, and what has to be looked at or taken down.

    Example: [bold]counterclip register list --due[/bold]
    """
    from review.recalls import out_of_use

    context: Context = ctx.obj
    with context.open() as (_, store):
        known, removed = store.publications(), {r.publication: r.at for r in store.removals()}
        blocked = out_of_use(store)
    today = datetime.now(UTC).date().isoformat()
    rows = []
    for one in known:
        is_due = one.review_by is not None and one.review_by <= today
        state = "gone" if one.id in removed else "take down" if one.clip in blocked else "look" if is_due else "online"
        if state in ("take down", "look") or not due:
            rows.append((one, state))
    if as_json:
        for one, state in rows:
            print_json({**to_json(one), "state": state})
    else:
        shown = [(p.id, p.clip, p.platform, p.url, p.published_on, p.review_by or "-", state) for p, state in rows]
        print_table("", ("publication", "clip", "platform", "address", "since", "look by", "state"), shown)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PipelineError(f"not a day: {text!r}", "write YYYY-MM-DD") from None
