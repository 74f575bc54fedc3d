"""The tables that every store has had since the first version.

Stores from before migrations were numbered have some or all of them: those that are missing are made. The first of
all noted with a check which version of the transcript it had read, the others what it had read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

first = sa.MetaData()

sa.Table("meta", first, sa.Column("key", sa.String, primary_key=True), sa.Column("value", sa.String, nullable=False))
sa.Table(
    "recordings",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("sha256", sa.String, nullable=False, unique=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("probe", sa.Text, nullable=False),
    sa.Column("interviewee", sa.String, nullable=True),
    sa.Column("warning_at_ms", sa.Integer, nullable=True),
)
sa.Table(
    "stages",
    first,
    sa.Column("recording", sa.ForeignKey("recordings.id"), primary_key=True),
    sa.Column("stage", sa.String, primary_key=True),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
)
sa.Table(
    "transcripts",
    first,
    sa.Column("recording", sa.ForeignKey("recordings.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "flags",
    first,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("recording", sa.ForeignKey("recordings.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("text_sha256", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=True),
)
sa.Table(
    "checks",
    first,
    sa.Column("recording", sa.ForeignKey("recordings.id"), primary_key=True),
    sa.Column("checklist_sha256", sa.String, nullable=False),
    sa.Column("transcript_sha256", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
)
sa.Table(
    "decisions",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("recording", sa.ForeignKey("recordings.id"), nullable=False, index=True),
    sa.Column("flag", sa.ForeignKey("flags.id"), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "readings",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("recording", sa.ForeignKey("recordings.id"), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "plans",
    first,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "sign_offs",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("plan", sa.String, nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "overrides",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("plan", sa.String, nullable=False, index=True),
    sa.Column("flag", sa.ForeignKey("flags.id"), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "clips",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("plan", sa.String, nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "bundles",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "ledger",
    first,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("prev", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("object", sa.String, nullable=False),
    sa.Column("content_sha256", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.UniqueConstraint("prev"),
)
sa.Table(
    "retractions",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("decision", sa.ForeignKey("decisions.id"), nullable=False, unique=True),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
)
sa.Table(
    "corrections",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("recording", sa.ForeignKey("recordings.id"), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "comments",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("recording", sa.ForeignKey("recordings.id"), nullable=False, index=True),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "claims",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("recording", sa.ForeignKey("recordings.id"), nullable=False, index=True),
    sa.Column("flag", sa.ForeignKey("flags.id"), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "documents",
    first,
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
sa.Table(
    "users",
    first,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("name_key", sa.String, nullable=False, unique=True),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("password", sa.String, nullable=False),
)
sa.Table(
    "attempts",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("who", sa.String, nullable=False, index=True),
    sa.Column("at", sa.String, nullable=False),
)
sa.Table(
    "interviewees",
    first,
    sa.Column("code", sa.String, primary_key=True),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
)
sa.Table(
    "statements",
    first,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("code", sa.ForeignKey("interviewees.code"), nullable=False, index=True),
    sa.Column("field", sa.String, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
)
sa.Table(
    "sessions",
    first,
    sa.Column("token_sha256", sa.String, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("user", sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("began_at", sa.String, nullable=False),
    sa.Column("seen_at", sa.String, nullable=False),
    sa.Column("ended_at", sa.String, nullable=True),
)
sa.Table(
    "second_factors",
    first,
    sa.Column("user", sa.ForeignKey("users.id"), primary_key=True),
    sa.Column("secret", sa.String, nullable=False),
    sa.Column("confirmed", sa.Integer, nullable=False),
    sa.Column("last_step", sa.BigInteger, nullable=False),
)

sa.Index("flags_in_order", first.tables["flags"].c.recording, first.tables["flags"].c.position)


def upgrade() -> None:
    known = sa.inspect(op.get_bind())
    if known.has_table("checks") and "transcript_version" in {c["name"] for c in known.get_columns("checks")}:
        op.drop_table("checks")  # every transcript is simply checked again
    first.create_all(op.get_bind())
