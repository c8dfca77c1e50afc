"""Move people, links and tags into the row of their publication, read with one SELECT."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CHUNK = 500  # publications per statement
PARTS = ("authors", "editors", "links", "tags")

_PUBLICATIONS = sa.table("publications", sa.column("id"), *(sa.column(p, sa.JSON) for p in PARTS))
_PEOPLE = """
    SELECT c.publication_id, c.role || 's', p.family, p.given, p.particle, p.suffix, p.literal,
        c.equal, c.marks
    FROM contributions AS c JOIN people AS p ON p.id = c.person_id
    WHERE c.publication_id BETWEEN :first AND :last ORDER BY c.publication_id, c.role, c.position
"""
_LINKS = """
    SELECT publication_id, 'links', kind, url FROM links
    WHERE publication_id BETWEEN :first AND :last ORDER BY publication_id, position
"""
_TAGS = """
    SELECT publication_id, 'tags', name FROM tags
    WHERE publication_id BETWEEN :first AND :last ORDER BY publication_id, position
"""


def upgrade() -> None:
    for part in PARTS:
        column = sa.Column(part, sa.JSON(), nullable=False, server_default="[]")
        op.add_column("publications", column)
    connection = op.get_bind()
    last = connection.scalar(sa.text("SELECT max(id) FROM publications")) or 0
    query = sa.update(_PUBLICATIONS).where(_PUBLICATIONS.c.id == sa.bindparam("publication"))
    query = query.values({part: sa.bindparam(part) for part in PARTS})
    for first in range(1, last + 1, CHUNK):
        rows = list(_rows(connection, first, first + CHUNK - 1))
        if rows:
            connection.execute(query, rows)
    for table in ("contributions", "people", "links", "tags"):
        op.drop_table(table)


def _rows(connection: sa.Connection, first: int, last: int) -> Iterator[dict[str, Any]]:
    """Return the new values of publications whose ids are from `first` to `last`."""
    by_id: dict[int, dict[str, list[Any]]] = defaultdict(lambda: {part: [] for part in PARTS})
    for sql in (_PEOPLE, _LINKS, _TAGS):
        for id_, part, *values in connection.execute(sa.text(sql), {"first": first, "last": last}):
            by_id[id_][part].append(values[0] if part == "tags" else _trimmed(values, part))
    return ({"publication": id_, **parts} for id_, parts in by_id.items())


def _trimmed(values: list[Any], part: str) -> list[Any]:
    if part != "links":
        values[5] = bool(values[5])
    while values and not values[-1]:
        del values[-1]
    return values
