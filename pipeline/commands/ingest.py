"""counterclip ingest"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from pipeline.commands.batch import Cluster, end_batch, run_shown
from pipeline.commands.console import AsJson, err, note, print_json, print_table
from pipeline.commands.context import Context
from pipeline.domain import Span
from pipeline.times import clock, parse_time

if TYPE_CHECKING:
    from pipeline.jobs.ingest import Outcome


def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Video or audio files.")],
    interviewee: Annotated[str | None, typer.Option("--interviewee", help="Whose interview this is: a code.")] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", help="Spoken language: ar, or several: ar,en; otherwise detected."),
    ] = None,
    engine: Annotated[str | None, typer.Option("--engine", help="auto, faster-whisper or openai-whisper.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Name of fetched weights, or their folder.")] = None,
    translate: Annotated[bool, typer.Option("--translate", help="Also draft an English translation.")] = False,
    transcript: Annotated[
        Path | None,
        typer.Option("--transcript", help="Use this one: Whisper's, WhisperX' or own JSON, SRT, VTT, TXT, OTR."),
    ] = None,
    speakers: Annotated[
        int | None, typer.Option("--speakers", min=1, max=6, help="How many people speak; otherwise one or two.")
    ] = None,
    warning_at: Annotated[
        str | None,
        typer.Option("--warning-at", help="When the interviewer warns him not to incriminate himself."),
    ] = None,
    begin: Annotated[
        str | None, typer.Option("--from", help="Hear only this again, to --to, as with another --model.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Where that ends.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="How many files at a time.")] = 1,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Take recordings in: check them, transcribe them, flag them. Run it again and it goes on where it stopped.

    Example: [bold]counterclip ingest interview.mp4 --interviewee K-17 --warning-at 0:42[/bold]

    One stretch again: [bold]counterclip ingest interview.mp4 --model small --from 1:20 --to 2:05[/bold]
    """
    from pipeline.ingest import Request
    from pipeline.jobs.ingest import outcome_of, wish
    from subtitles.transcripts import read_transcript

    context: Context = ctx.obj
    imported = read_transcript(transcript) if transcript else None
    warning = parse_time(warning_at) if warning_at else None
    if len(paths) > 1 and (transcript or warning_at or begin):
        raise typer.BadParameter("--transcript, --warning-at and --from go with one file")
    region = _region(begin, end)
    if region and (translate or transcript or speakers):
        raise typer.BadParameter("--translate, --transcript and --speakers are for the whole recording, without --from")
    requests = [Request(p, interviewee, language, translate, warning, imported, speakers, region) for p in paths]
    with context.open() as (workspace, store):
        wanted = [wish(request, engine, model) for request in requests]
        names = [f"{n}/{len(paths)}" for n in range(1, len(paths) + 1)]
        ended = run_shown(workspace, store, wanted, names, jobs, cluster)
    outcomes = [outcome_of(path, job) for path, job in zip(paths, ended, strict=True)]
    _print(outcomes, as_json)
    end_batch([o.problem for o in outcomes])


def _region(begin: str | None, end: str | None) -> Span | None:
    if begin is None and end is None:
        return None
    if begin is None or end is None or parse_time(begin) >= parse_time(end):
        raise typer.BadParameter("--from and --to go together, the earlier first")
    return Span(parse_time(begin), parse_time(end))


def _print(outcomes: "list[Outcome]", as_json: bool) -> None:
    for outcome in outcomes:
        if as_json:
            print_json(outcome.as_json())
        elif outcome.problem:
            err.print(f"[red]error:[/red] {escape(str(outcome.path))}: ", end="")
            note(outcome.problem.message)
            if outcome.problem.hint:
                note(f"hint: {outcome.problem.hint}")
    done = [o for o in outcomes if not o.problem]
    if done and not as_json:
        columns = ("recording", "file", "length", "language", "segments", "red flags", "amber", "took")
        rows = [
            (
                o.recording,
                o.path.name,
                clock(o.duration_ms),
                o.language,
                o.segments,
                o.red,
                o.amber,
                f"{o.seconds:.0f} s",
            )
            for o in done
        ]
        print_table("", columns, rows)
        for outcome in done:
            for remark in outcome.remarks:
                note(f"{outcome.recording}: {remark}")
        note(
            "next: counterclip review list RECORDING, then counterclip plan new --recording RECORDING --keep START-END"
        )
