"""Sign-ins that can be taken back: a random token in the browser, its digest and life in the store."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from pipeline.domain import User, new_id
from pipeline.store import Session, Store

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
"""`safety.md`, part 3: idle 30 minutes, at most 12 hours."""

TOUCH_EVERY = timedelta(minutes=1)
"""A page asks for many things at once; the store needs to know only about when."""


def begin(store: Store, person: User, now: datetime) -> str:
    """Start a session and return its token: 256 random bits, known only to the browser."""
    token = secrets.token_urlsafe(32)
    at = _text(now)
    store.begin_session(digest(token), Session(new_id("v"), person.id, _roles(person), at, at, None))
    return token


def find(store: Store, token: str | None, now: datetime) -> tuple[User, Session] | None:
    """Who holds this token, and the session; None when it is unknown, ended, too old or idle.

    A session also ends when the person's roles are not those it began with.
    """
    session = store.session(digest(token)) if token else None
    if session is None or session.ended_at is not None:
        return None
    person = store.user_by_id(session.user)
    idle, age = now - _moment(session.seen_at), now - _moment(session.began_at)
    if person is None or _roles(person) != session.roles or idle > IDLE or age > LONGEST:
        store.end_session(session.id, _text(now))
        return None
    if idle > TOUCH_EVERY:
        store.touch_session(session.id, _text(now))
    return person, session


def end(store: Store, session: Session, now: datetime) -> None:
    store.end_session(session.id, _text(now))


def digest(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _roles(person: User) -> str:
    return " ".join(sorted(person.roles))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
