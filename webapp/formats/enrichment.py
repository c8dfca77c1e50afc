"""What services add to a publication beside its bibliography, as fields of its record.

DESIGN. These are fields like any other, so history, undo, exports of the owner, backups and
imports need to know nothing about them, and an owner who writes one has the last word. A notice is
written as its date and its DOI ("2016-03-04, 10.5555/notice"), either of which may be missing, or
as "true"; `retracted = {no}` says that there is none.
"""

import re
from dataclasses import dataclass
from typing import Final

from ..facets import is_set
from ..records import Record
from . import links
from .vocabulary import OPEN_ACCESS

CITATIONS: Final = "citations"  # "17 (Crossref, 2026-11-29)"

# The fields for notices, the gravest first, and what pages call them.
NOTICES: Final = {
    "retracted": "Retracted",
    "expressionofconcern": "Expression of concern",
    "corrected": "Corrected",
}
FIELDS: Final = (*NOTICES, OPEN_ACCESS, CITATIONS)

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?(?![\d./-])")
_ADDRESS = re.compile(r"https?://\S+|10\.\d{4,9}/\S+", re.IGNORECASE)
_COUNT = re.compile(r"(\d{1,9})(?:\s+\(([^(),]{1,100}),\s(\d{4}-\d\d-\d\d)\))?")


@dataclass(frozen=True, slots=True)
class Notice:
    """That a publication was retracted or corrected, or that there are concerns."""

    field: str
    label: str  # in English
    date: str = ""  # ISO 8601, as precise as known
    url: str = ""  # of the notice


@dataclass(frozen=True, slots=True)
class CitationCount:
    """How often a publication was cited on a day, as far as a service knows."""

    count: int
    source: str = ""
    date: str = ""  # ISO 8601


def notices(record: Record) -> tuple[Notice, ...]:
    """Return the notices about a publication, the gravest first."""
    return tuple(
        _notice(field, label, record.fields[field])
        for field, label in NOTICES.items()
        if is_set(record, field)
    )


def _notice(field: str, label: str, written: str) -> Notice:
    date, address = _DATE.match(written), _ADDRESS.search(written)
    doi = links.doi(address[0]) if address else ""
    url = links.doi_url(doi) if doi else links.safe_url(address[0]) if address else ""
    return Notice(field, label, date[0] if date else "", url)


def open_access_url(record: Record) -> str:
    """Return where a publication is free to read; "" if that is not known."""
    return links.safe_url(record.fields.get(OPEN_ACCESS, "")) if is_set(record, OPEN_ACCESS) else ""


def citation_count(record: Record) -> CitationCount | None:
    """Return how often a publication was cited; None if that is not known."""
    match = _COUNT.fullmatch(record.fields.get(CITATIONS, "").strip())
    return CitationCount(int(match[1]), match[2] or "", match[3] or "") if match else None


def written_notice(date: str, doi: str) -> str:
    """Return a notice as its field has it."""
    return ", ".join(filter(None, (date, doi))) or "true"


def written_count(count: CitationCount) -> str:
    """Return a citation count as its field has it."""
    return f"{count.count} ({count.source}, {count.date})"
