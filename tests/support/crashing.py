"""Every moment at which something becomes durable, and what is left when a process is killed there or the disk refuses.

`python crashing.py WORKSPACE KIND MODE...` does the work of a copied workspace again and again, stopped at another
point each time, then once more to its end, and prints one JSON object for each. The modes:

- `kill`, `refuse`: at an fsync, rename, link or commit, just before and just after it
- `inject`: the k-th write, fsync, rename, open... of a process is refused by the system, EIO or ENOSPC (strace)
- `random:N`: killed N times at any moment, also while it renders; this comes last

With `--every 5` it is each fifth point, and the last ones. All is done in forks of one process that has loaded
everything.
"""

import argparse
import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crashed import entries_of, faults_of, orphans_in, summary
from forking import calls_in, forked, killed_after, traced
from sqlalchemy.engine.default import DefaultDialect
from works import WORK, Work, copied, keep_bundle_contents, keep_hearing, keep_leases, keep_renditions, work_anew

from pipeline.errors import StoreError
from pipeline.workspace import Workspace

AT_THE_END = 5
"""Points that are always tried: there things get their names."""
CALLS = ("write", "pwrite64", "sendfile", "ftruncate", "fsync", "fdatasync", "openat", "mkdir", "symlink", "rename")
ERRORS = ("EIO", "ENOSPC")
Act = Callable[[str], None]
Found = dict[str, Any]


