"""Long work as jobs: processes of their own that may die, are done once, and say what became of them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from office import CODE, DATA, Office

from pipeline.errors import StoreError
from pipeline.fence import without_network
from pipeline.holder import is_gone, this_process
from pipeline.ingest import Request
from pipeline.jobs import cut, ingest
from pipeline.jobs.asked import Asked
from pipeline.jobs.running import Processes, here, run_jobs
from pipeline.store import ATTEMPTS, Job, JobState, Store
from pipeline.store.jobs import in_seconds
from pipeline.workspace import announce
from subtitles.transcripts import read_transcript

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
NAMED = "Johnathan-Testcase.flac"
"""A file name that names somebody."""


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """A recording whose file name must not be seen anywhere."""
    file = tmp_path / NAMED
    file.write_bytes((DATA / "jfk.flac").read_bytes())
    return file


def run_here(office: Office, *wanted: object, at_once: int = 1) -> list[Job]:
    with here(office.workspace, at_once) as carry:
        return run_jobs(office.store, wanted, carry, lambda *_: None)  # type: ignore[arg-type]


def processes_of(job_id: str) -> Iterator[int]:
    """Ids of the living processes that a job runs in."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            argv = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"pipeline.job" in argv and job_id.encode() in argv:
            yield int(entry.parent.name)


def wait_until(true: Callable[[], object], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


def wish_for(path: Path) -> ingest.Asked:
    return ingest.wish(Request(path, CODE, imported=read_transcript(DATA / "jfk.json")), None, None)


def make_deadly(monkeypatch: pytest.MonkeyPatch, once: Path | None = None) -> None:
    """From now on a job's process is killed when it first wants to write something durably."""
    deadly = str(DATA.parent / "support" / "deadly")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([deadly, os.environ.get("PYTHONPATH", "")]))
    if once:
        monkeypatch.setenv("DEADLY_ONCE", str(once))


def test_a_job_whose_process_is_killed_is_done_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The second process goes on where the first was stopped; there is one recording."""
    make_deadly(monkeypatch, tmp_path / "once")
    (job,) = run_here(office, wish_for(DATA / "jfk.flac"))
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert [r.id for r in office.store.recordings()] == [job.subject]
    assert office.store.checklist_sha256(job.subject)


def test_a_job_that_kills_its_process_every_time_fails_with_a_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried so often, then it has failed: nothing is tried for ever."""
    make_deadly(monkeypatch)
    (job,) = run_here(office, wish_for(DATA / "jfk.flac"))
    assert (job.state, job.attempts) == (JobState.FAILED, ATTEMPTS)
    assert job.reason == f"its process died {ATTEMPTS} times"
    problem = ingest.outcome_of(DATA / "jfk.flac", job).problem
    assert problem is not None
    assert problem.message == job.reason


def test_two_processes_that_race_for_one_job_give_one_result(office: Office, weights_base: Path) -> None:
    """One cuts the plan, the other is told that it is taken; the clip is there once."""
    asked = cut.wish(office.signed_plan().id, None, None)
    office.store.ask_job(asked.id, asked.kind, asked.payload, asked.subject, in_seconds(60), is_gone)
    argv = [sys.executable, "-m", "pipeline.job", asked.id]
    environment = {**os.environ, "COUNTERCLIP_WORKSPACE": str(office.workspace.root)}
    racing = [subprocess.Popen(argv, env=environment) for _ in range(2)]
    assert sorted(process.wait() for process in racing) == [0, 75]
    assert office.store.job(asked.id).state is JobState.DONE
    assert len(office.store.clips()) == 1
    assert [e.kind for e in office.store.entries()].count("clip.cut") == 1
    assert subprocess.run(argv, env=environment).returncode == 0, "what is done is not done again"
    assert office.store.job(asked.id).attempts == 1


def test_two_people_with_the_same_wish_both_get_the_result(office: Office) -> None:
    """The second asks when the first's is just over: nobody is told that it failed while it is carried again."""
    asked = Asked("ingest", {"path": "x"})
    store, other = office.store, threading.Timer(0.5, lambda: finish(store, asked.id))

    def carry(_: Asked) -> "Future[None]":
        finish(store, asked.id)
        time.sleep(0.01)  # moments are kept in milliseconds
        store.ask_job(asked.id, asked.kind, asked.payload, "", in_seconds(60), is_gone)
        other.start()
        done: Future[None] = Future()
        done.set_result(None)
        return done

    (job,) = run_jobs(store, [asked], carry, lambda *_: None)
    other.join()
    assert (job.state, job.reason) == (JobState.DONE, "")


def finish(store: Store, job_id: str) -> None:
    store.take_job(job_id, this_process(), in_seconds(60), is_gone)
    store.end_job(job_id, this_process(), JobState.DONE, {})


