"""The differences between two records."""

from dataclasses import fields

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