@contextmanager
def watched(act: Act) -> Iterator[None]:
    """`act` is told of every point, by its name, before and after what happens there."""
    kept: list[tuple[Any, str, Any]] = []

    def watch(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def told(*args: Any, **options: Any) -> Any:
            act(f"before {name}")
            done = real(*args, **options)
            act(f"after {name}")
            return done

        kept.append((owner, name, real))
        setattr(owner, name, told)

    for name in ("fsync", "rename", "replace", "symlink"):
        watch(os, name)
    watch(DefaultDialect, "do_commit")
    try:
        yield
    finally:
        for owner, name, real in kept:
            setattr(owner, name, real)


def stopped_at(number: int, mode: str) -> Act:
    """Kills this process at the point of that number, or lets the system refuse it."""
    seen = 0

    def act(point: str) -> None:
        nonlocal seen
        seen += 1
        if seen != number:
            return
        if mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if point == "before do_commit":
            raise sqlite3.OperationalError("disk I/O error")
        if point.startswith("before"):
            raise OSError(errno.EIO, "Input/output error")

    return act


def points_of(work: Work, workspace: Workspace) -> list[str]:
    seen: list[str] = []

    def run() -> list[str]:
        with watched(seen.append):
            work(workspace)
        return seen

    code, said = forked(run)
    assert code == 0, said
    found: list[str] = json.loads(said)
    return found


def try_moment(work: Work, workspace: Workspace, seconds: float) -> Found:
    """Kill the work after so long, look, and do it again to the end."""
    code = killed_after(seconds, lambda: work(workspace))
    orphans = orphans_in(workspace.root)
    return {**looked_at(work, workspace), "code": code, "said": "", "orphans": orphans}


def try_point(work: Work, workspace: Workspace, number: int, mode: str) -> Found:
    """Stop the work there, look, and do it again to the end."""

    def stopped() -> None:
        with watched(stopped_at(number, mode)):
            work(workspace)

    code, said = forked(stopped)
    return {**looked_at(work, workspace), "code": code, "said": said if code > 0 else ""}


def try_refusal(work: Work, workspace: Workspace, strace: str, refusal: str) -> Found:
    """Let the system refuse one call, look, and do it again to the end."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "calls"
        code, said = traced(strace, log, ["-e", f"inject={refusal}"], lambda: work(workspace))
        hit = "(INJECTED)" in log.read_text(errors="replace")
    return {**looked_at(work, workspace), "code": code, "said": said if code > 0 else "", "hit": hit}


def looked_at(work: Work, workspace: Workspace) -> Found:
    """What is wrong now; whether a second run completes; what there is then; whether anything was lost."""
    faults, acknowledged = json.loads(forked(lambda: [faults_of(workspace), entries_of(workspace)])[1])
    again = forked(lambda: work(workspace))
    after, entries = json.loads(forked(lambda: [summary(workspace), entries_of(workspace)])[1])
    kept = entries[: len(acknowledged)] == acknowledged
    return {"faults": faults, "again": again[0], "why": again[1] if again[0] else "", "after": after, "kept": kept}


def at_points(work: Work, template: Path, home: Path, mode: str, every: int) -> Iterator[Found]:
    """Stopped at each fsync, rename, link and commit."""
    points = points_of(work, copied(template, home / f"counted-{mode}"))
    for number, point in enumerate(points, 1):
        if mode == "refuse" and point.startswith("after"):
            continue
        if number % every and number <= len(points) - AT_THE_END:
            continue
        workspace = copied(template, home / f"w{number}")
        found = try_point(work, workspace, number, mode)
        shutil.rmtree(workspace.root)
        yield {"number": number, "of": len(points), "point": point, **found}


def with_refusals(work: Work, template: Path, home: Path, every: int) -> Iterator[Found]:
    """Each call refused by the system, as strace does it."""
    strace = shutil.which("strace")
    assert strace, "no strace here: apt-get install strace"
    log = home / "calls"
    counted = copied(template, home / "counted-calls")
    code, said = traced(strace, log, ["-e", f"trace={','.join(CALLS)}"], lambda: work(counted))
    assert code == 0, said
    counts = calls_in(log)
    refusals = [f"{c}:error={e}:when={k}" for c in CALLS for e in ERRORS for k in range(1, counts.get(c, 0) + 1)]
    for number, refusal in list(enumerate(refusals, 1))[every // 2 :: every]:
        workspace = copied(template, home / f"w{number}")
        found = try_refusal(work, workspace, strace, refusal)
        shutil.rmtree(workspace.root)
        yield {"number": number, "point": refusal, **found}


def at_random(work: Work, template: Path, home: Path, times: int, seed: int) -> Iterator[Found]:
    """Moments from the beginning to a little behind the end, as long as it takes when nothing stops it."""
    work_anew()
    timed = copied(template, home / "timed")
    began = time.monotonic()
    forked(lambda: work(timed))
    longest = (time.monotonic() - began) * 1.1
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    for number in range(1, times + 1):
        workspace = copied(template, home / f"w{number}")
        moment = chance.uniform(0, longest)
        found = try_moment(work, workspace, moment)
        shutil.rmtree(workspace.root)
        yield {"number": number, "point": f"{moment:.2f} s", **found}


def tries(work: Work, template: Path, home: Path, mode: str, given: argparse.Namespace) -> Iterator[Found]:
    if mode.startswith("random"):
        return at_random(work, template, home, int(mode.partition(":")[2]), given.seed)
    if mode == "inject":
        return with_refusals(work, template, home, given.every_call)
    return at_points(work, template, home, mode, given.every)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("kind", choices=WORK)
    parser.add_argument("modes", nargs="+")
    parser.add_argument("--every", type=int, default=1, help="of the points")
    parser.add_argument("--every-call", type=int, default=1, help="of the calls that are refused")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    work = WORK[given.kind]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        keep_leases()
        keep_hearing()
        keep_renditions(home / "renditions")
        keep_bundle_contents()
        done = copied(given.workspace, home / "whole")
        work(done)
        print(json.dumps({"expected": summary(done)}), flush=True)
        for mode in given.modes:
            for found in tries(work, given.workspace, home, mode, given):
                print(json.dumps({"mode": mode, **found}), flush=True)


if __name__ == "__main__":
    try:
        main()
    except StoreError as error:
        sys.exit(error.message)
