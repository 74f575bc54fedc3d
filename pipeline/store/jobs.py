"""Jobs: what is to be done, who does it, how far it is, what became of it. This table alone is believed.

Whoever works on a job holds a lease on it and renews it; a lease that ran out, or whose process is known to be gone,
is taken by the next. So nothing is ever done by two at once, and nothing waits for the dead.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update

from pipeline.canonical import Json
from pipeline.domain import utc_now
from pipeline.errors import NotFoundError
from pipeline.store import tables
from pipeline.store.connection import Connected
from pipeline.store.entries import lock_others_out

ATTEMPTS = 3
"""Times a job's process may die before the job has failed."""

IsGone = Callable[[str], bool]
"""Whether the process that a lease names is known to have ended."""


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work, in ids and numbers."""

    id: str
    """Digest of what it is to do: the same wish is the same job."""
    kind: str
    """`ingest`, `cut`, `export` or `preview`."""
    state: JobState
    attempts: int
    """How many processes have begun it since it was last asked for."""
    subject: str
    """Id of the recording, plan or bundle; empty until it is known."""
    stage: str
    done: int
    total: int
    """Of the stage; 1 where nothing can be counted."""
    asked_at: str
    stage_at: str
    """When the stage began, UTC."""
    ended_at: str | None
    holder: str
    held_until: str
    watched_until: str
    """Until when whoever asked for it is known to wait for it."""
    result: Json
    """What became of it, for the command that asked; None before it is over."""
    reason: str
    """Why it failed: one sentence without words or names."""

    def left_ms(self, now: datetime) -> int | None:
        """How long the present stage will take if it goes on as it did; None when nobody can tell."""
        if self.state is not JobState.RUNNING or self.total <= 1 or not 0 < self.done <= self.total:
            return None
        spent = now - datetime.fromisoformat(self.stage_at)
        return round(spent.total_seconds() * 1000 * (self.total - self.done) / self.done)


def in_seconds(seconds: float) -> str:
    """The moment after so many seconds, as the store writes moments."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Jobs(Connected):
    """Ask for jobs, take them, tell how far they are, end them."""

    def ask_job(self, job_id: str, kind: str, payload: Json, subject: str, watched_until: str, is_gone: IsGone) -> None:
        """Let a job wait to be done (again); one that somebody is at stays theirs."""
        row = {
            "kind": kind, "payload": json.dumps(payload, ensure_ascii=False), "subject": subject,
            "state": JobState.WAITING.value, "attempts": 0, "stage": "", "done": 0, "total": 1, "asked_at": utc_now(),
            "stage_at": utc_now(), "ended_at": None, "holder": "", "held_until": "", "watched_until": watched_until,
            "result": "", "reason": "",
        }  # fmt: skip
        with self._writing() as connection:
            lock_others_out(connection)
            known = self._job_row(job_id)
            if known is None:
                connection.execute(insert(tables.jobs).values(row | {"id": job_id}))
            elif _is_held(known, is_gone):
                self._set_job(job_id, {"watched_until": watched_until})
            else:
                self._set_job(job_id, row)

    def watch_job(self, job_id: str, until: str) -> None:
        """Say that somebody still waits for it."""
        with self._writing():
            self._set_job(job_id, {"watched_until": until})

    def take_job(self, job_id: str, holder: str, until: str, is_gone: IsGone) -> Json | None:
        """A lease on a job, and what it is to do; None when it is over, another's, or was tried too often.

        Raises NotFoundError for an unknown one.
        """
        with self._writing():
            row = self._known_row(job_id)
            if JobState(row.state).is_over or _is_held(row, is_gone):
                return None
            if row.attempts >= ATTEMPTS:
                self._end(job_id, JobState.FAILED, {}, f"its process died {ATTEMPTS} times")
                return None
            self._set_job(job_id, {
                "state": JobState.RUNNING.value, "attempts": row.attempts + 1, "holder": holder, "held_until": until,
                "stage": "", "done": 0, "total": 1, "stage_at": utc_now(),
            })  # fmt: skip
            return json.loads(row.payload)

    def renew_job(self, job_id: str, holder: str, until: str, stage: str, done: int, total: int) -> bool:
        """Keep the lease and tell how far it is. False: another has taken it, so stop."""
        with self._writing():
            row = self._known_row(job_id)
            new_stage = {} if row.stage == stage else {"stage": stage, "stage_at": utc_now()}
            said = {"held_until": until, "done": done, "total": total, **new_stage}
            return self._set_job(job_id, said, _held_by(holder))

    def end_job(
        self, job_id: str, holder: str, state: JobState, result: Json, *, subject: str = "", reason: str = ""
    ) -> bool:
        """Say what became of it; what was asked is forgotten with it. False: another has taken it meanwhile."""
        named = {"subject": subject} if subject else {}
        return self._end(job_id, state, result, reason, named, _held_by(holder))

    def fail_job(self, job_id: str, reason: str, is_gone: IsGone) -> None:
        """Say that nobody does it any more; one that somebody is at, or that is over, stays as it is."""
        with self._writing():
            row = self._known_row(job_id)
            if not JobState(row.state).is_over and not _is_held(row, is_gone):
                self._end(job_id, JobState.FAILED, {}, reason)

    def fail_forgotten_jobs(self, is_gone: IsGone) -> None:
        """Those that nobody does and nobody waits for have failed: whoever asked for them was stopped."""
        now = utc_now()
        for job in self.jobs():
            if not job.state.is_over and job.watched_until < now:
                self.fail_job(job.id, "whoever asked for it was stopped: run the same command again", is_gone)

    def job(self, job_id: str) -> Job:
        """Raises NotFoundError for an unknown id."""
        return _job(self._known_row(job_id))

    def jobs(self) -> tuple[Job, ...]:
        """All of them, the latest asked for first."""
        found = self._rows(select(tables.jobs).order_by(tables.jobs.c.asked_at.desc(), tables.jobs.c.id))
        return tuple(_job(row) for row in found)

    def _end(
        self, job_id: str, state: JobState, result: Json, reason: str, named: dict[str, str] | None = None,
        mine: ColumnElement[bool] | None = None,
    ) -> bool:  # fmt: skip
        return self._set_job(job_id, {
            "state": state.value, "result": json.dumps(result, ensure_ascii=False), "reason": reason,
            "ended_at": utc_now(), "holder": "", "held_until": "", "payload": "null", **(named or {}),
        }, mine)  # fmt: skip

    def _set_job(self, job_id: str, values: dict[str, Any], mine: ColumnElement[bool] | None = None) -> bool:
        wanted = tables.jobs.c.id == job_id
        with self._writing() as connection:
            changed = update(tables.jobs).where(wanted if mine is None else and_(wanted, mine)).values(values)
            return connection.execute(changed).rowcount > 0

    def _known_row(self, job_id: str) -> Row[Any]:
        row = self._job_row(job_id)
        if row is None:
            raise NotFoundError(f"no job {job_id}", "counterclip status lists the jobs")
        return row

    def _job_row(self, job_id: str) -> Row[Any] | None:
        found = select(tables.jobs).where(tables.jobs.c.id == job_id)
        return self._row(found.with_for_update() if self._in_transaction() else found)

    def _in_transaction(self) -> bool:
        return getattr(self._thread, "connection", None) is not None


def _held_by(holder: str) -> ColumnElement[bool]:
    return and_(tables.jobs.c.holder == holder, tables.jobs.c.state == JobState.RUNNING.value)


def _is_held(row: Row[Any], is_gone: IsGone) -> bool:
    return bool(row.state == JobState.RUNNING.value and row.held_until >= utc_now() and not is_gone(row.holder))


def _job(row: Row[Any]) -> Job:
    values = {name: getattr(row, name) for name in Job.__slots__}
    return Job(**values | {"state": JobState(row.state), "result": json.loads(row.result) if row.result else None})
