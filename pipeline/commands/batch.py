"""Long work that a command has done for it: shown while it goes on, and the exit code of all of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.console import progress_bar
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.jobs.asked import Asked
    from pipeline.store import Job, Store
    from pipeline.workspace import Workspace

Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="On the machines of this cluster instead: tls://10.0.0.5:8786."),
]


def run_shown(
    workspace: "Workspace", store: "Store", wanted: "Sequence[Asked]", names: Sequence[str], at_once: int,
    cluster: str | None,
) -> "list[Job]":  # fmt: skip
    """Each job over, with a bar for each under its name while it is not. Here, or on the cluster at that address."""
    from pipeline.jobs.running import here, run_jobs

    if cluster:
        from pipeline.jobs.cluster import on_cluster

        carrying = on_cluster(workspace, cluster)
    else:
        carrying = here(workspace, at_once)
    with progress_bar() as bar, carrying as carry:
        tasks = [bar.add_task(f"{name} waiting", total=None) for name in names]

        def show(number: int, job: "Job") -> None:
            total = job.total if job.total > 1 else None
            bar.update(tasks[number], description=f"{names[number]} {job.stage or job.state}", completed=job.done,
                       total=total)  # fmt: skip

        return run_jobs(store, wanted, carry, show)


def end_batch(problems: Sequence[PipelineError | None]) -> None:
    """Raises Exit with 1 for a mistake of ours, 3 when nothing was made, 4 when some was; nothing when all was."""
    failed = [problem for problem in problems if problem is not None]
    if any(problem.exit_code == 1 for problem in failed):
        raise typer.Exit(1)
    if failed:
        raise typer.Exit(3 if len(failed) == len(problems) else 4)
