"""What people say about an interviewee: each statement dated, with the name of who says so, and in the ledger."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pipeline.canonical import Json, document_sha256
from pipeline.domain import User
from pipeline.store import Store
from review.ledger import record


def state(store: Store, user: User, code: str, given: Mapping[str, Json]) -> None:
    """Keep what `user` says about the interviewee; an empty mapping only makes the code known.

    The code itself is not written to the ledger, only the digest of what was said.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    said = document_sha256("statement", {"code": code, "at": at, **given})
    with store.transaction():
        for field, value in (given or {"known": True}).items():
            store.add_statement(code, field, value, user.id, at)
        record(store, "interviewee.stated", user.id, said[:12], said)
