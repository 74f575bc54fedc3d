"""What people said and did is history: the database itself refuses to change or delete it."""

from sqlalchemy import DDL, Connection, text

from pipeline.store import tables, tables_people

APPEND_ONLY = (
    tables.ledger,
    tables.decisions,
    tables.retractions,
    tables.corrections,
    tables.namings,
    tables.claims,
    tables.comments,
    tables.readings,
    tables.sign_offs,
    tables.overrides,
    tables_people.statements,
    tables_people.assignments,
    tables.publications,
    tables.figures,
    tables.removals,
    tables.recalls,
    tables.fingerprints,
    tables.translations,
)

KNOWN = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT tgisinternal AND pg_table_is_visible(c.oid)",
}


def protect_history(connection: Connection) -> None:
    """Put the triggers on the tables that lack them: new ones, and those an older program made without."""
    dialect = connection.dialect.name
    known = set(connection.execute(text(KNOWN[dialect])).scalars())
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            if f"{table.name}_no_{verb}" not in known:
                for statement in _refusal(dialect, table.name, verb):
                    connection.execute(DDL(statement))  # type: ignore[no-untyped-call]


def _refusal(dialect: str, name: str, verb: str) -> tuple[str, ...]:
    said = f"{name} is append-only"
    trigger = f"CREATE TRIGGER {name}_no_{verb} BEFORE {verb.upper()} ON {name}"
    if dialect == "sqlite":
        return (f"{trigger} BEGIN SELECT RAISE(ABORT, '{said}'); END",)
    return (
        f"CREATE OR REPLACE FUNCTION {name}_no_{verb}() RETURNS trigger LANGUAGE plpgsql AS "
        f"'BEGIN RAISE EXCEPTION ''{said}''; END'",
        f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION {name}_no_{verb}()",
    )
