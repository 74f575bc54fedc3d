"""A copy of the whole store as it is at one moment, while others go on writing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from pipeline.errors import StoreError
from pipeline.store.connection import Connected, told_plainly
from pipeline.store.moving import copy_rows
from pipeline.store.opening import open_engine


def copy_store(url: str, target: Path) -> None:
    """Copy a store, a server's as well, into a new SQLite file.

    Raises StoreError when it cannot be read or the file not be written.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        _copy_from_server(url, target)
        return
    try:
        with (
            closing(sqlite3.connect(f"{Path(parsed.database).absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise StoreError(f"the store cannot be copied ({type(error).__name__})", "counterclip doctor") from None


def _copy_from_server(url: str, target: Path) -> None:
    with closing(Connected(open_engine(f"sqlite:///{target}"))) as copy, told_plainly():
        server = open_engine(url)
        try:
            with server.connect() as reading, copy._writing() as writing:
                reading.execution_options(isolation_level="REPEATABLE READ")
                with reading.begin():
                    copy_rows(reading, writing)
        finally:
            server.dispose()
