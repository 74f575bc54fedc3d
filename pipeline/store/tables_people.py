"""The tables of those who work here and of those who were interviewed."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text

from pipeline.store.tables import metadata

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

assignments = Table(
    "assignments",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("recording", ForeignKey("recordings.id"), nullable=False, index=True),
    Column("user", ForeignKey("users.id"), nullable=True),
    Column("part", String, nullable=True),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
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
