"""The report as one SVG: what is told, what it costs, what was done, until when it may be used."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from review.report import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, BAR, SECOND, GRID = "#222222", "#2a6f97", "#c9663d", "#dddddd"
"""Blue and orange that people with any colour vision tell apart."""


def report_svg(tables: Sequence[Table]) -> str:
    """Four plots. The same tables give the same bytes, so that a report can be compared with an older one."""
    import matplotlib
    from matplotlib.figure import Figure

    of = {table.name: table for table in tables}
    with matplotlib.rc_context(
        {
            "svg.hashsalt": "counterclip",
            "svg.fonttype": "none",
            "font.size": 8,
            "text.color": INK,
            "text.parse_math": False,  # a dollar sign in a code is no formula
        }
    ):
        figure = Figure(figsize=(12, 9), layout="constrained")
        plots = figure.subplots(2, 2)
        _narratives(plots[0][0], of["narratives"])
        _coverage(plots[0][1], of["coverage"])
        _throughput(plots[1][0], of["throughput"])
        _people(plots[1][1], of["interviewees"])
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": "counterclip"})
    return out.getvalue()


def _narratives(axes: "Axes", table: Table) -> None:
    names = [str(row[0]).split(".", 1)[-1].replace("_", " ") for row in table.rows]
    places = range(len(names))
    axes.barh([n - 0.2 for n in places], [_number(row[2]) for row in table.rows], 0.4, color=BAR, label="passages")
    axes.barh([n + 0.2 for n in places], [_number(row[3]) for row in table.rows], 0.4, color=SECOND, label="clips")
    axes.set_yticks(list(places), names)
    axes.invert_yaxis()
    _finish(axes, table, "legend")


def _coverage(axes: "Axes", table: Table) -> None:
    """Dark: many clips; white: none. Each cell says how many."""
    platforms = table.columns[3:-1]
    shown = [row for row in table.rows if platforms]
    names = [f"{str(row[0]).split('.', 1)[-1].replace('_', ' ')} · {row[1]}" for row in shown]
    if not shown:
        axes.text(0.5, 0.5, "no clip has gone anywhere yet", ha="center", va="center", transform=axes.transAxes)
        axes.set_axis_off()
        axes.set_title(table.title, loc="left", wrap=True)
        return
    counts = [[_number(value) for value in row[3:-1]] for row in shown]
    axes.imshow(counts, cmap="Blues", vmin=0, vmax=max(1.0, *(max(row) for row in counts)) * 1.6, aspect="auto")
    for y, row in enumerate(counts):
        for x, value in enumerate(row):
            axes.text(x, y, f"{value:.0f}", ha="center", va="center")
    axes.set_xticks(range(len(platforms)), platforms, rotation=30, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set_title(table.title, loc="left", wrap=True)


def _throughput(axes: "Axes", table: Table) -> None:
    months = [str(row[0]) for row in table.rows]
    wanted = [n for n, name in enumerate(table.columns) if name in ("decisions", "signatures", "clips", "published")]
    for colour, place in zip((BAR, SECOND, INK, "#7a9e3f"), wanted, strict=True):
        axes.plot(months, [_number(row[place]) for row in table.rows], "o-", color=colour, label=table.columns[place])
    _finish(axes, table, "legend")


def _people(axes: "Axes", table: Table) -> None:
    rows = [row for row in table.rows if row[0] in ("jurisdiction", "legal status", "standing", "consent")]
    names = [f"{row[0]}: {str(row[1]).replace('_', ' ')}" for row in rows]
    axes.barh(range(len(rows)), [_number(row[2]) for row in rows], color=BAR)
    axes.set_yticks(range(len(rows)), names)
    axes.invert_yaxis()
    _finish(axes, table, "")


def _finish(axes: "Axes", table: Table, legend: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_title(table.title, loc="left", wrap=True)
    axes.grid(axis="both", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    counts = axes.yaxis if table.name == "throughput" else axes.xaxis
    counts.set_major_locator(MaxNLocator(nbins=6, integer=True))
    _, high = counts.get_view_interval()
    counts.set_view_interval(0, max(1, high), ignore=True)
    if legend and table.rows:
        axes.legend(frameon=False)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
