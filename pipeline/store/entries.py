"""The ledger's rows, appended one behind the other; what makes them a chain is in `review.ledger`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, insert, select, text

from pipeline.domain import LedgerEntry, utc_now
from pipeline.store import tables
from pipeline.store.connection import Connected

FIRST_PREV = "0" * 64

APPEND_LOCK = 7_205_002
"""PostgreSQL's advisory lock of those who append; on SQLite the write transaction is the lock."""


class Entries(Connected):
    """Append to the ledger and read it."""

    def append_entry(
        self,
        kind: str,
        actor: str,
        object_id: str,
        content_sha256: str,
        make_hash: Callable[[LedgerEntry], str],
    ) -> LedgerEntry:
        """Append an entry behind the present head, whoever else appends at the same time.

        `make_hash` gets the entry with an empty sha256 and gives the one it shall have.
        """
        with self._writing() as connection:
            lock_others_out(connection)
            head = self.head()
            seq, prev = (head.seq + 1, head.sha256) if head else (1, FIRST_PREV)
            bare = LedgerEntry(seq, prev, utc_now(), actor, kind, object_id, content_sha256, "")
            entry = replace(bare, sha256=make_hash(bare))
            row = {name: getattr(entry, name) for name in LedgerEntry.__slots__}
            connection.execute(insert(tables.ledger).values(row))
        return entry

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A transaction in which nobody else appends to the ledger, so nobody publishes either."""
        with self._writing() as connection:
            lock_others_out(connection)
            yield

    def entries(self, object_id: str | None = None) -> tuple[LedgerEntry, ...]:
        """The whole ledger, or what is in it about one object; the first entry first, exactly as the rows are."""
        wanted = select(tables.ledger)
        if object_id is not None:
            wanted = wanted.where(tables.ledger.c.object == object_id)
        found = self._rows(wanted.order_by(tables.ledger.c.seq))
        return tuple(LedgerEntry(**row._mapping) for row in found)

    def head(self) -> LedgerEntry | None:
        """The last entry; None while there is none."""
        row = self._row(select(tables.ledger).order_by(tables.ledger.c.seq.desc()))
        return LedgerEntry(**row._mapping) if row else None


def lock_others_out(connection: Connection) -> None:
    """Until the transaction ends no other that calls this goes on; on SQLite none that writes does anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": APPEND_LOCK})
