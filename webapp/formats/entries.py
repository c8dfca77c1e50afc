"""A BibTeX entry to a record, and what is doubtful about it.

The readers of all formats use this: they return blocks with the fields of BibTeX.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from ..records import LINK_KINDS, Link, Person, Record, limit_people
from . import dates, doubts, identifiers, links, names
from .collaborations import with_collaboration
from .fields import Doubt, Fields, article_number
from .identifiers import Identifiers
from .inline import to_plain
from .latex import journals
from .people import orcids
from .public_fields import is_public
from .vocabulary import ALIASES, CONTAINED, LANGUAGES, LINK_FIELDS

T = TypeVar("T")

# Limits of what is shown of a publication, in a second. The most people ever seen are 15,025.
_MAX: Final = {"people": 16_000, "tags": 1_000, "links": 200}
_RELATIONS: Final = frozenset({"crossref", "xref", "xdata"})
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.IGNORECASE)
_WHOLE: Final = frozenset({"book", "mvbook", "collection", "manual", "proceedings", "booklet"})
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:")
_FILE_NAME = re.compile(r".+\.\w{2,5}")


@dataclass(frozen=True, slots=True)
class Built:
    """A record and the doubts about its entry."""

    record: Record
    doubts: tuple[Doubt, ...]


def build(key: str, kind: str, source: Mapping[str, str]) -> Built:
    """Return the record of an entry. `source` has lower-case names and values with LaTeX."""
    fields = Fields(canonical(source), kind)
    known = identifiers.find(fields)
    container = container_of(fields)
    title = title_of(fields)
    date = _date(fields)
    record = Record(
        key=key,
        type=kind,
        title=title,
        authors=with_collaboration(_people(fields, "author"), fields.take("collaboration")),
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
    doubts.add_doubts(record, fields)
    return Built(record, tuple(fields.doubts))


def canonical(source: Mapping[str, str]) -> dict[str, str]:
    """Return fields by the names that are used here for them."""
    fields: dict[str, str] = {}
    for name, value in source.items():
        fields.setdefault(ALIASES.get(name, name), value)
    if "pubstate" not in fields and dates.NOT_YET.fullmatch(fields.get("note", "").strip(" .{}()")):
        fields["pubstate"] = fields.pop("note").strip(" .{}()").lower()
    return fields


def title_of(fields: Fields) -> str:
    """Return the title of an entry with its subtitle."""
    title = _with_subtitle(fields.take("title"), fields.take("subtitle"))
    if not title and fields.kind in ("proceedings", "collection", "periodical", "book"):
        return fields.text("booktitle") or fields.text("maintitle")
    return title


def _with_subtitle(title: str, subtitle: str) -> str:
    if not (title and subtitle):
        return title or subtitle
    return f"{title} {subtitle}" if title[-1] in ":.?!–—" else f"{title}: {subtitle}"


def container_of(fields: Fields) -> str:
    """Return the container title of an entry; "" if it has none."""
    order = ("booktitle", "journal") if fields.kind in CONTAINED else ("journal", "booktitle")
    for name in order:
        if fields.raw(name).strip():
            if fields.kind in _WHOLE and _is_title(fields, name):
                fields.taken.add(name)
                continue
            if name == "booktitle" and fields.kind in ("proceedings", "collection"):
                continue  # for the papers in it, which inherit it
            if names_of_macro := journals.journal(fields.raw(name)):
                fields.taken.add(name)
                return names_of_macro[1]
            part = "booksubtitle" if name == "booktitle" else "journalsubtitle"
            return _with_subtitle(fields.take(name), fields.take(part))
    return ""


def _is_title(fields: Fields, name: str) -> bool:
    """Return whether a field repeats the title of a book, which is in no container then."""
    title, other = (
        re.sub(r"\W+", "", to_plain(fields.text(n))).casefold() for n in ("title", name)
    )
    return title in ("", other)


def _venue(fields: Fields, container: str, arxiv: str) -> str:
    """Return what the owner calls it (`abbr`), else the shortest name in the source."""
    if abbr := fields.take("abbr"):
        return abbr
    if short := fields.text("shortjournal") or fields.text("shortbooktitle"):
        return short
    if names_of_macro := journals.journal(fields.raw("journal")):
        return names_of_macro[0]
    if arxiv and links.is_arxiv(container):
        return "Preprint"
    return container or _issuer(fields) or ("Preprint" if arxiv else "")


def _issuer(fields: Fields) -> str:
    """Return who or what issued a work without a container."""
    names = ["school", "institution", "howpublished", "eventtitle"]
    if links.safe_url(links.address(fields.raw("howpublished"))):
        names.remove("howpublished")
    if fields.kind in ("book", "collection", "proceedings", "manual", "inbook", "mvbook"):
        names += ("publisher", "organization")
    return next(filter(None, map(fields.text, names)), "")


def _date(fields: Fields) -> dates.Date:
    parts = ("date", "year", "month", "day")
    if fields.raw("date").strip():
        date = dates.from_date(fields.text("date"))
    else:
        date = dates.from_parts(fields.text("year"), fields.text("month"), fields.text("day"))
    if date.exact or date.iso == (fields.text("date") or fields.text("year")):
        fields.taken.update(parts)
    if not date.iso and fields.raw("pubstate"):
        return dates.Date(dates.publication_state(fields.take("pubstate")))
    return date


def _language(fields: Fields) -> str:
    for name in ("langid", "language", "hyphenation"):
        language = fields.text(name).strip()
        tag = LANGUAGES.get(language.lower())
        is_tag = _LANGUAGE_TAG.fullmatch(language) and len(language.partition("-")[0]) == 2
        if not tag and is_tag:
            tag = language[:2].lower() + language[2:]
        if tag:
            fields.taken.update(("langid", "language", "hyphenation"))
            return tag
    return ""


def _people(fields: Fields, name: str) -> tuple[Person, ...]:
    fields.taken.add(name)
    people = names.people(fields.raw(name))
    if "useprefix=false" in fields.raw("options").replace(" ", "").lower():
        people = tuple(map(names.with_dropping_particle, people))
    people = orcids.with_orcids(people, fields, name)
    _at_most("people", people, fields)
    return limit_people(people, _MAX["people"])


def _at_most(kind: str, values: tuple[T, ...], fields: Fields) -> tuple[T, ...]:
    limit = _MAX[kind]
    if len(values) > limit:
        message = f"It has {len(values):,} {kind}. The first {limit:,} were read."
        fields.doubt(f"too-many-{kind}", message)
    return values[:limit]


def _tags(fields: Fields) -> tuple[str, ...]:
    tags: list[str] = []
    for name in ("keywords", "tags"):
        words = fields.take(name)
        tags += (tag.strip() for tag in words.split(";" if ";" in words else ","))
    return _at_most("tags", tuple(dict.fromkeys(tag for tag in tags if tag)), fields)


def _links(fields: Fields, known: Identifiers) -> tuple[Link, ...]:
    candidates: list[Link] = []
    if known.arxiv:
        candidates.append(Link("arxiv", links.arxiv_url(known.arxiv)))
    if known.doi:
        candidates.append(Link("doi", links.doi_url(known.doi)))
    for name, kind in LINK_FIELDS.items():
        if fields.raw(name).strip():
            candidates += _links_of_field(fields, name, kind, known)
    if url := links.safe_url(links.address(fields.raw("howpublished"))):
        candidates.append(Link("url", url))
        fields.taken.add("howpublished")
    by_url: dict[str, Link] = {}
    for link in candidates:
        by_url.setdefault(link.url, link)
    order = list(LINK_KINDS)
    ordered = sorted(by_url.values(), key=lambda link: order.index(link.kind))
    return _at_most("links", tuple(ordered), fields)


def _links_of_field(fields: Fields, name: str, kind: str, known: Identifiers) -> list[Link]:
    address = links.address(fields.raw(name))
    if kind == "url" and address.count("://") > 1 and " " in address:
        addresses = re.split(r"(?<![\s,;])[\s,;]++(?=https?://)", address)
    else:
        addresses = [address]
    accepted = []
    for candidate in addresses:
        url = links.safe_url(candidate)
        if not url and kind != "url" and _FILE_NAME.fullmatch(candidate):
            url = links.safe_file(candidate)
        if not url:
            _report_bad_link(fields, name, candidate)
            continue
        fields.taken.add(name)
        if not identifiers.is_redundant(url, known):
            is_pdf = kind == "url" and url.lower().endswith(".pdf") and not fields.raw("pdf")
            accepted.append(Link("pdf" if is_pdf else kind, url))
    return accepted


def _report_bad_link(fields: Fields, name: str, address: str) -> None:
    shown = address if len(address) < 60 else address[:57] + "..."
    if _SCHEME.match(address):
        fields.taken.add(name)
    fields.doubt(
        "bad-link",
        f"“{shown}” in “{name}” is neither a web address (http, https) nor the name of a file, so "
        "it is not a link. Correct it.",
    )


def _rest(fields: Fields) -> dict[str, str]:
    """Return the text of the public fields that no attribute holds."""
    rest = {}
    for name in fields.source:
        held = name in fields.taken or name in _RELATIONS or not is_public(name, fields.kind)
        if not held and (text := fields.value(name)):
            rest[name] = text
    if "eid" not in rest and (number := article_number(rest.get("pages", ""))):
        rest["eid"] = number
        del rest["pages"]
    if rest.get("pages") == rest.get("eid"):  # as ADS repeats it
        rest.pop("pages", "")
    for name in ("volume", "number", "pages"):
        if dates.NOT_YET.fullmatch(rest.get(name, "")):
            rest.setdefault("pubstate", rest.pop(name).lower())
    for name in ("date", "year"):  # "2024, in press"
        if "pubstate" not in fields.source and (state := dates.NOT_YET.search(rest.get(name, ""))):
            rest["pubstate"] = dates.publication_state(state[0])
    return rest
