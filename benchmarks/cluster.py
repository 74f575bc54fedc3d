"""Twenty recordings through a cluster of one worker and of two, each on one core, with a worker killed on the way.

    PYTHONPATH=tests/support python benchmarks/cluster.py [--recordings 20] [--rows here 1 2 2k] [--kept FILE]

Prints one row for each way: here without a cluster, one worker, two workers, two of which one is killed on the way.
How long it took, how many jobs are done and failed, how many recordings there are, how many of them are not as they
are here (sound, words and flags), and how much faster than one worker it was. The goal on two free cores is 1.5 times.
With --kept the rows can be measured in several runs.
"""

import argparse
import json
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
from typing import Any

from office import CODE, DATA

from pipeline.canonical import document_sha256, file_sha256, to_json
from pipeline.certificates import make_certificates
from pipeline.errors import PipelineError
from pipeline.ingest import SOUND_FILE, Request
from pipeline.jobs import ingest
from pipeline.jobs.asked import Asked
from pipeline.jobs.cluster import certificates, on_cluster
from pipeline.jobs.running import here, run_jobs
from pipeline.jobs.team import found_team
from pipeline.settings import Settings
from pipeline.store import Job, JobState, Store, open_store
from pipeline.workspace import Workspace, create_workspace
from subtitles.transcripts import read_transcript

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
CORES = sorted(os.sched_getaffinity(0))
WAYS = {"here": "here", "1": "one worker", "2": "two workers", "2k": "two workers, one killed"}


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


def results(workspace: Workspace, store: Store) -> dict[str, str]:
    """By each recording's digest, one of all that was made of it, without the ids that are drawn by lot."""
    made = {}
    for recording in store.recordings():
        transcript = store.transcript(recording.id)
        flags = sorted(json.dumps({**to_json(flag), "id": ""}, sort_keys=True) for flag in store.flags(recording.id))
        sound = file_sha256(workspace.recording_folder(recording.id) / SOUND_FILE)
        made[recording.sha256] = document_sha256("result", [sound, json.dumps(to_json(transcript)), flags])
    return made


def new_workspace(folder: Path) -> Workspace:
    workspace = create_workspace(folder / "w", Settings(job_niceness=0))
    found_team(workspace)
    return workspace


Row = tuple[float, list[Job], dict[str, str], int]
"""Seconds, the jobs, what became of each recording, and how many recordings there are."""


def measured_here(folder: Path, count: int) -> Row:
    workspace = new_workspace(folder)
    with closing(open_store(workspace.store_url)) as store, here(workspace, len(CORES)) as carry:
        began = time.monotonic()
        jobs = run_jobs(store, wishes(folder, count), carry, lambda *_: None)
        return time.monotonic() - began, jobs, results(workspace, store), len(store.recordings())


def measured(folder: Path, workers: int, count: int, *, kill: bool) -> Row:
    workspace = new_workspace(folder)
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
        return time.monotonic() - began, jobs, results(workspace, store), len(store.recordings())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=int, default=20)
    parser.add_argument("--rows", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--kept", type=Path, help="a file for what later runs compare with")
    given = parser.parse_args()
    kept: dict[str, Any] = json.loads(given.kept.read_text()) if given.kept and given.kept.exists() else {}
    print("| way | s | done | failed | recordings | not as here | times as fast as one worker |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for way in given.rows:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            if way == "here":
                seconds, jobs, made, recordings = measured_here(home, given.recordings)
                kept["here"] = made
            else:
                seconds, jobs, made, recordings = measured(home, int(way[0]), given.recordings, kill=way == "2k")
        if way == "1":
            kept["one worker"] = seconds
        done = sum(job.state is JobState.DONE for job in jobs)
        differ = sum(made.get(sha) != there for sha, there in kept["here"].items()) if "here" in kept else "-"
        faster = f"{kept['one worker'] / seconds:.2f}" if "one worker" in kept else "-"
        row = (WAYS[way], f"{seconds:.0f}", done, len(jobs) - done, recordings, differ, faster)
        print(f"| {' | '.join(map(str, row))} |", flush=True)
        if given.kept:
            given.kept.write_text(json.dumps(kept))


if __name__ == "__main__":
    main()
