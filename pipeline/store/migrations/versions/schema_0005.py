"""The fingerprints by which a copy of a clip is known again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("clip", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["clip"], ["clips.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("sha256"),
        if_not_exists=True,
    )
    op.create_index("ix_fingerprints_clip", "fingerprints", ["clip"], if_not_exists=True)
