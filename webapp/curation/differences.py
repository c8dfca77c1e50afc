"""The differences between two records."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from ..records import Record


def changed_fields(before: Record, after: Record) -> tuple[str, ...]:
    """Return the names of what differs: attributes, and the entries of `fields` and `source`."""
    names = [
        field.name
        for field in fields(Record)
        if field.name not in ("slug", "fields", "source")
        and getattr(before, field.name) != getattr(after, field.name)
    ]
    for old, new in ((before.fields, after.fields), (before.source, after.source)):
        changed = (name for name in {**old, **new} if old.get(name) != new.get(name))
        names += [name for name in changed if name not in names]
    return tuple(names)


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field of an entry before and after a change, as BibTeX has it; "" for an absent one."""

    name: str
    before: str
    after: str


def field_differences(before: Record | None, after: Record | None) -> list[FieldDifference]:
    """Return the fields that differ: key and type, then those of the entry, in their order.

    All attributes of a record follow from these. None stands for no record.
    """
    old, new = dict(_entry_fields(before)), dict(_entry_fields(after))
    return [
        FieldDifference(name, old.get(name, ""), new.get(name, ""))
        for name in {**old, **new}
        if old.get(name, "") != new.get(name, "")
    ]


def _entry_fields(record: Record | None) -> Iterator[tuple[str, str]]:
    if record:
        yield from (("citation key", record.key), ("type", record.type), *record.source.items())
