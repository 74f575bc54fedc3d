"""Whose work an interview is: who was given which part in it."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from pipeline.domain import Role
from pipeline.store import tables_people
from pipeline.store.connection import Connected


@dataclass(frozen=True, slots=True)
class Assignment:
    """One word about who works on a recording; never changed, only followed by a later one."""

    recording: str
    user: str | None
    """None: nobody in particular; from now on only who is assigned sees it."""
    part: Role | None
    """What the person is in this interview; None takes it away."""
    by: str
    at: str


class Assigning(Connected):
    """Assignments, as they were made."""

    def add_assignment(self, made: Assignment) -> None:
        """Raises StoreError for an unknown recording or person."""
        row = {"recording": made.recording, "user": made.user, "part": made.part, "by": made.by, "at": made.at}
        with self._writing() as connection:
            connection.execute(insert(tables_people.assignments).values(row))

    def assignments(self) -> tuple[Assignment, ...]:
        """Everything ever said about who works on what, the earliest first."""
        table = tables_people.assignments
        return tuple(
            Assignment(r.recording, r.user, Role(r.part) if r.part else None, r.by, r.at)
            for r in self._rows(select(table).order_by(table.c.seq))
        )
