"""Everything a store holds, copied into another database; the old one then takes nothing more."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import DDL, Column, Connection, Integer, Table, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.errors import StoreError
from pipeline.store import tables
from pipeline.store.connection import Connected
from pipeline.store.opening import MOVED, open_engine

ROWS_AT_ONCE = 500

Sum = tuple[int, int]
"""How many rows a table has, and the sum of their digests: the same rows in any order give the same."""


def full_url(url: str) -> str:
    """A store's URL as it is kept in the settings: with the whole path of a SQLite file.

    Raises StoreError when it is none.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("the store's URL cannot be read", "write sqlite:///PATH or postgresql+psycopg://…") from None
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise StoreError("that store would be gone with the program", "name a file: sqlite:///PATH")
        parsed = parsed.set(database=str(Path(parsed.database).resolve()))
    return parsed.render_as_string(hide_password=False)


@contextmanager
def moved_store(old_url: str, new_url: str) -> Iterator[int]:
    """Copy every row and compare; yields how many there are, while nobody can write to the old store.

    When the block ends well the old store is closed for good. Stopped at any moment, the same call goes on: what
    was not compared was not kept. Raises StoreError when the new one holds something else.
    """
    old, new = open_engine(old_url, even_moved=True), open_engine(new_url)
    with closing(Connected(old)) as source, closing(Connected(new)) as target, source._writing() as reading:
        _lock(reading)
        with target._writing() as writing:
            rows = copy_rows(reading, writing)
        yield rows
        _close(reading)


def _lock(connection: Connection) -> None:
    """SQLite has one writer at a time, and that is us already."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(_quoted(connection, table) for table in _tables())
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def copy_rows(old: Connection, new: Connection) -> int:
    """Copy every row into a store in which there is nothing, and compare; return how many there are.

    Raises StoreError when there is something else in it.
    """
    wanted = _sums(old)
    if not any(rows for rows, _ in _sums(new)):
        for table in _tables():
            _copy(old, new, table)
    if _sums(new) != wanted:
        raise StoreError("the new store is not empty", "name a database or a file in which there is nothing yet")
    return sum(rows for rows, _ in wanted)


def _copy(old: Connection, new: Connection, table: Table) -> None:
    found = old.execute(select(table), execution_options={"yield_per": ROWS_AT_ONCE})
    for rows in found.mappings().partitions():
        new.execute(insert(table), [dict(row) for row in rows])
    for column in table.primary_key if new.dialect.name == "postgresql" else ():
        if _counts_up(table, column):
            last = new.execute(select(func.max(column))).scalar()
            if last is not None:
                told = {"table": _quoted(new, table), "column": column.name, "last": last}
                new.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), told)


def _counts_up(table: Table, column: "Column[object]") -> bool:
    return table.autoincrement_column is column and isinstance(column.type, Integer)


def _sums(connection: Connection) -> list[Sum]:
    return [_sum(connection, table) for table in _tables()]


def _sum(connection: Connection, table: Table) -> Sum:
    rows, total = 0, 0
    for row in connection.execute(select(table), execution_options={"yield_per": ROWS_AT_ONCE}):
        rows += 1
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest())
    return rows, total


def _close(connection: Connection) -> None:
    """A server that is still running on the old store must not take in what nobody would find again."""
    for table in _tables():
        for statement in _refusal(connection.dialect.name, table.name, _quoted(connection, table)):
            connection.execute(DDL(statement))  # type: ignore[no-untyped-call]
    if not connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == MOVED)).scalar():
        connection.execute(insert(tables.meta).values(key=MOVED, value="yes"))


def _refusal(dialect: str, name: str, quoted: str) -> Sequence[str]:
    said = "the store was moved"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name}_moved_{verb} BEFORE {verb} ON {quoted}"
            f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
            for verb in ("insert", "update", "delete")
        ]
    return (
        f"CREATE OR REPLACE FUNCTION {name}_moved() RETURNS trigger LANGUAGE plpgsql AS"
        f" 'BEGIN RAISE EXCEPTION ''{said}''; END'",
        f"CREATE OR REPLACE TRIGGER {name}_moved BEFORE INSERT OR UPDATE OR DELETE ON {quoted}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}_moved()",
    )


def _tables() -> list[Table]:
    """Those that others refer to come first. `meta` says things about its own database only."""
    return [table for table in tables.metadata.sorted_tables if table is not tables.meta]


def _quoted(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.format_table(table)
