"""How often something is lost or half there when ingest, cut and export are killed: at every point, and at any moment.

    PYTHONPATH=tests/support python benchmarks/crash.py [--random 1000] [--only cut]

Prints one row for each kind of work and way of stopping: how often it was stopped; how often something under a
final name was not whole, or nobody's; how often an acknowledged ledger entry was lost; how often a second run did not
complete or came to something else; how many ffmpegs were left two seconds later. All but the first two must be 0.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from office import Office

from pipeline.jobs.cut import cut_plan
from pipeline.jobs.team import found_team
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.workspace import create_workspace

CRASHING = Path(__file__).parents[1] / "tests" / "support" / "crashing.py"
KINDS = ("ingest", "cut", "export")


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


def measure(workspace: Path, kind: str, mode: str) -> str:
    argv = [sys.executable, str(CRASHING), str(workspace), kind, mode]
    done = subprocess.run(
        argv, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    first, *points = (json.loads(line) for line in done.stdout.splitlines())
    stopped = sum(p["code"] != 0 for p in points)
    faulty, lost = sum(bool(p["faults"]) for p in points), sum(not p["kept"] for p in points)
    open_ = sum(p["again"] != 0 or p["after"] != first["expected"] for p in points)
    orphans = sum(p.get("orphans", 0) for p in points)
    return f"| {kind} | {mode} | {len(points)} | {stopped} | {faulty} | {lost} | {open_} | {orphans} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=100, help="kills at any moment, for each kind of work")
    parser.add_argument("--only", choices=KINDS)
    given = parser.parse_args()
    print("| work | stopped | tries | stopped before its end | half there | lost | not completed | orphans |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for kind in (given.only,) if given.only else KINDS:
            workspace = prepared(Path(folder), kind)
            for mode in ("kill", "refuse", f"random:{given.random}"):
                if mode != "random:0":
                    print(measure(workspace, kind, mode), flush=True)


if __name__ == "__main__":
    main()
