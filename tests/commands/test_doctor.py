"""doctor looks at what is really here."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from stores import new_workspace
from typer.testing import CliRunner

from pipeline import machine
from pipeline.cli import app
from pipeline.diagnosis import diagnose
from pipeline.domain import Role
from pipeline.jobs.found import found_workspace
from pipeline.settings import Settings
from pipeline.store import open_store
from pipeline.workspace import Workspace


def test_a_machine_that_can_run_everything_passes_every_check(weights_base: Path) -> None:
    """The machine that runs these tests has all of it."""
    shown = CliRunner().invoke(app, ["doctor", "--json"])
    checks = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [c["name"] for c in checks if not c["passed"] and c["needed"]] == []
    assert shown.exit_code == 0
    named = " ".join(c["name"] for c in checks)
    for what in ("ffmpeg", "playlists", "fonts", "letters", "weights", "disk space", "encrypted", "network"):
        assert what in named


def test_missing_weights_are_named_with_the_command_that_fetches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3, and the other checks still run."""
    monkeypatch.setenv("COUNTERCLIP_MODELS", str(tmp_path))
    shown = CliRunner().invoke(app, ["doctor", "--json"])
    checks = [json.loads(line) for line in shown.stdout.splitlines()]
    failed = [c for c in checks if not c["passed"] and c["needed"]]
    assert [c["name"] for c in failed] == ["weights base"]
    assert "models fetch" in failed[0]["detail"]
    assert shown.exit_code == 3


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with one person in it."""
    made = new_workspace(tmp_path_factory.mktemp("doctor") / "w", Settings())
    found_workspace(made, "ana", (Role.ADMIN,), "correct horse battery")
    return made


def test_a_workspace_is_looked_at_too(workspace: Workspace) -> None:
    """Its store, the clock beside it, and who may read it; nothing is wrong with a new one."""
    checks = {check.name: check for check in diagnose(workspace, "base")}
    assert checks["store"].detail.endswith("2 entries in the ledger")
    for name in ("store", "clock", "workspace is private", "keys are private"):
        assert checks[name].passed, checks[name].detail


def test_a_workspace_that_others_may_read_is_named(workspace: Workspace) -> None:
    """With the command that closes it."""
    workspace.root.chmod(0o755)
    passed, said = machine.privacy(workspace)
    workspace.root.chmod(0o700)
    assert not passed
    assert f"chmod o= {workspace.root}" in said


def test_a_clock_behind_the_ledger_is_named(workspace: Workspace) -> None:
    """Leases, embargoes and expiries depend on it."""
    with closing(open_store(workspace.store_url)) as store:
        head = store.head()
    assert head is not None
    assert machine.clock(head.at, None)[0]
    passed, said = machine.clock("2999-01-01T00:00:00.000Z", None)
    assert not passed
    assert "behind" in said


def test_a_build_of_ffmpeg_that_opens_playlists_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked by giving it one; without the list of formats it would open it."""
    assert machine.playlists() == (True, "refused")
    monkeypatch.setattr(machine, "SAFE_INPUT", ())
    assert machine.playlists()[0] is False


def test_encryption_is_seen_through_what_lies_on_it(tmp_path: Path) -> None:
    """A volume group on dm-crypt is encrypted; a plain partition is not, nor a group that lies on both."""
    plain, group, crypt = (tmp_path / name for name in ("plain", "group", "crypt"))
    (plain / "slaves").mkdir(parents=True)
    (crypt / "dm").mkdir(parents=True)
    (crypt / "dm" / "uuid").write_text("CRYPT-LUKS2-0-root\n")
    (group / "dm").mkdir(parents=True)
    (group / "dm" / "uuid").write_text("LVM-0\n")
    (group / "slaves").mkdir()
    (group / "slaves" / "dm-0").symlink_to(crypt)
    mixed = tmp_path / "mixed"
    (mixed / "slaves").mkdir(parents=True)
    (mixed / "slaves" / "dm-0").symlink_to(crypt)
    (mixed / "slaves" / "sdb1").symlink_to(plain)
    assert [machine.is_encrypted(device) for device in (plain, group, crypt, mixed)] == [False, True, True, False]
