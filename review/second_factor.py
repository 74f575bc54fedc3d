"""One-time codes (RFC 6238) as a second factor: enrolled with a first code, and none works twice."""

import base64
import secrets
from datetime import datetime

import pyotp

from pipeline.canonical import text_sha256
from pipeline.domain import User
from pipeline.errors import AuthenticationError
from pipeline.store import Store
from pipeline.store.visits import SecondFactor
from review.accounts import attempt_limits
from review.ledger import record

STEP_SECONDS = 30
WINDOW = 1
"""Steps that a phone's clock may be off, before and after."""

RECOVERY_CODES = 10
SHORTEST_RECOVERY_CODE = 16
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


def confirm(store: Store, person: User, code: str, now: datetime) -> tuple[str, ...]:
    """Begin to ask for codes; the recovery codes. Raises AuthenticationError when the code is not the app's."""
    secret = offer(store, person)
    step = _step_of(secret, code, now)
    if step is None:
        raise AuthenticationError("the code is wrong", "check the clock of the phone and type the next code")
    with store.transaction():  # nobody is asked for codes who was never shown those for a lost phone
        store.set_second_factor(person.id, SecondFactor(secret, confirmed=True, last_step=step))
        record(store, "second_factor.added", person.id, person.id)
        return renew_recovery_codes(store, person)


def renew_recovery_codes(store: Store, person: User) -> tuple[str, ...]:
    """Ten new codes for a lost phone, each for one sign-in; those before are worth nothing any more.

    They are shown once: the store keeps digests, and a code has 80 random bits.
    """
    made = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    with store.transaction():
        store.set_recovery_codes(person.id, [text_sha256(code) for code in made])
        record(store, "second_factor.recovery_codes_made", person.id, person.id)
    return tuple("-".join(code[n : n + 4] for n in range(0, len(code), 4)) for code in made)


def _is_recovery_code(store: Store, person: User, typed: str) -> bool:
    plain = typed.replace("-", "").replace(" ", "").lower()
    if len(plain) < SHORTEST_RECOVERY_CODE:
        return False
    with store.transaction():
        used = store.use_recovery_code(person.id, text_sha256(plain))
        if used:
            record(store, "second_factor.recovery_code_used", person.id, person.id)
    return used


def require_code(store: Store, person: User, code: str, now: datetime) -> None:
    """Ask a person with a second factor for a code, from the phone or for its loss; others pass.

    Raises AuthenticationError for a wrong, an old and a used code, and after five failures in a
    quarter of an hour.
    """
    factor = store.second_factor(person.id)
    if factor is None or not factor.confirmed:
        return
    who = f"code:{person.id}"
    if not store.begin_attempt(who, _text(now), attempt_limits(now)):
        raise AuthenticationError("too many wrong codes", "wait 15 minutes and try again")
    step = _step_of(factor.secret, code, now)
    fresh = step is not None and store.use_step(person.id, step)
    if not fresh and not _is_recovery_code(store, person, code):
        raise AuthenticationError("the code is wrong or was used already", "wait for the next code and type that")
    store.clear_attempts(who)


def remove(store: Store, by: User, person: User) -> None:
    """Take the codes away, as when a phone is lost; everybody sees it in the ledger."""
    with store.transaction():
        store.set_second_factor(person.id, None)
        store.set_recovery_codes(person.id, ())
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
