"""Who may use a route. Every route names its access in the literal table of `routes.py`."""

from dataclasses import dataclass

from pipeline.domain import Role, User


@dataclass(frozen=True, slots=True)
class Access:
    """Some roles, or everyone with or without a sign-in."""

    roles: frozenset[Role]
    anonymous: bool = False

    def admits(self, person: User | None) -> bool:
        if self.anonymous:
            return True
        return person is not None and bool(self.roles & set(person.roles))


ANYONE = Access(frozenset(), anonymous=True)
SIGNED_IN = Access(frozenset(Role))
READERS = Access(frozenset({Role.EDITOR, Role.REVIEWER, Role.COUNSEL}))
"""Those who may see and hear unredacted material: never admins, never exporters (`safety.md`, role table)."""
DECIDERS = Access(frozenset({Role.REVIEWER, Role.COUNSEL}))
EDITORS = Access(frozenset({Role.EDITOR}))
ADMINS = Access(frozenset({Role.ADMIN}))
AUDITORS = Access(frozenset({Role.ADMIN, Role.COUNSEL}))
VIEWERS = Access(frozenset({Role.EDITOR, Role.REVIEWER, Role.COUNSEL, Role.EXPORTER}))
"""Those who may see finished clips."""
