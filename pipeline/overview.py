"""Every job as people want to see it: in ids and numbers, how far it is, how long it still takes, why it failed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.holder import is_gone
from pipeline.store import Job, Store

RECENT = 50
"""Jobs that are over are shown up to here; those that are not, always."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job, as `status` and the page show it."""

    job: str
    kind: str
    subject: str
    """Id of the recording or plan, once it is known."""
    state: str
    progress: str
    """The stage, with its share where it can be counted."""
    left_ms: int | None
    attempts: int
    asked_at: str
    ended_at: str | None
    reason: str


def job_rows(store: Store) -> list[JobRow]:
    """Jobs that are waiting or running, then the latest of the others; those that nobody is at any more have failed."""
    store.fail_forgotten_jobs(is_gone)
    now, jobs = datetime.now(UTC), store.jobs()
    under_way = [job for job in jobs if not job.state.is_over]
    return [_row(job, now) for job in (*under_way, *[job for job in jobs if job.state.is_over][:RECENT])]


def _row(job: Job, now: datetime) -> JobRow:
    counted = f" {job.done * 100 // job.total} %" if job.total > 1 and not job.state.is_over else ""
    return JobRow(
        job=job.id,
        kind=job.kind,
        subject=job.subject,
        state=job.state,
        progress="" if job.state.is_over else f"{job.stage}{counted}",
        left_ms=job.left_ms(now),
        attempts=job.attempts,
        asked_at=job.asked_at,
        ended_at=job.ended_at,
        reason=job.reason,
    )
