"""When each publication last changed for harvesters, also those that are no longer there."""

from collections import defaultdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_NO_WORDS = ("", "0", "false", "no", "off")  # values of the field `hidden` that mean no
_SECOND = timedelta(seconds=1)


def upgrade() -> None:
    items = _create_items()
    batches = op.create_table(
        "harvest_batches",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_batches")),
    )
    op.create_index(op.f("ix_harvest_batches_at"), "harvest_batches", ["at"])
    _create_memberships()
    _fill(items, batches)


def _create_items() -> sa.Table:
    items = op.create_table(
        "harvest_items",
        sa.Column("publication_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("versions", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_harvest_items")),
    )
    op.create_index("ix_harvest_items_batch", "harvest_items", ["batch", "publication_id"])
    op.create_index(op.f("ix_harvest_items_versions"), "harvest_items", ["versions"])
    return items


def _create_memberships() -> None:
    op.create_table(
        "harvest_memberships",
        sa.Column("set_spec", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("set_spec", "publication_id", name=op.f("pk_harvest_memberships")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_harvest_memberships_publication_id"), "harvest_memberships", ["publication_id"]
    )
    op.create_table(
        "harvest_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_state")),
    )


def _fill(items: sa.Table, batches: sa.Table) -> None:
    """Insert the visible publications as of their last change, and the removed ones."""
    connection = op.get_bind()
    by_time: dict[datetime, list[dict[str, object]]] = defaultdict(list)
    publications = sa.table(
        "publications",
        *(sa.column(name) for name in ("id", "key", "type", "year", "version_of")),
        sa.column("updated", sa.DateTime()),
        sa.column("source", sa.JSON()),
    )
    rows = connection.execute(sa.select(publications)).all()
    present = {row.id for row in rows}
    visible = [row for row in rows if not _is_hidden(row.source)]
    published = {row.key for row in visible if not row.version_of}
    for row in visible:
        if row.version_of not in published:
            item = {"type": row.type, "year": row.year, "is_deleted": False}
            by_time[row.updated].append({"publication_id": row.id, **item})
    removed = sa.text(_REMOVED).columns(sa.column("id", sa.Integer), sa.column("at", sa.DateTime))
    for id_, at in connection.execute(removed):
        if id_ not in present:
            item = {"type": "", "year": None, "is_deleted": True}
            by_time[at].append({"publication_id": id_, **item})
    for batch, at in enumerate(sorted(by_time), 1):
        rounded = at.replace(microsecond=0) + _SECOND
        connection.execute(batches.insert().values(id=batch, at=rounded))
        rows_of_time = [{**item, "batch": batch, "versions": ""} for item in by_time[at]]
        connection.execute(items.insert(), rows_of_time)


_REMOVED = (
    "SELECT changes.publication_id AS id, max(revisions.at) AS at FROM changes JOIN revisions "
    "ON revisions.counter = changes.revision WHERE changes.action = 'removed' "
    "GROUP BY changes.publication_id"
)


def _is_hidden(source: dict[str, str]) -> bool:
    return source.get("hidden", "").strip("{} ").lower() not in _NO_WORDS
