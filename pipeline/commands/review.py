"""counterclip review"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, print_table, say
from pipeline.commands.context import Context, acting, typed_or_piped
from pipeline.commands.serve import serve
from pipeline.domain import Choice, ClaimStatus, Flag, Recording, RedactionKind, Segment, Tier
from pipeline.errors import NotFoundError
from pipeline.naming import describe_voices
from pipeline.times import clock, parse_span

if TYPE_CHECKING:
    from pipeline.store import Store

app = typer.Typer(help="People decide: read, decide on flags, add what the machine missed, sign.")

RecordingId = Annotated[str, typer.Argument(metavar="RECORDING", help="r-…")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a few words without names; - reads standard input.")]
Note = Annotated[str, typer.Option("--note", help="More, for colleagues.")]
Sound = Annotated[RedactionKind | None, typer.Option("--sound", help="silence, tone or room.")]
Length = Annotated[
    float | None,
    typer.Option(
        "--length",
        min=0,
        max=10,
        help="Of redact: seconds that are removed, or a multiple of it, so that the length tells nothing.",
    ),
]
Words = Annotated[
    str | None, typer.Option("--words", help="Which words of the segment, counted from 1, such as 4 or 4-6.")
]


@app.callback(invoke_without_command=True)
def review(
    ctx: typer.Context,
    host: Annotated[str, typer.Option("--host", help="Any other address needs a certificate.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8765,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="PEM file, for TLS.")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="PEM file of its private key.")] = None,
) -> None:
    """Serve the review pages, or do the same at the terminal with a subcommand.

    Example: [bold]counterclip review --port 8765[/bold]
    """
    if ctx.invoked_subcommand is None:
        serve(ctx.obj, host, port, certificate, key)


@app.command("list")
def list_(
    ctx: typer.Context,
    recording: Annotated[
        str | None, typer.Argument(metavar="[RECORDING]", help="r-…; without it, what there is.")
    ] = None,
    amber: Annotated[bool, typer.Option("--amber", help="Also the amber flags: read these first.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Also candidates that were not raised, and why.")] = False,
    as_json: AsJson = False,
) -> None:
    """List a recording's segments with their flags, what was decided, and what nobody has read yet.

    Example: [bold]counterclip review list r-1a2b3c4d5e --amber[/bold]
    """
    from review.withdrawn import require_not_withdrawn

    context: Context = ctx.obj
    with context.open() as (_, store):
        if recording is None:
            _list_recordings(store, as_json)
        else:
            require_not_withdrawn(store, store.recording(recording))
            _list_segments(store, recording, amber or all_, all_, as_json)


def _list_recordings(store: "Store", as_json: bool) -> None:
    columns = ("recording", "interviewee", "length", "segments", "read", "red flags", "undecided")
    rows = [_progress(store, recording) for recording in store.recordings()]
    if as_json:
        for row in rows:
            print_json(dict(zip(columns, row, strict=True)))
    else:
        print_table("", columns, rows)


def _progress(store: "Store", recording: Recording) -> tuple[str | int, ...]:
    transcript = store.transcript(recording.id)
    flags = [f for f in store.flags(recording.id) if f.suppressed is None and f.tier is Tier.RED]
    decided = {d.flag for d in store.decisions(recording.id)}
    return (
        recording.id,
        recording.interviewee or "",
        clock(recording.probe.duration_ms),
        len(transcript.segments) if transcript else 0,
        len({r.segment for r in store.readings(recording.id)}),
        len(flags),
        sum(f.id not in decided for f in flags),
    )


def _list_segments(store: "Store", recording: str, amber: bool, suppressed: bool, as_json: bool) -> None:
    transcript = store.transcript(recording)
    if transcript is None:
        raise NotFoundError(
            f"{recording} has no transcript yet", "run counterclip ingest again: it goes on where it stopped"
        )
    read = {r.segment for r in store.readings(recording)}
    decided = {d.flag: d.choice for d in store.decisions(recording)}
    flags = [
        f for f in store.flags(recording)
        if (suppressed or f.suppressed is None) and (amber or f.tier is Tier.RED)
    ]  # fmt: skip
    voices = describe_voices(transcript.segments, store.voices(recording))
    for segment in transcript.segments:
        mine = [f for f in flags if f.segment == segment.id]
        voice = voices.get(segment.id, "speaker?")
        if as_json:
            print_json({"segment": to_json(segment), "voice": voices.get(segment.id), "read": segment.id in read,
                        "flags": [{**to_json(f), "decision": decided.get(f.id)} for f in mine]})  # fmt: skip
        else:
            _print_segment(segment, voice, mine, decided, segment.id in read)
    loose = [f for f in flags if not f.segment]
    for flag in loose:
        if as_json:
            print_json({"segment": None, "flags": [{**to_json(flag), "decision": decided.get(flag.id)}]})
        else:
            _print_flag(flag, None, decided)


def _print_segment(segment: Segment, voice: str, flags: list[Flag], decided: dict[str, Choice], read: bool) -> None:
    when = clock(segment.span.start_ms if segment.span else None)
    who = f"{segment.speaker or voice}{'' if read else ' (unread)'}"
    say(f"{segment.id:>5} {when:>9} {who}: {segment.text.strip()}")
    if segment.translation:
        say(f"{'':>16}[en] {segment.translation.strip()}")
    for flag in flags:
        _print_flag(flag, segment, decided)


def _print_flag(flag: Flag, segment: Segment | None, decided: dict[str, Choice]) -> None:
    text = segment.text[flag.match.start : flag.match.end] if segment and flag.match else ""
    span = f" at {clock(flag.span.start_ms)}-{clock(flag.span.end_ms)}" if flag.span and not segment else ""
    verdict = f"decided {decided[flag.id]}" if flag.id in decided else f"{flag.action}?"
    if flag.suppressed:
        verdict = f"not raised: {flag.suppressed}"
    say(f"{'':>16}{flag.id} {flag.tier} {flag.item} “{text}”{span} → {verdict}: {flag.why}")


@app.command("read")
def read(
    ctx: typer.Context, recording: RecordingId,
    segments: Annotated[list[str] | None, typer.Argument(metavar="[SEGMENT...]", help="s1 s2 … or s1-s9")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every segment; only after you have read every one.")] = False,
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Say that you have read segments in full. Only that makes a segment clear; no rule can.

    Example: [bold]counterclip review read r-1a2b3c4d5e s1-s9 --as Bea[/bold]
    """
    from review.decisions import read_segments

    context: Context = ctx.obj
    with context.open() as (_, store):
        reviewer = acting(store, as_, password_fd)
        transcript = store.transcript(store.recording(recording).id)
        known = [s.id for s in transcript.segments] if transcript else []
        chosen = known if all_ else _expanded(segments or [], known)
        read_segments(store, reviewer, recording, chosen)
    say(f"{len(chosen)} segments read")


