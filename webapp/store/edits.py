"""Edits: changes to publications, saved in one transaction that becomes a revision."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from ..errors import CatalogChangedError, DatabaseError
from ..records import Record
from . import harvest, publications, source_records
from .connections import CatalogRevision, revision_of, writing
from .deltas import DeltaWriter, delta
from .publications import Stored
from .slugs import numbered, slug_source, unique_slug
from .source_records import SourceRecord
from .states import State, load_states, write_former_slugs
from .tables import Addition, CatalogState, Change, FormerSlug, Publication, Revision

logger = logging.getLogger(__name__)

# The distance between neighbours in the owner's order. It leaves room for twenty insertions at one
# place before any other publication has to move.
POSITION_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to save. `id` is None for an addition, `record` is None for a removal."""

    record: Record | None
    id: int | None = None
    position: int | None = None  # None: unchanged; for an addition, the end
    former_slugs: tuple[str, ...] | None = None  # all slugs that redirect to it; None: unchanged
    restored: bool = False  # a removed publication that returns under its id and slug


@dataclass(frozen=True, slots=True)
class Undoing:
    """What a revision records about the revision that it undoes."""

    revision: int
    loaded: str | None = None  # the digest of the owner's file to return to; None: unchanged


def save(
    database: Engine,
    edits: Sequence[Edit],
    command: str,
    expected: CatalogRevision | None = None,
    undoing: Undoing | None = None,
    sources: Sequence[SourceRecord] = (),
    who: str = "",
) -> CatalogRevision:
    """Save edits in one transaction and return the new revision. No edits, no new revision.

    `sources` is what sources stated that led to the edits, or to none; it is saved in any case.
    `who` is the editor who made the edits in the browser; "" for a command.

    Raises CatalogChangedError if `expected` is given and is not the current revision.
    """
    with writing(database) as connection:
        revision = revision_of(connection)
        if expected and expected != revision:
            raise CatalogChangedError(
                "The catalog changed while this command ran. Nothing was saved. Run it again."
            )
        if edits:
            revision = replace(revision, counter=revision.counter + 1)
            _Saving(connection, revision.counter).run(edits, command, undoing, who)
        source_records.write(connection, sources)
    if edits:
        _stamp(database)
    return revision


def _stamp(database: Engine) -> None:
    """Let harvesters see what was saved. If that fails, the next change does it as well."""
    try:
        harvest.stamp(database)
    except DatabaseError as error:
        logger.warning("Harvesters do not see the last change yet: %s", error)


