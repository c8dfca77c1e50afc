"""Merging what a source says now into a publication, field by field.

DESIGN. Three versions of each field count: what the source stated last (base), what it says now
(theirs), and the publication (ours). What the source has not changed stays as it is. What only the
source has changed is taken. If both have changed and differ, ours stays and the difference is
reported. So no source can overwrite what the owner, or another source, wrote later.

Fields with one meaning, such as `date` and `year`, are one field here.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from ..formats.entries import build
from ..formats.people.orcids import renumber
from ..records import Record
from ..store.source_records import ENRICHMENT, FILE, SourceRecord
from .field_comparison import ENTRY_TYPE, Fields, say_the_same
from .merging import in_order, meaning


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that a source has changed, but that stays, because it was changed here too."""

    key: str
    field: str
    source: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A publication with the changes of a source."""

    record: Record
    differences: tuple[Difference, ...]


def merge_source(
    ours: Record,
    theirs: Record,
    base: SourceRecord | None,
    source: str,
    taking: Collection[str] = (),
    others: Collection[SourceRecord] = (),
) -> Merged:
    """Return the publication with the changes of a source since `base`.

    `base` is None if the source says something for the first time: then only the fields that the
    publication lacks are taken. A field that the source leaves out is removed only if the source
    is the owner's file or the enrichment: a service may leave out bibliography by mistake. Of the
    fields named in `taking`, theirs are taken in any case. `others` is what all sources stated
    last: a field that one of them has, but not the publication, was removed by the owner.
    """
    before = _by_meaning(base.type, base.fields) if base else {}
    after = _by_meaning(theirs.type, theirs.source)
    here = _by_meaning(ours.type, ours.source)
    wanted = set(map(meaning, taking))
    removed = {meaning(name) for record in others for name in record.fields} - here.keys()
    differences = []
    for name in {**before, **after}:
        theirs_now, ours_now = after.get(name, {}), here.get(name, {})
        if name in wanted and theirs_now:
            here[name] = theirs_now
        elif _is_unchanged(before.get(name, {}), theirs_now, ours_now, source):
            continue
        elif ours_now == before.get(name, {}) and name not in removed:
            here[name] = theirs_now
        elif not say_the_same(name, ours_now, theirs_now):
            differences.append(
                Difference(ours.key, name, source, _shown(name, ours_now), _shown(name, theirs_now))
            )
    fields = {name: value for part in here.values() for name, value in part.items()}
    type_ = fields.pop(ENTRY_TYPE)
    if (type_, fields) == (ours.type, dict(ours.source)):
        return Merged(ours, tuple(differences))
    merged = renumber(in_order(ours.source, fields), ours, theirs)
    record = build(ours.key, type_, merged).record
    return Merged(replace(record, slug=ours.slug), tuple(differences))


def differences(ours: Record, theirs: Record, source: str) -> list[Difference]:
    """Return the fields in which a publication differs from what a source says now."""
    here, there = _by_meaning(ours.type, ours.source), _by_meaning(theirs.type, theirs.source)
    pairs = {name: (here.get(name, {}), there.get(name, {})) for name in {**here, **there}}
    return [
        Difference(ours.key, name, source, _shown(name, mine), _shown(name, other))
        for name, (mine, other) in pairs.items()
        if mine != other
    ]


def value_of(record: Record, field: str) -> str:
    """Return a field of a record, with the fields of the same meaning, as reports show it."""
    name = meaning(field)
    return _shown(name, _by_meaning(record.type, record.source).get(name, {}))


def _by_meaning(type_: str, fields: Fields) -> dict[str, dict[str, str]]:
    """Return fields with one meaning together, under its name; the type of the entry is one."""
    parts: dict[str, dict[str, str]] = {ENTRY_TYPE: {ENTRY_TYPE: type_}}
    for name, value in fields.items():
        parts.setdefault(meaning(name), {})[name] = value
    return parts


def _is_unchanged(before: Fields, theirs: Fields, ours: Fields, source: str) -> bool:
    return theirs in (before, ours) or not (theirs or source in (FILE, ENRICHMENT))


def _shown(name: str, fields: Fields) -> str:
    """Return a field as reports show it; a date once, as precisely as its fields say."""
    date = build("", "misc", fields).record.date if name == "date" else ""
    return date or " ".join(fields.values())
