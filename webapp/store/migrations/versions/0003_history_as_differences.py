"""Store the history as compressed differences, and times of addition apart from it."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from gzip import GzipFile
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_PEOPLE = ("family", "given", "particle", "suffix", "literal", "equal", "marks")
_LINKS = ("kind", "url")
# The names of a state, in order.
_PARTS = ("authors", "editors", "links", "tags")
_STATE = (
    *("position", "former_slugs", "slug", "key", "type", "title", "abstract", "venue"),
    *("container", "date", "year", "doi", "arxiv", "language", "version_of", "fields"),
    *_PARTS,
    "source",
)

_JSON = (*_PARTS, "fields", "source")

_PUBLICATIONS = sa.table(
    "publications",
    sa.column("id"),
    *(
        sa.column(name, sa.JSON if name in _JSON else None)
        for name in _STATE
        if name != "former_slugs"
    ),
)
_CHANGES = sa.table(
    "changes",
    *map(sa.column, ("id", "revision", "publication_id", "action")),
    sa.column("at", sa.DateTime),
    sa.column("before", sa.JSON),
)
_REVISIONS = sa.table(
    "revisions",
    *map(sa.column, ("counter", "command", "undoes")),
    sa.column("at", sa.DateTime),
    sa.column("deltas", sa.LargeBinary),
)
_FORMER = sa.table("former_slugs", sa.column("slug"), sa.column("publication_id"))


def upgrade() -> None:
    connection = op.get_bind()
    _create_additions(connection)
    for column in (
        sa.Column("at", sa.DateTime(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("loaded", sa.String(length=64), nullable=True),
        sa.Column("deltas", sa.LargeBinary(), nullable=True),
    ):
        op.add_column("revisions", column)
    op.add_column("catalog_state", sa.Column("updated", sa.DateTime(), nullable=True))
    forgotten = sa.Column("forgotten", sa.Integer(), nullable=False, server_default="0")
    op.add_column("catalog_state", forgotten)
    _fill_revisions(connection)
    with op.batch_alter_table("revisions") as batch:
        batch.alter_column("at", existing_type=sa.DateTime(), nullable=False)
    _replace_changes()


def _create_additions(connection: sa.Connection) -> None:
    additions = op.create_table(
        "additions",
        sa.Column("first_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("first_id", name=op.f("pk_additions")),
    )
    query = sa.select(sa.func.min(_CHANGES.c.publication_id), sa.func.min(_CHANGES.c.at))
    query = query.where(_CHANGES.c.action == "added").group_by(_CHANGES.c.revision)
    connection.execute(sa.insert(additions).from_select(["first_id", "at"], query))


def _fill_revisions(connection: sa.Connection) -> None:
    """Fill in the time of each revision, the revision that it undid, and its differences."""
    op.create_index("changes_of", "changes", ["publication_id", "id"])  # dropped with the table
    query = sa.select(_CHANGES.c.revision, sa.func.min(_CHANGES.c.at))
    times = dict(connection.execute(query.group_by(_CHANGES.c.revision)).all())
    latest = datetime(1970, 1, 1)  # noqa: DTZ001  the column has no zone: it is in UTC
    query = sa.select(_REVISIONS.c.counter, _REVISIONS.c.command).order_by(_REVISIONS.c.counter)
    for counter, command in connection.execute(query).all():
        latest = times.get(counter, latest)
        row = sa.update(_REVISIONS).where(_REVISIONS.c.counter == counter)
        undoes, deltas = _undone_revision(command, counter), _deltas(connection, counter)
        connection.execute(row.values(at=latest, undoes=undoes, deltas=deltas))
    if times:  # a catalog that never changed keeps no time
        state = sa.table("catalog_state", sa.column("updated", sa.DateTime))
        connection.execute(sa.update(state).values(updated=latest))


def _undone_revision(command: str, counter: int) -> int | None:
    """Return the revision that a command undid: without a number, the one before it."""
    words = command.split()
    if words[:2] != ["octavo", "undo"]:
        return None
    return int(words[2]) if words[2:] and words[2].isdecimal() else counter - 1


def _deltas(connection: sa.Connection, counter: int) -> bytes | None:
    """Return the packed deltas of a revision, one line per publication."""
    buffer = BytesIO()
    query = sa.select(_CHANGES).where(_CHANGES.c.revision == counter, _CHANGES.c.action != "added")
    empty = True
    with GzipFile(fileobj=buffer, mode="wb", mtime=0) as lines:
        for row in connection.execute(query.order_by(_CHANGES.c.id)):
            empty = False
            after = _after(connection, row)
            # A removal deleted the former slugs, and no old row has them.
            before = _state(row.before, after["former_slugs"] if after else [])
            delta = _delta(after, before) if after else {"value": before}
            line = json.dumps([row.publication_id, delta], separators=(",", ":"))
            lines.write(f"{line}\n".encode("ascii"))
    return None if empty else buffer.getvalue()


def _after(connection: sa.Connection, row: sa.Row[Any]) -> dict[str, Any] | None:
    """Return the state after a change: the one before the next change, or the current one."""
    if row.action == "removed":
        return None
    former = list(
        connection.scalars(
            sa.select(_FORMER.c.slug)
            .where(_FORMER.c.publication_id == row.publication_id)
            .order_by(_FORMER.c.slug)
        )
    )
    later = sa.select(_CHANGES.c.before).where(
        _CHANGES.c.publication_id == row.publication_id, _CHANGES.c.id > row.id
    )
    if before := connection.scalar(later.order_by(_CHANGES.c.id).limit(1)):
        return _state(before, former)
    query = sa.select(_PUBLICATIONS).where(_PUBLICATIONS.c.id == row.publication_id)
    present = connection.execute(query).mappings().one_or_none()
    if present is None:
        return None
    return {**{name: present.get(name) for name in _STATE}, "former_slugs": former}


def _state(before: dict[str, Any], former: list[str]) -> dict[str, Any]:
    """Return a state from an old row, in which the values of people and links have names."""
    state = {**{name: before.get(name, "") for name in _STATE}, "former_slugs": former}
    for role in ("authors", "editors"):
        state[role] = [_values(person, _PEOPLE) for person in before[role]]
    state["links"] = [_values(link, _LINKS) for link in before["links"]]
    return state


def _values(part: dict[str, Any], names: Sequence[str]) -> list[Any]:
    values = [part[name] for name in names]
    while values and not values[-1]:
        del values[-1]
    return values


def _delta(after: Any, before: Any) -> dict[str, Any]:
    """Return the delta that turns `after` back into `before`, in the format of this version."""
    if isinstance(after, dict) and isinstance(before, dict):
        names = list(_changed_names(after, before))
        result: dict[str, Any] = {
            "items": {
                name: _delta(after[name], before[name])
                if name in after
                else {"value": before[name]}
                for name in names
            }
        }
        result["absent"] = [name for name in after if name not in before]
        if list(after) != list(before):
            result["order"] = list(before)
        return result
    if isinstance(after, str) and isinstance(before, str):
        start = _prefix_length(after, before)
        end = _prefix_length(after[start:][::-1], before[start:][::-1])
        return {"splice": [start, len(after) - end, before[start : len(before) - end]]}
    return {"value": before}


def _changed_names(after: dict[str, Any], before: dict[str, Any]) -> Iterator[str]:
    for name, value in before.items():
        other = after.get(name)
        ordered = isinstance(value, dict) and isinstance(other, dict) and list(value) != list(other)
        if name not in after or other != value or ordered:
            yield name


def _prefix_length(first: str, second: str) -> int:
    pairs = enumerate(zip(first, second, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(first), len(second)))


def _replace_changes() -> None:
    """Replace the table `changes` by one with only the columns that are still needed."""
    columns = "revision, publication_id, action"
    op.execute(f"CREATE TABLE touched AS SELECT DISTINCT {columns} FROM changes")  # noqa: S608
    op.drop_table("changes")
    op.create_table(
        "changes",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("publication_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision"], ["revisions.counter"], name=op.f("fk_changes_revision_revisions")
        ),
        sa.PrimaryKeyConstraint("revision", "publication_id", name=op.f("pk_changes")),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO changes ({columns}) SELECT {columns} FROM touched")  # noqa: S608
    op.drop_table("touched")
