"""What platforms tell of publications: views, how much is watched, comments. Every import is kept."""

from sqlalchemy import insert, select

from pipeline.canonical import from_text, to_text
from pipeline.domain import Reach
from pipeline.store import tables
from pipeline.store.register import Register


class Figures(Register):
    """Figures of publications, the latest of each day counts."""

    def add_reach(self, reach: Reach) -> None:
        """Raises NotFoundError for an unknown publication."""
        with self._writing() as connection:
            self.publication(reach.publication)
            row = {"publication": reach.publication, "day": reach.day, "body": to_text(reach)}
            connection.execute(insert(tables.figures).values(row))

    def reaches(self) -> tuple[Reach, ...]:
        """The newest of each publication, by its day and then by when it was said."""
        table = tables.figures
        found = self._rows(select(table.c.body).order_by(table.c.day, table.c.seq))
        newest = {one.publication: one for row in found for one in (from_text(Reach, row.body),)}
        return tuple(newest.values())
