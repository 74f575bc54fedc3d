"""How often something is lost or half there when ingest, cut and export are stopped: everywhere, and at any moment.

    PYTHONPATH=tests/support python benchmarks/crash.py [--only cut] [--modes kill refuse inject random:350]

Prints one row for each kind of work and way of stopping: how often it was stopped; how often something under a
final name was not whole, or nobody's; how often an acknowledged ledger entry was lost; how often a second run did not
complete or came to something else; how many ffmpegs were left two seconds later; how often it ended in anything but a
sentence of ours. All but the first two must be 0. `inject` needs strace.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from office import Office

from pipeline.jobs.cut import cut_plan
from pipeline.jobs.team import found_team
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.workspace import create_workspace

CRASHING = Path(__file__).parents[1] / "tests" / "support" / "crashing.py"
KINDS = ("ingest", "cut", "export")
TITLES = ("work", "stopped by", "tries", "stopped before its end", "half there", "lost", "not completed", "orphans",
          "no sentence", "s")  # fmt: skip


def prepared(folder: Path, kind: str) -> Path:
    """A workspace in which that work comes next."""
    workspace = create_workspace(folder / kind, Settings(render_profile="preview"))
    team = found_team(workspace)
    with closing(open_store(workspace.store_url)) as store:
        office = Office(workspace, store, team)
        if kind == "ingest":
            office.state_everything()
            return workspace.root
        plan = office.signed_plan()
        if kind == "export":
            cut_plan(workspace, store, plan.id)
    return workspace.root


def measure(workspace: Path, kind: str, mode: str, given: argparse.Namespace) -> str:
    began = time.monotonic()
    asked = ["--every-call", str(given.every_call), "--seed", str(given.seed)]
    argv = [sys.executable, str(CRASHING), str(workspace), kind, mode, *asked]
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    first, *points = (json.loads(line) for line in done.stdout.splitlines())
    for point in points:
        if trouble(point, first["expected"]):
            print(json.dumps(point), file=sys.stderr, flush=True)
    stopped = sum(p["code"] != 0 for p in points)
    faulty, lost = sum(bool(p["faults"]) for p in points), sum(not p["kept"] for p in points)
    open_ = sum(p["again"] != 0 or p["after"] != first["expected"] for p in points)
    orphans, wild = sum(p.get("orphans", 0) for p in points), sum(p["code"] == 1 for p in points)
    row = (kind, mode, len(points), stopped, faulty, lost, open_, orphans, wild, round(time.monotonic() - began))
    return f"| {' | '.join(map(str, row))} |"


def trouble(point: dict[str, Any], expected: object) -> bool:
    """Whether there is something to look at."""
    whole = point["again"] == 0 and point["after"] == expected and point["kept"] and not point["faults"]
    return not whole or point["code"] == 1 or bool(point.get("orphans"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modes", nargs="+", default=["kill", "refuse", "random:100"])
    parser.add_argument("--every-call", type=int, default=1, help="of the calls that strace refuses")
    parser.add_argument("--seed", type=int, default=7, help="of the moments")
    parser.add_argument("--only", choices=KINDS)
    given = parser.parse_args()
    print(f"| {' | '.join(TITLES)} |\n|{'---|' * len(TITLES)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for kind in (given.only,) if given.only else KINDS:
            workspace = prepared(Path(folder), kind)
            for mode in given.modes:
                print(measure(workspace, kind, mode, given), flush=True)


if __name__ == "__main__":
    main()
