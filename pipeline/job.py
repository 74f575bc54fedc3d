"""One job as a process of its own: `python -m pipeline.job j-…`. Nothing but the id stands in its arguments.

It takes the lease, does the work, renews the lease meanwhile, and says in the store what became of it. Killed at any
moment, it is done again from where its work stopped: what it makes has one name for one wish.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from pipeline.canonical import Json
from pipeline.errors import PipelineError, StoreError, system_refused
from pipeline.fence import die_with, restrain
from pipeline.holder import is_gone, this_process
from pipeline.jobs.asked import BrokenJobError, Ended, problem_json
from pipeline.jobs.running import PARENT_NAME
from pipeline.logs import log_as_told, tell, tell_trouble
from pipeline.store import JobState, Store, open_store
from pipeline.store.jobs import in_seconds
from pipeline.workspace import Workspace, find_workspace

LEASE_SECONDS = 60
RENEWED_SECONDS = 2
"""Two dozen renewals may fail before the lease runs out."""
PRIVATE = 0o077
LOST = 75
"""Exit code when somebody else has the job."""

Show = Callable[[str, int, int], None]
"""Stage, done, total."""


class Lease:
    """A job that this process holds."""

    def __init__(self, store: Store, job_id: str, holder: str) -> None:
        self._store, self._job, self._holder = store, job_id, holder
        self._shown = ("", 0, 1)
        self._kept_at = time.monotonic()
        self._changed, self._over = threading.Event(), threading.Event()

    def show(self, stage: str, done: int, total: int) -> None:
        """How far the work is; told with the next renewal, at once when a stage begins."""
        begins = stage != self._shown[0]
        self._shown = (stage, done, total)
        if begins:
            tell("job.stage", job=self._job, stage=stage)
            self._changed.set()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Renewed by a thread for as long as the work goes on."""
        thread = threading.Thread(target=self._keep, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._changed.set()
            thread.join()

    def _keep(self) -> None:
        while not self._over.is_set():
            self._changed.wait(RENEWED_SECONDS)
            self._changed.clear()
            if not self._over.is_set():
                self._renew()

    def _renew(self) -> None:
        try:
            mine = self._store.renew_job(self._job, self._holder, in_seconds(LEASE_SECONDS), *self._shown)
        except StoreError:
            mine = time.monotonic() - self._kept_at < LEASE_SECONDS  # busy for a moment, or gone for good
        else:
            self._kept_at = time.monotonic() if mine else self._kept_at
        if not mine and not self._over.is_set():
            tell_trouble("job.lost", job=self._job)
            logging.shutdown()
            os._exit(LOST)  # the work in the other thread must not go on for a second


def work_on(workspace: Workspace, store: Store, job_id: str) -> int:
    """Take the job, do it, say what became of it; the exit code."""
    holder = this_process()
    payload = store.take_job(job_id, holder, in_seconds(LEASE_SECONDS), is_gone)
    if payload is None:
        return 0 if store.job(job_id).state.is_over else LOST
    kind, began = store.job(job_id).kind, time.monotonic()
    tell("job.began", job=job_id, kind=kind)
    lease = Lease(store, job_id, holder)
    try:
        with lease.kept():
            ended = _carried_out(workspace, store, kind, payload, lease.show)
    except BaseException as error:
        bug = BrokenJobError("the program made a mistake", "its traceback stands above: please report it")
        store.end_job(job_id, holder, JobState.FAILED, problem_json(bug), reason=f"a mistake: {type(error).__name__}")
        raise
    seconds = round(time.monotonic() - began, 1)
    if isinstance(ended, PipelineError):
        store.end_job(job_id, holder, JobState.FAILED, problem_json(ended), reason=ended.message)
        tell_trouble("job.failed", job=job_id, kind=kind, seconds=seconds)
    else:
        store.end_job(job_id, holder, JobState.DONE, ended.result, subject=ended.subject)
        tell("job.done", job=job_id, kind=kind, subject=ended.subject, seconds=seconds)
    return 0


def _carried_out(workspace: Workspace, store: Store, kind: str, payload: Json, show: Show) -> Ended | PipelineError:
    try:
        return WORK[kind](workspace, store, payload, show)
    except PipelineError as problem:
        return problem
    except OSError as error:
        return system_refused(error)


def _ingest(workspace: Workspace, store: Store, payload: Json, show: Show) -> Ended:
    from pipeline.jobs.ingest import carry_out

    return carry_out(workspace, store, payload, show)


def _cut(workspace: Workspace, store: Store, payload: Json, show: Show) -> Ended:
    from pipeline.jobs.cut import carry_out

    return carry_out(workspace, store, payload, show)


def _preview(workspace: Workspace, store: Store, payload: Json, show: Show) -> Ended:
    from pipeline.jobs.preview import carry_out

    return carry_out(workspace, store, payload, show)


def _export(workspace: Workspace, store: Store, payload: Json, show: Show) -> Ended:
    from pipeline.jobs.export import carry_out

    return carry_out(workspace, store, payload, show)


WORK: Mapping[str, Callable[[Workspace, Store, Json, Show], Ended]] = {
    "ingest": _ingest, "cut": _cut, "export": _export, "preview": _preview,
}  # fmt: skip
"""What there is to do; each loads what it needs when it begins."""


def main() -> int:
    """The process that the argument's job runs in; the workspace is in the environment."""
    parent = os.environ.get(PARENT_NAME)
    if parent:
        die_with(int(parent))
    os.umask(PRIVATE)
    log_as_told()
    workspace = find_workspace(Path.cwd(), Path(os.environ["COUNTERCLIP_WORKSPACE"]))
    restrain(workspace.settings.job_niceness)
    with closing(open_store(workspace.store_url)) as store:
        return work_on(workspace, store, sys.argv[1])


if __name__ == "__main__":
    try:
        ended = main()
    except PipelineError as problem:
        sys.exit(f"{problem.message}: {problem.hint}")
    logging.shutdown()
    os._exit(ended)  # everything is told and closed: taking the libraries down again takes seconds
