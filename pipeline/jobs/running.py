"""Who runs the jobs: here, threads that each run one process per job; or a cluster, through the same seam.

The store's table of jobs is what counts. Whatever carries a job, a thread or another machine, may die: then the job is
carried again, or ends as failed with a reason. It is never done twice and never left waiting.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from pipeline.errors import PipelineError, StoreError
from pipeline.fence import without_network
from pipeline.holder import is_gone
from pipeline.jobs.asked import Asked
from pipeline.jobs.settling import settle
from pipeline.logs import tell
from pipeline.store import ATTEMPTS, Job, JobState, Store, open_store
from pipeline.store.jobs import in_seconds
from pipeline.workspace import Workspace

PARENT_NAME = "COUNTERCLIP_JOB_PARENT"
"""Environment variable: the process with which a job's process dies."""

WATCHED_SECONDS = 30
LOOK_SECONDS = 0.25
OTHERS_SECONDS = 1.0
"""Between two looks at a job that somebody else is at."""

BUSY_SECONDS = 300.0
"""How long the store may not answer before waiting for a job is given up; somebody may be publishing."""

MOST_PROCESSES = 2 * ATTEMPTS
"""For one job: one that does not even begin is given up."""

Show = Callable[[int, Job], None]
"""Number of the job in the order given, and how far it is."""

Carry = Callable[[Asked], "Future[None]"]
"""Gets a job carried to its end, or to nobody's knowing where it is."""


@dataclass
class Processes:
    """The jobs' processes that this one has started, to be stopped together."""

    workspace: Workspace
    running: "set[subprocess.Popen[bytes]]" = field(default_factory=set)
    stopping: threading.Event = field(default_factory=threading.Event)
    starting: threading.Lock = field(default_factory=threading.Lock)
    """None is started while they are stopped."""

    def carry(self, job_id: str) -> None:
        """Run the job in processes of its own until it is over; another one each time one dies."""
        begun = 0
        with closing(open_store(self.workspace.store_url)) as store:
            while not self.stopping.is_set() and not store.job(job_id).state.is_over and begun < MOST_PROCESSES:
                if is_held(store.job(job_id)):
                    self.stopping.wait(OTHERS_SECONDS)
                    continue
                begun += 1
                tell("job.process", job=job_id, code=self._run(job_id))

    def stop(self) -> None:
        self.stopping.set()
        with self.starting:
            for process in self.running:
                process.send_signal(signal.SIGTERM)

    def _run(self, job_id: str) -> int | None:
        process = self._started(job_id)
        if process is None:
            return None
        try:
            return process.wait()
        finally:
            with self.starting:
                self.running.discard(process)

    def _started(self, job_id: str) -> "subprocess.Popen[bytes] | None":
        """None when all of them are to stop."""
        network = without_network() if is_local_store(self.workspace) else ()
        argv = [*network, sys.executable, "-P", "-m", "pipeline.job", job_id]  # -P: not from the folder we stand in
        known = {"COUNTERCLIP_WORKSPACE": str(self.workspace.root), PARENT_NAME: str(os.getpid())}
        with self.starting:
            if self.stopping.is_set():
                return None
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env={**os.environ, **known},
                start_new_session=True,  # Ctrl-C comes to us, and we stop them
            )  # fmt: skip
            self.running.add(process)
        return process


def is_local_store(workspace: Workspace) -> bool:
    """True when a job needs no network: its store is a file."""
    return workspace.store_url.startswith("sqlite")


def is_held(job: Job) -> bool:
    """True while a living process has a lease on it."""
    return job.state is JobState.RUNNING and job.held_until >= in_seconds(0) and not is_gone(job.holder)


def run_jobs(store: Store, wanted: Sequence[Asked], carry: Carry, show: Show) -> list[Job]:
    """Every job over, in the order given: done, or failed with a reason.

    Raises what stops the process (KeyboardInterrupt); then nothing goes on behind it, but what a cluster has begun.
    """
    store.fail_forgotten_jobs(is_gone)
    asked_at = {}
    for asked in wanted:
        store.ask_job(asked.id, asked.kind, asked.payload, asked.subject, in_seconds(WATCHED_SECONDS), is_gone)
        asked_at[asked.id] = store.job(asked.id).asked_at
        tell("job.asked", job=asked.id, kind=asked.kind)
    carried = {asked.id: carry(asked) for asked in {asked.id: asked for asked in wanted}.values()}
    _watch(store, wanted, carried, show)
    for job_id, future in carried.items():
        _settle(store, job_id, future, asked_at[job_id])
    return [store.job(asked.id) for asked in wanted]


def _watch(store: Store, wanted: Sequence[Asked], carried: "dict[str, Future[None]]", show: Show) -> None:
    said_at, patience = time.monotonic(), _Patience()
    while any(not future.done() for future in carried.values()):
        time.sleep(LOOK_SECONDS)
        with patience.kept():
            for number, asked in enumerate(wanted):
                show(number, store.job(asked.id))
            if time.monotonic() - said_at > WATCHED_SECONDS / 3:
                said_at = time.monotonic()
                for job_id in carried:
                    store.watch_job(job_id, in_seconds(WATCHED_SECONDS))


class _Patience:
    """With a store that somebody else keeps busy: what is said to it may fail for a while."""

    def __init__(self) -> None:
        self._heard_at = time.monotonic()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Raises StoreError only when the store has not answered for long."""
        try:
            yield
        except StoreError:
            if time.monotonic() - self._heard_at > BUSY_SECONDS:
                raise
        else:
            self._heard_at = time.monotonic()


def _settle(store: Store, job_id: str, carried: "Future[None]", asked_at: str) -> None:
    """Whoever carried it has let go: wait for the lease of a process that may still be at it, then say how it ended.

    Somebody else who asked for the same meanwhile gets it carried himself, and both of us have the result.
    """
    patience = _Patience()
    while True:
        with patience.kept():
            job = store.job(job_id)
            if not is_held(job) and not _is_anothers(job, asked_at):
                store.fail_job(job_id, f"{_why(carried)}: run the same command again", is_gone)
                return
            if job.asked_at == asked_at:
                store.watch_job(job_id, in_seconds(WATCHED_SECONDS))
        time.sleep(OTHERS_SECONDS)


def _is_anothers(job: Job, asked_at: str) -> bool:
    return not job.state.is_over and job.asked_at != asked_at and job.watched_until >= in_seconds(0)


def _why(carried: "Future[None]") -> str:
    trouble = carried.exception() if not carried.cancelled() else None
    if isinstance(trouble, PipelineError):
        return trouble.message
    return f"what carried it stopped ({type(trouble).__name__})" if trouble else "what carried it stopped"


@contextmanager
def here(workspace: Workspace, at_once: int) -> Iterator[Carry]:
    """Jobs are carried on this machine, so many at a time; all of them stop when the block is left early."""
    processes = Processes(workspace)
    with ThreadPoolExecutor(at_once) as pool:
        try:
            yield _through(pool, processes.carry)
        except BaseException:
            processes.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            _settle_what_stopped(workspace)
            raise


def _settle_what_stopped(workspace: Workspace) -> None:
    """One may have been stopped between a folder's name and the store's word about it."""
    with suppress(StoreError), closing(open_store(workspace.store_url)) as store:  # busy: the next run settles it
        settle(workspace, store)


def _through(pool: Executor, work: Callable[[str], None]) -> Carry:
    return lambda asked: pool.submit(work, asked.id)
