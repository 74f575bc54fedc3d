"""The long work under way: ids and numbers, never words; what is of an interview of others is not named."""

from dataclasses import replace

from starlette.responses import Response

from pipeline.errors import NotFoundError
from pipeline.overview import JobRow, job_rows
from review.assignments import PARTS, Parts, parts_now, recordings_of
from review.web.pages import show
from review.web.visit import Visit


def jobs(visit: Visit) -> Response:
    """Every job that is not over, and the latest of those that are."""
    parts = parts_now(visit.store)
    rows = [
        row if _is_mine(visit, parts, row) else replace(row, subject="", reason="") for row in job_rows(visit.store)
    ]
    return show(visit, "jobs.html", rows=rows)


def _is_mine(visit: Visit, parts: Parts, row: JobRow) -> bool:
    if not set(PARTS) & set(visit.me.roles):
        return False
    try:
        plan = visit.store.plan(row.subject) if row.subject.startswith("p-") else None
    except NotFoundError:
        return True  # a mistyped id is nobody's
    return parts.sees(visit.me, recordings_of(plan) if plan else [row.subject])
