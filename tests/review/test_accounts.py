"""A person is who knows the password; guessing is slow, and tells nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stores import new_url

from pipeline.domain import Role, User
from pipeline.errors import AuthenticationError, PipelineError, RefusedError, StoreError
from pipeline.store import Session, Store, open_store
from review import accounts
from review.accounts import add_user, authenticate, change_password, change_roles, require_role

PASSWORD = "four words and more"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(new_url(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def bea(store: Store) -> User:
    return add_user(store, "Bea", (Role.REVIEWER,), PASSWORD, by="u-admin")


def fail(store: Store, name: str, password: str, now: datetime = NOW) -> str:
    with pytest.raises(AuthenticationError) as caught:
        authenticate(store, name, password, now=now)
    return caught.value.message


def test_the_right_password_gives_the_person(store: Store, bea: User) -> None:
    """The name in any case, the password exactly."""
    assert authenticate(store, "bea", PASSWORD) == bea


def test_the_password_is_kept_as_argon2id_only(store: Store, bea: User) -> None:
    """The store never holds the password."""
    kept = store.password_of(bea.id) or ""
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_a_password_typed_on_another_keyboard_is_the_same(store: Store) -> None:
    """Composed and decomposed letters are one password."""
    added = add_user(store, "Zoë", (Role.EDITOR,), "caf\u00e9 caf\u00e9 caf\u00e9")
    assert authenticate(store, "Zoë", "cafe\u0301 cafe\u0301 cafe\u0301") == added


def test_unknown_and_wrong_are_told_alike(store: Store, bea: User) -> None:
    """Nobody learns from the answer who works here."""
    assert fail(store, "Bea", "not the password") == fail(store, "Nobody", PASSWORD)


def test_an_unknown_name_is_checked_against_a_real_hash(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes as long as a known one, because as much is computed."""
    checked: list[str] = []
    monkeypatch.setattr(accounts, "_matches", lambda encoded, _password: bool(checked.append(encoded)))
    fail(store, "Nobody", PASSWORD)
    assert checked[0].startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_five_failures_lock_a_name_for_a_quarter_of_an_hour(
    store: Store, bea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even the right password is refused then, also after a restart; and accepted afterwards."""
    monkeypatch.setattr(accounts, "_matches", lambda _encoded, password: password == PASSWORD)
    for _ in range(5):
        assert "wrong" in fail(store, "Bea", "guess")
    assert "too many" in fail(store, "BEA", PASSWORD, NOW + timedelta(minutes=14))
    assert authenticate(store, "Bea", PASSWORD, now=NOW + timedelta(minutes=16)) == bea


def test_a_success_wipes_the_failures_before_it(store: Store, bea: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four typing mistakes a day lock nobody out."""
    monkeypatch.setattr(accounts, "_matches", lambda _encoded, password: password == PASSWORD)
    for _ in range(3):
        for _ in range(4):
            fail(store, "Bea", "guess")
        assert authenticate(store, "Bea", PASSWORD, now=NOW) == bea


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 1025, "é" * 513])
def test_weak_and_endless_passwords_are_refused(store: Store, password: str) -> None:
    """Under 12 characters or over 1024 bytes nobody is added."""
    with pytest.raises(AuthenticationError):
        add_user(store, "Bea", (Role.EDITOR,), password)
    assert store.users() == ()


def test_an_endless_guess_is_simply_wrong(store: Store, bea: User) -> None:
    """It is not hashed, and not told apart."""
    assert "wrong" in fail(store, "Bea", "x" * 5000)


@pytest.mark.parametrize(("name", "roles"), [(" ", (Role.EDITOR,)), ("Bea", ())])
def test_a_person_has_a_name_and_a_role(store: Store, name: str, roles: tuple[Role, ...]) -> None:
    """Neither may be missing."""
    with pytest.raises(PipelineError):
        add_user(store, name, roles, PASSWORD)


def test_a_taken_name_leaves_no_entry(store: Store, bea: User) -> None:
    """The ledger tells only what happened."""
    with pytest.raises(StoreError):
        add_user(store, "BEA", (Role.EDITOR,), PASSWORD)
    assert len(store.entries()) == 1


def test_the_ledger_knows_the_id_and_not_the_name(store: Store, bea: User) -> None:
    """Who added whom, by ids."""
    (entry,) = store.entries()
    assert (entry.kind, entry.actor, entry.object) == ("user.added", "u-admin", bea.id)
    assert "Bea" not in str(entry)


def test_a_role_is_required(bea: User) -> None:
    """One of the roles is enough; none is refused, naming the id and not the person."""
    require_role(bea, Role.COUNSEL, Role.REVIEWER)
    with pytest.raises(AuthenticationError, match="admin") as caught:
        require_role(bea, Role.ADMIN)
    assert "Bea" not in caught.value.message


def test_slow_guessing_locks_for_a_day(store: Store, bea: User) -> None:
    """Never five in a quarter of an hour, and still only fifty in a day; an admin's new password opens it."""
    for n in range(50):
        assert "wrong" in fail(store, "Bea", "not the password", NOW + timedelta(minutes=n * 5))
    later = NOW + timedelta(minutes=300)
    assert "too many" in fail(store, "Bea", PASSWORD, later)
    assert authenticate(store, "Bea", PASSWORD, now=NOW + timedelta(days=1, minutes=300)) == bea
    for n in range(50):
        fail(store, "Bea", "not the password", NOW + timedelta(days=3, minutes=n * 5))
    ana = add_user(store, "Ana", (Role.ADMIN,), PASSWORD)
    change_password(store, bea, "four other words", by=ana)
    assert authenticate(store, "Bea", "four other words", now=NOW + timedelta(days=3, minutes=300)) == bea


@pytest.mark.parametrize("other", [Role.EDITOR, Role.REVIEWER, Role.COUNSEL, Role.EXPORTER])
def test_an_admin_has_no_other_role(store: Store, other: Role) -> None:
    """Who makes accounts could sign twice: neither a new person nor the admin himself gets both."""
    ana = add_user(store, "Ana", (Role.ADMIN,), PASSWORD)
    with pytest.raises(RefusedError, match="at once"):
        add_user(store, "Bo", (other, Role.ADMIN), PASSWORD)
    with pytest.raises(RefusedError, match=f"admin and {other}"):
        change_roles(store, ana, ana, (Role.ADMIN, other))
    assert [u.roles for u in store.users()] == [(Role.ADMIN,)]


def test_the_last_admin_stays(store: Store) -> None:
    """Refused with nothing written: no role, no ledger entry."""
    ana = add_user(store, "Ana", (Role.ADMIN,), PASSWORD)
    with pytest.raises(PipelineError, match="nobody would be admin"):
        change_roles(store, ana, ana, (Role.EDITOR,))
    assert store.user_by_id(ana.id) == ana
    assert [e.kind for e in store.entries()] == ["user.added"]


def test_sessions_end_with_a_change_of_roles(store: Store, bea: User) -> None:
    """Also when the roles are changed at the terminal."""
    ana = add_user(store, "Ana", (Role.ADMIN,), PASSWORD)
    store.begin_session("0" * 64, Session("v-1", bea.id, "reviewer", "2026-11-22", "2026-11-22", None))
    change_roles(store, ana, bea, (Role.COUNSEL,))
    assert store.sessions() == ()
