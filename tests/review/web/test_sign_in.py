"""Signing in and out: sessions that end, requests from elsewhere, guesses that lock, codes that work once."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from pipeline.errors import AuthenticationError
from review.second_factor import confirm, offer, require_code
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
