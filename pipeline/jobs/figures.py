"""Figures that platforms hand out, joined to what the register knows."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.canonical import document_sha256, to_json
from pipeline.domain import Reach, Role, User, utc_now
from pipeline.errors import PipelineError
from pipeline.store import Store
from review.accounts import require_role
from review.ledger import record

COLUMNS = ("publication", "url", "day", "views", "retention", "comments")
"""`publication` or `url` says which; `retention` and `comments` may be missing. Others are passed over."""

LARGEST = 20_000_000
"""Bytes of a CSV; more is no list of publications."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of an import."""

    reaches: tuple[Reach, ...]
    skipped: tuple[tuple[int, str], ...]
    """Line of the file and why; nothing of these lines is kept."""


def take_in_figures(store: Store, person: User, raw: bytes) -> TakenIn:
    """Keep the figures of a CSV file; all lines that can be joined, at once.

    Raises PipelineError when a needed column is missing, or a number or a day cannot be read.
    """
    require_role(person, Role.EXPORTER, Role.EDITOR)
    lines = _lines(raw)
    places = {p.url: p.id for p in store.publications()} | {p.id: p.id for p in store.publications()}
    kept, skipped, at = [], [], utc_now()
    for number, line in lines:
        which = line.get("publication") or line.get("url") or ""
        if which in places:
            kept.append(_reach(number, line, places[which], person.id, at))
        else:
            skipped.append((number, "the register knows no such publication"))
    with store.transaction():
        for one in kept:
            store.add_reach(one)
        if kept:
            said = document_sha256("figures", [to_json(one) for one in kept])
            record(store, "figures.taken_in", person.id, "figures", said)
    return TakenIn(tuple(kept), tuple(skipped))


def _lines(raw: bytes) -> list[tuple[int, Mapping[str, str]]]:
    if len(raw) > LARGEST:
        raise PipelineError("the file is too large for figures", "one line for each publication and day")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PipelineError("the file is not UTF-8", "save it as CSV UTF-8") from None
    header = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",")
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        found: list[tuple[int, Mapping[str, str]]] = [
            (rows.line_num, dict(zip(names, map(str.strip, row), strict=False))) for row in rows if any(row)
        ]
    except csv.Error:
        raise PipelineError(f"line {rows.line_num} is no CSV", "export it again") from None
    if missing := [name for name in ("day", "views") if name not in names]:
        raise PipelineError(f"there is no column {missing[0]!r}", f"columns: {', '.join(COLUMNS)}")
    return found


def _reach(number: int, line: Mapping[str, str], publication: str, by: str, at: str) -> Reach:
    try:
        day = date.fromisoformat(line.get("day", "")).isoformat()
    except ValueError:
        raise PipelineError(f"line {number}: the day is no day", "write YYYY-MM-DD") from None
    views, comments = _count(number, line, "views"), _count(number, line, "comments")
    if views is None:
        raise PipelineError(f"line {number}: views are missing", "write a whole number")
    return Reach(publication, day, views, _share(number, line), comments, by, at)


def _count(number: int, line: Mapping[str, str], column: str) -> int | None:
    text = line.get(column, "")
    if text and not re.fullmatch(r"[0-9]{1,15}", text):
        raise PipelineError(f"line {number}: {column} is no whole number", "write it without points and spaces")
    return int(text) if text else None


def _share(number: int, line: Mapping[str, str]) -> float | None:
    """`0.43` or `43%`."""
    text = line.get("retention", "")
    if not text:
        return None
    match = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]+)?)(%?)", text)
    value = float(match[1]) / (100 if match[2] else 1) if match else 2.0
    if value > 1:
        raise PipelineError(f"line {number}: retention is no share", "write 0.43 or 43%")
    return round(value, 4)
