"""counterclip review: what is signed, let stay, corrected and remarked; the same as on the pages."""

from typing import Annotated

import typer

from pipeline.commands.console import As, PasswordFd, say
from pipeline.commands.context import Context, acting, typed_or_piped
from pipeline.commands.review import Reason, RecordingId, Words, app
from pipeline.domain import Speaker
from pipeline.errors import NotFoundError

__all__ = ["app"]

SegmentId = Annotated[str, typer.Argument(metavar="SEGMENT", help="s…")]


@app.command("sign")
def sign(
    ctx: typer.Context, plan: Annotated[str, typer.Argument(metavar="PLAN", help="p-…")],
    seen: Annotated[str, typer.Option("--seen", help="What you looked at: the digest that `plan show` ended with.")],
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Approve exactly what `plan show` showed you, with your own password. Any later change makes it void.

    Example: [bold]counterclip review sign p-1a2b3c4d5e --seen 0f9e8d7c6b5a4f3e --as Bea[/bold]
    """
    from pipeline.jobs.gate import sign_plan

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        person = acting(store, as_, password_fd)
        digest, approval = sign_plan(workspace, store, person, plan, seen)
    say(f"signed {digest[:16]}")
    say("approval complete" if approval.is_complete else f"still missing: {'; '.join(approval.missing)}")


@app.command("unsign")
def unsign(
    ctx: typer.Context, plan: Annotated[str, typer.Argument(metavar="PLAN", help="p-…")],
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Take your own sign-offs of a plan back, as when you learned something. The ledger keeps both.

    Example: [bold]counterclip review unsign p-1a2b3c4d5e --as Bea[/bold]
    """
    from review.decisions import take_back_sign_off

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        count = take_back_sign_off(store, workspace, acting(store, as_, password_fd), store.plan(plan))
    say(f"{count} sign-offs taken back")


@app.command("override")
def override(
    ctx: typer.Context, plan: Annotated[str, typer.Argument(metavar="PLAN", help="p-…")],
    flag: Annotated[str, typer.Argument(metavar="FLAG", help="f-… with action block")],
    reason: Reason, as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Let a blocked flag stay in one plan. Two different people have to say so, each with a reason.

    Example: [bold]counterclip review override p-1a2b3c4d5e f-1a2b3c4d5e --reason 'acquitted' --as Carl[/bold]
    """
    from review.decisions import override as add_override

    context: Context = ctx.obj
    with context.open() as (_, store):
        person = acting(store, as_, password_fd)
        add_override(store, person, store.plan(plan), flag, typed_or_piped(reason))
        count = len({o.by for o in store.overrides(plan) if o.flag == flag})
    say(f"{count} of 2 people overrode {flag}")


@app.command("correct")
def correct(
    ctx: typer.Context, recording: RecordingId, segment: SegmentId, words: Words = None,
    text: Annotated[
        str | None, typer.Option("--text", help="What is said there; empty: nothing is; - reads standard input.")
    ] = None,
    speaker: Annotated[Speaker | None, typer.Option("--speaker", help="Who says it.")] = None,
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Correct words or their speaker. Their times stay, flags are raised again, and approvals of them are void.

    Example: [bold]counterclip review correct r-1a2b3c4d5e s3 --words 4-5 --text 'in Mosul' --as Bea[/bold]
    """
    from pipeline.jobs.decide import words_of
    from pipeline.jobs.ingest import check_recording, current_checklist
    from review.correcting import correct_words

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        person = acting(store, as_, password_fd)
        numbers = words_of(store, store.recording(recording).id, segment, words)
        said = None if text is None else " ".join(typed_or_piped(text).split())
        made = correct_words(store, person, recording, segment, numbers, text=said, speaker=speaker)
        transcript = store.transcript(recording)
        if transcript is None:
            raise NotFoundError(f"{recording} has no transcript any more", "counterclip ingest")
        check_recording(store, store.recording(recording), transcript, current_checklist(workspace))
    say(f"{len(made)} words corrected; the segment has to be read again")


@app.command("comment")
def comment(
    ctx: typer.Context, recording: RecordingId, segment: SegmentId,
    text: Annotated[str, typer.Argument(help="For colleagues; - reads standard input.")],
    words: Words = None, as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Pin a remark to a word, for colleagues and for the dossier.

    Example: [bold]counterclip review comment r-1a2b3c4d5e s3 'ask him again' --words 4 --as Bea[/bold]
    """
    from pipeline.jobs.decide import words_of
    from review.correcting import comment as add_comment

    context: Context = ctx.obj
    with context.open() as (_, store):
        person = acting(store, as_, password_fd)
        first = words_of(store, store.recording(recording).id, segment, words)[0]
        transcript = store.transcript(recording)
        found = transcript.segment(segment) if transcript else None
        at = found.words[first].span.start_ms if found else 0
        made = add_comment(store, person, recording, segment, at, typed_or_piped(text))
    say(made.id)
