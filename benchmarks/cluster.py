"""Twenty recordings through a cluster of one worker and of two, each on one core, with a worker killed on the way.

    PYTHONPATH=tests/support python benchmarks/cluster.py [--recordings 20]

Prints one row for each cluster: how long it took, how many are done, how many are there twice or not at all, and how
much faster than one worker it was. The goal on two free cores is 1.5 times.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from office import CODE, DATA

from pipeline.certificates import make_certificates
from pipeline.errors import PipelineError
from pipeline.ingest import Request
from pipeline.jobs import ingest
from pipeline.jobs.asked import Asked
from pipeline.jobs.cluster import certificates, on_cluster
from pipeline.jobs.running import run_jobs
from pipeline.jobs.team import found_team
from pipeline.settings import Settings
from pipeline.store import Job, JobState, open_store
from pipeline.workspace import Workspace, create_workspace
from subtitles.transcripts import read_transcript

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
CORES = sorted(os.sched_getaffinity(0))


@contextmanager
def started(workspace: Workspace, core: int, *words: str) -> "Iterator[subprocess.Popen[bytes]]":
    argv = ["taskset", "-c", str(core), str(COUNTERCLIP), "-w", str(workspace.root), "cluster", "start", *words]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def wishes(folder: Path, count: int) -> list[Asked]:
    """Recordings that differ by a byte behind their end, with a transcript: the checklist is most of the work."""
    wanted = []
    for number in range(count):
        file = folder / f"{number}.flac"
        shutil.copyfile(DATA / "jfk.flac", file)
        with file.open("ab") as stream:
            stream.write(number.to_bytes(2, "big"))
        wanted.append(ingest.wish(Request(file, CODE, imported=read_transcript(DATA / "jfk.json")), None, None))
    return wanted


def worker_of(nanny: int) -> int:
    threads = Path(f"/proc/{nanny}/task").glob("*/children")
    children = [pid for thread in threads for pid in thread.read_text(encoding="ascii").split()]
    return next(int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes())


def wait_for_workers(workspace: Workspace, address: str, nannies: "Sequence[subprocess.Popen[bytes]]") -> None:
    while True:
        try:
            with on_cluster(workspace, address):
                if all(worker_of(nanny.pid) for nanny in nannies):
                    return
        except (PipelineError, StopIteration):
            time.sleep(0.5)


def measure(folder: Path, workers: int, count: int, *, kill: bool) -> tuple[float, list[Job], int]:
    """Seconds, the jobs, and how many recordings there are in the store."""
    workspace = create_workspace(folder / "w", Settings(job_niceness=0))
    found_team(workspace)
    make_certificates(certificates(workspace))
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tls://127.0.0.1:{port}"
    with ExitStack() as stack, closing(open_store(workspace.store_url)) as store:
        stack.enter_context(started(workspace, CORES[0], "scheduler", "--port", str(port)))
        cores = [CORES[number % len(CORES)] for number in range(workers)]
        nannies = [stack.enter_context(started(workspace, core, "worker", address)) for core in cores]
        wait_for_workers(workspace, address, nannies)
        killed = not kill

        def show(_: int, __: Job) -> None:
            nonlocal killed
            if not killed and sum(j.state is JobState.DONE for j in store.jobs()) >= count // 4:
                killed = True
                os.kill(worker_of(nannies[0].pid), signal.SIGKILL)

        began = time.monotonic()
        with on_cluster(workspace, address) as carry:
            jobs = run_jobs(store, wishes(folder, count), carry, show)
        return time.monotonic() - began, jobs, len(store.recordings())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=int, default=20)
    given = parser.parse_args()
    print("| workers | killed | s | done | failed | recordings | times as fast |")
    print("|---|---|---|---|---|---|---|")
    alone = 0.0
    for workers, kill in ((1, False), (2, False), (2, True)):
        with tempfile.TemporaryDirectory() as folder:
            seconds, jobs, recordings = measure(Path(folder), workers, given.recordings, kill=kill)
        alone = alone or seconds
        done = sum(job.state is JobState.DONE for job in jobs)
        row = (workers, "one" if kill else "none", f"{seconds:.0f}", done, len(jobs) - done, recordings)
        print(f"| {' | '.join(map(str, row))} | {alone / seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
