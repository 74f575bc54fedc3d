"""Who is acting: names, roles, passwords. A person signs with his own password, never with a name alone."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.canonical import document_sha256, text_sha256
from pipeline.domain import Role, User, new_id
from pipeline.errors import AuthenticationError, PipelineError, RefusedError
from pipeline.store import Store
from pipeline.store.people import name_key
from review.ledger import record

LEAST_CHARACTERS = 12
MOST_BYTES = 1024
"""Longer ones are refused before they are hashed (`safety.md`, part 3)."""

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
"""Five failures in a quarter of an hour lock a name (`safety.md`, part 3)."""

FAILURES_A_DAY = 50
"""So many in a day lock it too: slow guessing is guessing (`safety.md`, part 3)."""

NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$oAkHpfZQL9zMXPCPpgmwtw$JyhODNrTKU1Z9Uk4QZRU88YXJl4PUYfrmwkDtEiUy+M"
"""Hash of random bytes nobody kept: checked for unknown names, so that they take as long."""

HANDS_ON = frozenset({Role.EDITOR, Role.REVIEWER, Role.COUNSEL, Role.EXPORTER})
"""Nobody has one of these together with admin: who makes accounts would be two signers (`safety.md`, part 3)."""

_hasher = PasswordHasher()  # argon2id; the library's defaults are RFC 9106's second choice, 64 MiB


def add_user(store: Store, name: str, roles: tuple[Role, ...], password: str, *, by: str = "system") -> User:
    """Add a person. The ledger gets the id and a digest of the roles, never the name.

    Raises AuthenticationError for a password that is too short or too long, PipelineError for an
    empty name or no role, RefusedError for admin beside another role, StoreError when the name is taken.
    """
    plain = unicodedata.normalize("NFC", name).strip()
    if not plain:
        raise PipelineError("a person needs a name", "give the name this person signs in with")
    if not roles:
        raise PipelineError("a person needs a role", f"choose from {', '.join(Role)}")
    _require_one_hat(roles)
    user = User(new_id("u"), plain, tuple(dict.fromkeys(roles)))
    encoded = _hasher.hash(_checked(password))
    with store.transaction():
        store.add_user(user, encoded)
        record(store, "user.added", by, user.id, document_sha256("roles", [user.id, *user.roles]))
    return user


def change_roles(store: Store, admin: User, person: User, roles: tuple[Role, ...]) -> User:
    """Give a person other roles; his sessions end, and sign-offs in a role he lost do not count any more.

    No role at all shuts him out. Raises AuthenticationError when `admin` is none, RefusedError for admin
    beside another role, PipelineError when it would leave nobody who can add people.
    """
    require_role(admin, Role.ADMIN)
    _require_one_hat(roles)
    changed = User(person.id, person.name, tuple(dict.fromkeys(roles)))
    with store.transaction():
        store.set_roles(person.id, changed.roles)
        store.end_sessions_of(person.id, _text(datetime.now(UTC)))
        record(store, "user.roles_changed", admin.id, person.id, document_sha256("roles", [person.id, *changed.roles]))
        # asked last: whoever writes to the ledger waits for the other admin who does the same
        if not any(Role.ADMIN in user.roles for user in store.users()):
            raise PipelineError("nobody would be admin any more", "make somebody else admin first")
    return changed


def _require_one_hat(roles: Sequence[Role]) -> None:
    if Role.ADMIN in roles and (others := HANDS_ON & set(roles)):
        raise RefusedError(
            f"nobody is admin and {' and '.join(sorted(others))} at once",
            hint="an admin makes accounts and approves nothing: give the other role to another person",
        )


def change_password(store: Store, person: User, password: str, *, by: User) -> None:
    """A new password: one's own, or from an admin who resets it for somebody who forgot it. Every session ends.

    Raises AuthenticationError when it is too weak, or for anyone else.
    """
    if by.id != person.id:
        require_role(by, Role.ADMIN)
    encoded = _hasher.hash(_checked(password))
    with store.transaction():
        store.set_password(person.id, encoded)
        store.clear_attempts(text_sha256(name_key(person.name)))
        store.end_sessions_of(person.id, _text(datetime.now(UTC)))
        record(store, "user.password_changed", by.id, person.id)


def authenticate(store: Store, name: str, password: str, *, now: datetime | None = None) -> User:
    """The person of this name, proven by the password.

    Raises AuthenticationError: in the same words for an unknown name and a wrong password, and for
    a name with too many failures without looking at the password.
    """
    who, moment = text_sha256(name_key(name)), now or datetime.now(UTC)
    if not store.begin_attempt(who, _text(moment), attempt_limits(moment)):
        raise AuthenticationError(
            "too many failures for this name",
            f"wait {LOCKED_FOR.seconds // 60} minutes and try again; after {FAILURES_A_DAY} in a day, a day,"
            " or ask an admin for a new password",
        )
    user = store.user_by_name(name)
    encoded = store.password_of(user.id) if user else None
    if not _matches(encoded or NOBODY, password) or user is None:
        raise AuthenticationError("name or password is wrong", "counterclip user list shows who is known")
    store.clear_attempts(who)
    return user


def attempt_limits(moment: datetime) -> tuple[tuple[str, int], ...]:
    """Since when how many attempts lock: in a quarter of an hour, and in a day."""
    return (_text(moment - LOCKED_FOR), FAILURES), (_text(moment - timedelta(days=1)), FAILURES_A_DAY)


def require_role(user: User, *roles: Role) -> None:
    """Raises AuthenticationError when the person has none of these roles."""
    if not set(user.roles) & set(roles):
        raise AuthenticationError(
            f"you may not do this: it takes the role {' or '.join(roles)}",
            "ask someone who has it; an admin gives roles to new people",
        )


def _checked(password: str) -> bytes:
    value = _bytes(password)
    if len(password) < LEAST_CHARACTERS:
        raise AuthenticationError(
            f"the password is shorter than {LEAST_CHARACTERS} characters", "take four or more words"
        )
    if len(value) > MOST_BYTES:
        raise AuthenticationError(f"the password is longer than {MOST_BYTES} bytes", "take a shorter one")
    return value


def _matches(encoded: str, password: str) -> bool:
    value = _bytes(password)
    if len(value) > MOST_BYTES:
        return False
    try:
        return _hasher.verify(encoded, value)
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    """One form for every keyboard; bytes that were no text pass through as they are."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogateescape")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
