"""A workspace is founded whole or not at all, wherever its store is."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Role, User
from pipeline.errors import PipelineError, StoreError
from pipeline.jobs import found
from pipeline.jobs.found import new_workspace, settings_for
from pipeline.store import open_store

GOOD = "correct horse battery"


def make(root: Path, url: str) -> str:
    return new_workspace(root, settings_for(url), "Ana", (Role.ADMIN,), GOOD)


def test_a_database_whose_folder_got_no_name_is_still_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same call works afterwards: nobody's workspace is in it."""
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"

    def refuse(part: Path, final: Path) -> None:
        raise PipelineError("cannot publish w: No space left on device", "check the disk and run it again")

    with monkeypatch.context() as patch:
        patch.setattr(found, "publish", refuse)
        with pytest.raises(PipelineError, match="No space left"):
            make(tmp_path / "w", url)
    with closing(open_store(url)) as store:
        assert (store.users(), store.entries()) == ((), ())
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    assert make(tmp_path / "w", url)


def test_of_two_that_found_in_one_database_one_is_told_no(
    tmp_path: Path, new_postgresql: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However close they are: one workspace, one administrator, one folder."""
    url, real, together = new_postgresql(), found.open_store, threading.Barrier(2)
    add = found.add_user

    def opened(at: str) -> Any:
        store = real(at)
        together.wait(30)
        return store

    def slowly(*given: Any, **named: Any) -> User:
        time.sleep(0.5)
        return add(*given, **named)

    monkeypatch.setattr(found, "open_store", opened)
    monkeypatch.setattr(found, "add_user", slowly)
    with ThreadPoolExecutor(2) as pool:
        founding = [pool.submit(make, tmp_path / name, url) for name in ("one", "two")]
        ended = [future.exception(60) for future in founding]
    (refused,) = (error for error in ended if error is not None)
    assert "holds a workspace already" in str(refused)
    with closing(real(url)) as store:
        assert len(store.users()) == 1
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_a_workspaces_database_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be an older program's, which could not read it any more if it were brought to our schema."""
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    make(tmp_path / "w", url)
    opened: list[str] = []
    monkeypatch.setattr(found, "open_store", opened.append)
    with pytest.raises(PipelineError, match="holds a workspace already"):
        make(tmp_path / "other", url)
    assert opened == []


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_store_that_is_gone_with_the_program_is_refused(url: str) -> None:
    """Testimony would be lost without a word."""
    with pytest.raises(StoreError, match="gone with the program"):
        settings_for(url)
