"""What Google Scholar, Zotero and their kin read in a page: Highwire tags and COinS."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from ...records import OTHERS, Person, Record
from ..csl.items import csl_type

_PAGES = re.compile(r"(\S+?)\s*[-–—]+\s*(\S+)")
_MEDIA = ("article-journal", "article-magazine", "article-newspaper", "review")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are, absolutely."""

    page: str  # the publication's own page
    files: str  # names of files the site serves are appended to it


def highwire(record: Record, addresses: Addresses) -> list[tuple[str, str]]:
    """The `citation_*` tags, name and content, none of them empty."""
    found = [
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
    return [(name, content) for name, content in found if content]


def inverted(person: Person) -> str:
    """ "van Beethoven, Ludwig, Jr."; a corporate name as it is."""
    family = f"{person.particle} {person.family}".strip()
    return person.literal or ", ".join(p for p in (family, person.given, person.suffix) if p)


def pdf_url(record: Record, addresses: Addresses) -> str:
    """The PDF: the site's own or another's, else arXiv's."""
    for link in record.links:
        if link.kind == "pdf":
            is_absolute = "://" in link.url
            return link.url if is_absolute else addresses.files + quote(link.url)
    return f"https://arxiv.org/pdf/{quote(record.arxiv)}" if record.arxiv else ""


def page_range(record: Record) -> tuple[str, str]:
    """First and last page; of an article number, the first alone."""
    pages = record.fields.get("pages", "")
    if found := _PAGES.fullmatch(pages.strip()):
        return found[1], found[2]
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
    institution = fields.get("school", "") or fields.get("institution", "")
    kind = csl_type(record)
    if kind == "thesis":
        yield "citation_dissertation_institution", institution
    elif kind == "report":
        yield "citation_technical_report_institution", institution
        yield "citation_technical_report_number", fields.get("number", "")


# How OpenURL calls them: the format, the genre, and what the title is there.
_OPEN_URL = {
    "article-journal": ("journal", "article", "atitle"),
    "article-magazine": ("journal", "article", "atitle"),
    "article-newspaper": ("journal", "article", "atitle"),
    "review": ("journal", "article", "atitle"),
    "article": ("journal", "preprint", "atitle"),
    "paper-conference": ("book", "proceeding", "atitle"),
    "chapter": ("book", "bookitem", "atitle"),
    "entry-encyclopedia": ("book", "bookitem", "atitle"),
    "book": ("book", "book", "btitle"),
    "report": ("book", "report", "btitle"),
    "thesis": ("dissertation", "", "title"),
    "patent": ("patent", "", "title"),
}


# How it calls the numbers, as far as it knows them in a format.
_OPEN_URL_NUMBERS = {
    "journal": {
        "citation_volume": "rft.volume",
        "citation_issue": "rft.issue",
        "citation_firstpage": "rft.spage",
        "citation_lastpage": "rft.epage",
        "citation_issn": "rft.issn",
    },
    "book": {
        "citation_firstpage": "rft.spage",
        "citation_lastpage": "rft.epage",
        "citation_isbn": "rft.isbn",
    },
}


def coins(record: Record) -> str:
    """The title of a `<span class="Z3988">`, not yet escaped for HTML."""
    form, genre, title = _OPEN_URL.get(csl_type(record), ("dc", "", "title"))
    people = [person for person in record.authors or record.editors if person != OTHERS]
    first = people[0] if people else Person()
    author = "rft.creator" if form == "dc" else "rft.au"
    container = {"journal": "rft.jtitle", "book": "rft.btitle"}.get(form, "rft.source")
    numbers = _OPEN_URL_NUMBERS.get(form, {})
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}"),
        ("rft.genre", genre),
        (f"rft.{title}", record.title),
        (container, record.container if f"rft.{title}" != container else ""),
        ("rft.aulast", f"{first.particle} {first.family}".strip() if form != "dc" else ""),
        ("rft.aufirst", first.given if form != "dc" else ""),
        *((author, person.name) for person in people),
        ("rft.date", record.date if record.year is None else record.date or str(record.year)),
        *((numbers[name], value) for name, value in _numbers(record) if name in numbers),
        ("rft.language", record.language),
        ("rft_id", f"info:doi/{record.doi}" if record.doi else ""),
        ("rft_id", f"https://arxiv.org/abs/{record.arxiv}" if record.arxiv else ""),
    ]
    return "&".join([f"{name}={_encoded(value)}" for name, value in pairs if value])


_ASCII = {code: quote_plus(chr(code)) for code in range(128)}


def _encoded(text: str) -> str:
    """As `quote_plus` has it, in a fifth of the time for most."""
    return text.translate(_ASCII) if text.isascii() else quote_plus(text)
