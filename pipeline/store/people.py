"""Who works here, and what people have said about interviewees."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from pipeline.canonical import Json, from_json, to_json
from pipeline.domain import Profile, Role, Standing, User
from pipeline.errors import NotFoundError, PipelineError, StoreError
from pipeline.store import tables_people
from pipeline.store.connection import Connected

DESCRIBED = ("region", "gender", "role", "period", "reason")
"""For reports only, in general words, as ICSR tabulated its 58 defectors; approvals never rely on them."""

STATEMENT_FIELDS = (
    "consent",
    "legal_status",
    "standing",
    "jurisdiction",
    "embargo_until",
    "withdrawn",
    "warning_override",
    "known",
    *DESCRIBED,
)
"""What can be stated about an interviewee: the fields of a Profile, what describes him, and that the code is known."""

LONGEST_DESCRIPTION = 60


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a person said about an interviewee; never changed, only followed by a later one."""

    code: str
    field: str
    value: Json
    """As in the JSON of a Profile; None takes the statement before back."""
    by: str
    at: str


class People(Connected):
    """Users, their passwords and attempts; interviewees and the statements about them."""

    def add_user(self, user: User, password_sha: str) -> None:
        """Keep a user with the encoded hash of his password.

        Raises StoreError when the name is taken; names are compared without regard to case.
        """
        if self.user_by_name(user.name) is not None:
            raise StoreError("there is a user of that name already", "choose another name")
        row = {"id": user.id, "name": user.name, "name_key": name_key(user.name),
               "roles": " ".join(user.roles), "password": password_sha}  # fmt: skip
        with self._writing() as connection:
            connection.execute(insert(tables_people.users).values(row))

    def set_roles(self, user_id: str, roles: Sequence[Role]) -> None:
        """Other roles for a person. Raises NotFoundError for an unknown one."""
        self._change_user(user_id, roles=" ".join(roles))

    def set_password(self, user_id: str, password_sha: str) -> None:
        """Another encoded hash. Raises NotFoundError for an unknown person."""
        self._change_user(user_id, password=password_sha)

    def _change_user(self, user_id: str, **values: str) -> None:
        table = tables_people.users
        with self._writing() as connection:
            if not connection.execute(update(table).where(table.c.id == user_id).values(values)).rowcount:
                raise NotFoundError(f"no user {user_id}", "counterclip user list shows who is known")

    def users(self) -> tuple[User, ...]:
        """Everyone, by name."""
        table = tables_people.users
        found = self._rows(select(table.c.id, table.c.name, table.c.roles).order_by(table.c.name_key))
        return tuple(_user(row) for row in found)

    def user_by_name(self, name: str) -> User | None:
        table = tables_people.users
        row = self._row(select(table.c.id, table.c.name, table.c.roles).where(table.c.name_key == name_key(name)))
        return _user(row) if row else None

    def user_by_id(self, user_id: str) -> User | None:
        table = tables_people.users
        row = self._row(select(table.c.id, table.c.name, table.c.roles).where(table.c.id == user_id))
        return _user(row) if row else None

    def password_of(self, user_id: str) -> str | None:
        """The encoded hash, never the password."""
        row = self._row(select(tables_people.users.c.password).where(tables_people.users.c.id == user_id))
        return str(row.password) if row else None

    def begin_attempt(self, who: str, at: str, limits: Sequence[tuple[str, int]]) -> bool:
        """Count one attempt to sign in before it is judged, so that parallel guesses count too.

        False, and nothing counted, when for any of the limits (since when, how many) that many are there.
        """
        table = tables_people.attempts
        with self._writing() as connection:
            for since, limit in limits:
                mine = (table.c.who == who) & (table.c.at >= since)
                if connection.execute(select(func.count()).where(mine)).scalar_one() >= limit:
                    return False
            connection.execute(delete(table).where(table.c.at < min(since for since, _ in limits)))
            connection.execute(insert(table).values(who=who, at=at))
        return True

    def clear_attempts(self, who: str) -> None:
        with self._writing() as connection:
            connection.execute(delete(tables_people.attempts).where(tables_people.attempts.c.who == who))

    def add_interviewee(self, code: str, by: str, at: str) -> None:
        """Make a code known; nothing is known about the person yet. Known already: nothing happens."""
        if code in self.interviewees():
            return
        with self._writing() as connection:
            connection.execute(insert(tables_people.interviewees).values(code=code, by=by, at=at))

    def interviewees(self) -> tuple[str, ...]:
        """Every known code."""
        found = self._rows(select(tables_people.interviewees.c.code).order_by(tables_people.interviewees.c.code))
        return tuple(str(row.code) for row in found)

    def add_statement(self, code: str, field: str, value: object, by: str, at: str) -> None:
        """Keep what someone says about an interviewee; the code becomes known with it.

        Raises PipelineError when there is no such field or the value does not fit it.
        """
        if field not in STATEMENT_FIELDS:
            raise PipelineError(f"nothing is stated as {field!r}", f"known: {', '.join(STATEMENT_FIELDS)}")
        plain = to_json(value)
        if field in DESCRIBED:
            _require_general(field, plain)
        _profile(code, [(field, plain)])
        with self._writing() as connection:
            self.add_interviewee(code, by, at)
            row = {"code": code, "field": field, "value": json.dumps(plain), "by": by, "at": at}
            connection.execute(insert(tables_people.statements).values(row))

    def statements(self, code: str) -> tuple[Statement, ...]:
        """Everything ever said about this interviewee, the earliest first."""
        table = tables_people.statements
        found = self._rows(select(table).where(table.c.code == code).order_by(table.c.seq))
        return tuple(Statement(r.code, r.field, json.loads(r.value), r.by, r.at) for r in found)

    def profile(self, code: str) -> Profile:
        """What holds now: the latest statement of each field.

        Raises NotFoundError for an unknown code.
        """
        if code not in self.interviewees():
            raise NotFoundError(f"no interviewee {code}", f"counterclip interviewee add {code}")
        return _profile(code, [(s.field, s.value) for s in self.statements(code)])

    def known_profile(self, code: str | None) -> Profile | None:
        """What holds now; None when nobody said whose recording it is, or anything about that person."""
        return self.profile(code) if code and code in self.interviewees() else None

    def description(self, code: str) -> dict[str, str]:
        """What describes an interviewee in reports: the latest of each of DESCRIBED that was said."""
        said = {s.field: s.value for s in self.statements(code) if s.field in DESCRIBED}
        return {field: str(said[field]) for field in DESCRIBED if said.get(field)}


def _require_general(field: str, value: Json) -> None:
    if not isinstance(value, str) or len(value) > LONGEST_DESCRIPTION or not value.isprintable():
        raise PipelineError(f"{field} is a few general words", f"at most {LONGEST_DESCRIPTION} characters, no name")


def name_key(name: str) -> str:
    """What two spellings of one user name share."""
    return unicodedata.normalize("NFC", name).strip().casefold()


def _user(row: Row[Any]) -> User:
    roles = tuple(Role(role) for role in row.roles.split())
    # stores of the first versions let an admin be something else as well: it does not count any more
    return User(row.id, row.name, (Role.ADMIN,) if Role.ADMIN in roles else roles)


def _profile(code: str, said: Sequence[tuple[str, Json]]) -> Profile:
    blank: dict[str, Json] = {
        "code": code, "consent": None, "legal_status": None, "standing": Standing.UNKNOWN.value,
        "jurisdiction": None, "embargo_until": None, "withdrawn": False, "warning_override": None,
    }  # fmt: skip
    return from_json(Profile, blank | {field: value for field, value in said if field in blank})
