"""counterclip cluster"""

import os
from typing import Annotated

import typer

from pipeline.commands.console import note, say
from pipeline.commands.context import Context

app = typer.Typer(no_args_is_help=True, help="More machines for the long work, with mutual TLS: docs/cluster.md.")
start = typer.Typer(no_args_is_help=True, help="Start this machine's part; Ctrl-C stops it.")
app.add_typer(start, name="start")


@app.command()
def certs(
    ctx: typer.Context,
    renew: Annotated[bool, typer.Option("--renew", help="Make new ones; the old ones open nothing any more.")] = False,
) -> None:
    """Make the certificates by which the machines of this workspace know each other.

    Example: [bold]counterclip cluster certs[/bold]
    """
    from pipeline.certificates import make_certificates
    from pipeline.jobs.cluster import certificates

    context: Context = ctx.obj
    folder = certificates(context.workspace())
    make_certificates(folder, renew=renew)
    say(str(folder))
    note("next, on one machine: counterclip cluster start scheduler; on each: counterclip cluster start worker ADDRESS")


@start.command()
def scheduler(
    ctx: typer.Context,
    host: Annotated[str, typer.Option("--host", help="The address of this machine to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port")] = 8786,
) -> None:
    """Hand jobs out to the workers; one machine does this.

    Example: [bold]counterclip cluster start scheduler --host 10.0.0.5[/bold]
    """
    from pipeline.jobs.cluster import scheduler_command

    context: Context = ctx.obj
    argv, environment = scheduler_command(context.workspace(), host, port)
    note(f"workers and commands reach it at tls://{host}:{port}")
    os.execve(argv[0], argv, environment)  # noqa: S606 - our own interpreter, with arguments that are no shell's


@start.command()
def worker(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The scheduler's: tls://10.0.0.5:8786.")],
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="How many jobs at a time.")] = 1,
    gpu: Annotated[bool, typer.Option("--gpu", help="This machine has one: transcription comes here.")] = False,
) -> None:
    """Do jobs that the scheduler hands out, in the workspace on the shared folder.

    Example: [bold]counterclip cluster start worker tls://10.0.0.5:8786[/bold]
    """
    from pipeline.jobs.cluster import worker_command

    context: Context = ctx.obj
    argv, environment = worker_command(context.workspace(), address, jobs, gpu=gpu)
    os.execve(argv[0], argv, environment)  # noqa: S606 - our own interpreter, with arguments that are no shell's
