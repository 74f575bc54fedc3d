"""counterclip subtitles"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import AsJson, note, print_json, say
from pipeline.domain import Aspect, Cue, Transcript
from pipeline.errors import PipelineError
from pipeline.times import clock

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
    verbatim: Annotated[
        bool, typer.Option("--verbatim/--no-verbatim", help="Keep hesitations and immediate repeats (uh, the the).")
    ] = True,
    sdh: Annotated[
        bool, typer.Option("--sdh", help="For the deaf and hard of hearing: say who speaks where that changes.")
    ] = False,
    sounds: Annotated[
        Path | None,
        typer.Option("--sounds", help="An .srt of what else is heard: [door closes] in the pauses."),
    ] = None,
) -> None:
    """Turn a transcript with word times into subtitles; what breaks a hard rule all the same is listed.

    Example: [bold]counterclip subtitles make interview.json -o interview.srt[/bold]
    """
    from pipeline.workspace import write_durably
    from subtitles.transcripts import read_transcript

    transcript = read_transcript(file)
    kind = out.suffix.lower() if out else ".srt"
    wish = _Wish(language or transcript.language, _rate(fps), aspect, verbatim, sdh, sounds)
    cues = _cues(transcript, wish)
    text = _written(cues, kind, wish.language, aspect)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_durably(out, text.encode())
        note(f"{len(cues)} cues")


@dataclass(frozen=True, slots=True)
class _Wish:
    language: str
    rate: Fraction
    aspect: Aspect
    verbatim: bool
    sdh: bool
    sounds: Path | None


def _cues(transcript: Transcript, wish: _Wish) -> tuple[Cue, ...]:
    from subtitles.clipwords import transcript_words
    from subtitles.cues import make_cues
    from subtitles.quality import check_cues
    from subtitles.relief import without_fillers
    from subtitles.sdh import labelled

    words = transcript_words(transcript)
    if not wish.verbatim:
        words, dropped = without_fillers(words, wish.language)
        for left_out in dropped:
            note(f"left out at {clock(left_out.clip_start_ms)}: {left_out.why}")
    words = labelled(words, wish.language, wish.aspect) if wish.sdh else words
    cues = make_cues(
        words,
        language=wish.language,
        aspect=wish.aspect,
        frame_rate=wish.rate,
        clip_end_ms=transcript.duration_ms,
    )
    cues = _with_sounds(cues, wish, transcript.duration_ms) if wish.sounds else cues
    for fault in check_cues(cues, language=wish.language, aspect=wish.aspect, frame_rate=wish.rate, words=words):
        if fault.hard:
            note(f"quality exception: {fault}")
    return cues


def _with_sounds(cues: tuple[Cue, ...], wish: _Wish, end_ms: int) -> tuple[Cue, ...]:
    from subtitles.formats import read_subtitles
    from subtitles.sdh import Sound, with_sounds

    heard = read_subtitles(wish.sounds, wish.language).cues if wish.sounds else ()
    described = [Sound(" ".join(c.lines).strip("[]"), c.clip_start_ms, c.clip_end_ms) for c in heard]
    placed, left_out = with_sounds(
        cues, described, language=wish.language, aspect=wish.aspect, frame_rate=wish.rate, clip_end_ms=end_ms
    )
    for sound in left_out:
        note(f"no room for the sound at {clock(sound.clip_start_ms)}")
    return placed


def _written(cues: tuple[Cue, ...], kind: str, language: str, aspect: Aspect) -> str:
    from subtitles.ass import write_ass
    from subtitles.formats import write_srt, write_vtt

    sizes = {Aspect.WIDE: (1920, 1080), Aspect.SQUARE: (1080, 1080), Aspect.TALL: (1080, 1920)}
    match kind:
        case ".srt":
            return write_srt(cues)
        case ".vtt":
            return write_vtt(cues, language, aspect)
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

    read = read_subtitles(file, language)
    for repair in read.repairs:
        note(f"repaired: line {repair.line}: {repair.what}")
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
