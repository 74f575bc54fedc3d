"""One's own account: how material is shown, one-time codes, where one is signed in. And people, for admins."""

from starlette.responses import Response

from pipeline.domain import Role, User
from pipeline.errors import AuthenticationError, NotFoundError, PipelineError
from review.accounts import add_user, change_password, change_roles
from review.assignments import PARTS, assign, parts_now, unassign
from review.ledger import record
from review.second_factor import address, confirm, is_enrolled, offer, remove, renew_recovery_codes
from review.web import sessions
from review.web.auth import begin_anew, prove_again
from review.web.look import COOKIE, LOOKS
from review.web.pages import see, set_cookie, show
from review.web.visit import Visit, now

YEAR_SECONDS = 365 * 24 * 3600


def account(visit: Visit) -> Response:
    return _account(visit)


def _account(
    visit: Visit, *, status: int = 200, secret: str = "", codes: tuple[str, ...] = (), fault: str = "", done: str = ""
) -> Response:
    me, store = visit.me, visit.store
    mine = [s for s in store.sessions() if s.user == me.id]
    return show(visit, "account.html", status, sessions=mine, session=visit.session, enrolled=is_enrolled(store, me),
                secret=secret, address=address(me, secret) if secret else "", codes=codes,
                codes_left=store.recovery_codes_left(me.id), fault=fault, done=done)  # fmt: skip


def choose_password(visit: Visit) -> Response:
    """Another password for oneself: every session ends, and a new one begins here."""
    if visit.form.exact("new_password") != visit.form.exact("new_password_again"):
        return _account(visit, status=422, fault="The two new passwords differ. Nothing was changed.")
    try:
        prove_again(visit)
        change_password(visit.store, visit.me, visit.form.exact("new_password"), by=visit.me)
    except AuthenticationError as error:
        return _account(visit, status=403, fault=f"{error.message}. Nothing was changed.")
    return begin_anew(visit, visit.me, see("/account"))


def renew_codes(visit: Visit) -> Response:
    """New recovery codes in place of those before."""
    prove_again(visit)
    if not is_enrolled(visit.store, visit.me):
        raise NotFoundError("one-time codes are not in use", "set them up first")
    return _account(visit, codes=renew_recovery_codes(visit.store, visit.me))


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
    return _account(visit, secret=offer(visit.store, visit.me))


def confirm_codes(visit: Visit) -> Response:
    """From now on codes are asked for; those for a lost phone are shown this once."""
    try:
        codes = confirm(visit.store, visit.me, visit.form.needed("code", 20), now())
    except AuthenticationError as error:
        return _account(visit, status=422, secret=offer(visit.store, visit.me), fault=f"{error.message}.")
    return _account(visit, codes=codes)


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
    parts = parts_now(store)
    interviews = [
        (r, r.id in parts.restricted, [(u, parts.given[r.id, u.id]) for u in users if (r.id, u.id) in parts.given])
        for r in store.recordings()
    ]
    return show(visit, "people.html", users=users, names={u.id: u.name for u in users}, sessions=store.sessions(),
                enrolled={u.id for u in users if is_enrolled(store, u)}, interviews=interviews, parts=PARTS,
                readers=[u for u in users if set(PARTS) & set(u.roles)])  # fmt: skip


def assign_person(visit: Visit) -> Response:
    """A part in an interview for a person, or none any more; from the first on it is closed to the others."""
    prove_again(visit)
    person, recording, part = _person(visit), visit.form.needed("recording", 40), visit.form.needed("part", 20)
    if part == "none":
        unassign(visit.store, visit.me, person, [recording])
        return see("/people")
    try:
        assign(visit.store, visit.me, person, [recording], Role(part))
    except ValueError:
        raise PipelineError("there is no such part", f"choose from {', '.join(PARTS)}") from None
    return see("/people")


def add_person(visit: Visit) -> Response:
    """The new person types the password at the admin's machine, or changes it later."""
    prove_again(visit)
    add_user(
        visit.store, visit.form.needed("name", 200), _roles(visit), visit.form.exact("new_password"), by=visit.me.id
    )
    return see("/people")


def take_codes_away(visit: Visit) -> Response:
    prove_again(visit)
    remove(visit.store, visit.me, _person(visit))
    return see("/people")


def give_roles(visit: Visit) -> Response:
    """Other roles for a person, or none, which shuts him out; his sessions end."""
    prove_again(visit)
    change_roles(visit.store, visit.me, _person(visit), _roles(visit))
    return see("/people")


def reset_password(visit: Visit) -> Response:
    """A new password, typed by the person who forgot his at the admin's machine."""
    prove_again(visit)
    change_password(visit.store, _person(visit), visit.form.exact("new_password"), by=visit.me)
    return see("/people")


def _person(visit: Visit) -> User:
    person = visit.store.user_by_id(visit.params.get("user") or visit.form.needed("user", 40))
    if person is None:
        raise NotFoundError("no such person", "look at the list")
    return person


def _roles(visit: Visit) -> tuple[Role, ...]:
    try:
        return tuple(Role(r) for r in visit.form.texts("role"))
    except ValueError:
        raise PipelineError("there is no such role", f"choose from {', '.join(Role)}") from None
