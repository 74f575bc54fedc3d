"""counterclip report"""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.canonical import to_json
from pipeline.commands.console import AsJson, note, print_json, print_table
from pipeline.commands.context import Context
from pipeline.workspace import write_durably


def report(
    ctx: typer.Context,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write every table into this CSV file.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write a workbook, a sheet for each table.")] = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Draw the picture into this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the picture of the whole collection: what is told, in which languages, where, by whom, until when.

    There are no names and no words in it, only codes, counts and days. Small numbers can still tell who
    somebody is: keep it inside.

    Example: [bold]counterclip report --xlsx report.xlsx --svg report.svg[/bold]
    """
    from pipeline.jobs.report import gather_collection
    from review.report import make_report
    from review.report_files import report_csv, report_xlsx
    from review.report_picture import report_svg

    context: Context = ctx.obj
    with context.open() as (workspace, store):
        tables = make_report(gather_collection(workspace, store))
    if csv is not None:
        _write(csv, report_csv(tables).encode("utf-8-sig"))  # spreadsheets read UTF-8 only with its mark
    if xlsx is not None:
        _write(xlsx, report_xlsx(tables))
    if svg is not None:
        _write(svg, report_svg(tables).encode())
    if as_json:
        for table in tables:
            print_json(to_json(table))
    elif csv is None and xlsx is None and svg is None:
        for table in tables:
            rows = [["" if value is None else value for value in row] for row in table.rows]
            print_table(table.title, table.columns, rows)


def _write(path: Path, content: bytes) -> None:
    write_durably(path, content)
    note(f"written: {path.name}")
