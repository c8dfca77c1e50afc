"""Records -> CSV, for spreadsheets."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from ..records import Record

_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_COLUMNS: Final = (
    *("key", "type", "title", "authors", "editors", "year", "date", "venue", "container"),
    *("volume", "number", "pages", "publisher", "doi", "arxiv", "url", "keywords", "abstract"),
)
_FIELDS: Final = ("volume", "number", "pages", "publisher")


def write(records: Iterable[Record], *, abstracts: bool = True) -> Iterator[str]:
    """A header and one row at a time, as RFC 4180 has them, in UTF-8 with its mark for Excel.

    What a spreadsheet would take for a formula begins with an apostrophe.
    """
    columns = _COLUMNS if abstracts else _COLUMNS[:-1]
    yield "\ufeff" + _line(columns)
    for record in records:
        values = _values(record)
        yield _line([_safe(values[column]) for column in columns])


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


def _safe(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _line(values: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
