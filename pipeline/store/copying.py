"""A copy of the whole store as it is at one moment, while others go on writing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from pipeline.errors import StoreError


def copy_store(url: str, target: Path) -> None:
    """Copy a SQLite store into a new file.

    Raises StoreError for a database server, which has tools of its own, and when the file cannot be read.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise StoreError("the store is a database server", "save it with its own tools, such as pg_dump")
    try:
        with (
            closing(sqlite3.connect(f"{Path(parsed.database).absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise StoreError(f"the store cannot be copied ({type(error).__name__})", "counterclip doctor") from None
