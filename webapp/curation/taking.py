"""Taking what a source stated last into a publication, without asking the source again."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..catalog import Catalog
from ..errors import CannotTakeError
from ..records import Record
from ..store import publications, queries, source_records
from ..store.connections import CatalogRevision, reading, revision_of
from ..store.edits import Edit
from ..store.source_records import FILE, SourceRecord
from .merging import meaning
from .new_works import record_of
from .three_way import Difference, merge_source, value_of


@dataclass(frozen=True, slots=True)
class TakePlan:
    """The fields to take: the differences that end, and the edits to save."""

    revision: CatalogRevision
    taken: tuple[Difference, ...]
    edits: tuple[Edit, ...]


def make_take_plan(
    catalog: Catalog, wanted: Sequence[tuple[str, str]], source: str | None = None
) -> TakePlan:
    """Find what sources stated last of fields, given as (key, field), that differ from the catalog.

    `source` names the source; without it, only one value may differ. Raises CannotTakeError if
    there is no such key, nothing to take, or a choice to make.
    """
    taken: list[Difference] = []
    with reading(catalog.database) as connection:
        revision = revision_of(connection)
        ids = queries.ids_of_keys(connection, [key for key, _ in wanted])
        stored = publications.load(connection, list(ids.values()))
        described = source_records.of_publications(connection, list(ids.values()))
    records = {id_: publication.record for id_, publication in stored.items()}
    for key, field in wanted:
        if key not in ids:
            raise CannotTakeError(f"There is no publication with the key {key}.")
        id_ = ids[key]
        chosen = _choose(records[id_], field, described.get(id_, []), source)
        ours, theirs = value_of(records[id_], field), value_of(record_of(chosen), field)
        taken.append(Difference(key, meaning(field), chosen.source, ours, theirs))
        merged = merge_source(records[id_], record_of(chosen), chosen, chosen.source, [field])
        records[id_] = merged.record
    edits = [Edit(records[id_], id_) for id_ in dict.fromkeys(ids.values())]
    return TakePlan(revision, tuple(taken), tuple(edits))


def carry_out(catalog: Catalog, plan: TakePlan, command: str) -> CatalogRevision:
    """Save the fields as one revision. Raises CatalogChangedError if the catalog has changed."""
    return catalog.save(plan.edits, command, expected=plan.revision)


def _choose(
    record: Record, field: str, described: Sequence[SourceRecord], source: str | None
) -> SourceRecord:
    """Return what a source stated: a service, or if none has another value, the file."""
    ours = value_of(record, field)
    by_value: dict[str, SourceRecord] = {}
    for statement in described:
        theirs = value_of(record_of(statement), field)
        if theirs not in ("", ours) and source in (None, statement.source):
            by_value.setdefault(theirs, statement)
    services = {value: s for value, s in by_value.items() if s.source != FILE}
    by_value = services or by_value
    if not by_value:
        place = f" called {source}" if source else ""
        raise CannotTakeError(
            f"No source{place} has another {field} for {record.key}. Nothing was changed."
        )
    if len(by_value) > 1 and source is None:
        values = "; ".join(f"{statement.source}: {value}" for value, statement in by_value.items())
        raise CannotTakeError(
            f"Sources have different values of {field} for {record.key}: {values}. Nothing was "
            "changed. Name one of them: octavo refresh SOURCE --take KEY FIELD"
        )
    return next(iter(by_value.values()))
