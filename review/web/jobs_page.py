"""The long work under way: ids and numbers, never words; what is of an interview of others is not named."""

from dataclasses import replace

from starlette.responses import Response

from pipeline.domain import Role
from pipeline.errors import NotFoundError
from pipeline.overview import JobRow, job_rows
from pipeline.store import Store
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


def _handed_over(store: Store, bundle_id: str) -> list[str]:
    """The recordings that a bundle holds something of. Raises NotFoundError when it was not made."""
    for bundle in store.bundles():
        if bundle.id == bundle_id:
            plans = [store.plan(clip.plan, clip.plan_version) for clip in map(store.clip, bundle.clips)]
            return list(dict.fromkeys(recording for plan in plans for recording in recordings_of(plan)))
    raise NotFoundError(f"no bundle {bundle_id}", "counterclip status lists them")


def _is_mine(visit: Visit, parts: Parts, row: JobRow) -> bool:
    if row.kind == "export" and Role.EXPORTER in visit.me.roles:
        return True  # a bundle's id tells nothing of an interview
    if not set(PARTS) & set(visit.me.roles):
        return False
    if not row.subject:
        return True  # a file that became no recording is of no interview
    try:
        if row.subject.startswith("b-"):
            return parts.sees(visit.me, _handed_over(visit.store, row.subject))
        if row.subject.startswith("p-"):
            return parts.sees(visit.me, recordings_of(visit.store.plan(row.subject)))
        return parts.sees(visit.me, [visit.store.recording(row.subject).id])
    except NotFoundError:
        return False  # what somebody mistyped was told to him
