"""What each source, such as the owner's file or ORCID, stated last: the base of three-way merges.

A publication has records here only if something besides its file has a word about it, a service
or an editor in the browser, so a site with one file has none. The records of a removed publication
remain: a service that still names the work must not bring it back.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from ..records import Record
from .publications import chunks
from .states import State
from .tables import Publication, SourceAnswer, SourceRecordRow

FILE = "file"  # the source that imports of files are
ENRICHMENT = "enrichment"  # the source that says what was retracted, and what is free to read
PRUNED = "pruned"  # marks publications that pruning removed: their source may bring them back
BROWSER = "browser"  # marks publications that editors changed or added in the browser
CITATION_KEY = "citation key"  # in such a mark: the key that the file has, if an editor changed it
MOVED = "moved"  # in such a mark: an editor changed the place in the owner's order
REMOVED = "removed"  # in such a mark: an editor removed the publication


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """The type and fields of one publication as one source has them, in the form of BibTeX."""

    source: str
    identifier: str  # of the work in the source: a DOI, an ORCID put-code; "" for the file
    type: str
    fields: Mapping[str, str]
    key: str = ""  # the citation key; needed to write the record of a new publication
    publication_id: int = 0  # 0: not known, found by the key
    is_listed: bool = True  # whether the source still has the work


@dataclass(frozen=True, slots=True)
class Answer:
    """When a source last answered, and with how much."""

    at: datetime
    works: int
    not_fetched: int


_ROW = SourceRecordRow.__table__.c
_COLUMNS = (
    _ROW.source,
    _ROW.identifier,
    _ROW.type,
    _ROW.fields,
    _ROW.publication_id,
    _ROW.is_listed,
)


def of_publications(connection: Connection, ids: Sequence[int]) -> dict[int, list[SourceRecord]]:
    """Read the records of publications, by id, the latest first."""
    records: dict[int, list[SourceRecord]] = defaultdict(list)
    for chunk in chunks(ids):
        query = select(*_COLUMNS).where(_ROW.publication_id.in_(chunk))
        # Sorted here, because a database may order texts by the rules of a language.
        rows = sorted(connection.execute(query.add_columns(_ROW.at)), key=attrgetter("source"))
        for record in _read(sorted(rows, key=attrgetter("at"), reverse=True)):
            records[record.publication_id].append(record)
    return records


def of_source(connection: Connection, source: str) -> dict[str, SourceRecord]:
    """Read the records of a source, by its identifiers. Live publications come before removed."""
    query = select(*_COLUMNS).where(_ROW.source == source).order_by(_ROW.at)
    present = _present(connection)
    records: dict[str, SourceRecord] = {}
    for record in _read(connection.execute(query)):
        known = records.get(record.identifier)
        if known is None or record.publication_id in present:
            records[record.identifier] = record
    return records


def of_source_by_publication(connection: Connection, source: str) -> dict[int, SourceRecord]:
    """Read the records of a source that has one for each publication, by the publication's id."""
    query = select(*_COLUMNS).where(_ROW.source == source)
    return {record.publication_id: record for record in _read(connection.execute(query))}


def of_removed(connection: Connection) -> list[SourceRecord]:
    """Read the records of publications that the owner removed."""
    exists = select(Publication.id).where(Publication.id == _ROW.publication_id).exists()
    query = select(*_COLUMNS).where(~exists, _ROW.source.not_in((BROWSER, ENRICHMENT)))
    pruned = of_source_by_publication(connection, PRUNED)
    records = _read(connection.execute(query))
    return [record for record in records if record.publication_id not in pruned]


def ids_of_other_sources(connection: Connection) -> set[int]:
    """Return the ids of publications about which another source than the file has a word."""
    query = select(_ROW.publication_id).where(_ROW.source != FILE)
    return set(connection.scalars(query.distinct()))


def ids_listed_elsewhere(connection: Connection) -> set[int]:
    """Return the ids of publications that another source than the file still has."""
    query = select(_ROW.publication_id).where(_ROW.source != FILE, _ROW.is_listed)
    return set(connection.scalars(query.distinct()))


def answers(connection: Connection) -> dict[str, Answer]:
    """Return the last answer of each source."""
    row = SourceAnswer.__table__.c
    query = select(row.source, row.at, row.works, row.not_fetched)
    return {source: Answer(*values) for source, *values in connection.execute(query)}


