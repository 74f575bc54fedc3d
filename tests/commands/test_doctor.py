"""doctor looks at what is really here."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app


def test_a_machine_that_can_run_everything_passes_every_check(weights_base: Path) -> None:
    """The machine that runs these tests has all of it."""
    shown = CliRunner().invoke(app, ["doctor", "--json"])
    checks = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [c["name"] for c in checks if not c["passed"]] == []
    assert shown.exit_code == 0
    assert len(checks) >= 7


def test_missing_weights_are_named_with_the_command_that_fetches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3, and the other checks still run."""
    monkeypatch.setenv("COUNTERCLIP_MODELS", str(tmp_path))
    shown = CliRunner().invoke(app, ["doctor", "--json"])
    failed = [json.loads(line) for line in shown.stdout.splitlines() if not json.loads(line)["passed"]]
    assert [c["name"] for c in failed] == ["weights base"]
    assert "models fetch" in failed[0]["detail"]
    assert shown.exit_code == 3
