"""One-time codes (RFC 6238) as a second factor: enrolled with a first code, and none works twice."""

from datetime import datetime, timedelta

import pyotp

from pipeline.domain import User
from pipeline.errors import AuthenticationError
from pipeline.store import Store
from pipeline.store.visits import SecondFactor
from review.ledger import record

STEP_SECONDS = 30
WINDOW = 1
"""Steps that a phone's clock may be off, before and after."""

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
ISSUER = "counterclip"


def is_enrolled(store: Store, person: User) -> bool:
    factor = store.second_factor(person.id)
    return factor is not None and factor.confirmed


def offer(store: Store, person: User) -> str:
    """A new secret, asked for only after `confirm`; the one offered before while that is open.

    Raises AuthenticationError when codes are in use already: those are taken away by an admin.
    """
    factor = store.second_factor(person.id)
    if factor and factor.confirmed:
        raise AuthenticationError("one-time codes are in use already", "an admin can take them away")
    if factor is None:
        factor = SecondFactor(pyotp.random_base32(), confirmed=False, last_step=0)
        store.set_second_factor(person.id, factor)
    return factor.secret


def address(person: User, secret: str) -> str:
    """What an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.name, issuer_name=ISSUER)


def confirm(store: Store, person: User, code: str, now: datetime) -> None:
    """Begin to ask for codes. Raises AuthenticationError when the code is not the app's."""
    secret = offer(store, person)
    step = _step_of(secret, code, now)
    if step is None:
        raise AuthenticationError("the code is wrong", "check the clock of the phone and type the next code")
    store.set_second_factor(person.id, SecondFactor(secret, confirmed=True, last_step=step))
    record(store, "second_factor.added", person.id, person.id)


def require_code(store: Store, person: User, code: str, now: datetime) -> None:
    """Ask a person with a second factor for a code; others pass.

    Raises AuthenticationError for a wrong, an old and a used code, and after five failures in a
    quarter of an hour.
    """
    factor = store.second_factor(person.id)
    if factor is None or not factor.confirmed:
        return
    who = f"code:{person.id}"
    if not store.begin_attempt(who, _text(now), _text(now - LOCKED_FOR), FAILURES):
        raise AuthenticationError("too many wrong codes", "wait 15 minutes and try again")
    step = _step_of(factor.secret, code, now)
    if step is None or not store.use_step(person.id, step):
        raise AuthenticationError("the code is wrong or was used already", "wait for the next code and type that")
    store.clear_attempts(who)


def remove(store: Store, by: User, person: User) -> None:
    """Take the codes away, as when a phone is lost; everybody sees it in the ledger."""
    store.set_second_factor(person.id, None)
    record(store, "second_factor.removed", by.id, person.id)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    made, typed = pyotp.TOTP(secret, interval=STEP_SECONDS), code.replace(" ", "")
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - WINDOW, present + WINDOW + 1):
        if pyotp.utils.strings_equal(made.at(step * STEP_SECONDS), typed):
            return step
    return None


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
