"""One BibTeX entry, its fields as text with LaTeX -> a Record, and what is doubtful about it.

Every format is read by way of this: its reader gives the fields BibTeX names.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from ..records import LINK_KINDS, Link, Person, Record, limit_people
from . import dates, identifiers, links, names
from .fields import Doubt, Fields
from .public_fields import is_public
from .vocabulary import ALIASES, CONTAINED, LANGUAGES, LINK_FIELDS, TYPES

T = TypeVar("T")

# So much is shown of a publication, within a second. The most people ever seen are 15,025.
_MOST: Final = {"people": 16_000, "tags": 1_000, "links": 200}
_FIRST_YEAR: Final = 1450  # nobody printed before
_YEARS_AHEAD: Final = 5
_RELATIONS: Final = frozenset({"crossref", "xref", "xdata"})
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:")
_FILE_NAME = re.compile(r".+\.\w{2,5}")
_ARXIV_VENUE = re.compile(r"\s*(?:arxiv\b.*|corr)\s*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Built:
    record: Record
    doubts: tuple[Doubt, ...]


def build(key: str, kind: str, source: Mapping[str, str]) -> Built:
    """The record of an entry. `source` has lower-case names and values with LaTeX."""
    fields = Fields(_canonical(source), kind)
    known = identifiers.find(fields)
    container = _container(fields)
    title = _title(fields)
    date = _date(fields)
    record = Record(
        key=key,
        type=kind,
        title=title,
        authors=_people(fields, "author"),
        editors=_people(fields, "editor"),
        venue=_venue(fields, container, known.arxiv),
        container=container,
        date=date.iso,
        year=date.year,
        abstract=fields.take("abstract", paragraphs=True),
        doi=known.doi,
        arxiv=known.arxiv,
        language=_language(fields),
        links=_links(fields, known),
        tags=_tags(fields),
        version_of=fields.take("versionof").strip(),
        fields=_rest(fields),
        source=dict(source),
    )
    _judge(record, fields)
    return Built(record, tuple(fields.doubts))


def _canonical(source: Mapping[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in source.items():
        fields.setdefault(ALIASES.get(name, name), value)
    return fields


def _taken_raw(fields: Fields, name: str) -> str:
    fields.taken.add(name)
    return fields.raw(name)


def _title(fields: Fields) -> str:
    title = _with_subtitle(fields.take("title"), fields.take("subtitle"))
    if not title and fields.kind in ("proceedings", "collection", "periodical", "book"):
        return fields.text("booktitle") or fields.text("maintitle")
    return title


def _with_subtitle(title: str, subtitle: str) -> str:
    if not (title and subtitle):
        return title or subtitle
    return f"{title} {subtitle}" if title[-1] in ":.?!–—" else f"{title}: {subtitle}"


def _container(fields: Fields) -> str:
    order = ("booktitle", "journal") if fields.kind in CONTAINED else ("journal", "booktitle")
    for name in order:
        if fields.raw(name).strip():
            part = "booksubtitle" if name == "booktitle" else "journalsubtitle"
            return _with_subtitle(fields.take(name), fields.take(part))
    return ""


def _venue(fields: Fields, container: str, arxiv: str) -> str:
    """What the owner calls it (`abbr`), else the shortest name that the source gives."""
    if abbr := fields.take("abbr"):
        return abbr
    if short := fields.text("shortjournal") or fields.text("shortbooktitle"):
        return short
    if arxiv and _ARXIV_VENUE.fullmatch(container):
        return "Preprint"
    return container or _publisher(fields) or ("Preprint" if arxiv else "")


def _publisher(fields: Fields) -> str:
    how = fields.raw("howpublished")
    if links.safe_url(links.address(how)):
        how = ""
    candidates = [fields.text("school"), fields.text("institution")]
    candidates.append(fields.text("howpublished") if how else "")
    candidates.append(fields.text("eventtitle"))
    if fields.kind in ("book", "collection", "proceedings", "manual", "inbook", "mvbook"):
        candidates.append(fields.text("publisher") or fields.text("organization"))
    return next((each for each in candidates if each), "")


def _date(fields: Fields) -> dates.Date:
    parts = ("date", "year", "month", "day")
    if fields.raw("date").strip():
        date = dates.from_date(fields.text("date"))
    else:
        date = dates.from_parts(fields.text("year"), fields.text("month"), fields.text("day"))
    if date.exact or date.iso == (fields.text("date") or fields.text("year")):
        fields.taken.update(parts)
    if not date.iso and fields.raw("pubstate"):
        return dates.Date(fields.text("pubstate"))
    return date


def _language(fields: Fields) -> str:
    for name in ("langid", "language", "hyphenation"):
        said = fields.text(name).strip()
        tag = LANGUAGES.get(said.lower())
        if not tag and _LANGUAGE_TAG.fullmatch(said) and len(said.partition("-")[0]) == 2:
            tag = said.partition("-")[0].lower() + said[2:]
        if tag:
            fields.taken.update(("langid", "language", "hyphenation"))
            return tag
    return ""


def _people(fields: Fields, name: str) -> tuple[Person, ...]:
    found = names.people(_taken_raw(fields, name))
    _at_most("people", found, fields)
    return limit_people(found, _MOST["people"])


def _at_most(what: str, found: tuple[T, ...], fields: Fields) -> tuple[T, ...]:
    most = _MOST[what]
    if len(found) > most:
        message = f"It has {len(found):,} {what}; the first {most:,} are taken."
        fields.doubt(f"too-many-{what}", message)
    return found[:most]


def _tags(fields: Fields) -> tuple[str, ...]:
    tags: list[str] = []
    for name in ("keywords", "tags"):
        words = fields.take(name)
        tags += (tag.strip() for tag in words.split(";" if ";" in words else ","))
    return _at_most("tags", tuple(dict.fromkeys(tag for tag in tags if tag)), fields)


def _links(fields: Fields, known: identifiers.Known) -> tuple[Link, ...]:
    found: list[Link] = []
    if known.arxiv:
        found.append(Link("arxiv", f"https://arxiv.org/abs/{known.arxiv}"))
    if known.doi:
        found.append(Link("doi", links.doi_url(known.doi)))
    for name, kind in LINK_FIELDS.items():
        if fields.raw(name).strip():
            found += _links_of(fields, name, kind, known)
    how = links.safe_url(links.address(fields.raw("howpublished")))
    if how:
        found.append(Link("url", how))
        fields.taken.add("howpublished")
    order = list(LINK_KINDS)
    distinct = sorted(_distinct(found), key=lambda link: order.index(link.kind))
    return _at_most("links", tuple(distinct), fields)


def _distinct(found: Iterable[Link]) -> list[Link]:
    by_url: dict[str, Link] = {}
    for link in found:
        by_url.setdefault(link.url, link)
    return list(by_url.values())


def _links_of(fields: Fields, name: str, kind: str, known: identifiers.Known) -> list[Link]:
    address = links.address(fields.raw(name))
    if kind == "url" and address.count("://") > 1 and " " in address:
        addresses = re.split(r"(?<![\s,;])[\s,;]++(?=https?://)", address)
    else:
        addresses = [address]
    found = []
    for each in addresses:
        url = links.safe_url(each)
        if not url and kind != "url" and _FILE_NAME.fullmatch(each):
            url = links.safe_file(each)
        if not url:
            _doubtful_link(fields, name, each)
        elif not identifiers.says_no_more(url, known):
            is_pdf = kind == "url" and url.lower().endswith(".pdf") and not fields.raw("pdf")
            found.append(Link("pdf" if is_pdf else kind, url))
            fields.taken.add(name)
        else:
            fields.taken.add(name)
    return found


def _doubtful_link(fields: Fields, name: str, address: str) -> None:
    shown = address if len(address) < 60 else address[:57] + "..."
    if _SCHEME.match(address):
        fields.taken.add(name)
    fields.doubt(
        "bad-link",
        f"“{shown}” in “{name}” is neither a web address (http, https) nor the name of a file, "
        "so no link is made of it.",
    )


def _rest(fields: Fields) -> dict[str, str]:
    rest = {}
    for name in fields.source:
        held = name in fields.taken or name in _RELATIONS or not is_public(name, fields.kind)
        if not held and (text := fields.text(name)):
            rest[name] = text
    return rest


def _judge(record: Record, fields: Fields) -> None:
    if not record.title:
        fields.doubt("no-title", "It has no title; add one.")
    if record.type not in TYPES:
        known = "article, inproceedings, book, misc ..."
        fields.doubt("unknown-type", f"“@{record.type}” is no type of entry known here ({known}).")
    _judge_year(record, fields)
    for person in (*record.authors, *record.editors):
        if names.looks_like_two(person):
            message = f"“{person.name}” looks like more than one person; write “and” between names."
            fields.doubt("looks-like-two", message)
    for name, macros in fields.unknown.items():
        shown = ", ".join(macros[:3])
        fields.doubt(
            "undecoded-latex", f"{shown} in “{name}” is not understood and is shown as is."
        )


def _judge_year(record: Record, fields: Fields) -> None:
    if record.year is None:
        if not dates.NOT_YET.search(record.date):
            message = f"“{record.date}” is no year; write" if record.date else "It has no year; add"
            fields.doubt("no-year", f"{message} year = {{2024}}, or {{forthcoming}}.")
        return
    if not _FIRST_YEAR <= record.year <= datetime.now(UTC).year + _YEARS_AHEAD:
        fields.doubt("implausible-year", f"The year {record.year} is not plausible.")
