"""Opening a store: its migrations done, the database told to be durable."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, literal, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.errors import StoreError
from pipeline.store import tables
from pipeline.store.connection import WRITES, told_plainly
from pipeline.store.fulltext import prepare_search
from pipeline.store.history import protect_history
from pipeline.store.migrations import is_newest, migrate

WAIT_SECONDS = 30
"""How long a writer waits for another one; appends take milliseconds."""

SCHEMA_LOCK = 7_205_001
"""Any number of our own: PostgreSQL's advisory lock while tables are made."""


MOVED = "moved"
"""Key of `meta` in a store whose content lies elsewhere now."""


def open_engine(url: str, *, even_moved: bool = False) -> Engine:
    """An engine on a store whose tables are there and of our schema; one that is missing is made.

    Raises StoreError when the URL is none, the database cannot be reached, a newer program wrote it, or it
    was moved.
    """
    with told_plainly():
        engine = _engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _make_durable)
            event.listen(engine, "begin", _begin)
        try:
            _open(engine, even_moved)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("the store's URL cannot be read", "write sqlite:///PATH or postgresql+psycopg://…") from None
    sqlite = parsed.get_backend_name() == "sqlite"
    connect = {"timeout": WAIT_SECONDS, "check_same_thread": False} if sqlite else {}
    try:
        return create_engine(parsed, hide_parameters=True, connect_args=connect)
    except ModuleNotFoundError:
        raise StoreError("the driver of this database is missing", "install counterclip[postgresql]") from None


def holds_anything(url: str) -> bool:
    """Whether there is a row in any table of ours, whatever its age; nothing is changed for the question.

    Raises StoreError as `open_engine` does.
    """
    with told_plainly():
        engine = _engine(url)
        try:
            with engine.connect() as connection:
                known = set(inspect(connection).get_table_names()) - {tables.meta.name}
                ours = [table for table in tables.metadata.sorted_tables if table.name in known]
                return any(connection.execute(select(literal(1)).select_from(t).limit(1)).first() for t in ours)
        finally:
            engine.dispose()


def _open(engine: Engine, even_moved: bool) -> None:
    with engine.connect() as connection:
        connection.execution_options(**{WRITES: True})
        with connection.begin():
            _prepare(connection)
            if not even_moved:
                _require_unmoved(connection)


def _make_durable(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    # a transaction that reads first and writes later could lose to another writer in between
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})
    schema = _schema(connection) if inspect(connection).has_table(tables.meta.name) else None
    if schema is None or not is_newest(connection, tables.SCHEMA):
        migrate(connection)
        _stamp(connection, schema)
    protect_history(connection)
    prepare_search(connection)


def _require_unmoved(connection: Connection) -> None:
    if connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == MOVED)).scalar():
        raise StoreError(
            "this store was moved", "run counterclip store copy again, or name the new store in counterclip.toml"
        )


def _stamp(connection: Connection, schema: int | None) -> None:
    """Say for programs of any age which schema this is."""
    newest = {"value": str(tables.SCHEMA)}
    if schema is None:
        connection.execute(insert(tables.meta).values(key="schema", **newest))
    else:
        connection.execute(update(tables.meta).where(tables.meta.c.key == "schema").values(**newest))


def _schema(connection: Connection) -> int:
    found = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == "schema")).scalar()
    if found is None or not found.isdigit():
        raise StoreError("this database is not a counterclip store", "name another one in counterclip.toml")
    if int(found) > tables.SCHEMA:
        raise StoreError(
            f"the store has schema {found}, this program knows schema {tables.SCHEMA}",
            "use the program version that wrote it, or a newer one",
        )
    return int(found)
