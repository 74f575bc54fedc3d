"""Translations, shot changes, recovery codes, and what is online and recalled."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _make_what_is_online()
    op.create_table(
        "translations",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        if_not_exists=True,
    )
    op.create_index("ix_translations_plan", "translations", ["plan"], if_not_exists=True)
    op.create_table(
        "recovery_codes",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"]),
        sa.PrimaryKeyConstraint("sha256"),
        if_not_exists=True,
    )
    op.create_index("ix_recovery_codes_user", "recovery_codes", ["user"], if_not_exists=True)
    op.create_table(
        "shot_changes",
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("times_ms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recording"], ["recordings.id"]),
        sa.PrimaryKeyConstraint("recording"),
        if_not_exists=True,
    )


def _make_what_is_online() -> None:
    op.create_table(
        "publications",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("clip", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["clip"], ["clips.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        if_not_exists=True,
    )
    op.create_index("ix_publications_clip", "publications", ["clip"], if_not_exists=True)
    op.create_table(
        "recalls",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("clip", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["clip"], ["clips.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("clip"),
        if_not_exists=True,
    )
    op.create_table(
        "removals",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("publication", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["publication"], ["publications.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("publication"),
        if_not_exists=True,
    )
