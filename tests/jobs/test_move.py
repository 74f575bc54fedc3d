"""A workspace's store moves to a server and back, with everything in it, and nothing is written behind its back."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from office import Office
from sqlalchemy import create_engine, text

from pipeline.errors import PipelineError, StoreError
from pipeline.jobs import move
from pipeline.jobs.move import move_store
from pipeline.store import Store, open_store
from pipeline.workspace import Workspace, find_workspace
from review.ledger import record, verify_workspace

COUNTERCLIP = Path(sys.executable).with_name("counterclip")


def again(office: Office) -> Workspace:
    """The workspace as the next command finds it."""
    return find_workspace(office.workspace.root, None)


def everything(store: Store) -> tuple[object, ...]:
    recordings = store.recordings()
    return (
        recordings, store.users(), store.plans(), store.entries(), store.head(),
        [(store.transcript(r.id), store.flags(r.id), store.decision_history(r.id)) for r in recordings],
        [store.signoffs(plan.id) for plan in store.plans()],
    )  # fmt: skip


def everything_at(workspace: Workspace) -> tuple[object, ...]:
    with closing(open_store(workspace.store_url)) as store:
        return everything(store)


def test_everything_moves_to_postgresql_and_back(
    office: Office, new_postgresql: Callable[[], str], tmp_path: Path
) -> None:
    """Recordings, words, judgements, signatures and the ledger are the same at each place, and work goes on there."""
    office.signed_plan()
    before = everything(office.store)
    office.store.close()
    server = new_postgresql()
    argv = [COUNTERCLIP, "-w", office.workspace.root, "store", "copy", "--to", server]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert again(office).store_url == server
    assert everything_at(again(office)) == before
    with closing(open_store(server)) as store:
        record(store, "test", "u-1", "o-1")  # numbers go on where they were
        store.add_statement("T-1", "standing", "wavering", "u-1", "2026-11-22T10:00:00.000Z")
        assert verify_workspace(store, again(office))[0].ok
    later = everything_at(again(office))
    move_store(again(office), f"sqlite:///{tmp_path / 'back.sqlite3'}")
    assert everything_at(again(office)) == later
    with closing(open_store(again(office).store_url)) as store:
        record(store, "test", "u-1", "o-2")
        assert verify_workspace(store, again(office))[0].ok


def test_whoever_still_has_the_old_store_open_can_write_nothing_into_it(office: Office, tmp_path: Path) -> None:
    """A server that nobody stopped is refused, and so is the next one that would open the old store."""
    with closing(open_store(office.workspace.store_url)) as running:
        move_store(office.workspace, f"sqlite:///{tmp_path / 'new.sqlite3'}")
        with pytest.raises(StoreError, match="may not change"):
            record(running, "test", "u-1", "o-1")
    with pytest.raises(StoreError, match="was moved") as caught:
        open_store(office.workspace.store_url)
    assert "store copy" in caught.value.hint


def test_a_move_that_was_stopped_is_finished_by_the_same_command(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after the copy, or before the settings were written: nothing is lost, the second time completes it."""
    office.signed_plan()
    before, target = everything(office.store), f"sqlite:///{tmp_path / 'new.sqlite3'}"
    for step in ("_require_whole", "write_durably"):
        with monkeypatch.context() as patch:
            patch.setattr(move, step, stop)
            with pytest.raises(KeyboardInterrupt):
                move_store(office.workspace, target)
        assert again(office).store_url == office.workspace.store_url
    move_store(office.workspace, target)
    assert again(office).store_url == target
    assert everything_at(again(office)) == before


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_store_that_holds_something_else_is_left_alone(office: Office, tmp_path: Path) -> None:
    """Neither is the other one changed, nor this one closed, nor the settings."""
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    with closing(open_store(other)) as store:
        record(store, "test", "u-1", "o-1")
    with pytest.raises(StoreError, match="not empty"):
        move_store(office.workspace, other)
    with closing(open_store(other)) as store:
        assert len(store.entries()) == 1
    assert again(office).store_url == office.workspace.store_url
    record(office.store, "test", "u-1", "o-1")


def test_a_ledger_that_is_not_whole_is_not_moved(office: Office, tmp_path: Path) -> None:
    """What was changed behind its back is found before anybody works on with it."""
    workspace = office.workspace
    engine = create_engine(workspace.store_url)
    with engine.begin() as raw:
        raw.execute(text("INSERT INTO ledger VALUES (999, 'x', 'y', 'u-1', 'kind', 'o', '', 'z')"))
    engine.dispose()
    with pytest.raises(StoreError, match="not whole"):
        move_store(workspace, f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert again(office).store_url == workspace.store_url


def test_to_where_it_is_already_is_refused(office: Office) -> None:
    """Also when the file is named another way."""
    if office.workspace.store_url.startswith("sqlite"):
        same = f"sqlite:///{office.workspace.root / 'keys' / '..' / 'store.sqlite3'}"
        with pytest.raises(PipelineError, match="there already"):
            move_store(replace(office.workspace), same)
    with pytest.raises(PipelineError, match="there already"):
        move_store(office.workspace, office.workspace.store_url)
