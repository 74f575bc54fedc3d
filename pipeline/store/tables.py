"""The tables of recordings, of what was judged, planned and put out, and of the ledger.

Nobody outside the store sees a row; nouns never searched by parts are one JSON text. Those of people
are in `tables_people`, what may never be changed in `history`.
"""

from sqlalchemy import (
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
)

SCHEMA = 7
"""Raised with each migration; a store written by a newer program is refused, never guessed at.

4 added `assignments`: a program that does not know them would show everyone everything. 7 added `voices` and `namings`:
one that does not know them would not know who said whose voice it is.
"""

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String, nullable=False))

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

figures = Table(
    "figures",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("publication", ForeignKey("publications.id"), nullable=False, index=True),
    Column("day", String, nullable=False),
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

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("clip", ForeignKey("clips.id"), nullable=False, index=True),
    Column("sha256", String, nullable=False, unique=True),
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

voices = Table(
    "voices",
    metadata,
    Column("recording", ForeignKey("recordings.id"), primary_key=True),
    Column("body", Text, nullable=False),
)

namings = Table(
    "namings",
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

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("subject", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("asked_at", String, nullable=False),
    Column("stage_at", String, nullable=False),
    Column("ended_at", String, nullable=True),
    Column("holder", String, nullable=False),
    Column("held_until", String, nullable=False),
    Column("watched_until", String, nullable=False),
    Column("result", Text, nullable=False),
    Column("reason", String, nullable=False),
)

Index("flags_in_order", flags.c.recording, flags.c.position)
