"""Workspaces and people, through the real command with passwords on a file descriptor."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from stores import ON_POSTGRESQL, new_url

COUNTERCLIP = Path(sys.executable).with_name("counterclip")
GOOD = "correct horse battery"


def call(*argv: object, passwords: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[str]":
    """Run counterclip with these passwords, one a line, on a pipe."""
    reader, writer = os.pipe()
    os.write(writer, "".join(f"{p}\n" for p in passwords).encode())
    os.close(writer)
    words = [str(COUNTERCLIP), *map(str, argv), *(("--password-fd", str(reader)) if passwords else ())]
    try:
        return subprocess.run(words, capture_output=True, text=True, pass_fds=(reader,), stdin=subprocess.DEVNULL)
    finally:
        os.close(reader)


def init(home: Path, password: str = GOOD) -> "subprocess.CompletedProcess[str]":
    """A workspace of Ana's, its store where these tests run."""
    where = ("--store", new_url(home.parent)) if ON_POSTGRESQL else ()
    return call("init", home, "--name", "Ana", *where, passwords=(password,))


def test_a_workspace_is_made_with_its_admin_and_others_are_added_by_him(tmp_path: Path) -> None:
    """init, user add, user list: each with the person's own password."""
    home = tmp_path / "w"
    assert init(home).returncode == 0
    added = call(
        "-w", home, "user", "add", "Bea", "--role", "reviewer", "--as", "Ana", passwords=(GOOD, "another good one")
    )
    assert added.returncode == 0, added.stderr
    listed = call("-w", home, "user", "list", "--json")
    assert '"name": "Bea"' in listed.stdout
    assert GOOD not in listed.stdout


def test_a_weak_password_makes_no_workspace(tmp_path: Path) -> None:
    """Nothing is left behind, so that the same call works with a better one."""
    refused = init(tmp_path / "w", "short")
    assert refused.returncode == 3
    assert "12 characters" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    assert init(tmp_path / "w").returncode == 0


def test_a_workspace_can_be_founded_in_a_database(tmp_path: Path, new_postgresql: Callable[[], str]) -> None:
    """Which has to be empty: two workspaces in one store would share their people."""
    url = new_postgresql()
    for name, code in (("one", 0), ("two", 3)):
        made = call("init", tmp_path / name, "--name", "Ana", "--store", url, passwords=(GOOD,))
        assert made.returncode == code, made.stderr
    assert "holds a workspace already" in made.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["one"]
    assert not (tmp_path / "one" / "store.sqlite3").exists()
    assert '"name": "Ana"' in call("-w", tmp_path / "one", "user", "list", "--json").stdout


def test_a_wrong_password_does_nothing(tmp_path: Path) -> None:
    """The same sentence as for an unknown name, and no user is added."""
    home = tmp_path / "w"
    init(home)
    for name in ("Ana", "Nobody"):
        refused = call(
            "-w", home, "user", "add", "Eve", "--role", "editor", "--as", name, passwords=("wrong " + GOOD, GOOD)
        )
        assert refused.returncode == 3
        assert "name or password is wrong" in refused.stderr
    assert "Eve" not in call("-w", home, "user", "list", "--json").stdout


def test_a_reviewer_cannot_add_people(tmp_path: Path) -> None:
    """Only an admin adds people; the sentence says which role it takes."""
    home = tmp_path / "w"
    init(home)
    call("-w", home, "user", "add", "Bea", "--role", "reviewer", "--as", "Ana", passwords=(GOOD, GOOD))
    refused = call("-w", home, "user", "add", "Eve", "--role", "reviewer", "--as", "Bea", passwords=(GOOD, GOOD))
    assert refused.returncode == 3
    assert "admin" in refused.stderr


def test_an_interviewee_is_described_and_shown(tmp_path: Path) -> None:
    """What is said is kept with who said it; the latest counts."""
    home = tmp_path / "w"
    init(home)
    said = ("interviewee", "add", "K-17", "--consent", "voice", "--languages", "*", "--legal-status", "released")
    assert call("-w", home, *said, "--as", "Ana", passwords=(GOOD,)).returncode == 0
    later = call(
        "-w", home, "interviewee", "set", "K-17", "--legal-status", "on_trial", "--as", "Ana", passwords=(GOOD,)
    )
    assert later.returncode == 0, later.stderr
    shown = call("-w", home, "interviewee", "show", "K-17", "--json").stdout
    assert '"legal_status": "on_trial"' in shown
    assert shown.count("legal_status") == 3


def test_the_ledger_of_a_new_workspace_verifies(tmp_path: Path) -> None:
    """From the first entry on, with a signed checkpoint outside the database."""
    home = tmp_path / "w"
    init(home)
    verified = call("-w", home, "audit", "verify")
    assert verified.returncode == 0
    assert "1 signed checkpoints: whole" in verified.stdout
    for note in (home / "keys" / "checkpoints").iterdir():
        note.unlink()
    assert call("-w", home, "audit", "log", "--json").stdout.count('"seq"') == 2


def test_what_is_written_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """Also what no folder of ours protects, whatever the shell's own mask is."""
    home = tmp_path / "w"
    assert init(home).returncode == 0
    argv = [COUNTERCLIP, "-w", home, "report", "--csv", tmp_path / "report.csv"]
    subprocess.run(argv, check=True, capture_output=True, umask=0o022)
    for file in (tmp_path / "report.csv", home / "counterclip.toml", *home.glob("store.sqlite3")):
        assert file.stat().st_mode & 0o077 == 0


def test_a_closed_descriptor_is_named_in_the_hint(tmp_path: Path) -> None:
    """The one that was asked for."""
    argv = [COUNTERCLIP, "init", tmp_path / "w", "--name", "Ana", "--password-fd", "9"]
    refused = subprocess.run(argv, capture_output=True, text=True)
    assert refused.returncode == 3
    assert "hint: open it: 9<FILE" in refused.stderr
