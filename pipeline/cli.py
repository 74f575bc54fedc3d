"""The command line: one short command per arrow of the flow, and the one border for errors."""

import os
import sys
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline.commands import (
    audit,
    backup,
    check,
    cluster,
    cut,
    demo,
    doctor,
    export,
    figures,
    handoff,
    ingest,
    init,
    interviewee,
    models,
    paper,
    plan,
    preview,
    recognise,
    register,
    report,
    review_speakers,
    revoice,
    search,
    status,
    store,
    subtitles,
    suggest,
    translate,
    user,
    withdraw,
)
from pipeline.commands.console import complain
from pipeline.commands.context import Context
from pipeline.errors import PipelineError, system_refused
from pipeline.logs import LogLevel, start_logging

PRIVATE = 0o077
"""Nobody else on the machine reads what we write: the store, sheets, subtitles, clips."""


LOG_FILE = "log.jsonl"


class ErrorBorder(TyperGroup):
    """Expected failures end here: a sentence, every reason, a hint, and their exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except PipelineError as error:
            problem = error
        except BrokenPipeError:
            raise  # the reader of our output left; click ends quietly
        except OSError as error:
            problem = system_refused(error)
        complain(problem)
        raise typer.Exit(problem.exit_code) from None


app = typer.Typer(
    cls=ErrorBorder,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # pretty tracebacks print local variables, and ours may hold testimony
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Interviews with people who left a violent extremist group become reviewed, redacted, subtitled,
verified short clips.

The way: init → ingest → review → plan → review sign → cut → export. Try it: counterclip demo""",
)


@app.callback()
def main(
    ctx: typer.Context,
    workspace: Annotated[
        str | None,
        typer.Option(
            "--workspace",
            "-w",
            envvar="COUNTERCLIP_WORKSPACE",
            help="The workspace folder; otherwise the nearest one at or above the current folder.",
        ),
    ] = None,
    log_level: Annotated[
        LogLevel | None, typer.Option("--log-level", help="Also log ids, durations and sizes, one JSON object a line.")
    ] = None,
    log_file: Annotated[
        bool, typer.Option("--log-file", help="Log into the workspace's log.jsonl instead of standard error.")
    ] = False,
) -> None:
    os.umask(PRIVATE)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may be no UTF-8
    ctx.obj = Context(workspace)
    if log_level or log_file:
        start_logging(log_level or LogLevel.INFO, ctx.obj.workspace().root / LOG_FILE if log_file else None)


register.app.command("figures")(figures.figures)
plan.app.command("handoff")(handoff.handoff)
plan.app.command("preview")(preview.preview)
plan.app.command("revoice")(revoice.revoice)

app.command("init")(init.init)
app.command("ingest")(ingest.ingest)
app.command("check")(check.check)
app.command("cut")(cut.cut)
app.command("export")(export.export)
app.command("withdraw")(withdraw.withdraw)
app.command("recall")(withdraw.recall)
app.command("recognise")(recognise.recognise)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("verify")(backup.verify)
app.command("search")(search.search)
app.command("suggest")(suggest.suggest)
app.command("report")(report.report)
app.command("status")(status.status)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)
app.add_typer(user.app, name="user")
app.add_typer(interviewee.app, name="interviewee")
app.add_typer(models.app, name="models")
app.add_typer(plan.app, name="plan")
app.add_typer(paper.app, name="paper")
app.add_typer(register.app, name="register")
app.add_typer(review_speakers.app, name="review")
app.add_typer(subtitles.app, name="subtitles")
app.add_typer(translate.app, name="translate")
app.add_typer(audit.app, name="audit")
app.add_typer(store.app, name="store")
app.add_typer(cluster.app, name="cluster")
