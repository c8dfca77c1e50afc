"""Elements of XML as strings, and what Dublin Core and MODS take from a record."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from ...records import Record
from ..characters import for_xml
from ..csl.items import csl_type
from ..enrichment import open_access_url
from ..exporting import language
from ..languages import iso_639_3
from ..links import safe_url
from ..web.scholar import Addresses

_ISO_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_QUOTES: Final = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


def text(source: str) -> str:
    """Return text as XML has it: escaped, without characters that it forbids."""
    return escape(for_xml(source))


def attributes(values: Mapping[str, str]) -> str:
    """Return attributes with a blank before each, without empty ones: ` type="host"`."""
    return "".join(
        f' {name}="{escape(for_xml(value), _QUOTES)}"' for name, value in values.items() if value
    )


def element(name: str, content: str, **values: str) -> str:
    """Return an element around escaped content; "" without content."""
    return f"<{name}{attributes(values)}>{content}</{name}>" if content else ""


def text_elements(name: str, sources: Iterable[str]) -> str:
    """Return an element for each text that is not blank."""
    stripped = (source.strip() for source in sources)
    return "".join(f"<{name}>{text(source)}</{name}>" for source in stripped if for_xml(source))


def iso_date(record: Record) -> str:
    """Return the date, as precise as known, as ISO 8601; the year alone if that is all."""
    if _ISO_DATE.fullmatch(record.date):
        return record.date
    return f"{record.year:04}" if record.year is not None and record.year > 0 else ""


def language_code(record: Record) -> str:
    """Return the language as a code of ISO 639-3, or ""."""
    return iso_639_3(language(record))


def file_addresses(record: Record, addresses: Addresses) -> list[str]:
    """Return the URLs of the owner's files that a record links to."""
    names = (link.url.lstrip("/") for link in record.links if ":" not in link.url)
    return [addresses.files + quote(name) for name in names]


def licence(record: Record) -> str:
    """Return the licence as the record names it, or its address."""
    written = record.fields.get("license", "")
    return safe_url(written) or written


def has_pdf(record: Record) -> bool:
    """Return whether the owner has a PDF of a work."""
    return any(link.kind == "pdf" and ":" not in link.url for link in record.links)


def is_open(record: Record) -> bool:
    """Return whether a work is free to read, here or elsewhere."""
    return has_pdf(record) or bool(record.arxiv or open_access_url(record))


# The vocabulary of OpenAIRE for literature, by the type in CSL and the type of a thesis.
_SEMANTICS: Final = {
    "article": "preprint", "article-journal": "article", "article-magazine": "article",
    "article-newspaper": "contributionToPeriodical", "book": "book", "chapter": "bookPart",
    "entry-encyclopedia": "bookPart", "manuscript": "workingPaper",
    "paper-conference": "conferenceObject", "patent": "patent", "report": "report",
    "review": "review", "speech": "lecture",
}  # fmt: skip
_THESES: Final = {
    "phdthesis": "doctoralThesis",
    "mastersthesis": "masterThesis",
    "diplomathesis": "masterThesis",
    "bachelorsthesis": "bachelorThesis",
}


def semantic_type(record: Record) -> str:
    """Return the type as the `info:eu-repo/semantics` of OpenAIRE 3 name it: "article"."""
    return _THESES.get(record.type) or _SEMANTICS.get(csl_type(record), "other")
