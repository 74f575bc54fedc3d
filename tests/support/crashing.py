"""Every moment at which something becomes durable, and what is left when a process is killed there or the disk refuses.

`python crashing.py WORKSPACE KIND kill|refuse [EVERY]` does the work of a copied workspace again and again, stopped at
the next point (an fsync, rename, link or commit, just before and just after it), then once more to its end, and prints
one JSON object for each point, or for every third, say, and the last ones. With `random:N` it is killed N times at any
moment instead, also while it renders. The work is done in forks of one process that has loaded everything.
"""

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
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from crashed import entries_of, faults_of, orphans_in, summary
from sqlalchemy.engine.default import DefaultDialect

from pipeline.errors import PipelineError, StoreError
from pipeline.ingest import Request
from pipeline.jobs import cut, export
from pipeline.jobs.cut import cut_plan
from pipeline.jobs.export import export_campaign
from pipeline.jobs.ingest import current_checklist, ingest_file
from pipeline.store import open_store
from pipeline.workspace import Workspace, find_workspace
from subtitles.transcripts import read_transcript

AT_THE_END = 8
"""Points that are always tried: there things get their names."""
DATA = Path(__file__).parents[1] / "data"
CODE = "T-1"
Work = Callable[[Workspace], object]
Act = Callable[[str], None]


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


def forked(work: Callable[[], object]) -> tuple[int, str]:
    """Do it in a fork of this process: how that ended (0: well) and what it said."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            said = work()
            os.write(writing, json.dumps(said).encode())
            os._exit(0)
        except (PipelineError, OSError) as error:
            os.write(writing, type(error).__name__.encode())
            os._exit(3)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read().decode()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), said


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


def ingest_once(workspace: Workspace) -> None:
    request = Request(DATA / "jfk.flac", CODE, imported=read_transcript(DATA / "jfk.json"))
    ingest_file(workspace, current_checklist(workspace), None, None, lambda *_: None, request)


def cut_once(workspace: Workspace) -> None:
    with closing(open_store(workspace.store_url)) as store:
        cut_plan(workspace, store, store.plans()[0].id)


def export_once(workspace: Workspace) -> None:
    with closing(open_store(workspace.store_url)) as store:
        exporter = next(user for user in store.users() if "exporter" in user.roles)
        if not store.bundles():
            export_campaign(workspace, store, exporter, "spring", (store.clips()[0].id,), ("youtube",))


WORK: dict[str, Work] = {"ingest": ingest_once, "cut": cut_once, "export": export_once}


def keep_renditions(home: Path) -> None:
    """From now on a render gives what the first one made: the points here are about what becomes of it."""
    real, made = cut.render, {}

    def render(plan: Any, permit: Any, order: Any, folder: Path, say: Any) -> Any:
        if plan.id not in made:
            made[plan.id] = real(plan, permit, order, folder, say)
            shutil.copytree(folder, home / plan.id)
        for rendition in made[plan.id]:
            if not (folder / rendition.file_name).exists():
                shutil.copyfile(home / plan.id / rendition.file_name, folder / rendition.file_name)
        return made[plan.id]

    cut.render = render  # type: ignore[assignment]


def keep_bundle_contents() -> None:
    """The same for what stands in a bundle: fingerprints are taken once."""
    real, taken = export.fingerprints, {}

    def fingerprints(workspace: Any, store: Any, plan: Any, clip: Any) -> Any:
        if clip.id not in taken:
            taken[clip.id] = real(workspace, store, plan, clip)
        return taken[clip.id]

    export.fingerprints = fingerprints  # type: ignore[assignment]


def copied(template: Path, folder: Path) -> Workspace:
    shutil.copytree(template, folder, symlinks=True)
    return find_workspace(folder, folder)


def killed_after(seconds: float, work: Callable[[], object]) -> int:
    """Do it in a fork and kill that after a while; 0 when it was done before."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def try_moment(work: Work, workspace: Workspace, seconds: float) -> dict[str, Any]:
    """Kill the work after so long, look, and do it again to the end."""
    code = killed_after(seconds, lambda: work(workspace))
    orphans = orphans_in(workspace.root)
    return {**looked_at(work, workspace), "code": code, "said": "", "orphans": orphans}


def try_point(work: Work, workspace: Workspace, number: int, mode: str) -> dict[str, Any]:
    """Stop the work there, look, and do it again to the end."""

    def stopped() -> None:
        with watched(stopped_at(number, mode)):
            work(workspace)

    code, said = forked(stopped)
    return {**looked_at(work, workspace), "code": code, "said": said if code == 3 else ""}


def looked_at(work: Work, workspace: Workspace) -> dict[str, Any]:
    """What is wrong now; whether a second run completes; what there is then; whether anything was lost."""
    faults = forked(lambda: faults_of(workspace))
    acknowledged = json.loads(forked(lambda: entries_of(workspace))[1])
    again = forked(lambda: work(workspace))
    after = json.loads(forked(lambda: summary(workspace))[1])
    kept = json.loads(forked(lambda: entries_of(workspace))[1])[: len(acknowledged)] == acknowledged
    return {"faults": json.loads(faults[1]), "again": again[0], "why": again[1] if again[0] else "", "after": after,
            "kept": kept}  # fmt: skip


def at_random(work: Work, template: Path, home: Path, times: int) -> None:
    """Moments from the beginning to a little behind the end, as long as it takes when nothing stops it."""
    began = time.monotonic()
    forked(lambda: work(copied(template, home / "timed")))
    longest = (time.monotonic() - began) * 1.1
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    for number in range(1, times + 1):
        workspace = copied(template, home / f"w{number}")
        moment = chance.uniform(0, longest)
        found = try_moment(work, workspace, moment)
        shutil.rmtree(workspace.root)
        print(json.dumps({"number": number, "point": f"{moment:.2f} s", **found}), flush=True)


def main(template: Path, kind: str, mode: str, every: int = 1) -> None:
    work = WORK[kind]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if not mode.startswith("random"):
            keep_renditions(home / "renditions")
            keep_bundle_contents()
        done = copied(template, home / "whole")
        work(done)
        print(json.dumps({"expected": summary(done)}), flush=True)
        if mode.startswith("random"):
            at_random(work, template, home, int(mode.partition(":")[2]))
            return
        points = points_of(work, copied(template, home / "counted"))
        for number, point in enumerate(points, 1):
            if mode == "refuse" and point.startswith("after"):
                continue
            if number % every and number <= len(points) - AT_THE_END:
                continue
            workspace = copied(template, home / f"w{number}")
            found = try_point(work, workspace, number, mode)
            shutil.rmtree(workspace.root)
            print(json.dumps({"number": number, "point": point, **found}), flush=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), *sys.argv[2:4], *map(int, sys.argv[4:5]))
    except StoreError as error:
        sys.exit(error.message)