def test_a_process_that_is_just_being_started_is_stopped_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C can fall between the two; and none is started afterwards."""
    without_network()  # asked once, by a process
    processes, real, stopping = Processes(office.workspace), subprocess.Popen, []

    def start(_: object, **options: Any) -> "subprocess.Popen[bytes]":
        stopping.append(threading.Thread(target=processes.stop))
        stopping[0].start()
        time.sleep(0.2)
        return real(["sleep", "60"], **options)

    monkeypatch.setattr("pipeline.jobs.running.subprocess.Popen", start)
    assert processes._run("j-1") == -signal.SIGTERM
    stopping[0].join()
    assert processes._run("j-1") is None
    assert len(stopping) == 1


def test_nothing_about_a_job_names_the_file(office: Office, named: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither arguments, nor the table once it is over, nor the log."""
    words = [str(COUNTERCLIP), "-w", str(office.workspace.root), "--log-file", "ingest", str(named)]
    words += ["--transcript", str(DATA / "jfk.json")]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    seen: set[bytes] = set()
    while process.poll() is None:
        for job in office.store.jobs():
            for pid in processes_of(job.id):
                try:
                    seen.add(Path(f"/proc/{pid}/cmdline").read_bytes())
                except OSError:
                    continue
        time.sleep(0.3)
    assert process.returncode == 0
    assert seen
    assert not [argv for argv in seen if b"Johnathan" in argv or os.fsencode(office.workspace.root) in argv]
    (job,) = office.store.jobs()
    assert job.state is JobState.DONE
    assert NAMED not in str(job)
    lines = (office.workspace.root / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert {"job.asked", "job.began", "job.done"} <= {json.loads(line)["event"] for line in lines}
    assert not [line for line in lines if "Johnathan" in line or "Americans" in line]


def test_a_refused_file_is_named_to_whoever_asked_and_to_nobody_else(office: Office, tmp_path: Path) -> None:
    """The command says which file; the table, which others see, does not."""
    file = tmp_path / NAMED
    file.write_text("not a film")
    done = subprocess.run([COUNTERCLIP, "-w", office.workspace.root, "ingest", file], capture_output=True, text=True)
    assert done.returncode == 3
    assert NAMED in done.stderr
    (job,) = office.store.jobs()
    assert job.state is JobState.FAILED
    assert "Johnathan" not in str(job)
    shown = subprocess.run(
        [COUNTERCLIP, "-w", office.workspace.root, "status", "--json"], capture_output=True, text=True
    )
    (row,) = (json.loads(line) for line in shown.stdout.splitlines())
    assert (row["state"], row["reason"]) == ("failed", job.reason)


def test_jobs_end_with_the_command_that_asked_for_them(office: Office, weights_base: Path) -> None:
    """kill -9 of the command: two seconds later nothing works any more, and status says why."""
    process = subprocess.Popen(
        [str(COUNTERCLIP), "-w", str(office.workspace.root), "ingest", str(DATA / "sense_0870.wav")]
    )
    wait_until(lambda: any(job.stage for job in office.store.jobs()))
    (job,) = office.store.jobs()
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until(lambda: not list(processes_of(job.id)), 2)
    office.store.watch_job(job.id, in_seconds(-1))
    office.store.fail_forgotten_jobs(is_gone)
    assert office.store.job(job.id).state is JobState.FAILED
    assert "run the same command again" in office.store.job(job.id).reason


def test_a_job_reaches_no_network_where_the_system_allows_that() -> None:
    """Even this machine's own loopback is not there."""
    if not without_network():
        pytest.skip("unshare is not allowed here")
    script = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    done = subprocess.run([*without_network(), sys.executable, "-c", script], capture_output=True, text=True)
    assert "unreachable" in done.stderr


def test_a_process_that_has_ended_is_known_to_be_gone() -> None:
    """And so is one of an earlier start of this machine; one elsewhere is not."""
    script = "from pipeline.holder import this_process; print(this_process())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    machine, boot, pid, begun = this_process().split("-")
    assert is_gone(done.stdout.strip())
    assert not is_gone(this_process())
    assert is_gone(f"{machine}-00000000-{pid}-{begun}")
    assert is_gone(f"{machine}-{boot}-{pid}-{int(begun) + 1}")
    assert not is_gone(f"00000000-{boot}-{pid}-{begun}")
    assert not is_gone("somebody else's")


@pytest.mark.parametrize(("patience_s", "code"), [(300.0, None), (-1.0, StoreError)])
def test_a_store_that_others_keep_busy_is_waited_for(
    office: Office, monkeypatch: pytest.MonkeyPatch, patience_s: float, code: type[StoreError] | None
) -> None:
    """Whoever waits for a job does not stop it for that; but not for ever."""
    monkeypatch.setattr("pipeline.jobs.running.WATCHED_SECONDS", 0.3)
    monkeypatch.setattr("pipeline.jobs.running.BUSY_SECONDS", patience_s)
    asked, refused = Asked("ingest", {"path": "x"}), []

    def refuse(*_: object) -> None:
        refused.append(True)
        raise StoreError("the store cannot be read or written (OperationalError)", "")

    monkeypatch.setattr(office.store, "watch_job", refuse)
    with ThreadPoolExecutor(1) as pool:

        def carry(_: Asked) -> "Future[None]":
            return pool.submit(lambda: (time.sleep(1), finish(office.store, asked.id))[1])

        if code:
            with pytest.raises(code):
                run_jobs(office.store, [asked], carry, lambda *_: None)
        else:
            assert run_jobs(office.store, [asked], carry, lambda *_: None)[0].state is JobState.DONE
    assert refused


def test_what_ctrl_c_stopped_in_the_middle_of_publishing_is_taken_back(office: Office) -> None:
    """At once, and not when somebody exports the next time: the folder would be taken for a bundle."""
    script = "from pipeline.holder import this_process; print(this_process())"
    gone = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    bundles = office.workspace.bundles
    (bundles / "b-1").mkdir()
    (bundles / ".partial" / f"{gone}.w-1").mkdir(parents=True)
    announce(bundles / ".partial" / f"{gone}.w-1", ["b-1"])
    with pytest.raises(KeyboardInterrupt), here(office.workspace, 1):
        raise KeyboardInterrupt
    assert not (bundles / "b-1").exists()
