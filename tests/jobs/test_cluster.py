"""The same jobs on more machines: mutual TLS, and whatever dies, each job ends once, done or failed with a reason."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import av
import pytest
from office import CODE, DATA, Office

from pipeline.certificates import CA, KEY, make_certificates
from pipeline.errors import PipelineError, RefusedError
from pipeline.holder import is_gone
from pipeline.ingest import Request
from pipeline.jobs import cut, ingest
from pipeline.jobs.asked import Asked
from pipeline.jobs.cluster import NoWorkersError, _Watch, certificates, on_cluster
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.running import here, run_jobs
from pipeline.store import ATTEMPTS, Job, JobState, open_store
from pipeline.store.jobs import in_seconds
from subtitles.transcripts import read_transcript

COUNTERCLIP = Path(sys.executable).with_name("counterclip")


@dataclass
class Cluster:
    """A scheduler and two workers as processes of their own."""

    office: Office
    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def run(self, *wanted: Asked, during: Callable[[], None] = lambda: None) -> list[Job]:
        """`during` is called once while the jobs are under way."""
        called = False

        def show(_: int, job: Job) -> None:
            nonlocal called
            if job.stage and not called:
                called = True
                during()

        with on_cluster(self.office.workspace, self.address) as carry:
            return run_jobs(self.office.store, wanted, carry, show)


def wait_until(true: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def started(office: Office, *words: str) -> "Iterator[subprocess.Popen[bytes]]":
    argv = [str(COUNTERCLIP), "-w", str(office.workspace.root), "cluster", "start", *words]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()  # a nanny without its scheduler asks for long
            process.wait()


@pytest.fixture
def cluster(office: Office) -> Iterator[Cluster]:
    """Two workers with certificates of this workspace."""
    make_certificates(certificates(office.workspace))
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tls://127.0.0.1:{port}"
    with started(office, "scheduler", "--port", str(port)) as scheduler:
        wait_until(lambda: listens(port))
        with started(office, "worker", address) as first, started(office, "worker", address) as second:
            made = Cluster(office, address, scheduler, [first, second])
            wait_until(lambda: is_ready(made))
            yield made


def is_ready(made: Cluster) -> bool:
    try:
        with on_cluster(made.office.workspace, made.address):
            return len(worker_processes(made)) == 2
    except PipelineError:
        return False


def worker_processes(made: Cluster) -> list[int]:
    """Those that the nannies started, in which jobs are carried."""
    found = []
    for nanny in made.workers:
        threads = Path(f"/proc/{nanny.pid}/task").glob("*/children")
        children = [pid for thread in threads for pid in thread.read_text(encoding="ascii").split()]
        found += [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return found


def copies(folder: Path, count: int) -> list[Asked]:
    """Recordings that differ, so that each is one of its own."""
    wanted = []
    for number in range(count):
        file = folder / f"copy{number}.flac"
        shutil.copyfile(DATA / "jfk.flac", file)
        with file.open("ab") as stream:
            stream.write(bytes([number + 1]))  # behind the last frame: heard by nobody
        wanted.append(ingest.wish(Request(file, CODE, imported=read_transcript(DATA / "jfk.json")), None, None))
    return wanted


def require_each_once(made: Cluster, jobs: list[Job]) -> None:
    """As many recordings as jobs, none twice, nothing waiting."""
    assert [job.state for job in jobs] == [JobState.DONE] * len(jobs)
    recordings = [r.id for r in made.office.store.recordings()]
    assert sorted(job.subject for job in jobs) == sorted(recordings)
    assert len({r.sha256 for r in made.office.store.recordings()}) == len(recordings)


def frames_of(file: Path) -> list[int]:
    with av.open(str(file)) as container:
        return [hash(frame.to_ndarray().tobytes()) for frame in container.decode(video=0)]


def test_a_clip_from_the_cluster_is_the_one_from_here(cluster: Cluster, weights_base: Path, tmp_path: Path) -> None:
    """Frame by frame; and it is published once."""
    plan = cluster.office.signed_plan()
    local = replace(cluster.office.workspace, root=tmp_path / "local")
    shutil.copytree(cluster.office.workspace.root, local.root, symlinks=True)
    (job,) = cluster.run(cut.wish(plan.id, None, None))
    assert job.state is JobState.DONE, job.reason
    (clip,) = cluster.office.store.clips()
    with closing(open_store(local.store_url)) as store:
        assert cut_plan(local, store, plan.id).id == clip.id
    for rendition in clip.renditions:
        files = [w.clips / clip.id / rendition.file_name for w in (local, cluster.office.workspace)]
        assert frames_of(files[0]) == frames_of(files[1])


def test_a_worker_that_dies_takes_no_job_with_it(cluster: Cluster, tmp_path: Path) -> None:
    """Its jobs are done elsewhere, or by the worker that its nanny starts."""

    def kill_one() -> None:
        os.kill(worker_processes(cluster)[0], signal.SIGKILL)

    require_each_once(cluster, cluster.run(*copies(tmp_path, 4), during=kill_one))


def test_a_job_that_no_worker_is_left_for_ends(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask would wait for ever; we say so, and here it is done."""
    monkeypatch.setattr("pipeline.jobs.cluster.WORKERLESS_SECONDS", 2.0)

    def kill_all() -> None:
        for nanny in cluster.workers:
            os.kill(nanny.pid, signal.SIGKILL)

    (job,) = cluster.run(*copies(tmp_path, 1), during=kill_all)
    assert job.state is JobState.FAILED
    assert "no worker" in job.reason
    assert "run the same command again" in job.reason


