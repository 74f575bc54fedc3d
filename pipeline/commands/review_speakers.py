"""counterclip review speakers, review transcript"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, print_table, say
from pipeline.commands.context import Context, acting
from pipeline.commands.review import RecordingId
from pipeline.commands.review_signing import app
from pipeline.domain import Speaker, Voices
from pipeline.errors import NotFoundError, PipelineError
from pipeline.naming import names_now
from pipeline.times import clock

if TYPE_CHECKING:
    from pipeline.store import Store

__all__ = ["app"]


@app.command("speakers")
def speakers(
    ctx: typer.Context, recording: RecordingId,
    named: Annotated[
        list[str] | None, typer.Option("--is", help="VOICE=SPEAKER, such as 1=interviewer; repeat it.")
    ] = None,
    as_json: AsJson = False, as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """List the voices that the machine told apart, or say whose they are. Until then all is the interviewee's.

    Listen to a turn of each first. One segment only: counterclip review correct RECORDING SEGMENT --speaker …

    Example: [bold]counterclip review speakers r-1a2b3c4d5e --is 1=interviewer --is 2=interviewee --as Bea[/bold]
    """
    from review.withdrawn import require_not_withdrawn

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        require_not_withdrawn(store, store.recording(recording))
        if named:
            from pipeline.jobs.ingest import current_checklist
            from pipeline.jobs.voices import name_voices

            person = acting(store, as_, password_fd)
            name_voices(store, person, recording, [_naming(text) for text in named], current_checklist(workspace))
        _list(store, recording, as_json)


@app.command("transcript")
def transcript(
    ctx: typer.Context, recording: RecordingId,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="To be written: .docx, .txt, .json, .srt or .vtt.")],
    as_: As = None, password_fd: PasswordFd = None,
) -> None:  # fmt: skip
    """Write the whole transcript for people who read on paper, with time codes and speakers. The ledger notes it.

    It holds everything, also what will be removed: keep it as safe as the recording, and shred what was printed.

    Example: [bold]counterclip review transcript r-1a2b3c4d5e reading.docx --as Bea[/bold]
    """
    from pipeline.workspace import write_durably
    from review.writing_out import require_new_file, write_out

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        require_new_file(workspace, out)
        content = write_out(store, acting(store, as_, password_fd), recording, out.suffix.lower())
        write_durably(out, content)
    note("it holds everything that was said: keep it as safe as the recording")


def _naming(text: str) -> tuple[int, Speaker]:
    voice, sign, speaker = text.partition("=")
    if not sign or not voice.isdecimal() or speaker not in list(Speaker):
        raise PipelineError(f"whose voice is {text!r}?", f"write VOICE=SPEAKER: 1={' or 1='.join(Speaker)}")
    return int(voice), Speaker(speaker)


def _list(store: "Store", recording: str, as_json: bool) -> None:
    voices, transcript = store.voices(recording), store.transcript(recording)
    if voices is None or transcript is None:
        raise NotFoundError(
            f"no voices were told apart in {recording}",
            "say how many people speak: counterclip ingest FILE --speakers 2",
        )
    columns = ("voice", "sounds like", "is", "share", "turns", "listen at")
    names = names_now(voices, store.namings(recording))
    rows = [
        (v, proposed or "?", names.get(v, "nobody has said"), *_figures(voices, v))
        for v, proposed in enumerate(voices.proposed, 1)
    ]
    if as_json:
        for row in rows:
            print_json(dict(zip(columns, row, strict=True)))
        return
    print_table("", columns, rows)
    nobody = sum(s.speaker is None for s in transcript.segments)
    say(f"{nobody} of {len(transcript.segments)} segments have no speaker and count as the interviewee's")
    if len(names) < len(rows):
        note(f"listen, then: counterclip review speakers {recording} --is 1=interviewer --is 2=interviewee --as NAME")


def _figures(voices: Voices, voice: int) -> tuple[str, int, str]:
    """Share of speech, turns, and where the two longest sure turns begin."""
    mine = [t for t in voices.turns if t.voice == voice]
    total = sum(t.span.duration_ms for t in voices.turns)
    best = sorted(mine, key=lambda t: (not t.is_sure, -t.span.duration_ms))[:2]
    share = sum(t.span.duration_ms for t in mine) / max(1, total)
    return f"{share:.0%}", len(mine), " ".join(clock(t.span.start_ms) for t in sorted(best, key=lambda t: t.span))
