"""Changing several publications at once: a plan that is shown first, then one revision."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from ..catalog import Catalog
from ..errors import CannotChangeError
from ..formats.building import keywords, source_of
from ..formats.reading import Problem
from ..records import Record
from ..store import publications, queries
from ..store.connections import CatalogRevision, reading, revision_of
from ..store.edits import Edit
from ..store.publications import Stored
from .comparison import is_published
from .editing import FieldChange, merge_changes
from .field_values import find_faults, read_changes
from .merging import meaning
from .versions import FIELD

MOST: Final = 5_000  # publications in one batch


@dataclass(frozen=True, slots=True)
class Batch:
    """What to do with several publications: one of ACTIONS, with its values."""

    action: str
    name: str = ""  # of a field
    value: str = ""  # of a field, or a keyword
    published: str = ""  # the slug of the published version of a join

    @property
    def label(self) -> str:
        """What the history calls it: `set venue of`."""
        return ACTIONS[self.action].label.format(name=self.name, value=self.value)


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """The changes that a batch would make. Making a plan changes nothing."""

    revision: CatalogRevision  # of the catalog that the plan is for
    stored: Sequence[Stored]  # the publications, in the order in which they were named
    after: Mapping[int, Record | None]  # those that change, by id; None for a removal
    unknown: Sequence[str]  # slugs without a publication
    doubts: Sequence[Problem] = ()  # about those that change, as an import has them

    def edits(self) -> list[Edit]:
        """Return the edits to save."""
        return [Edit(record, id_) for id_, record in self.after.items()]

    def changes(self) -> Iterator[tuple[Record, Record | None]]:
        """Yield the publications that change, before and after; None for a removal."""
        for stored in self.stored:
            if stored.id in self.after:
                yield stored.record, self.after[stored.id]


Change = Callable[[Record, Batch], list[FieldChange]]


@dataclass(frozen=True, slots=True)
class Action:
    """A row: what the history calls an action, and the changes that it makes of a publication.

    Without `change`, the action removes publications.
    """

    label: str
    change: Change | None
    needs: tuple[str, ...] = ()  # the values of a batch that must not be empty


def _set(record: Record, name: str, value: str) -> list[FieldChange]:
    present = record.source.get(name, "")
    return [FieldChange(name, present, value)] if present != value else []


def _with_tags(record: Record, tags: Sequence[str]) -> list[FieldChange]:
    """Return the changes that give a record these keywords, in one field."""
    names = [name for name in record.source if meaning(name) == "keywords"]
    first = names[0] if names else "keywords"
    value = source_of("keywords", keywords(tags)) if tags else ""
    removed = [change for name in names[1:] for change in _set(record, name, "")]
    return [*_set(record, first, value), *removed]


def _add_tag(record: Record, batch: Batch) -> list[FieldChange]:
    has = batch.value in record.tags
    return [] if has else _with_tags(record, [*record.tags, batch.value])


def _remove_tag(record: Record, batch: Batch) -> list[FieldChange]:
    left = [tag for tag in record.tags if tag != batch.value]
    return [] if len(left) == len(record.tags) else _with_tags(record, left)


def _set_field(record: Record, batch: Batch) -> list[FieldChange]:
    return _set(record, batch.name, batch.value)


def _hide(record: Record, _batch: Batch) -> list[FieldChange]:
    return [] if record.is_hidden else _set(record, "hidden", "true")


def _join(record: Record, batch: Batch) -> list[FieldChange]:
    """`batch.published` is a citation key here."""
    return _set(record, FIELD, "" if record.key == batch.published else batch.published)


ACTIONS: Final[Mapping[str, Action]] = MappingProxyType(
    {
        "tag": Action("add the keyword “{value}” to", _add_tag, ("value",)),
        "untag": Action("remove the keyword “{value}” from", _remove_tag, ("value",)),
        "set": Action("set {name} of", _set_field, ("name",)),
        "select": Action("select", lambda record, _: _set(record, "selected", "true")),
        "unselect": Action("unselect", lambda record, _: _set(record, "selected", "")),
        "hide": Action("hide", _hide),
        "show": Action("show", lambda record, _: _set(record, "hidden", "")),
        "join": Action("join", _join, ("published",)),
        "part": Action("part", lambda record, _: _set(record, FIELD, "")),
        "remove": Action("remove", None),
    }
)


def propose_published(records: Iterable[Record]) -> str:
    """Return the slug of the record that is most likely the published version of the others."""
    ordered = sorted(records, key=lambda record: (not is_published(record), not record.doi))
    return ordered[0].slug if ordered else ""


def plan_batch(catalog: Catalog, slugs: Sequence[str], batch: Batch) -> BatchPlan:
    """Return what a batch would change. Raises CannotChangeError, also above MOST publications."""
    slugs = list(dict.fromkeys(slugs))
    if len(slugs) > MOST:
        raise CannotChangeError(f"These are more than {MOST:,} publications. Choose fewer.")
    _check(batch)
    with reading(catalog.database) as connection:
        revision = revision_of(connection)
        ids = queries.ids_of_slugs(connection, slugs)
        loaded: dict[int, Stored] = {}
        for chunk in publications.chunks(list(ids.values())):
            loaded |= publications.load(connection, chunk)
    stored = [loaded[ids[slug]] for slug in slugs if slug in ids]
    if batch.action == "join":
        batch = _with_published_key(stored, batch)
    after: dict[int, Record | None] = {}
    doubts: list[Problem] = []
    for publication in stored:
        record, found = _changed(publication.record, batch)
        if record is not publication.record:
            after[publication.id] = record
            doubts += [replace(doubt, line=0, key=publication.record.key) for doubt in found]
    unknown = [slug for slug in slugs if slug not in ids]
    return BatchPlan(revision, stored, after, unknown, doubts)


def carry_out(catalog: Catalog, plan: BatchPlan, batch: Batch, who: str) -> CatalogRevision:
    """Save a plan as one revision.

    Raises CatalogChangedError if the catalog has changed since the plan was made.
    """
    count = len(plan.after)
    noun = "publication" if count == 1 else "publications"
    command = f"{batch.label} {count:,} {noun} in the browser"
    return catalog.save(plan.edits(), command, expected=plan.revision, who=who)


def _check(batch: Batch) -> None:
    action = ACTIONS.get(batch.action)
    if action is None:
        raise CannotChangeError("Choose what to do with the publications.")
    if not all(getattr(batch, name) for name in action.needs):
        raise CannotChangeError("A value is missing. Fill it in.")
    if batch.action == "set":
        change = FieldChange(batch.name, "", batch.value)
        for fault in find_faults([change], {}):
            raise CannotChangeError(fault.message)


def _with_published_key(stored: Sequence[Stored], batch: Batch) -> Batch:
    for publication in stored:
        if publication.record.slug == batch.published:
            return Batch("join", published=publication.record.key)
    raise CannotChangeError("Choose the published version among the publications.")


def _changed(record: Record, batch: Batch) -> tuple[Record | None, Sequence[Problem]]:
    """Return the record after a batch, and the doubts about it.

    The record is itself if nothing changes, None for a removal.
    """
    change = ACTIONS[batch.action].change
    if change is None:
        return None, ()
    changes = change(record, batch)
    if not changes:
        return record, ()
    read, entry = read_changes(record, changes)
    return merge_changes(record, read).record, (*entry.faults, *entry.doubts)
