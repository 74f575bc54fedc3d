"""What platforms tell of publications: views, how much is watched, comments. Every import is kept."""

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, insert, select

from pipeline.canonical import from_text, to_text
from pipeline.store import tables
from pipeline.store.register import Register

figures = Table(
    "figures",
    tables.metadata,
    Column("seq", Integer, primary_key=True),
    Column("publication", ForeignKey("publications.id"), nullable=False, index=True),
    Column("day", String, nullable=False),
    Column("body", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a platform counted for a publication up to a day."""

    publication: str
    day: str
    """YYYY-MM-DD; numbers are totals up to it."""
    views: int
    retention: float | None
    """Mean share of the clip that is watched, 0 to 1."""
    comments: int | None
    by: str
    at: str


class Figures(Register):
    """Figures of publications, the latest of each day counts."""

    def add_reach(self, reach: Reach) -> None:
        """Raises NotFoundError for an unknown publication."""
        with self._writing() as connection:
            self.publication(reach.publication)
            row = {"publication": reach.publication, "day": reach.day, "body": to_text(reach)}
            connection.execute(insert(figures).values(row))

    def reaches(self) -> tuple[Reach, ...]:
        """The newest of each publication, by its day and then by when it was said."""
        found = self._rows(select(figures.c.body).order_by(figures.c.day, figures.c.seq))
        newest = {one.publication: one for row in found for one in (from_text(Reach, row.body),)}
        return tuple(newest.values())
