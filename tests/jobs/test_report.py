"""The report of a real workspace, through the real command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from office import CODE, Office

from pipeline.errors import PipelineError
from review.interviewees import state

COUNTERCLIP = Path(sys.executable).with_name("counterclip")


def test_a_report_has_codes_and_counts_and_neither_names_nor_words(office: Office, tmp_path: Path) -> None:
    """In the terminal's tables and in every file it writes."""
    office.signed_plan()
    state(office.store, office.team.bea, CODE, {"role": "president"})
    files = {kind: tmp_path / f"report.{kind}" for kind in ("csv", "xlsx", "svg")}
    options = [word for kind, file in files.items() for word in (f"--{kind}", file)]
    done = subprocess.run([COUNTERCLIP, "-w", office.workspace.root, "report", "--json", *options],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)  # fmt: skip
    assert done.returncode == 0, done.stderr
    tables = {table["name"]: table for table in map(json.loads, done.stdout.splitlines())}
    assert tables["holdings"]["rows"][0][1] == CODE
    assert ["role", "president", 1] in tables["interviewees"]["rows"]
    month = dict(zip(tables["throughput"]["columns"], tables["throughput"]["rows"][-1], strict=True))
    assert (month["plans"], month["signatures"]) == (1, 4)  # two people, the core and one language each
    written = done.stdout + files["csv"].read_text(encoding="utf-8-sig") + files["svg"].read_text(encoding="utf-8")
    assert not [secret for secret in ("americans", "jfk", "a speech") if secret in written.lower()]
    assert not [name for name, _ in office.team.passwords if f'"{name}"' in written or f",{name}" in written]
    assert files["xlsx"].stat().st_size > 5_000


def test_what_describes_a_person_voids_no_approval_and_is_a_few_words(office: Office) -> None:
    """It is for reports only: the profile that sign-offs are bound to stays the same."""
    office.state_everything()
    before = office.store.profile(CODE)
    state(office.store, office.team.bea, CODE, {"region": "Fergana", "gender": "m"})
    assert office.store.profile(CODE) == before
    assert office.store.description(CODE) == {"region": "Fergana", "gender": "m"}
    with pytest.raises(PipelineError, match="few general words"):
        state(office.store, office.team.bea, CODE, {"reason": "x" * 61})
