"""Who speaks when, and whose voices people say they are."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "voices",
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recording"], ["recordings.id"]),
        sa.PrimaryKeyConstraint("recording"),
        if_not_exists=True,
    )
    op.create_table(
        "namings",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recording"], ["recordings.id"]),
        sa.PrimaryKeyConstraint("seq"),
        if_not_exists=True,
    )
    op.create_index("ix_namings_recording", "namings", ["recording"], if_not_exists=True)
