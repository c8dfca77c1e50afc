"""What formats of CVs take from a record, as plain text."""

import re
from typing import Final
from urllib.parse import quote

from ...records import Person, Record, limit_people
from ..characters import without_controls
from ..inline import to_plain
from ..links import doi_url, safe_url

MAX_PEOPLE: Final = 50  # named in a CV; of more, the first ones are followed by "et al."

# As JSON Resume accepts it: years from 1000 to 2999.
_ISO: Final = re.compile(r"[12]\d{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def title(record: Record) -> str:
    return _clean(record.title)


def container(record: Record) -> str:
    """Return the journal, the book or the series in which a work appeared."""
    return _clean(record.container or record.venue)


def people(record: Record) -> tuple[Person, ...]:
    """Return the authors, or else the editors."""
    return limit_people(record.authors or record.editors, MAX_PEOPLE)


def iso_date(record: Record) -> str:
    """Return the date as precise as known; "" if it is none of ISO 8601."""
    candidates = (record.date, str(record.year))
    return next(filter(_ISO.fullmatch, candidates), "")


def link(record: Record) -> str:
    """Return where a work is, by its DOI or by its first link to the web, in ASCII."""
    if record.doi:
        return doi_url(record.doi)
    url = next(filter(None, (safe_url(link.url) for link in record.links)), "")
    return in_ascii(url)


def in_ascii(url: str) -> str:
    """Return a URL with every character outside of ASCII percent-encoded."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def _clean(text: str) -> str:
    return without_controls(to_plain(text))