def test_without_its_scheduler_every_job_ends_and_a_new_one_completes(cluster: Cluster, tmp_path: Path) -> None:
    """Those that were under way are done, the others failed with a reason; here they are finished."""
    wanted = copies(tmp_path, 4)
    jobs = cluster.run(*wanted, during=cluster.scheduler.kill)
    assert {job.state for job in jobs} <= {JobState.DONE, JobState.FAILED}
    assert JobState.FAILED in {job.state for job in jobs}
    assert all("run the same command again" in job.reason for job in jobs if job.state is JobState.FAILED)

    with here(cluster.office.workspace, 1) as carry:
        require_each_once(cluster, run_jobs(cluster.office.store, wanted, carry, lambda *_: None))


def test_jobs_whose_client_died_end_all_the_same(cluster: Cluster, tmp_path: Path) -> None:
    """Nothing stays waiting: done, or failed with the reason that nobody waits for it."""
    files = [asked.payload["request"]["path"] for asked in copies(tmp_path, 3)]
    words = [str(COUNTERCLIP), "-w", str(cluster.office.workspace.root), "ingest", *files, "--cluster", cluster.address]
    client = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    store = cluster.office.store
    wait_until(lambda: any(job.stage for job in store.jobs()))
    client.kill()
    client.wait()

    def are_over() -> bool:
        for job in store.jobs():
            store.watch_job(job.id, in_seconds(-1))
        store.fail_forgotten_jobs(is_gone)
        return all(job.state.is_over for job in store.jobs())

    wait_until(are_over)
    done = [job for job in store.jobs() if job.state is JobState.DONE]
    assert sorted(job.subject for job in done) == sorted(r.id for r in store.recordings())


def test_a_job_that_kills_whatever_carries_it_fails(
    office: Office, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """It is tried so often, then it has failed; the workers live on."""
    deadly = str(DATA.parent / "support" / "deadly")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([deadly, os.environ.get("PYTHONPATH", "")]))
    made: Cluster = request.getfixturevalue("cluster")
    (job,) = made.run(ingest.wish(Request(DATA / "jfk.flac", CODE), None, None))
    assert (job.state, job.attempts) == (JobState.FAILED, ATTEMPTS)
    assert len(worker_processes(made)) == 2


def test_a_scheduler_shows_itself_to_nobody_without_the_certificate(cluster: Cluster, tmp_path: Path) -> None:
    """Neither without TLS nor with another workspace's certificates."""
    with (
        pytest.raises(RefusedError, match="mutual TLS"),
        on_cluster(cluster.office.workspace, cluster.address.replace("tls", "tcp")),
    ):
        pass
    stranger = replace(cluster.office.workspace, root=tmp_path / "stranger")
    make_certificates(certificates(stranger))
    with pytest.raises(PipelineError, match="not one of ours"), on_cluster(stranger, cluster.address):
        pass


def test_a_store_that_is_a_file_is_not_shared_between_machines(office: Office) -> None:
    """Network folders do not keep SQLite's locks."""
    make_certificates(certificates(office.workspace))
    with pytest.raises(RefusedError, match="a file"), on_cluster(office.workspace, "tls://192.0.2.1:8786"):
        pass


def test_keys_are_private_and_never_written_over_by_mistake(tmp_path: Path) -> None:
    """Renewing is said."""
    make_certificates(tmp_path)
    assert (tmp_path / KEY).stat().st_mode & 0o077 == 0
    assert "PRIVATE" not in "".join((tmp_path / name).read_text() for name in (CA, "machine.pem"))
    with pytest.raises(PipelineError, match="already"):
        make_certificates(tmp_path)


class HangingClient:
    """A scheduler that took the connection and says nothing more."""

    status = "running"
    asked = 0

    @property
    def scheduler(self) -> "HangingClient":
        return self

    async def identity(self, n_workers: int) -> None:
        await asyncio.Event().wait()
        assert n_workers == -1

    def sync(self, ask: Callable[..., Coroutine[Any, Any, None]], *, callback_timeout: float, **options: Any) -> None:
        self.asked += 1
        asyncio.run(asyncio.wait_for(ask(**options), callback_timeout))


def test_a_scheduler_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked once for all jobs, with a limit; whoever leaves does not wait for its answer."""
    for name, seconds in (("LOOK_SECONDS", 0.05), ("ANSWER_SECONDS", 0.3), ("WORKERLESS_SECONDS", 0.5)):
        monkeypatch.setattr(f"pipeline.jobs.cluster.{name}", seconds)
    client = HangingClient()
    with _Watch(client) as watch:  # type: ignore[arg-type]
        ended = [watch.over(Future(), None) for _ in range(20)]
        began = time.monotonic()
        assert all(isinstance(future.exception(10), NoWorkersError) for future in ended)
        assert time.monotonic() - began < 3
        assert client.asked < 10
        monkeypatch.setattr("pipeline.jobs.cluster.ANSWER_SECONDS", 30.0)
        watch.over(Future(), None)
        wait_until(lambda: client.asked, 5)
        time.sleep(0.5)
        began = time.monotonic()
    assert time.monotonic() - began < 2
