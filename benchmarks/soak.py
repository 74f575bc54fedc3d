"""Twenty people at the review pages at once, for as long as is asked: faults, waiting, and the server's memory.

    PYTHONPATH=tests/support python benchmarks/soak.py [--minutes 10] [--people 20] [--hours 1]

The server is the real command in a process of its own. Each person looks at the queue, opens an interview, listens to
pieces of it, decides flags, takes a decision back, and searches, with a moment's thought in between. Prints a row for
each kind of request, and the memory after each sixth of the time. The goals: no fault, 95 of 100 answered within
200 ms, memory flat.
"""

import argparse
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from review_pages import SAMPLE, long_transcript, many_flags

from pipeline.domain import Choice, Role
from pipeline.ingest import Request, make_sound, register
from pipeline.jobs.found import found_workspace
from pipeline.media import make_peaks, make_proxy
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.workspace import Workspace, create_workspace
from review.accounts import add_user
from review.checklist import load_checklist
from review.web import sessions
from review.web.pages import cookie_name

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
DATA = Path(__file__).parents[1] / "tests" / "data"
PASSWORD = "only for measuring"  # noqa: S105
WORDS_AN_HOUR = 9_000
THOUGHT_SECONDS = (0.5, 2.5)
SOUGHT = ("believed", "winter", '"they told"', "differ*", "until we")


@dataclass
class Kept:
    """What everybody's requests came to."""

    took_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@dataclass
class Person:
    """One browser, and the flags that are this person's to decide."""

    browser: httpx2.Client
    kept: Kept
    flags: dict[str, list[str]]
    """By recording."""
    chance: random.Random
    decided: dict[str, str] = field(default_factory=dict)

    def work(self) -> None:
        acts: tuple[Callable[[], None], ...] = (self.look, self.read, self.listen, self.listen, self.decide,
                                                self.decide, self.take_back, self.search)  # fmt: skip
        self.kept.over.wait(self.chance.uniform(0, THOUGHT_SECONDS[1]))
        while not self.kept.over.is_set():
            self.chance.choice(acts)()
            self.kept.over.wait(self.chance.uniform(*THOUGHT_SECONDS))

    def look(self) -> None:
        self.ask("queue", "GET", "/")

    def read(self) -> None:
        address = f"/recordings/{self.recording()}"
        self.ask("interview", "GET", address)
        for part in ("state", "peaks"):
            self.ask(part, "GET", f"{address}/{part}")

    def listen(self) -> None:
        first = self.chance.randrange(200_000)
        headers = {"range": f"bytes={first}-{first + 65_535}"}
        self.ask("piece of sound", "GET", f"/recordings/{self.recording()}/sound", headers=headers)

    def decide(self) -> None:
        flag = self.chance.choice(self.flags[self.recording()])
        said = {"choice": Choice.KEEP.value, "reason": "heard and read", "seen": self.decided.get(flag, "")}
        answer = self.ask("decide", "POST", f"/flags/{flag}/decide", data=said)
        if answer is not None:
            self.decided[flag] = answer.json()["decision"]["id"]

    def take_back(self) -> None:
        if self.decided:
            flag, seen = self.decided.popitem()
            answer = self.ask("take back", "POST", f"/flags/{flag}/undo", data={"seen": seen})
            before = answer.json()["decision"] if answer is not None else None
            if before:
                self.decided[flag] = before["id"]

    def search(self) -> None:
        self.ask("search", "POST", "/search", data={"query": self.chance.choice(SOUGHT)})

    def recording(self) -> str:
        return self.chance.choice([*self.flags])

    def ask(self, what: str, method: str, address: str, **options: object) -> httpx2.Response | None:
        began = time.perf_counter()
        try:
            answer = self.browser.request(method, address, **options)  # type: ignore[arg-type]
        except httpx2.HTTPError as error:
            self.kept.faults.append(f"{what}: {type(error).__name__}")
            return None
        self.kept.took_ms[what].append((time.perf_counter() - began) * 1000)
        if answer.status_code not in (200, 206):
            self.kept.faults.append(f"{what}: {answer.status_code}")
            return None
        return answer


