"""The translators' sheet as CSV and XLSX, out and in."""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

import openpyxl
from openpyxl.styles import Alignment, Font

from pipeline.errors import TranscriptFormatError
from subtitles.handover import Line
from subtitles.vtt import vtt_time

COLUMNS = ("number", "start", "end", "before", "source", "after", "budget", "machine draft", "translation")
WIDTHS = (8, 14, 14, 36, 44, 36, 8, 36, 44)

LARGEST_BOOK = 50_000_000
"""Bytes unpacked; a few kilobytes of zip can unpack to a full disk."""

MOST_ROWS, MOST_COLUMNS = 20_000, 64
"""A sheet may say that a cell stands in row 1,048,576, and every row before it would be made."""

DAMAGED = (
    zipfile.BadZipFile, zlib.error, SyntaxError, LookupError, OSError, EOFError, ValueError, TypeError, AttributeError,
    ArithmeticError, RuntimeError, struct.error,
)  # fmt: skip
"""What zipfile, the XML parser (a SyntaxError) and openpyxl raise for files that are not what they say."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a cell that begins so (CSV injection)."""


def write_csv(lines: Sequence[Line]) -> str:
    """The sheet as CSV; cells that a spreadsheet would run as formulas begin with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(guarded(str(value)) for value in _cells(line))
    return out.getvalue()


def read_csv(text: str, lines: Sequence[Line], name: str) -> tuple[Line, ...]:
    """The lines with the translations of a sheet that came back.

    Raises TranscriptFormatError naming the row that does not belong to these lines.
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        cells = [[_unguarded(cell) for cell in row] for row in rows]
    except csv.Error:
        raise TranscriptFormatError(f"{name}, line {rows.line_num}: this is no CSV", "export it again") from None
    return _matched(cells, lines, name)


def write_xlsx(lines: Sequence[Line]) -> bytes:
    """The sheet as XLSX: every cell is text or a number, never a formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "translation"
    for column, (title, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True), 1):
        cell = sheet.cell(1, column, title)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for row, line in enumerate(lines, 2):
        for column, value in enumerate(_cells(line), 1):
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_xlsx(raw: bytes, lines: Sequence[Line], name: str) -> tuple[Line, ...]:
    """The lines with the translations of a workbook's first sheet.

    Raises TranscriptFormatError when it is no workbook, or names the row that does not belong.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_BOOK:
                raise TranscriptFormatError(f"{name}: too large for a translation", "send the sheet as .csv")
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        cells = book.worksheets[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
        rows = [["" if v is None else str(v) for v in row] for row in cells]
    except DAMAGED:
        raise TranscriptFormatError(f"{name}: not an XLSX workbook", "save it as .xlsx or .csv") from None
    return _matched(rows, lines, name)


def _cells(line: Line) -> tuple[int | str, ...]:
    start, end = vtt_time(line.clip_start_ms), vtt_time(line.clip_end_ms)
    return (line.number, start, end, line.before, line.source, line.after, line.budget, line.draft, line.translation)


def guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _matched(rows: Sequence[Sequence[str]], lines: Sequence[Line], name: str) -> tuple[Line, ...]:
    if not rows or not {"number", "translation"} <= {cell.strip().lower() for cell in rows[0]}:
        raise TranscriptFormatError(f"{name}, row 1: no columns number and translation", "use the exported sheet")
    titles = [cell.strip().lower() for cell in rows[0]]
    number, text = titles.index("number"), titles.index("translation")
    by_number = {str(line.number): line for line in lines}
    done = dict(by_number)
    for place, row in _filled(rows):
        key = row[number].strip().removesuffix(".0") if number < len(row) else ""
        if key not in by_number:
            raise TranscriptFormatError(f"{name}, row {place}: no cue with this number", "use the exported sheet")
        written = row[text] if text < len(row) else ""
        done[key] = replace(by_number[key], translation="\n".join(filter(None, map(str.strip, written.splitlines()))))
    return tuple(done.values())


def _filled(rows: Sequence[Sequence[str]]) -> Iterable[tuple[int, Sequence[str]]]:
    return ((n, row) for n, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row))
