"""counterclip cut"""

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.batch import Cluster, end_batch, run_shown
from pipeline.commands.console import AsJson, complain, note, print_json, print_table
from pipeline.commands.context import Context
from pipeline.commands.plan_parts import parse_aspects, parse_languages
from pipeline.times import clock

if TYPE_CHECKING:
    from pipeline.jobs.cut import CutOutcome


def cut(
    ctx: typer.Context,
    plans: Annotated[list[str], typer.Argument(metavar="PLAN...", help="p-…")],
    aspect: Annotated[str | None, typer.Option("--aspect", help="Only these of the plan's shapes.")] = None,
    burn: Annotated[str | None, typer.Option("--burn", help="Only these of the plan's burned languages.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="How many plans at a time.")] = 1,
    cluster: Cluster = None,
    as_json: AsJson = False,
) -> None:
    """Render approved plans, listen to the result again, and only then give it its name.

    What is not approved is refused with all reasons.

    Example: [bold]counterclip cut p-1a2b3c4d5e[/bold]
    """
    from pipeline.jobs.cut import outcome_of, wish

    context: Context = ctx.obj
    chosen = parse_aspects(aspect), parse_languages(burn)
    with context.open() as (workspace, store):
        ended = run_shown(workspace, store, [wish(plan, *chosen) for plan in plans], plans, jobs, cluster)
        outcomes = [outcome_of(store, plan, job) for plan, job in zip(plans, ended, strict=True)]
    _print(workspace.clips.as_posix(), outcomes, as_json)
    end_batch([o.problem for o in outcomes])


def _print(folder: str, outcomes: "list[CutOutcome]", as_json: bool) -> None:
    for outcome in outcomes:
        if as_json:
            print_json(outcome.as_json())
        elif outcome.problem:
            note(outcome.plan)
            complain(outcome.problem)
        elif outcome.clip:
            rows = [
                (
                    r.aspect,
                    r.burn or "-",
                    f"{r.width}x{r.height}",
                    clock(r.duration_ms),
                    f"{sum(c.passed for c in r.verification.checks)} of {len(r.verification.checks)}",
                    r.file_name,
                )
                for r in outcome.clip.renditions
            ]
            print_table(
                f"{outcome.clip.id} in {folder}/{outcome.clip.id}",
                ("shape", "burned", "size", "length", "checks passed", "file"),
                rows,
            )