def filled(workspace: Workspace, store: Store, hours: float, folder: Path) -> list[str]:
    """Three interviews of so many hours' words; one has a picture."""
    files = [SAMPLE]
    for number in range(2):
        files.append(folder / f"{number}.flac")
        shutil.copyfile(DATA / "jfk.flac", files[-1])
        with files[-1].open("ab") as stream:
            stream.write(bytes([number + 1]))
    made = []
    for number, file in enumerate(files):
        recording = register(store, workspace, Request(file, f"K-0{number}"))
        make_sound(store, workspace, recording)
        make_peaks(store, workspace, recording)
        make_proxy(store, workspace, recording)
        transcript = long_transcript(int(hours * WORDS_AN_HOUR))
        store.save_transcript(recording.id, transcript)
        flags = tuple(replace(f, id=f"{f.id}-{number}") for f in many_flags(transcript))
        store.replace_flags(recording.id, flags, load_checklist().sha256)
        made.append(recording.id)
    return made


@contextmanager
def served(workspace: Workspace) -> "Iterator[tuple[str, int]]":
    """The address, and the id of the server's process."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [str(COUNTERCLIP), "-w", str(workspace.root), "review", "--port", str(port)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                httpx2.get(f"http://127.0.0.1:{port}/sign-in")
                break
            except httpx2.ConnectError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def memory_mb(pid: int) -> float:
    (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(kilobytes) / 1024


def team(store: Store, count: int) -> list[str]:
    """Tokens of so many reviewers who have signed in."""
    people = [add_user(store, f"person {number}", (Role.REVIEWER,), PASSWORD) for number in range(count)]
    return [sessions.begin(store, person, datetime.now(UTC)) for person in people]


def soak(address: str, pid: int, store: Store, recordings: list[str], tokens: list[str], seconds: float) -> Kept:
    kept, threads = Kept(), []
    for number, token in enumerate(tokens):
        flags = {r: [f.id for f in store.flags(r)][number :: len(tokens)] for r in recordings}
        browser = httpx2.Client(base_url=address, cookies={cookie_name(False): token}, timeout=30,
                                headers={"sec-fetch-site": "same-origin"})  # fmt: skip
        person = Person(browser, kept, flags, random.Random(number))  # noqa: S311 - not secrets
        threads.append(threading.Thread(target=person.work))
    for thread in threads:
        thread.start()
    for part in range(1, 7):
        time.sleep(seconds / 6)
        print(f"memory after {seconds * part / 6:.0f} s: {memory_mb(pid):.0f} MB", flush=True)
    kept.over.set()
    for thread in threads:
        thread.join()
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--hours", type=float, default=1, help="of words in each interview")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = create_workspace(Path(folder) / "w", Settings())
        found_workspace(workspace, "ana", (Role.ADMIN,), PASSWORD)
        with closing(open_store(workspace.store_url)) as store:
            recordings = filled(workspace, store, given.hours, Path(folder))
            tokens = team(store, given.people)
            with served(workspace) as (address, pid):
                kept = soak(address, pid, store, recordings, tokens, given.minutes * 60)
            asked = sorted(ms for each in kept.took_ms.values() for ms in each)
            print(f"{given.people} people, {given.minutes:g} minutes, {len(asked)} requests, {len(kept.faults)} faults"
                  f" {sorted(set(kept.faults))}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores;"
                  f" {len(store.entries())} entries in the ledger")  # fmt: skip
    print("| request | times | p50 ms | p95 ms | most ms |\n|---|---|---|---|---|")
    for what, each in [*sorted(kept.took_ms.items()), ("all", asked)]:
        cuts = statistics.quantiles(each, n=20) if len(each) > 1 else [each[0]] * 19
        print(f"| {what} | {len(each)} | {cuts[9]:.0f} | {cuts[18]:.0f} | {max(each):.0f} |")


if __name__ == "__main__":
    main()
