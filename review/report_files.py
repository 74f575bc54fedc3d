"""The report as files: CSV, a workbook, a picture. Nothing in a cell is ever run as a formula."""

import csv
import io
from collections.abc import Sequence

from review.report import Table, Value
from subtitles.sheet import guarded

WIDE = 60
"""Characters of the widest column of a workbook."""


def report_csv(tables: Sequence[Table]) -> str:
    """All tables in one, a line for each cell: table, row, column, value; so that any program can take it apart."""
    out = io.StringIO()
    writer = csv.writer(out)  # ends lines with CR LF, and so quotes a cell that holds a CR (RFC 4180)
    writer.writerow(("table", "row", "column", "value"))
    for table in tables:
        for number, row in enumerate(table.rows, 1):
            for column, value in zip(table.columns, row, strict=True):
                writer.writerow((table.name, number, guarded(column), _plain(value)))
    return out.getvalue()


def report_xlsx(tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table."""
    import openpyxl
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    book.remove(book.active)
    for table in tables:
        sheet = book.create_sheet(table.name)
        rows: list[Sequence[Value]] = [table.columns, *table.rows]
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row, 1):
                cell = sheet.cell(number, place, _plain(value))
                if isinstance(value, str):
                    cell.data_type = "s"
                cell.font = Font(bold=number == 1)
        for place, name in enumerate(table.columns, 1):
            longest = max(len(str(row[place - 1] or "")) for row in rows)
            sheet.column_dimensions[sheet.cell(1, place).column_letter].width = min(WIDE, max(len(name), longest) + 2)
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: Value) -> Value:
    return guarded(value) if isinstance(value, str) else value