def _expanded(asked: list[str], known: list[str]) -> list[str]:
    chosen: list[str] = []
    for text in asked:
        first, dash, last = text.partition("-")
        if missing := [name for name in (first, last or first) if name not in known]:
            raise NotFoundError(f"no segment {missing[0]}", "counterclip review list RECORDING shows them")
        chosen += known[known.index(first) : known.index(last if dash else first) + 1]
    if not chosen:
        raise NotFoundError("no segment named", "name them, such as s1-s9, or --all")
    return chosen


@app.command("decide")
def decide(
    ctx: typer.Context,
    flag: Annotated[str, typer.Argument(metavar="FLAG", help="f-… of review list")],
    choice: Annotated[Choice, typer.Argument(help="keep, redact, cut, block or counsel")],
    reason: Reason, note_: Note = "", sound: Sound = None, words: Words = None, length: Length = None,
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Decide about one flag. `redact` removes the flagged words with padding up to the quiet around them.

    Example: [bold]counterclip review decide f-1a2b3c4d5e redact --reason 'private person' --as Bea[/bold]
    """
    from pipeline.jobs.decide import decide_and_redact, words_taken_along

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        reviewer = acting(store, as_, password_fd)
        why, length_ms = typed_or_piped(reason), None if length is None else round(length * 1000)
        made = decide_and_redact(workspace, store, reviewer, flag, choice, why, note_, sound, words, length_ms)
        more = words_taken_along(store, made, words)
    place = f" {clock(made.redaction.span.start_ms)}-{clock(made.redaction.span.end_ms)}" if made.redaction else ""
    say(f"{made.id} {made.choice}{place}{f', with {more} words around them' if more else ''}")
    note("plans made before this have to be edited to take it in: counterclip plan edit PLAN")


@app.command("undo")
def undo(
    ctx: typer.Context, flag: Annotated[str, typer.Argument(metavar="FLAG", help="f-… of review list")],
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Take your own decision on a flag back; the one before it holds again.

    Example: [bold]counterclip review undo f-1a2b3c4d5e --as Bea[/bold]
    """
    from review.signing import take_back

    context: Context = ctx.obj
    with context.open() as (_, store):
        taken = take_back(store, acting(store, as_, password_fd), flag)
    say(f"{taken.id} {taken.choice} taken back" if taken else "there was no decision")


@app.command("flag")
def flag(
    ctx: typer.Context, recording: RecordingId,
    segment: Annotated[str, typer.Argument(metavar="SEGMENT", help="s…")],
    item: Annotated[str, typer.Argument(metavar="ITEM", help="A checklist item, such as identity.person")],
    reason: Reason, words: Words = None, as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Add a flag that the machine missed.

    Example: [bold]counterclip review flag r-1a2b3c4d5e s12 identity.person --words 4-5
    --reason 'his cousin' --as Bea[/bold]
    """
    from pipeline.jobs.decide import flag_by_hand

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        person = acting(store, as_, password_fd)
        made = flag_by_hand(workspace, store, person, recording, segment, item, typed_or_piped(reason), words)
    say(f"{made.id} {made.item} {made.action}")


@app.command("cover")
def cover(
    ctx: typer.Context, recording: RecordingId,
    box: Annotated[str, typer.Argument(metavar="X,Y,WIDTH,HEIGHT", help="Pixels or per cent of the upright picture.")],
    reason: Reason,
    at: Annotated[str | None, typer.Option("--at", help="START-END; otherwise the whole recording.")] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="TIME=X,Y,WIDTH,HEIGHT: where it has moved by then; repeat it.")
    ] = None,
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Cover a place in the picture with a solid box: a tattoo, a paper, somebody in the background.

    Example: [bold]counterclip review cover r-1a2b3c4d5e 10%,60%,25%,20% --at 1:15-1:48
    --reason 'a paper' --as Bea[/bold]

    Something that moves: add [bold]--to 1:20=15%,60%,25%,20% --to 1:30=40%,50%,25%,20%[/bold]
    """
    from pipeline.jobs.cover import cover_picture

    context: Context = ctx.obj
    with context.open() as (_, store):
        person = acting(store, as_, password_fd)
        span = parse_span(at) if at else None
        made = cover_picture(store, person, recording, span, box, typed_or_piped(reason), moves=to or ())
    say(f"{made.flag} covered" if made.redaction else made.flag)
    note("plans made before this have to be edited to take it in: counterclip plan edit PLAN")


@app.command("claim")
def claim(
    ctx: typer.Context,
    flag: Annotated[str, typer.Argument(metavar="FLAG", help="f-… of incrimination.innocence_claim")],
    status: Annotated[ClaimStatus, typer.Argument(help="unverified, corroborated, disputed or false")],
    source: Annotated[str, typer.Option("--source", help="Where that is known from, in a few words.")] = "",
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Say what is known about a claim of innocence. Unverified and disputed ones are not exported.

    Example: [bold]counterclip review claim f-1a2b3c4d5e corroborated --source 'court file' --as Bea[/bold]
    """
    from review.claims import state_claim

    context: Context = ctx.obj
    with context.open() as (_, store):
        before = {r.clip for r in store.recalls()}
        made = state_claim(store, acting(store, as_, password_fd), flag, status, source)
        recalled = [r.clip for r in store.recalls() if r.clip not in before]
    say(f"{made.flag} {made.status}")
    for clip in recalled:
        note(f"{clip} holds it and is recalled; what has to come down: counterclip recall {clip} --reason …")
