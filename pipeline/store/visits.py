"""Who is signed in to the review pages, second factors, and what was shown to be signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from pipeline.canonical import from_text, to_text
from pipeline.domain import Comment
from pipeline.store import tables, tables_people
from pipeline.store.connection import Connected


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. The token itself is only in the browser's cookie; the store has its sha256."""

    id: str
    user: str
    roles: str
    """The roles when it began: a session does not outlive a change of roles."""
    began_at: str
    seen_at: str
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The secret of a person's one-time codes."""

    secret: str
    confirmed: bool
    """A code was given once; before that it is not asked for."""
    last_step: int
    """Time step of the last code used: no code works twice."""


class Visits(Connected):
    """Sessions, second factors, comments, and documents by their digest."""

    def begin_session(self, token_sha256: str, session: Session) -> None:
        row = {name: getattr(session, name) for name in Session.__slots__}
        with self._writing() as connection:
            connection.execute(insert(tables_people.sessions).values(token_sha256=token_sha256, **row))

    def session(self, token_sha256: str) -> Session | None:
        row = self._row(select(tables_people.sessions).where(tables_people.sessions.c.token_sha256 == token_sha256))
        return _session(row) if row else None

    def sessions(self) -> tuple[Session, ...]:
        """Those that were not ended, the latest first."""
        table = tables_people.sessions
        found = self._rows(select(table).where(table.c.ended_at.is_(None)).order_by(table.c.began_at.desc()))
        return tuple(_session(row) for row in found)

    def touch_session(self, session_id: str, seen_at: str) -> None:
        self._set_session(tables_people.sessions.c.id == session_id, seen_at=seen_at)

    def end_session(self, session_id: str, at: str) -> None:
        """An ended one stays ended, with the time it first was."""
        table = tables_people.sessions
        self._set_session((table.c.id == session_id) & table.c.ended_at.is_(None), ended_at=at)

    def end_sessions_of(self, user_id: str, at: str) -> None:
        table = tables_people.sessions
        self._set_session((table.c.user == user_id) & table.c.ended_at.is_(None), ended_at=at)

    def _set_session(self, which: Any, **values: str) -> None:
        with self._writing() as connection:
            connection.execute(update(tables_people.sessions).where(which).values(values))

    def second_factor(self, user_id: str) -> SecondFactor | None:
        row = self._row(select(tables_people.second_factors).where(tables_people.second_factors.c.user == user_id))
        return SecondFactor(row.secret, bool(row.confirmed), row.last_step) if row else None

    def set_second_factor(self, user_id: str, factor: SecondFactor | None) -> None:
        """Put a person's second factor in place of the one before; None removes it."""
        table = tables_people.second_factors
        with self._writing() as connection:
            connection.execute(table.delete().where(table.c.user == user_id))
            if factor:
                row = {"secret": factor.secret, "confirmed": int(factor.confirmed), "last_step": factor.last_step}
                connection.execute(insert(table).values(user=user_id, **row))

    def use_step(self, user_id: str, step: int) -> bool:
        """Note that a code of this time step was used; False when it or a later one was already."""
        table = tables_people.second_factors
        with self._writing() as connection:
            fresh = (table.c.user == user_id) & (table.c.last_step < step)
            return connection.execute(update(table).where(fresh).values(last_step=step)).rowcount == 1

    def set_recovery_codes(self, user_id: str, digests: Sequence[str]) -> None:
        """Put a person's codes for a lost phone in place of those before, by their sha256."""
        table = tables_people.recovery_codes
        with self._writing() as connection:
            connection.execute(table.delete().where(table.c.user == user_id))
            for digest in digests:
                connection.execute(insert(table).values(user=user_id, sha256=digest))

    def use_recovery_code(self, user_id: str, digest: str) -> bool:
        """Take one away; False when it is not there (any more)."""
        table = tables_people.recovery_codes
        with self._writing() as connection:
            mine = (table.c.user == user_id) & (table.c.sha256 == digest)
            return connection.execute(table.delete().where(mine)).rowcount == 1

    def recovery_codes_left(self, user_id: str) -> int:
        table = tables_people.recovery_codes
        row = self._row(select(func.count()).select_from(table).where(table.c.user == user_id))
        return int(row[0]) if row else 0

    def add_comment(self, comment: Comment) -> None:
        """Raises StoreError when the recording is unknown."""
        with self._writing() as connection:
            row = {"recording": comment.recording, "body": to_text(comment)}
            connection.execute(insert(tables.comments).values(row))

    def comments(self, recording_id: str) -> tuple[Comment, ...]:
        """Every comment, the earliest first."""
        table = tables.comments
        found = self._rows(select(table.c.body).where(table.c.recording == recording_id).order_by(table.c.seq))
        return tuple(from_text(Comment, row.body) for row in found)

    def keep_document(self, sha256: str, body: str) -> None:
        """Keep a document that was shown to be signed, so that a later change can be told from it."""
        if self.document(sha256) is not None:
            return
        with self._writing() as connection:
            if connection.execute(select(tables.documents).where(tables.documents.c.sha256 == sha256)).first() is None:
                connection.execute(insert(tables.documents).values(sha256=sha256, body=body))

    def document(self, sha256: str) -> str | None:
        """What was shown under this digest, or under one that begins like this."""
        known = tables.documents.c.sha256.startswith(sha256.lower(), autoescape=True)
        row = self._row(select(tables.documents.c.body).where(known))
        return str(row.body) if row else None


def _session(row: Row[Any]) -> Session:
    return Session(row.id, row.user, row.roles, row.began_at, row.seen_at, row.ended_at)