class _Saving:
    """One saving transaction: it writes the rows and their history."""

    def __init__(self, connection: Connection, counter: int) -> None:
        self.connection = connection
        self.counter = counter
        self.now = datetime.now(UTC)
        self.deltas = DeltaWriter()
        self.is_edit = False  # in the browser, so that later imports do not revert it
        self.former_slugs: dict[int, tuple[str, ...]] = {}  # written after all publications

    def run(self, edits: Sequence[Edit], command: str, undoing: Undoing | None, who: str) -> None:
        self._begin(command, undoing, who)
        self.is_edit = bool(who and not undoing)
        removed = [edit.id for edit in edits if edit.id is not None and edit.record is None]
        self._remove(removed, is_undo=undoing is not None)
        updates = {edit.id: edit for edit in edits if edit.id is not None and edit.record}
        self._change({id_: edit for id_, edit in updates.items() if not edit.restored})
        self._restore({id_: edit for id_, edit in updates.items() if edit.restored})
        self._add([edit for edit in edits if edit.id is None and edit.record])
        write_former_slugs(self.connection, self.former_slugs)
        row = update(Revision).where(Revision.counter == self.counter)
        self.connection.execute(row.values(deltas=self.deltas.packed()))
        harvest.note_revision(self.connection, self.counter)

    def _begin(self, command: str, undoing: Undoing | None, who: str) -> None:
        """Raise the counter and insert the revision that the changes refer to."""
        loaded = self.connection.scalar(select(CatalogState.loaded))
        values = {"counter": self.counter, "updated": self.now}
        if undoing and undoing.loaded is not None:
            values["loaded"] = undoing.loaded
        self.connection.execute(update(CatalogState).values(values))
        self.connection.execute(
            insert(Revision).values(
                counter=self.counter,
                command=command,
                at=self.now,
                who=who or None,
                undoes=undoing.revision if undoing else None,
                loaded=loaded,
            )
        )

    def _add(self, edits: Sequence[Edit]) -> None:
        if not edits:
            return
        slugs = self._slugs()
        last = self.connection.scalar(select(func.max(Publication.position))) or 0
        new = []
        for edit in edits:
            assert edit.record is not None  # noqa: S101  as run() chose them
            slug = unique_slug(edit.record.slug or slug_source(edit.record), slugs)
            slugs.add(slug)
            position = edit.position
            if position is None:
                last = position = last + POSITION_STEP
            record = replace(edit.record, slug=slug)
            new.append(Stored(id=0, position=position, updated=self.now, record=record))
        ids = publications.insert_all(self.connection, new)
        self.connection.execute(insert(Addition).values(first_id=min(ids.values()), at=self.now))
        if self.is_edit:
            source_records.note_edits(self.connection, {}, {ids[key]: key for key in ids})
        self._log("added", ids.values())
        self._note_former_slugs({ids[e.record.key]: e for e in edits if e.record})

    def _restore(self, edits: Mapping[int, Edit]) -> None:
        """Insert removed publications again, under their former ids."""
        if not edits:
            return
        slugs = self._slugs()
        rows = []
        for id_, edit in edits.items():
            assert edit.record is not None  # noqa: S101  as run() chose them
            assert edit.position is not None  # noqa: S101  a removed publication had a position
            record = replace(edit.record, slug=numbered(edit.record.slug, slugs))
            slugs.add(record.slug)
            rows.append(Stored(id_, edit.position, self.now, record))
        publications.insert_all(self.connection, rows, with_ids=True)
        self._log("added", edits)
        self._note_former_slugs(edits)

    def _change(self, edits: Mapping[int, Edit]) -> None:
        for ids in self._groups(edits):
            before = load_states(self.connection, ids)
            after = {id_: _after(state, edits[id_]) for id_, state in before.items()}
            if self.is_edit:
                keys = {id_: state.record.key for id_, state in after.items()}
                moved = {id_ for id_ in after if after[id_].position != before[id_].position}
                source_records.note_edits(self.connection, before, keys, moved)
            self._free_keys(id_ for id_ in after if after[id_].record.key != before[id_].record.key)
            publications.update_all(
                self.connection,
                [Stored(id_, s.position, self.now, s.record) for id_, s in after.items()],
            )
            self._note_former_slugs({id_: edits[id_] for id_ in after})
            for id_, state in before.items():
                self.deltas.write(id_, delta(after[id_].plain(), state.plain()))
            self._log("changed", before)

    def _groups(self, edits: Mapping[int, Edit]) -> Iterable[Sequence[int]]:
        """Return the ids in chunks, first all whose keys change: they may exchange keys."""
        keys = {id_: edit.record.key for id_, edit in edits.items() if edit.record}
        rekeyed: list[int] = []
        for chunk in publications.chunks(list(keys)):
            query = select(Publication.id, Publication.key).where(Publication.id.in_(chunk))
            rekeyed += [id_ for id_, key in self.connection.execute(query) if key != keys[id_]]
        others = set(edits).difference(rekeyed)
        return filter(
            None, (rekeyed, *publications.chunks([id_ for id_ in edits if id_ in others]))
        )

    def _free_keys(self, ids: Iterable[int]) -> None:
        """Give publications temporary keys, which no record can have."""
        rows = [{"row_id": id_, "temporary": f"\n{id_}"} for id_ in ids]
        if rows:
            query = update(Publication).where(Publication.id == bindparam("row_id"))
            self.connection.execute(query.values(key=bindparam("temporary")), rows)

    def _remove(self, ids: Sequence[int], is_undo: bool) -> None:
        for chunk in publications.chunks(ids):
            before = load_states(self.connection, chunk)
            if not is_undo:  # a file imported by mistake says nothing about its publications
                source_records.note_removals(self.connection, before)
            if self.is_edit:
                source_records.note_browser_removals(self.connection, before)
            publications.delete_all(self.connection, chunk)
            for id_, state in before.items():
                self.deltas.write(id_, delta(None, state.plain()))
            self._log("removed", before)

    def _slugs(self) -> set[str]:
        """Return all slugs, present and former, as they will be after this transaction."""
        slugs = set(self.connection.scalars(select(Publication.slug)))
        former = select(FormerSlug.publication_id, FormerSlug.slug)
        slugs.update(
            s for id_, s in self.connection.execute(former) if id_ not in self.former_slugs
        )
        slugs.update(*self.former_slugs.values())
        return slugs

    def _note_former_slugs(self, edits: Mapping[int, Edit]) -> None:
        slugs = {id_: e.former_slugs for id_, e in edits.items() if e.former_slugs is not None}
        self.former_slugs.update(slugs)

    def _log(self, action: str, ids: Iterable[int]) -> None:
        rows = [{"revision": self.counter, "publication_id": id_, "action": action} for id_ in ids]
        if rows:
            self.connection.execute(insert(Change), rows)


def _after(before: State, edit: Edit) -> State:
    assert edit.record is not None  # noqa: S101  as run() chose them
    former = before.former_slugs if edit.former_slugs is None else tuple(sorted(edit.former_slugs))
    return State(
        record=replace(edit.record, slug=before.record.slug),
        position=before.position if edit.position is None else edit.position,
        former_slugs=former,
    )
