"""The register: where clips are online, what is gone again, what was recalled, and what copies look like."""

from sqlalchemy import Table, insert, select

from pipeline.canonical import from_text, to_text
from pipeline.domain import Fingerprint, Publication, Recall, Removal
from pipeline.errors import NotFoundError
from pipeline.store import tables
from pipeline.store.plans import Plans


class Register(Plans):
    """Publications, removals, recalls and fingerprints; all of it history that only grows."""

    def add_publication(self, made: Publication) -> None:
        """Raises NotFoundError for an unknown clip."""
        with self._writing() as connection:
            self.clip(made.clip)
            connection.execute(insert(tables.publications).values(id=made.id, clip=made.clip, body=to_text(made)))

    def publications(self, clip_id: str | None = None) -> tuple[Publication, ...]:
        """Every one, or those of one clip, in the order they were noted."""
        return tuple(from_text(Publication, body) for body in self._bodies(tables.publications, clip_id))

    def publication(self, publication_id: str) -> Publication:
        """Raises NotFoundError for an unknown id."""
        table = tables.publications
        row = self._row(select(table.c.body).where(table.c.id == publication_id))
        if row is None:
            raise NotFoundError(f"no publication {publication_id}", "counterclip register list shows them")
        return from_text(Publication, row.body)

    def add_removal(self, made: Removal) -> None:
        """Raises NotFoundError for an unknown publication, StoreError when it is noted as gone already."""
        with self._writing() as connection:
            self.publication(made.publication)
            connection.execute(insert(tables.removals).values(publication=made.publication, body=to_text(made)))

    def removals(self) -> tuple[Removal, ...]:
        """Every one, in the order they were noted."""
        return tuple(from_text(Removal, body) for body in self._bodies(tables.removals, None))

    def add_recall(self, made: Recall) -> None:
        """Raises NotFoundError for an unknown clip, StoreError when it is recalled already."""
        with self._writing() as connection:
            self.clip(made.clip)
            connection.execute(insert(tables.recalls).values(clip=made.clip, body=to_text(made)))

    def recalls(self, clip_id: str | None = None) -> tuple[Recall, ...]:
        """Every one, or that of one clip."""
        return tuple(from_text(Recall, body) for body in self._bodies(tables.recalls, clip_id))

    def add_fingerprint(self, made: Fingerprint) -> None:
        """Keep what a file looks and sounds like; one that is known already stays as it is.

        Raises NotFoundError for an unknown clip.
        """
        with self._writing() as connection:
            self.clip(made.clip)
            table = tables.fingerprints
            if self._row(select(table.c.seq).where(table.c.sha256 == made.sha256)) is None:
                row = {"clip": made.clip, "sha256": made.sha256, "body": to_text(made)}
                connection.execute(insert(table).values(row))

    def fingerprints(self, clip_id: str | None = None) -> tuple[Fingerprint, ...]:
        """Every one, or those of one clip."""
        return tuple(from_text(Fingerprint, body) for body in self._bodies(tables.fingerprints, clip_id))

    def _bodies(self, table: Table, clip_id: str | None) -> list[str]:
        wanted = select(table.c.body)
        if clip_id is not None:
            wanted = wanted.where(table.c.clip == clip_id)
        return [row.body for row in self._rows(wanted.order_by(table.c.seq))]
