"""A workspace saved and made again; and what reading everything back finds."""

import shutil
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from office import CODE, DATA, Office
from stores import ON_POSTGRESQL

from pipeline.errors import PipelineError
from pipeline.jobs.backup import back_up, restore
from pipeline.jobs.integrity import verify_everything
from pipeline.sealing import new_key
from pipeline.settings import settings_text
from pipeline.store import open_store
from pipeline.workspace import PARTIAL, SETTINGS_FILE, Workspace
from review.interviewees import state
from review.ledger import verify_workspace


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    """A key file and its public line."""
    path = tmp_path / "backup.key"
    return path, new_key(path)


def test_a_workspace_comes_back_whole(office: Office, tmp_path: Path, key: tuple[Path, str]) -> None:
    """Originals that were links come back as files; everything reads back as it was."""
    plan = office.signed_plan()
    assert back_up(office.workspace, tmp_path / "w.age", [key[1]]) > 0
    made = restore(tmp_path / "w.age", tmp_path / "again", key[0])
    with closing(open_store(made.store_url)) as store:
        assert store.plan(plan.id) == plan
        assert all(check.passed for check in verify_everything(made, store, read_data=True))
    (recording,) = office.store.recordings()
    assert not made.original(recording.id).is_symlink()
    folders = [made.root, *(f for f in made.root.rglob("*") if f.is_dir())]
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in folders)


@pytest.mark.skipif(ON_POSTGRESQL, reason="about SQLite")
def test_a_store_that_lay_elsewhere_comes_along(office: Office, tmp_path: Path, key: tuple[Path, str]) -> None:
    """The restored workspace never opens the one it was made from."""
    elsewhere = tmp_path / "elsewhere.sqlite3"
    shutil.copyfile(office.workspace.root / "store.sqlite3", elsewhere)
    settings = replace(office.workspace.settings, store=f"sqlite:///{elsewhere}")
    (office.workspace.root / SETTINGS_FILE).write_text(settings_text(settings), encoding="utf-8")
    back_up(replace(office.workspace, settings=settings), tmp_path / "w.age", [key[1]])
    elsewhere.unlink()
    made = restore(tmp_path / "w.age", tmp_path / "again", key[0])
    assert made.store_url == f"sqlite:///{made.root / 'store.sqlite3'}"


def test_work_in_progress_stays_out(office: Office, tmp_path: Path, key: tuple[Path, str]) -> None:
    """Renders that nobody verified, and the archive itself."""
    (office.workspace.clips / PARTIAL / "1-w-0").mkdir(parents=True)
    (office.workspace.clips / PARTIAL / "1-w-0" / "unverified.mp4").write_bytes(b"x")
    back_up(office.workspace, tmp_path / "w.age", [key[1]])
    made = restore(tmp_path / "w.age", tmp_path / "again", key[0])
    assert not list(made.root.rglob("unverified.mp4"))
    with pytest.raises(PipelineError, match="inside the workspace"):
        back_up(office.workspace, office.workspace.root / "w.age", [key[1]])


def test_nobody_else_reads_it(office: Office, tmp_path: Path, key: tuple[Path, str]) -> None:
    """No byte of the store in the clear, and another key opens nothing."""
    back_up(office.workspace, tmp_path / "w.age", [key[1]])
    assert b"SQLite format 3" not in (tmp_path / "w.age").read_bytes()
    new_key(tmp_path / "other.key")
    with pytest.raises(PipelineError, match="does not open"):
        restore(tmp_path / "w.age", tmp_path / "again", tmp_path / "other.key")
    assert key[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "spoil", [lambda b: b[:-1], lambda b: b[: len(b) // 2], lambda b: b[:-9] + b"x" + b[-8:], lambda _: b""]
)
def test_an_archive_that_is_not_whole_makes_nothing(
    office: Office, tmp_path: Path, key: tuple[Path, str], spoil: object
) -> None:
    """Cut off by one byte, by half, changed near its end, or empty."""
    archive = tmp_path / "w.age"
    back_up(office.workspace, archive, [key[1]])
    archive.write_bytes(spoil(archive.read_bytes()))  # type: ignore[operator]
    before = sorted(tmp_path.iterdir())
    with pytest.raises(PipelineError, match="cut off or changed"):
        restore(archive, tmp_path / "again", key[0])
    assert sorted(tmp_path.iterdir()) == before


def test_a_backup_while_people_work_is_of_one_moment(office: Office, tmp_path: Path, key: tuple[Path, str]) -> None:
    """The ledger in it is whole although entries and checkpoints are written meanwhile."""
    office.state_everything()
    stop = threading.Event()

    def work() -> None:
        with closing(open_store(office.workspace.store_url)) as store:
            while not stop.is_set():
                state(store, office.team.bea, CODE, {"jurisdiction": "KG"})

    worker = threading.Thread(target=work)
    worker.start()
    try:
        back_up(office.workspace, tmp_path / "w.age", [key[1]])
    finally:
        stop.set()
        worker.join()
    made = restore(tmp_path / "w.age", tmp_path / "again", key[0])
    with closing(open_store(made.store_url)) as store:
        assert verify_workspace(store, made)[0].ok


@pytest.mark.parametrize("what", ["folder", "archive", "key", "recipient"])
def test_nothing_is_written_over(office: Office, tmp_path: Path, key: tuple[Path, str], what: str) -> None:
    """And what is no key is refused."""
    archive = tmp_path / "w.age"
    back_up(office.workspace, archive, [key[1]])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine", encoding="utf-8")
    acts = {
        "folder": lambda: restore(archive, tmp_path / "full", key[0]),
        "archive": lambda: back_up(office.workspace, archive, [key[1]]),
        "key": lambda: new_key(key[0]),
        "recipient": lambda: back_up(office.workspace, tmp_path / "v.age", ["age1nobody"]),
    }
    before = archive.read_bytes(), key[0].read_bytes(), sorted(tmp_path.iterdir())
    with pytest.raises(PipelineError):
        acts[what]()
    assert (archive.read_bytes(), key[0].read_bytes(), sorted(tmp_path.iterdir())) == before


def test_a_changed_original_is_found_by_reading_only(office: Office, tmp_path: Path) -> None:
    """Same size, one byte different: only `read_data` sees it."""
    copy = tmp_path / "speech.flac"
    copy.write_bytes((DATA / "jfk.flac").read_bytes())
    recording = office.ingest(copy)
    raw = bytearray(copy.read_bytes())
    raw[-1] ^= 1
    copy.write_bytes(raw)
    assert found(office.workspace, office, read_data=False) == {}
    assert found(office.workspace, office, read_data=True) == {
        recording: "the original was changed since it was taken in"
    }


def found(workspace: Workspace, office: Office, *, read_data: bool) -> dict[str, str]:
    checks = verify_everything(workspace, office.store, read_data=read_data)
    return {check.name: check.detail for check in checks if not check.passed}
