"""Records to CSV, for spreadsheets."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from ..records import Record

# What spreadsheets take for the start of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_COLUMNS: Final = (
    *("key", "type", "title", "authors", "editors", "year", "date", "venue", "container"),
    *("volume", "number", "pages", "publisher", "doi", "arxiv", "url", "keywords", "abstract"),
)
_FIELDS: Final = ("volume", "number", "pages", "publisher")


def write(records: Iterable[Record]) -> Iterator[str]:
    """Yield a header and a row for each record (RFC 4180), in UTF-8 with the mark Excel needs.

    An apostrophe is put before what a spreadsheet would take for a formula.
    """
    yield "\ufeff" + _line(_COLUMNS)
    for record in records:
        values = _values(record)
        yield _line([_without_formula(values[column]) for column in _COLUMNS])


def _values(record: Record) -> dict[str, str]:
    return {
        "key": record.key,
        "type": record.type,
        "title": record.title,
        "authors": "; ".join(person.name for person in record.authors),
        "editors": "; ".join(person.name for person in record.editors),
        "year": str(record.year or ""),
        "date": record.date,
        "venue": record.venue,
        "container": record.container,
        **{name: record.fields.get(name, "") for name in _FIELDS},
        "doi": record.doi,
        "arxiv": record.arxiv,
        "url": next((link.url for link in record.links if "://" in link.url), ""),
        "keywords": "; ".join(record.tags),
        "abstract": record.abstract,
    }


def _without_formula(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _line(values: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
