"""One request, read and judged, as the value that page functions get."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipeline.domain import Recording, User
from pipeline.errors import AuthenticationError, PipelineError
from pipeline.store import Session, Store
from review.assignments import PARTS, parts_now, require_part
from review.web.services import Services


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a posted form; a missing one is empty."""

    fields: Mapping[str, list[str]]

    def text(self, name: str, longest: int = 2000) -> str:
        """One field without spaces around it, its line breaks one character each, as people count.

        Raises PipelineError when it is longer than allowed.
        """
        value = (self.fields.get(name) or [""])[0].replace("\r\n", "\n").strip()
        if len(value) > longest:
            raise PipelineError(f"{name} is longer than {longest} characters", "write less")
        return value

    def needed(self, name: str, longest: int = 2000) -> str:
        """Raises PipelineError when the field is empty."""
        value = self.text(name, longest)
        if not value:
            raise PipelineError(f"{name.replace('_', ' ')} is missing", "fill it in")
        return value

    def exact(self, name: str) -> str:
        """A field as it was typed: a password may begin with a space."""
        return (self.fields.get(name) or [""])[0]

    def texts(self, name: str) -> list[str]:
        return [v.strip() for v in self.fields.get(name, []) if v.strip()]


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for what."""

    services: Services
    person: User | None
    session: Session | None
    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Form
    cookies: Mapping[str, str]
    wants_json: bool
    method: str = "GET"

    @property
    def store(self) -> Store:
        return self.services.store

    @property
    def me(self) -> User:
        """The person signed in. Raises AuthenticationError when nobody is."""
        if self.person is None:
            raise AuthenticationError("nobody is signed in", "sign in first")
        return self.person

    def recording(self) -> Recording:
        """The recording that the address names.

        Raises NotFoundError when there is none, WithdrawnError when its interviewee took consent back,
        NotAssignedError when the interview is other people's.
        """
        self.require_seeing(self.params["recording"])
        return self.store.recording(self.params["recording"])

    def require_seeing(self, *recordings: str) -> None:
        """Raises as `recording` does, for each of these."""
        require_part(self.store, self.me, recordings, *PARTS)

    def within(self, *recordings: str) -> "Visit":
        """The same visit by a person who is only what he is in all of these recordings."""
        parts, me = parts_now(self.store), self.me
        roles = tuple(role for role in me.roles if all(role in parts.of(me, name) for name in recordings))
        return replace(self, person=replace(me, roles=roles))


def now() -> datetime:
    return datetime.now(UTC)
