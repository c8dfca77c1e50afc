"""Records as JSON data and back, as the database has them and a reading process prints them."""

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from .records import Link, Person, Record

# The fields of a record that are JSON as they are.
PLAIN: Final = (
    *("slug", "key", "type", "title", "abstract", "venue", "container", "date", "year"),
    *("doi", "arxiv", "language", "version_of", "fields"),
)

# The values of a person or link, in order. `astuple` copies deeply and takes ten times as long.
_VALUES = {kind: attrgetter(*(field.name for field in fields(kind))) for kind in (Person, Link)}

# People appear in many publications: equal people share one object.
_person = lru_cache(maxsize=4096)(Person)


def plain(record: Record) -> dict[str, Any]:
    """Return a record as JSON data; `record_of` is the inverse."""
    return {
        **{name: getattr(record, name) for name in PLAIN},
        "authors": [values_of(person) for person in record.authors],
        "editors": [values_of(person) for person in record.editors],
        "links": [values_of(link) for link in record.links],
        "tags": list(record.tags),
        "fields": dict(record.fields),
        "source": dict(record.source),
    }


def record_of(plain: Mapping[str, Any]) -> Record:
    """Return the record that JSON data from `plain` describes."""
    parts = {
        "authors": tuple(_person(*person) for person in plain["authors"]),
        "editors": tuple(_person(*person) for person in plain["editors"]),
        "links": tuple(Link(*link) for link in plain["links"]),
        "tags": tuple(plain["tags"]),
    }
    return Record(**{**plain, **parts})


def values_of(part: Person | Link) -> list[Any]:
    """Return the values of a person or link in order, without empty ones at the end."""
    values = list(_VALUES[type(part)](part))
    while values and not values[-1]:
        del values[-1]
    return values
