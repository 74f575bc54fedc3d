"""One's own account: how material is shown, one-time codes, where one is signed in. And people, for admins."""

from starlette.responses import Response

from pipeline.domain import Role
from pipeline.errors import NotFoundError, PipelineError
from review.accounts import add_user
from review.ledger import record
from review.second_factor import address, confirm, is_enrolled, offer, remove
from review.web import sessions
from review.web.auth import prove_again
from review.web.look import COOKIE, LOOKS
from review.web.pages import see, set_cookie, show
from review.web.visit import Visit, now

YEAR_SECONDS = 365 * 24 * 3600


def account(visit: Visit) -> Response:
    me, store = visit.me, visit.store
    mine = [s for s in store.sessions() if s.user == me.id]
    return show(visit, "account.html", sessions=mine, session=visit.session, enrolled=is_enrolled(store, me),
                secret="", address="")  # fmt: skip


def choose_look(visit: Visit) -> Response:
    """Keep the choice in the browser: it is nobody else's business."""
    chosen = set(visit.form.texts("look"))
    answer = see("/account")
    value = ".".join(look.name for look in LOOKS if look.name in chosen)
    set_cookie(answer, COOKIE, value, secure=visit.services.secure, hidden=False, seconds=YEAR_SECONDS)
    return answer


def offer_codes(visit: Visit) -> Response:
    """Show the secret once the password was given again."""
    prove_again(visit)
    secret = offer(visit.store, visit.me)
    return show(visit, "account.html", sessions=[], session=visit.session, enrolled=False, secret=secret,
                address=address(visit.me, secret))  # fmt: skip


def confirm_codes(visit: Visit) -> Response:
    confirm(visit.store, visit.me, visit.form.needed("code", 20), now())
    return see("/account")


def end_session(visit: Visit) -> Response:
    """One's own session, or anyone's for an admin."""
    found = next((s for s in visit.store.sessions() if s.id == visit.params["session"]), None)
    is_admin = Role.ADMIN in visit.me.roles
    if found is None or (found.user != visit.me.id and not is_admin):
        raise NotFoundError("no such session", "it may have ended already")
    sessions.end(visit.store, found, now())
    record(visit.store, "session.ended", visit.me.id, found.id)
    return see("/people" if is_admin and found.user != visit.me.id else "/account")


def people(visit: Visit) -> Response:
    store = visit.store
    users = store.users()
    return show(visit, "people.html", users=users, names={u.id: u.name for u in users}, sessions=store.sessions(),
                enrolled={u.id for u in users if is_enrolled(store, u)})  # fmt: skip


def add_person(visit: Visit) -> Response:
    """The new person types the password at the admin's machine, or changes it later."""
    prove_again(visit)
    try:
        roles = tuple(Role(r) for r in visit.form.texts("role"))
    except ValueError:
        raise PipelineError("there is no such role", f"choose from {', '.join(Role)}") from None
    add_user(visit.store, visit.form.needed("name", 200), roles, visit.form.exact("new_password"), by=visit.me.id)
    return see("/people")


def take_codes_away(visit: Visit) -> Response:
    prove_again(visit)
    person = visit.store.user_by_id(visit.params["user"])
    if person is None:
        raise NotFoundError("no such person", "look at the list")
    remove(visit.store, visit.me, person)
    return see("/people")
