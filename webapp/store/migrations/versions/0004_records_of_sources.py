"""Remember what each source said about a publication, to merge its changes with the owner's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "source_records",
        sa.Column("publication_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("identifier", sa.String(length=500), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "publication_id", "source", "identifier", name=op.f("pk_source_records")
        ),
        sqlite_with_rowid=False,
    )
