"""The tables. Nobody outside the store sees a row; nouns never searched by parts are one JSON text."""

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)

SCHEMA = 3
"""Raised when tables change; a store written by a newer program is refused, never guessed at.

2 added `translations`, `shot_changes`, and the tables of what is online and recalled. 3 added `figures`.
"""

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String, nullable=False))

users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False, unique=True),
    Column("roles", Text, nullable=False),
    Column("password", String, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("who", String, nullable=False, index=True),
    Column("at", String, nullable=False),
)

interviewees = Table(
    "interviewees",
    metadata,
    Column("code", String, primary_key=True),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)

statements = Table(
    "statements",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("code", ForeignKey("interviewees.code"), nullable=False, index=True),
    Column("field", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)

recordings = Table(
    "recordings",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("sha256", String, nullable=False, unique=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("name", String, nullable=False),
    Column("probe", Text, nullable=False),
    Column("interviewee", String, nullable=True),
    Column("warning_at_ms", Integer, nullable=True),
)

stages = Table(
    "stages",
    metadata,
    Column("recording", ForeignKey("recordings.id"), primary_key=True),
    Column("stage", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("at", String, nullable=False),
)

transcripts = Table(
    "transcripts",
    metadata,
    Column("recording", ForeignKey("recordings.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)

flags = Table(
    "flags",
    metadata,
    Column("id", String, primary_key=True),
    Column("recording", ForeignKey("recordings.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("text_sha256", String, nullable=False),
    Column("by", String, nullable=True),
)

checks = Table(
    "checks",
    metadata,
    Column("recording", ForeignKey("recordings.id"), primary_key=True),
    Column("checklist_sha256", String, nullable=False),
    Column("transcript_sha256", String, nullable=False),
    Column("at", String, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("recording", ForeignKey("recordings.id"), nullable=False, index=True),
    Column("flag", ForeignKey("flags.id"), nullable=False),
    Column("body", Text, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("recording", ForeignKey("recordings.id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)

sign_offs = Table(
    "sign_offs",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("plan", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("plan", String, nullable=False, index=True),
    Column("flag", ForeignKey("flags.id"), nullable=False),
    Column("body", Text, nullable=False),
)

translations = Table(
    "translations",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("plan", String, nullable=False, index=True),
    Column("language", String, nullable=False),
    Column("body", Text, nullable=False),
)

shot_changes = Table(
    "shot_changes",
    metadata,
    Column("recording", ForeignKey("recordings.id"), primary_key=True),
    Column("times_ms", Text, nullable=False),
)

clips = Table(
    "clips",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("plan", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

bundles = Table(
    "bundles",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

publications = Table(
    "publications",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("clip", ForeignKey("clips.id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

removals = Table(
    "removals",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("publication", ForeignKey("publications.id"), nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

recalls = Table(
    "recalls",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("clip", ForeignKey("clips.id"), nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("prev", String, nullable=False),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("object", String, nullable=False),
    Column("content_sha256", String, nullable=False),
    Column("sha256", String, nullable=False),
    UniqueConstraint("prev"),  # two entries can never follow the same one
)

retractions = Table(
    "retractions",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("decision", ForeignKey("decisions.id"), nullable=False, unique=True),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("recording", ForeignKey("recordings.id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

comments = Table(
    "comments",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("recording", ForeignKey("recordings.id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("recording", ForeignKey("recordings.id"), nullable=False, index=True),
    Column("flag", ForeignKey("flags.id"), nullable=False),
    Column("body", Text, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("body", Text, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("user", ForeignKey("users.id"), nullable=False, index=True),
    Column("roles", Text, nullable=False),
    Column("began_at", String, nullable=False),
    Column("seen_at", String, nullable=False),
    Column("ended_at", String, nullable=True),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("user", ForeignKey("users.id"), primary_key=True),
    Column("secret", String, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("last_step", BigInteger, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("user", ForeignKey("users.id"), nullable=False, index=True),
)

Index("flags_in_order", flags.c.recording, flags.c.position)

APPEND_ONLY = (
    ledger,
    decisions,
    retractions,
    corrections,
    claims,
    comments,
    readings,
    sign_offs,
    overrides,
    statements,
    publications,
    removals,
    recalls,
    translations,
)
"""What people said and did is history: the database itself refuses to change or delete it."""


def _refuse_changes(table: Table) -> None:
    name = table.name
    for verb in ("update", "delete"):
        text = f"{name} is append-only"
        sqlite = (
            f"CREATE TRIGGER {name}_no_{verb} BEFORE {verb.upper()} ON {name} BEGIN SELECT RAISE(ABORT, '{text}'); END"
        )
        postgresql = (
            f"CREATE FUNCTION {name}_no_{verb}() RETURNS trigger LANGUAGE plpgsql AS "
            f"'BEGIN RAISE EXCEPTION ''{text}''; END'; "
            f"CREATE TRIGGER {name}_no_{verb} BEFORE {verb.upper()} ON {name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_no_{verb}()"
        )
        event.listen(table, "after_create", _ddl(sqlite).execute_if(dialect="sqlite"))
        event.listen(table, "after_create", _ddl(postgresql).execute_if(dialect="postgresql"))


def _ddl(text: str) -> DDL:
    return DDL(text)  # type: ignore[no-untyped-call]


for _table in APPEND_ONLY:
    _refuse_changes(_table)