def note_answer(connection: Connection, source: str, works: int, not_fetched: int) -> None:
    """Note that a source answered just now."""
    row = SourceAnswer.__table__
    connection.execute(delete(SourceAnswer).where(row.c.source == source))
    values = {"source": source, "works": works, "not_fetched": not_fetched}
    connection.execute(insert(SourceAnswer).values(**values, at=datetime.now(UTC)))


def write(connection: Connection, records: Iterable[SourceRecord]) -> None:
    """Write records, each in place of the former one with its source, identifier and publication.

    Records of keys that no publication has are left out.
    """
    records = list(records)
    ids = _ids_of_keys(connection, [r.key for r in records if not r.publication_id])
    rows = {
        (id_, record.source, record.identifier): record
        for record in records
        if (id_ := record.publication_id or ids.get(record.key))
    }
    _delete(connection, rows)
    now = datetime.now(UTC)
    values = [
        {
            "publication_id": id_,
            "source": source,
            "identifier": identifier,
            "type": record.type,
            "fields": dict(record.fields),
            "is_listed": record.is_listed,
            "at": now,
        }
        for (id_, source, identifier), record in rows.items()
    ]
    for chunk in chunks(values):
        connection.execute(insert(SourceRecordRow), chunk)


def note_removals(connection: Connection, states: Mapping[int, State]) -> None:
    """Write what is known of publications that are about to be removed, if nothing is yet.

    Pruning marks them afterwards.
    """
    _delete(connection, [(id_, PRUNED, "") for id_ in states])
    query = select(_ROW.publication_id).where(_ROW.publication_id.in_(list(states)))
    known = set(connection.scalars(query.where(_ROW.source != BROWSER)))
    write(
        connection,
        [file_record(state.record, id_) for id_, state in states.items() if id_ not in known],
    )


def note_browser_removals(connection: Connection, states: Mapping[int, State]) -> None:
    """Mark publications that are removed in the browser, so that a file brings none back."""
    known = of_publications(connection, list(states))
    rows = []
    for id_, state in states.items():
        marks = [record.fields for record in known.get(id_, ()) if record.source == BROWSER]
        key = marks[0].get(CITATION_KEY, state.record.key) if marks else state.record.key
        fields = {CITATION_KEY: key, REMOVED: "true"}
        rows.append(SourceRecord(BROWSER, "", "", fields, publication_id=id_))
    write(connection, rows)


def note_edits(
    connection: Connection,
    before: Mapping[int, State],
    keys: Mapping[int, str],
    moved: Container[int] = (),
) -> None:
    """Mark publications that are edited or added in the browser, for later imports and refreshes.

    `before` has the states of edited ones before the edit, `keys` the citation keys of all after
    it; `moved` are the ids of those that got another place in the owner's order. Of a publication
    without any record, the state before becomes what the owner's file stated, so that the same
    file brings nothing back.
    """
    known = of_publications(connection, list(keys))
    rows = [file_record(state.record, id_) for id_, state in before.items() if id_ not in known]
    for id_, key in keys.items():
        marks = [record for record in known.get(id_, ()) if record.source == BROWSER]
        fields = dict(marks[0].fields) if marks else {}
        if id_ in before and before[id_].record.key != key:
            fields.setdefault(CITATION_KEY, before[id_].record.key)
        if id_ in moved:
            fields[MOVED] = "true"
        if not marks or marks[0].fields != fields:
            rows.append(SourceRecord(BROWSER, "", "", fields, publication_id=id_))
    write(connection, rows)


def file_record(record: Record, id_: int) -> SourceRecord:
    """Return what the owner's file says of a publication: the record, as it was imported.

    A publication has one such record, also when its key changes.
    """
    return SourceRecord(FILE, "", record.type, record.source, record.key, id_)


def _read(rows: Iterable[Any]) -> Iterator[SourceRecord]:
    for source, identifier, type_, fields, id_, is_listed, *_ in rows:
        yield SourceRecord(source, identifier, type_, fields, "", id_, is_listed)


def _present(connection: Connection) -> set[int]:
    return set(connection.scalars(select(Publication.id)))


def _ids_of_keys(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for chunk in chunks(keys):
        query = select(Publication.key, Publication.id).where(Publication.key.in_(chunk))
        ids.update((key, id_) for key, id_ in connection.execute(query))
    return ids


def _delete(connection: Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    names = ("row_id", "row_source", "row_identifier")
    values = [dict(zip(names, row, strict=True)) for row in rows]
    columns = (_ROW.publication_id, _ROW.source, _ROW.identifier)
    is_row = (column == bindparam(name) for column, name in zip(columns, names, strict=True))
    if values:
        connection.execute(delete(SourceRecordRow).where(*is_row), values)
