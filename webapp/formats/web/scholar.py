"""Metadata in pages for Google Scholar, Zotero and others: Highwire tags and COinS."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from ...records import OTHERS, Person, Record
from ..csl.items import csl_type
from ..exporting import first_field
from ..links import arxiv_url
from ..names import inverted

_PAGES = re.compile(r"(\S+?)\s*[-–—]+\s*(\S+)")
_MEDIA = ("article-journal", "article-magazine", "article-newspaper", "review")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The absolute URLs that the metadata of a publication needs."""

    page: str  # of the publication's page
    files: str  # to which names of files are appended


def highwire(record: Record, addresses: Addresses) -> list[tuple[str, str]]:
    """Return name and content of the `citation_*` tags that have a content."""
    tags = [
        ("citation_title", record.title),
        *(("citation_author", inverted(person)) for person in record.authors if person != OTHERS),
        *_dates(record),
        *_container(record),
        *_numbers(record),
        ("citation_doi", record.doi),
        ("citation_publisher", record.fields.get("publisher", "")),
        ("citation_language", record.language),
        ("citation_keywords", "; ".join(record.tags)),
        ("citation_abstract", " ".join(record.abstract.split())),
        *_book(record),
        *_institution(record),
        ("citation_pdf_url", pdf_url(record, addresses)),
        ("citation_abstract_html_url", addresses.page),
        ("citation_public_url", addresses.page),
        ("citation_arxiv_id", record.arxiv),
    ]
    return [(name, content) for name, content in tags if content]


def pdf_url(record: Record, addresses: Addresses) -> str:
    """Return the URL of the PDF, on this site or another, else on arXiv."""
    for link in record.links:
        if link.kind == "pdf":
            is_absolute = "://" in link.url
            return link.url if is_absolute else addresses.files + quote(link.url)
    return f"https://arxiv.org/pdf/{quote(record.arxiv)}" if record.arxiv else ""


def page_range(record: Record) -> tuple[str, str]:
    """Return the first and the last page; an article number is the first page."""
    pages = record.fields.get("pages", "")
    if match := _PAGES.fullmatch(pages.strip()):
        return match[1], match[2]
    single = pages if re.fullmatch(r"\w+", pages) else ""
    return single or record.fields.get("eid", ""), ""


def _dates(record: Record) -> Iterator[tuple[str, str]]:
    date = record.date.replace("-", "/") if re.fullmatch(r"\d{4}(-\d\d){0,2}", record.date) else ""
    date = date or str(record.year or "")
    yield "citation_publication_date", date
    if csl_type(record) in ("article", "webpage"):
        yield "citation_online_date", date


def _container(record: Record) -> Iterator[tuple[str, str]]:
    kind = csl_type(record)
    if kind in _MEDIA:
        yield "citation_journal_title", record.container
    elif kind == "paper-conference":
        yield "citation_conference_title", record.container


def _numbers(record: Record) -> Iterator[tuple[str, str]]:
    fields = record.fields
    in_journal = csl_type(record) in _MEDIA
    first, last = page_range(record)
    yield "citation_volume", fields.get("volume", "")
    yield "citation_issue", fields.get("issue", "") or (fields.get("number", "") * in_journal)
    yield "citation_firstpage", first
    yield "citation_lastpage", last
    yield "citation_issn", fields.get("issn", "")
    yield "citation_isbn", fields.get("isbn", "")


def _book(record: Record) -> Iterator[tuple[str, str]]:
    if csl_type(record) in ("chapter", "entry-encyclopedia"):
        yield "citation_inbook_title", record.container
    yield "citation_series_title", record.fields.get("series", "")
    for person in record.editors:
        if person != OTHERS:
            yield "citation_editor", inverted(person)


def _institution(record: Record) -> Iterator[tuple[str, str]]:
    fields = record.fields
    institution = first_field(record, ("school", "institution"))
    kind = csl_type(record)
    if kind == "thesis":
        yield "citation_dissertation_institution", institution
    elif kind == "report":
        yield "citation_technical_report_institution", institution
        yield "citation_technical_report_number", fields.get("number", "")


_PEOPLE_IN_OPEN_URL = 100  # of each publication in a list
# The format and the genre in OpenURL, and its name for the title.
_OPEN_URL = {
    "article-journal": ("journal", "article", "atitle"),
    "article-magazine": ("journal", "article", "atitle"),
    "article-newspaper": ("journal", "article", "atitle"),
    "review": ("journal", "article", "atitle"), "article": ("journal", "preprint", "atitle"),
    "paper-conference": ("book", "proceeding", "atitle"), "chapter": ("book", "bookitem", "atitle"),
    "entry-encyclopedia": ("book", "bookitem", "atitle"), "book": ("book", "book", "btitle"),
    "report": ("book", "report", "btitle"), "thesis": ("dissertation", "", "title"),
    "patent": ("patent", "", "title"),
}  # fmt: skip
# The names of the numbers that a format of OpenURL has.
_PAGES_IN_OPEN_URL = {"citation_firstpage": "rft.spage", "citation_lastpage": "rft.epage"}
_NUMBERS_IN_OPEN_URL = {
    "journal": {
        "citation_volume": "rft.volume",
        "citation_issue": "rft.issue",
        "citation_issn": "rft.issn",
        **_PAGES_IN_OPEN_URL,
    },
    "book": {"citation_isbn": "rft.isbn", **_PAGES_IN_OPEN_URL},
}


def coins(record: Record) -> str:
    """Return the title of a `<span class="Z3988">`, not yet escaped for HTML."""
    form, genre, title = _OPEN_URL.get(csl_type(record), ("dc", "", "title"))
    people = [person for person in record.authors or record.editors if person != OTHERS]
    people = people[:_PEOPLE_IN_OPEN_URL]
    first = people[0] if people else Person()
    author = "rft.creator" if form == "dc" else "rft.au"
    container = {"journal": "rft.jtitle", "book": "rft.btitle"}.get(form, "rft.source")
    numbers = _NUMBERS_IN_OPEN_URL.get(form, {})
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}"),
        ("rft.genre", genre),
        (f"rft.{title}", record.title),
        (container, record.container if f"rft.{title}" != container else ""),
        ("rft.aulast", first.last_name if form != "dc" else ""),
        ("rft.aufirst", first.given if form != "dc" else ""),
        *((author, person.name) for person in people),
        ("rft.date", record.date if record.year is None else record.date or str(record.year)),
        *((numbers[name], value) for name, value in _numbers(record) if name in numbers),
        ("rft.language", record.language),
        ("rft_id", f"info:doi/{record.doi}" if record.doi else ""),
        ("rft_id", arxiv_url(record.arxiv) if record.arxiv else ""),
    ]
    return "&".join([f"{name}={_encoded(value)}" for name, value in pairs if value])


_ASCII = {code: quote_plus(chr(code)) for code in range(128)}


def _encoded(text: str) -> str:
    """Return the text as `quote_plus` does, in a fifth of the time for ASCII."""
    return text.translate(_ASCII) if text.isascii() else quote_plus(text)
