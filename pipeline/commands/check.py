"""counterclip check"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.canonical import Json
from pipeline.commands.console import AsJson, complain, note, print_json, print_table, say
from pipeline.domain import Flag, LegalStatus, Profile, Segment, Standing, TextMatch, Transcript
from pipeline.errors import PipelineError
from pipeline.times import clock

if TYPE_CHECKING:
    from review.checklist import Checklist


def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help=".json, .srt, .vtt or .txt")] = None,
    profile: Annotated[
        LegalStatus | None, typer.Option("--profile", help="Legal status that changes what blocks.")
    ] = None,
    checklist: Annotated[
        list[Path] | None,
        typer.Option("--checklist", help="More checklist files (.yaml), or names of the case (.txt)."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also candidates that were not raised, and why.")] = False,
    self_test: Annotated[bool, typer.Option("--self-test", help="Run the examples of the checklist files.")] = False,
    as_json: AsJson = False,
) -> None:
    """Flag transcripts against the checklist, without a workspace.

    Example: [bold]counterclip check interview.srt --profile on_trial[/bold]
    """
    from review.checklist import load_checklist
    from review.flags import raise_flags, uncovered_items
    from subtitles.transcripts import read_transcript

    loaded = load_checklist(tuple(checklist or ()))
    if self_test:
        _self_test(loaded)
        return
    if not files:
        raise typer.BadParameter("give at least one FILE, or --self-test")
    person = _profile(profile) if profile else None
    failed = 0
    for file in files:
        try:
            transcript = read_transcript(file)
        except PipelineError as error:
            failed += 1
            complain(error)
            continue
        flags = [f for f in raise_flags(transcript, loaded, profile=person) if all_ or f.suppressed is None]
        _print(file, transcript, flags, as_json)
        _remark(file, transcript, uncovered_items(transcript, loaded))
    if failed:
        raise typer.Exit(3 if failed == len(files) else 4)


def _profile(status: LegalStatus) -> Profile:
    return Profile("", None, status, Standing.UNKNOWN, None, None, withdrawn=False)


def _remark(file: Path, transcript: Transcript, uncovered: tuple[str, ...]) -> None:
    if transcript.segments and all(s.speaker is None for s in transcript.segments):
        note(f"{file.name}: no speakers given; everything is treated as the interviewee's")
    if uncovered:
        note(
            f"{file.name}: {len(uncovered)} items cannot run on language {transcript.language}: {', '.join(uncovered)}"
        )


def _print(file: Path, transcript: Transcript, flags: list[Flag], as_json: bool) -> None:
    if as_json:
        for flag in flags:
            print_json(flag_json(file, transcript, flag))
        return
    rows = [
        (
            f.segment,
            clock(f.span.start_ms if f.span else None),
            f.item,
            f.action,
            f.tier,
            _text(transcript, f),
            f.suppressed or f.why,
        )
        for f in flags
    ]
    print_table(f"{file.name}: {len(flags)} flags", ("segment", "time", "item", "action", "tier", "text", "why"), rows)


def _text(transcript: Transcript, flag: Flag) -> str:
    segment: Segment | None = transcript.segment(flag.segment)
    return segment.text[flag.match.start : flag.match.end] if segment and flag.match else ""


def flag_json(file: Path, transcript: Transcript, flag: Flag) -> Json:
    """One flag as `design.md` part 6 fixes it."""
    segment = transcript.segment(flag.segment)
    match = flag.match or (None if segment is None else _whole(segment))
    return {
        "file": str(file), "segment": flag.segment, "item": flag.item, "action": flag.action, "tier": flag.tier,
        "score": flag.score, "start": match.start if match else 0, "end": match.end if match else 0,
        "text": segment.text[match.start : match.end] if segment and match else "",
        "start_ms": flag.span.start_ms if flag.span else None, "end_ms": flag.span.end_ms if flag.span else None,
        "agent": flag.agent, "modality": flag.modality, "why": flag.why, "rule": flag.rule,
        **({"suppressed": flag.suppressed} if flag.suppressed else {}),
    }  # fmt: skip


def _whole(segment: Segment) -> TextMatch:
    return TextMatch(0, len(segment.text))


def _self_test(checklist: "Checklist") -> None:
    from review.checklist import self_test

    result = self_test(checklist)
    for example in (*result.failures, *result.amber):
        say(f"{example.file}, line {example.line}: {example.item} {example.why}")
    if result.failures:
        raise typer.Exit(4)
    amber = f"; {len(result.amber)} counterexamples are amber, none red" if result.amber else ""
    say(f"{len(checklist.items)} items, all examples as they should be{amber}")
