"""Signing in and out: sessions that end, requests from elsewhere, guesses that lock, codes that work once."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from stores import everything_in

from pipeline.errors import AuthenticationError, StoreError
from review.accounts import change_password
from review.second_factor import confirm, is_enrolled, offer, require_code
from review.web import sessions

PASSWORD = "correct horse battery"


def sign_in(client, name: str = "bea", password: str = PASSWORD, **more: str):
    return client.post("/sign-in", data={"name": name, "password": password, **more})


def test_the_right_password_opens_the_queue(place) -> None:
    """And the cookie cannot be read by scripts or sent by other sites."""
    client = place.client()
    answer = sign_in(client)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/").status_code == 200


def test_wrong_name_and_wrong_password_are_told_alike(place) -> None:
    """Nobody learns from the answer whether a name exists."""
    client = place.client()
    answers = [sign_in(client, name, "not the password") for name in ("bea", "nobody")]
    assert [a.status_code for a in answers] == [401, 401]
    assert answers[0].text.replace("bea", "") == answers[1].text.replace("nobody", "")


def test_five_failures_lock_a_name_even_with_the_right_password(place) -> None:
    """The sixth attempt is not looked at; other names are not locked."""
    client = place.client()
    for _ in range(5):
        sign_in(client, "bea", "not the password")
    assert sign_in(client, "bea").status_code == 401
    assert sign_in(client, "cem").status_code == 303


def test_a_session_planted_before_sign_in_is_worth_nothing(place) -> None:
    """Session fixation: the token after sign-in is new, and the planted one opens nothing."""
    client = place.client()
    client.cookies.set("counterclip", "planted", domain="127.0.0.1")
    answer = sign_in(client)
    assert "planted" not in answer.headers["set-cookie"]
    other = place.client()
    other.cookies.set("counterclip", "planted", domain="127.0.0.1")
    assert other.get("/").headers["location"] == "/sign-in"


def test_signing_in_again_ends_the_session_before(place) -> None:
    """A token rotates at sign-in: a stolen one from before is dead."""
    client = place.client("bea")
    old = client.cookies["counterclip"]
    sign_in(client)
    assert sessions.find(place.store, old, datetime.now(UTC)) is None


def test_signing_out_ends_it_in_the_store(place) -> None:
    """A copy of the cookie is worth nothing afterwards."""
    client = place.client("bea")
    token = client.cookies["counterclip"]
    assert client.post("/sign-out").headers["location"] == "/sign-in"
    assert sessions.find(place.store, token, datetime.now(UTC)) is None


@pytest.mark.parametrize("path", ["/sign-out", "/flags/f-place/decide", "/sign-in", "/account/look"])
@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_a_form_sent_by_another_site_does_nothing(place, path: str, headers: dict[str, str]) -> None:
    """Also signing out: someone else must not be able to end or begin a session."""
    client = place.client("bea")
    token = client.cookies["counterclip"]
    del client.headers["sec-fetch-site"]
    assert client.post(path, headers=headers).status_code == 403
    assert sessions.find(place.store, token, datetime.now(UTC)) is not None


def test_a_strange_host_name_is_refused(place) -> None:
    """A page that points its own name at this computer reaches nothing."""
    assert place.client("bea").get("/", headers={"host": "evil.example:8765"}).status_code == 421


@pytest.mark.parametrize(("later", "alive"), [(29, True), (31, False)])
def test_a_session_ends_after_half_an_hour_idle(place, later: int, alive: bool) -> None:
    """29 minutes: still there; 31: gone."""
    begun = datetime.now(UTC)
    token = sessions.begin(place.store, place.people["bea"], begun)
    found = sessions.find(place.store, token, begun + timedelta(minutes=later))
    assert (found is not None) is alive


def test_a_session_ends_after_twelve_hours_however_busy(place) -> None:
    """Seen every 20 minutes, and still over after 12 hours."""
    begun = datetime.now(UTC)
    token = sessions.begin(place.store, place.people["bea"], begun)
    for minutes in range(0, 12 * 60, 20):
        last = sessions.find(place.store, token, begun + timedelta(minutes=minutes))
    assert last is not None
    assert sessions.find(place.store, token, begun + timedelta(hours=12, minutes=1)) is None


def test_an_admin_ends_somebody_elses_session_and_nobody_else_can(place) -> None:
    """The list of sessions can be acted on."""
    bea, cem, ana = (place.client(name) for name in ("bea", "cem", "ana"))
    mine = next(s for s in place.store.sessions() if s.user == place.people["bea"].id)
    assert cem.post(f"/sessions/{mine.id}/end").status_code == 404
    assert bea.get("/").status_code == 200
    assert ana.post(f"/sessions/{mine.id}/end").status_code == 303
    assert bea.get("/").headers["location"] == "/sign-in"


def enrolled(place) -> tuple[pyotp.TOTP, datetime]:
    moment = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    codes = pyotp.TOTP(offer(place.store, place.people["bea"]))
    confirm(place.store, place.people["bea"], codes.at(moment), moment)
    return codes, moment


def test_a_code_works_once(place) -> None:
    """Replayed within its half minute it is refused, and so is every older one."""
    codes, moment = enrolled(place)
    later = moment + timedelta(seconds=60)
    require_code(place.store, place.people["bea"], codes.at(later), later)
    for code in (codes.at(later), codes.at(moment + timedelta(seconds=30))):
        with pytest.raises(AuthenticationError, match="wrong or was used"):
            require_code(place.store, place.people["bea"], code, later)


def test_guessing_codes_locks(place) -> None:
    """Five wrong ones, and the right one is not looked at."""
    codes, moment = enrolled(place)
    for _ in range(5):
        with pytest.raises(AuthenticationError):
            require_code(place.store, place.people["bea"], "000000", moment)
    later = moment + timedelta(seconds=60)
    with pytest.raises(AuthenticationError, match="too many"):
        require_code(place.store, place.people["bea"], codes.at(later), later)


def test_who_has_codes_needs_one_to_sign_in(place) -> None:
    """The password alone opens nothing any more."""
    codes = pyotp.TOTP(offer(place.store, place.people["bea"]))
    before = datetime.now(UTC) - timedelta(seconds=60)
    confirm(place.store, place.people["bea"], codes.at(before), before)
    assert sign_in(place.client()).status_code == 401
    assert sign_in(place.client(), code=codes.at(datetime.now(UTC))).status_code == 303


def test_a_recovery_code_opens_one_sign_in_when_the_phone_is_lost(place) -> None:
    """Ten codes are shown once; each works once; the store has none of them."""
    codes = pyotp.TOTP(offer(place.store, place.people["bea"]))
    before = datetime.now(UTC) - timedelta(seconds=60)
    shown = confirm(place.store, place.people["bea"], codes.at(before), before)
    assert len(set(shown)) == 10
    assert sign_in(place.client(), code=shown[3].upper()).status_code == 303
    assert sign_in(place.client(), code=shown[3]).status_code == 401
    assert place.store.recovery_codes_left(place.people["bea"].id) == 9
    kept = everything_in(place.store)
    assert not [code for code in shown if code in kept or code.replace("-", "") in kept]
    assert [e.kind for e in place.store.entries()].count("second_factor.recovery_code_used") == 1


def test_a_person_changes_the_password_and_is_signed_out_everywhere_else(place) -> None:
    """The old one opens nothing any more; here one stays signed in, with a new token."""
    here, there = place.client("bea"), place.client("bea")
    fields = {
        "password": PASSWORD,
        "new_password": "another long password",
        "new_password_again": "another long password",
    }
    assert here.post("/account/password", data={**fields, "new_password_again": "something else"}).status_code == 422
    assert here.post("/account/password", data={**fields, "password": "not mine at all"}).status_code == 403
    assert here.post("/account/password", data=fields).status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").headers["location"] == "/sign-in"
    assert sign_in(place.client()).status_code == 401
    assert sign_in(place.client(), password="another long password").status_code == 303


def test_an_admin_gives_other_roles_and_a_new_password_and_the_person_is_signed_out(place) -> None:
    """Roles as given, the session over, the ledger says so; nobody but an admin can, and one admin stays."""
    bea, ana = place.client("bea"), place.client("ana")
    whose = place.people["bea"].id
    assert bea.post(f"/people/{whose}/roles", data={"role": "admin", "password": PASSWORD}).status_code == 403
    assert ana.post(f"/people/{whose}/roles", data={"role": "counsel", "password": PASSWORD}).status_code == 303
    assert [r.value for r in place.store.user_by_id(whose).roles] == ["counsel"]
    assert bea.get("/").headers["location"] == "/sign-in"
    new = {"new_password": "a brand new password", "password": PASSWORD}
    assert ana.post(f"/people/{whose}/password", data=new).status_code == 303
    assert sign_in(place.client(), password="a brand new password").status_code == 303
    mine = next(u.id for u in place.store.users() if u.name == "ana")
    assert ana.post(f"/people/{mine}/roles", data={"role": "editor", "password": PASSWORD}).status_code == 422
    assert {"user.roles_changed", "user.password_changed"} <= {e.kind for e in place.store.entries()}


def test_a_new_account_is_shown_to_everybody_at_the_next_sign_in(place) -> None:
    """A second account for somebody is no secret of the admin's; what was there before is not told again."""
    bea = place.client()
    sign_in(bea)
    assert "People" not in bea.get("/").text
    fields = {"name": "Mallory", "role": "reviewer", "new_password": "a long enough password", "password": PASSWORD}
    place.client("ana").post("/people", data=fields)
    sign_in(bea)
    assert "Mallory</bdi> was added (<bdi>ana" in bea.get("/").text
    sign_in(bea)
    assert "Mallory" not in bea.get("/").text


