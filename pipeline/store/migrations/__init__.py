"""How an older store becomes one of today, by alembic: one file in `versions` per schema number.

A file is never edited once it was used: what changed after it is in the next one. Before migrations
had numbers of their own, tables were added whatever schema was stamped, so the first five make what is missing.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from pipeline.errors import StoreError

VERSIONS = "alembic_version"
"""Alembic's own table: which migration was the last."""


def is_newest(connection: Connection, schema: int) -> bool:
    """Whether the last migration of this schema was done."""
    if not inspect(connection).has_table(VERSIONS):
        return False
    done = connection.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalar()  # noqa: S608 (a constant)
    return done == revision_of(schema)


def migrate(connection: Connection) -> None:
    """Do every migration that is missing, in the transaction that is open: all of them or none.

    Raises StoreError when the store names a migration that nobody knows.
    """
    from alembic import command  # slow to import, and only needed by stores that are new or old
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise StoreError(
            "the store names a migration that this program does not know", "use the program version that wrote it"
        ) from None


def revision_of(schema: int) -> str:
    """What the migration to a schema is called."""
    return f"{schema:04}"
