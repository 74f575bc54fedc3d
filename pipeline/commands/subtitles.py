"""counterclip subtitles"""

from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import AsJson, note, print_json, say
from pipeline.domain import Aspect, Cue, Transcript
from pipeline.errors import PipelineError

app = typer.Typer(help="Subtitles that meet the guidelines, and a linter for any that claim to.", no_args_is_help=True)

Rate = Annotated[str, typer.Option("--fps", help="Frame rate, such as 25 or 30000/1001.")]
Shape = Annotated[Aspect, typer.Option("--aspect")]


def _rate(text: str) -> Fraction:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise PipelineError(f"not a frame rate: {text!r}", "write 25 or 30000/1001") from None
    if not 1 <= rate <= 240:
        raise PipelineError(f"not a frame rate: {text!r}", "1 to 240 frames per second")
    return rate


@app.command("make")
def make(
    file: Annotated[Path, typer.Argument(help="Transcript JSON, ours or Whisper's.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="OUT.srt, OUT.vtt or OUT.ass; otherwise SRT is printed."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Of the speech; otherwise the transcript's own.")
    ] = None,
    fps: Rate = "25",
    aspect: Shape = Aspect.WIDE,
) -> None:
    """Turn a transcript with word times into subtitles.

    Example: [bold]counterclip subtitles make interview.json -o interview.srt[/bold]
    """
    from pipeline.workspace import write_durably
    from subtitles.transcripts import read_transcript

    transcript = read_transcript(file)
    kind = out.suffix.lower() if out else ".srt"
    cues = _cues(transcript, language or transcript.language, _rate(fps), aspect)
    text = _written(cues, kind, language or transcript.language, aspect)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_durably(out, text.encode())
        note(f"{len(cues)} cues")


def _cues(transcript: Transcript, language: str, rate: Fraction, aspect: Aspect) -> tuple[Cue, ...]:
    from subtitles.clipwords import transcript_words
    from subtitles.cues import make_cues

    return make_cues(
        transcript_words(transcript),
        language=language,
        aspect=aspect,
        frame_rate=rate,
        clip_end_ms=transcript.duration_ms,
    )


def _written(cues: tuple[Cue, ...], kind: str, language: str, aspect: Aspect) -> str:
    from subtitles.ass import write_ass
    from subtitles.formats import write_srt, write_vtt

    sizes = {Aspect.WIDE: (1920, 1080), Aspect.SQUARE: (1080, 1080), Aspect.TALL: (1080, 1920)}
    match kind:
        case ".srt":
            return write_srt(cues)
        case ".vtt":
            return write_vtt(cues, language)
        case ".ass":
            return write_ass(cues, aspect, *sizes[aspect], language)
    raise PipelineError(f"cannot write {kind or 'a file without an ending'}", "use .srt, .vtt or .ass")


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="Any .srt or .vtt")],
    language: Annotated[str, typer.Option("--language")] = "en",
    fps: Rate = "25",
    aspect: Shape = Aspect.WIDE,
    translation: Annotated[bool, typer.Option("--translation", help="Limits for translated subtitles.")] = False,
    as_json: AsJson = False,
) -> None:
    """List every violation of the guidelines: one line each. Exit code 4 when a hard rule is broken.

    Example: [bold]counterclip subtitles check clip.srt --aspect 9:16[/bold]
    """
    from pipeline.canonical import to_json
    from subtitles.formats import read_subtitles
    from subtitles.quality import check_cues

    read = read_subtitles(file)
    for repair in read.repairs:
        note(f"repaired: {repair}")
    violations = check_cues(read.cues, language=language, aspect=aspect, translation=translation, frame_rate=_rate(fps))
    for violation in violations:
        if as_json:
            print_json(to_json(violation))
        else:
            softly = "" if violation.hard else ", soft"
            say(f"cue {violation.cue}: {violation.rule}: {violation.figure} (limit {violation.limit}){softly}")
    hard = sum(v.hard for v in violations)
    note(f"{len(read.cues)} cues, {hard} hard and {len(violations) - hard} soft violations")
    if hard:
        raise typer.Exit(4)
