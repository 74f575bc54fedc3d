"""Signing in and out, and proving again who one is before something that binds."""

import os
from threading import BoundedSemaphore

from starlette.responses import Response

from pipeline.domain import User
from pipeline.errors import AuthenticationError
from review.accounts import authenticate
from review.ledger import record
from review.second_factor import is_enrolled, require_code
from review.web import sessions
from review.web.pages import cookie_name, see, set_cookie, show
from review.web.visit import Visit, now

_hashing = BoundedSemaphore(os.cpu_count() or 1)
"""Each password costs 64 MiB and a tenth of a second: not more of them at a time than there are cores."""


def sign_in_page(visit: Visit) -> Response:
    return see("/") if visit.person else show(visit, "sign_in.html", fault="", name="")


def sign_in(visit: Visit) -> Response:
    """A new session for who proves himself; whatever the browser held before is ended, never taken over."""
    name = visit.form.text("name", 200)
    try:
        person = _proven(visit, name)
    except AuthenticationError as error:
        return show(visit, "sign_in.html", 401, fault=f"{error.message}. {_public_hint(error)}", name=name)
    if visit.session:
        sessions.end(visit.store, visit.session, now())
    record(visit.store, "person.signed_in", person.id, person.id)
    return begin_anew(visit, person, see("/"))


def begin_anew(visit: Visit, person: User, answer: Response) -> Response:
    """A new session, put into the browser with this answer."""
    token = sessions.begin(visit.store, person, now())
    secure, seconds = visit.services.secure, int(sessions.LONGEST.total_seconds())
    set_cookie(answer, cookie_name(secure), token, secure=secure, hidden=True, seconds=seconds)
    return answer


def sign_out(visit: Visit) -> Response:
    """The session ends in the store, so that a copied cookie is worth nothing."""
    if visit.session:
        sessions.end(visit.store, visit.session, now())
    answer = see("/sign-in")
    answer.delete_cookie(cookie_name(visit.services.secure), path="/")
    return answer


def prove_again(visit: Visit) -> None:
    """Ask for the password (and a code) of the person signed in, from the form that was posted.

    Raises AuthenticationError when they are not his.
    """
    proven = _proven(visit, visit.me.name)
    if proven.id != visit.me.id:
        raise AuthenticationError("this is not your password", "type your own")


def _proven(visit: Visit, name: str) -> User:
    with _hashing:
        person = authenticate(visit.store, name, visit.form.exact("password"))
    if is_enrolled(visit.store, person):
        require_code(visit.store, person, visit.form.text("code", 30), now())
    return person


def _public_hint(error: AuthenticationError) -> str:
    """The terminal's hint names a command that lists people; here nobody is known yet."""
    return "Try again." if "user list" in error.hint else f"{error.hint.capitalize()}."