def test_what_one_does_to_an_account_is_shown_to_everybody_oneself_too(place) -> None:
    """An admin's own password and somebody's lost codes are no less news than a second account."""
    bea, ana = place.client(), place.client()
    sign_in(bea)
    sign_in(ana, "ana")
    change_password(place.store, place.people["ana"], "another long password", by=place.people["ana"])
    sign_in(bea)
    sign_in(ana, "ana", password="another long password")
    for browser in (bea, ana):
        assert "ana</bdi> has a new password (<bdi>ana" in browser.get("/").text


def test_whose_password_was_reset_is_warned_however_often_he_signed_in_since(place) -> None:
    """Somebody who knows the new password may have been here before him; others are not warned."""
    change_password(place.store, place.people["bea"], "another long password", by=place.people["ana"])
    browser = place.client()
    for _ in range(3):
        sign_in(browser, password="another long password")
    assert "<strong>Your own account</strong> was changed by somebody else" in browser.get("/").text
    assert "Your own account" not in place.client("cem").get("/").text


def test_codes_begin_with_their_recovery_codes_or_not_at_all(place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that refuses halfway leaves nobody with codes asked for and none for a lost phone."""
    bea = place.people["bea"]
    codes = pyotp.TOTP(offer(place.store, bea))

    def refuse(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(place.store, "set_recovery_codes", refuse)
    now, before = datetime.now(UTC), place.store.entries()
    with pytest.raises(StoreError, match="full"):
        confirm(place.store, bea, codes.at(now), now)
    assert not is_enrolled(place.store, bea)
    assert place.store.entries() == before
