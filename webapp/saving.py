"""Writing to the catalog: edits, each saving transaction a revision that says what it did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, insert, select, update

from . import store
from .database import CatalogRevision, revision_of, writing
from .models import CatalogState, Change, FormerSlug, Publication, Revision
from .records import Record
from .slugs import unique_slug
from .store import Stored

# Between neighbours in the owner's order: room for twenty insertions at one place before any
# other publication has to move.
POSITION_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to save. `id` is None for an addition, `record` for a removal."""

    record: Record | None
    id: int | None = None
    position: int | None = None  # None: where it is, or at the end


class CatalogChanged(Exception):  # noqa: N818
    """The catalog is no longer what the edits were made for."""


def save(
    database: Engine,
    edits: Sequence[Edit],
    command: str,
    expected: CatalogRevision | None = None,
) -> CatalogRevision:
    """Do the edits in one transaction; with none of them, not even the revision changes.

    Raises CatalogChanged when `expected` is given and is not the revision that is there.
    """
    with writing(database) as connection:
        revision = revision_of(connection)
        if expected and expected != revision:
            raise CatalogChanged(
                "Someone else changed the catalog meanwhile; nothing was done. Run it again."
            )
        if not edits:
            return revision
        revision = replace(revision, counter=revision.counter + 1)
        connection.execute(update(CatalogState).values(counter=revision.counter))
        connection.execute(insert(Revision).values(counter=revision.counter, command=command))
        _Saving(connection, revision.counter).run(edits)
    return revision


class _Saving:
    """One saving transaction: the rows, and what the `changes` table says of them."""

    def __init__(self, connection: Connection, counter: int) -> None:
        self.connection = connection
        self.counter = counter
        self.now = datetime.now(UTC)

    def run(self, edits: Sequence[Edit]) -> None:
        self._remove([edit.id for edit in edits if edit.id is not None and edit.record is None])
        self._change({edit.id: edit for edit in edits if edit.id is not None and edit.record})
        self._add([edit for edit in edits if edit.id is None and edit.record])

    def _add(self, edits: Sequence[Edit]) -> None:
        slugs = set(self.connection.scalars(select(Publication.slug)))
        slugs.update(self.connection.scalars(select(FormerSlug.slug)))
        last = self.connection.scalar(select(func.max(Publication.position))) or 0
        new = []
        for edit in edits:
            assert edit.record is not None  # noqa: S101  as run() chose them
            slug = unique_slug(edit.record.slug or edit.record.key, slugs)
            slugs.add(slug)
            position = edit.position
            if position is None:
                last = position = last + POSITION_STEP
            record = replace(edit.record, slug=slug)
            new.append(Stored(id=0, position=position, updated=self.now, record=record))
        ids = store.insert_all(self.connection, new)
        self._log("added", [(ids[stored.record.key], stored.record.slug, None) for stored in new])

    def _change(self, edits: Mapping[int, Edit]) -> None:
        for ids in store.chunks(list(edits)):
            before = store.load(self.connection, ids)
            changed = [_after(before[id_], edits[id_], self.now) for id_ in ids if id_ in before]
            store.update_all(self.connection, changed)
            self._log("changed", [(s.id, s.record.slug, before[s.id]) for s in changed])

    def _remove(self, ids: Sequence[int]) -> None:
        for chunk in store.chunks(ids):
            before = store.load(self.connection, chunk)
            store.delete_all(self.connection, chunk)
            self._log("removed", [(s.id, s.record.slug, s) for s in before.values()])

    def _log(self, action: str, rows: Iterable[tuple[int, str, Stored | None]]) -> None:
        values = [
            {
                "revision": self.counter,
                "at": self.now,
                "publication_id": id_,
                "slug": slug,
                "action": action,
                "before": before and {"position": before.position, **asdict(before.record)},
            }
            for id_, slug, before in rows
        ]
        if values:
            self.connection.execute(insert(Change), values)


def _after(before: Stored, edit: Edit, now: datetime) -> Stored:
    assert edit.record is not None  # noqa: S101  as run() chose them
    return Stored(
        id=before.id,
        position=before.position if edit.position is None else edit.position,
        updated=now,
        record=replace(edit.record, slug=before.record.slug),
    )
