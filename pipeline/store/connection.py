"""Transactions: one per call, or one around several calls; what the database says becomes our error."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, TextClause, func, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from pipeline.errors import StoreError

WRITES = "counterclip_writes"
"""Execution option of a transaction that will write: on SQLite it begins IMMEDIATE."""

RAISED = "P0001"
"""PostgreSQL's code of what a trigger says; ours guard history."""


class Connected:
    """What the parts of the store share: an engine, and the transaction this thread is in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = threading.local()

    def close(self) -> None:
        """Give every connection back; the store is not used afterwards."""
        self._engine.dispose()

    @property
    def kind(self) -> str:
        """`a file`, or the database's name and version."""
        if self._engine.dialect.name == "sqlite":
            return "a file (SQLite)"
        return f"PostgreSQL {'.'.join(map(str, self._engine.dialect.server_version_info or ()))}"

    def moment(self) -> datetime | None:
        """What the database server's clock says; None when the store is a file."""
        if self._engine.dialect.name == "sqlite":
            return None
        with told_plainly(), self._engine.connect() as connection:
            return connection.execute(select(func.now())).scalar()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside happens together or not at all.

        Raises StoreError when the database refuses.
        """
        with self._writing():
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside is as it was at one moment, whoever writes meanwhile."""
        if getattr(self._thread, "connection", None) is not None:
            yield
            return
        with told_plainly(), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                self._thread.connection = connection
                try:
                    yield
                finally:
                    self._thread.connection = None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        joined: Connection | None = getattr(self._thread, "connection", None)
        if joined is not None:
            if not joined.get_execution_options().get(WRITES, False):
                raise StoreError("nothing can be written inside a snapshot", "write after it")
            yield joined
            return
        with told_plainly(), self._engine.connect() as connection:
            connection.execution_options(**{WRITES: True})
            with connection.begin():
                self._thread.connection = connection
                try:
                    yield connection
                finally:
                    self._thread.connection = None

    def _rows(self, query: Select[Any] | TextClause) -> Sequence[Row[Any]]:
        joined: Connection | None = getattr(self._thread, "connection", None)
        if joined is not None:
            return joined.execute(query).all()
        with told_plainly(), self._engine.connect() as connection:
            return connection.execute(query).all()

    def _row(self, query: Select[Any]) -> Row[Any] | None:
        found = self._rows(query.limit(1))
        return found[0] if found else None


@contextmanager
def told_plainly() -> Iterator[None]:
    """Database errors as StoreError, without the values they carry: those may be words or names."""
    try:
        yield
    except SQLAlchemyError as error:
        said = getattr(error, "orig", None) or error
        if isinstance(error, IntegrityError) or getattr(said, "sqlstate", None) == RAISED:
            raise StoreError(
                "the store refused a row: it is there already, or may not change",
                "look at the present state and try again",
            ) from None
        raise StoreError(
            f"the store cannot be read or written ({type(said).__name__})",
            "check that the disk has space and the database is reachable, then run the same command again",
        ) from None
