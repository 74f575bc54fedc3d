"""Stopped wherever something becomes durable: nothing is lost or half there, and a second run completes."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from office import Office
from thoroughness import how_often

EVERY = how_often(at_a_desk=5, on_ci=5, in_full=1)
CRASHING = Path(__file__).parents[1] / "support" / "crashing.py"


def prepared(office: Office, kind: str) -> Path:
    """A workspace in which that work comes next."""
    match kind:
        case "ingest":
            office.state_everything()
        case "cut":
            office.signed_plan()
    office.store.close()
    return office.workspace.root


@pytest.mark.parametrize(("kind", "mode"), [("ingest", "kill"), ("ingest", "refuse"), ("cut", "kill")])
def test_stopped_at_any_point_it_completes_when_it_is_run_again(
    office: Office, weights_base: Path, kind: str, mode: str
) -> None:
    """Killed before and after each fsync, rename, link and commit, or each refused; the rest: `benchmarks/crash.py`.

    Each fifth of them where nobody asked for all (`make test-thorough`), and all at the end.
    """
    argv = [sys.executable, str(CRASHING), str(prepared(office, kind)), kind, mode, str(EVERY)]
    done = subprocess.run(argv, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    first, *points = (json.loads(line) for line in done.stdout.splitlines())
    assert len(points) >= 15 // EVERY + 4, "the points are not found any more"
    assert {"fsync", "do_commit"} <= {p["point"].split()[1] for p in points}
    ends = Counter(p["code"] for p in points)
    assert set(ends) <= ({-9} if mode == "kill" else {0, 3}), ends
    assert not [(p["point"], p["faults"]) for p in points if p["faults"]]
    assert not [(p["number"], p["point"], p["why"]) for p in points if p["again"] != 0 or not p["kept"]]
    assert not [(p["number"], p["point"], p["after"]) for p in points if p["after"] != first["expected"]]
