"""counterclip cut"""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.console import AsJson, complain, note, print_json, print_table, progress_bar
from pipeline.commands.context import Context
from pipeline.commands.plan import parse_aspects, parse_languages
from pipeline.times import clock

if TYPE_CHECKING:
    from pipeline.jobs.cut import CutOutcome


def cut(
    ctx: typer.Context,
    plans: Annotated[list[str], typer.Argument(metavar="PLAN...", help="p-…")],
    aspect: Annotated[str | None, typer.Option("--aspect", help="Only these of the plan's shapes.")] = None,
    burn: Annotated[str | None, typer.Option("--burn", help="Only these of the plan's burned languages.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="How many plans at a time.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Render approved plans, listen to the result again, and only then give it its name.

    What is not approved is refused with all reasons.

    Example: [bold]counterclip cut p-1a2b3c4d5e[/bold]
    """
    from pipeline.jobs.cut import cut_batch

    context: Context = ctx.obj
    workspace = context.workspace()
    with progress_bar() as bar, ThreadPoolExecutor(jobs) as pool:
        tasks = {plan: bar.add_task(plan, total=None) for plan in plans}

        def show(plan: str, stage: str) -> None:
            bar.update(tasks[plan], description=f"{plan} {stage}")

        outcomes = cut_batch(workspace, plans, parse_aspects(aspect), parse_languages(burn), pool, show)
    _print(workspace.clips.as_posix(), outcomes, as_json)
    failed = [o for o in outcomes if o.problem]
    if failed:
        raise typer.Exit(3 if len(failed) == len(outcomes) else 4)


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
