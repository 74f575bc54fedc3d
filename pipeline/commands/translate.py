"""counterclip translate"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import As, AsJson, PasswordFd, note, print_json, say
from pipeline.commands.context import Context, acting

if TYPE_CHECKING:
    from pipeline.jobs.translate import TakenIn

app = typer.Typer(help="Subtitles to translators and back.", no_args_is_help=True)

ClipId = Annotated[str, typer.Argument(metavar="CLIP", help="A clip's or a plan's id: c-… or p-…")]
Language = Annotated[str, typer.Argument(metavar="LANG", help="The language to translate into, such as fr.")]


@app.command("export")
def export(
    ctx: typer.Context, clip: ClipId, language: Language,
    out: Annotated[
        list[Path] | None,
        typer.Option("-o", "--out", help="OUT.srt, OUT.csv or OUT.xlsx; repeat it. Otherwise an SRT and an XLSX here."),
    ] = None,
    as_: As = None, password_fd: PasswordFd = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write what a translator needs: an SRT to type over, or a sheet with context and a character budget for each line.

    Removed words are in neither. Example: [bold]counterclip translate export p-1a2b3c4d5e fr --as Edo[/bold]
    """
    from pipeline.jobs.translate import hand_out, plan_of, prepare
    from pipeline.workspace import write_durably
    from review.assignments import PARTS, recordings_of, require_part

    context: Context = ctx.obj
    with context.open() as (_, store):
        person = acting(store, as_, password_fd)
        plan = plan_of(store, clip)
        require_part(store, person, recordings_of(plan), *PARTS)
        handover = prepare(store, plan, language)
        files = out or [Path(f"{handover.plan.id}.{language}{kind}") for kind in (".srt", ".xlsx")]
        for file in files:
            write_durably(file, hand_out(store, person, handover, file.suffix.lower()))
    if as_json:
        print_json({"plan": handover.plan.id, "language": language, "cues": len(handover.cues),
                    "files": [str(file) for file in files]})  # fmt: skip
        return
    for file in files:
        say(str(file))
    note(f"{len(handover.cues)} lines; next: counterclip translate import {handover.plan.id} {language} FILE")


@app.command("import")
def import_(
    ctx: typer.Context, clip: ClipId, language: Language,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What came back: .srt, .vtt, .csv or .xlsx")],
    accept: Annotated[
        str, typer.Option("--accept", help="Why what the checklist found in the translation may stay; signers see it.")
    ] = "",
    as_: As = None, password_fd: PasswordFd = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take a translation in: put on the times of the speech, checked for removed names and by the checklist.

    Two people have to sign it. Only the signatures of this language are asked for again. Exit code 4 when a hard rule
    of the guidelines is broken.
    Example: [bold]counterclip translate import p-1a2b3c4d5e fr p-1a2b3c4d5e.fr.srt --as Edo[/bold]
    """
    from pipeline.jobs.translate import plan_of, prepare, take_in
    from review.assignments import PARTS, recordings_of, require_part

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        person = acting(store, as_, password_fd)
        plan = plan_of(store, clip)
        require_part(store, person, recordings_of(plan), *PARTS)
        handover = prepare(store, plan, language)
        taken = take_in(workspace, store, person, handover, file, accept)
    _print(taken, as_json)
    if any(v.hard for v in taken.returned.violations):
        raise typer.Exit(4)


def _print(taken: "TakenIn", as_json: bool) -> None:
    made, returned = taken.translation, taken.returned
    if as_json:
        print_json({
            "plan": made.plan, "language": made.language, "cues": len(made.cues),
            "repairs": [to_json(r) for r in taken.repairs], "violations": [to_json(v) for v in returned.violations],
            "remarks": [to_json(r) for r in returned.remarks], "accepted": [to_json(f) for f in taken.findings],
        })  # fmt: skip
        return
    for repair in taken.repairs:
        note(f"repaired: line {repair.line}: {repair.what}")
    for violation in returned.violations:
        say(str(violation))
    for remark in returned.remarks:
        say(f"cue {remark.cue}: {remark.what}")
    for finding in taken.findings:
        say(f"accepted: {finding.sentence}")
    hard = sum(v.hard for v in returned.violations)
    say(f"{len(made.cues)} cues in {made.language}; {hard} break a hard rule")
    note("next, two people who did not bring it in look at it and sign it:")
    note(f"counterclip plan show {made.plan}, then counterclip review sign {made.plan} --seen … --as NAME")
