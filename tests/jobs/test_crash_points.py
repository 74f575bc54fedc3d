"""Stopped wherever something becomes durable: nothing is lost or half there, and a second run completes."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from office import Office
from thoroughness import how_often

from pipeline.jobs.cut import cut_plan
from pipeline.jobs.team import found_team
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.workspace import create_workspace

# an odd number, because before and after follow each other
EVERY = how_often(at_a_desk=37, on_ci=37, in_full=1)
EVERY_CALL = how_often(at_a_desk=100, on_ci=100, in_full=1)
CRASHING = Path(__file__).parents[1] / "support" / "crashing.py"
STRACE = shutil.which("strace")
MODES = ["kill", "refuse", *(["inject"] if STRACE else [])]


@dataclass(frozen=True)
class Stopped:
    """What became of one kind of work, stopped again and again."""

    expected: dict[str, Any]
    points: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By the way of stopping."""


@pytest.fixture(scope="module", params=["ingest", "cut", "export"])
def stopped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, weights_base: Path) -> Stopped:
    """One process does all of it, because loading everything takes it longer than the work."""
    root = prepared(tmp_path_factory.mktemp("crash") / "w", request.param)
    argv = [sys.executable, CRASHING, root, request.param, *MODES, f"--every={EVERY}", f"--every-call={EVERY_CALL}"]
    done = subprocess.run(argv, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    first, *points = (json.loads(line) for line in done.stdout.splitlines())
    return Stopped(first["expected"], {mode: [p for p in points if p["mode"] == mode] for mode in MODES})


def prepared(root: Path, kind: str) -> Path:
    """A workspace in which that work comes next; its store is a file, because it is copied for each point."""
    workspace = create_workspace(root, Settings(render_profile="preview"))
    team = found_team(workspace)
    with closing(open_store(workspace.store_url)) as store:
        office = Office(workspace, store, team)
        if kind == "ingest":
            office.state_everything()
            return root
        plan = office.signed_plan()
        if kind == "export":
            cut_plan(workspace, store, plan.id)
    return root


def require_nothing_lost(points: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    """Whole or not there, nothing acknowledged gone, and the same end after a second run."""
    assert not [(p["point"], p["faults"]) for p in points if p["faults"]]
    assert not [(p["number"], p["point"], p["why"]) for p in points if p["again"] != 0 or not p["kept"]]
    assert not [(p["number"], p["point"], p["after"]) for p in points if p["after"] != expected]


@pytest.mark.parametrize(("mode", "ends"), [("kill", {-9}), ("refuse", {0, 3})])
def test_stopped_at_any_point_it_completes_when_it_is_run_again(stopped: Stopped, mode: str, ends: set[int]) -> None:
    """Killed before and after each fsync, rename, link and commit, or each refused; the rest: `benchmarks/crash.py`.

    Each eleventh of them where nobody asked for all (`make test-thorough`), and all at the end.
    """
    points = stopped.points[mode]
    assert points[0]["of"] >= 15, "the points are not found any more"
    assert {p["code"] for p in points} <= ends, [(p["point"], p["said"]) for p in points]
    require_nothing_lost(points, stopped.expected)


@pytest.mark.skipif(STRACE is None, reason="no strace here: apt-get install strace")
def test_whatever_call_the_system_refuses_it_completes_when_it_is_run_again(stopped: Stopped) -> None:
    """EIO or ENOSPC at the k-th write, fsync, rename, open...; all of them with `make test-thorough`."""
    points = stopped.points["inject"]
    assert sum(p["hit"] for p in points) >= 2
    assert {p["code"] for p in points} <= {0, 3}, [(p["point"], p["said"]) for p in points]
    require_nothing_lost(points, stopped.expected)
