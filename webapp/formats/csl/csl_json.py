"""CSL-JSON to records and back."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from ...orcids import ADDRESS, read_orcid
from ...records import OTHERS, Person, Record
from .. import building, exporting, vocabulary
from ..building import Progress
from ..inline import to_csl
from ..json import zotero_extra
from ..json.items import Item, NumberedItem, items, line_of, objects, words
from ..reading import Block, Reading
from ..titles import with_protected_case
from . import crossref
from . import items as csl_items

TYPES: Final = vocabulary.CSL_TYPES
_FIELDS: Final = {
    "title": "title", "title-short": "shorttitle", "abstract": "abstract", "volume": "volume",
    "publisher": "publisher", "publisher-place": "address", "event-place": "venue",
    "event-title": "eventtitle", "event": "eventtitle", "edition": "edition", "DOI": "doi",
    "ISBN": "isbn", "ISSN": "issn", "URL": "url", "keyword": "keywords", "language": "language",
    "collection-title": "series", "version": "version", "status": "pubstate",
    "number-of-pages": "pagetotal", "number-of-volumes": "volumes", "PMID": "pmid",
    "PMCID": "pmcid", "genre": "type", "chapter-number": "chapter",
    "article-number": "eid",
}  # fmt: skip
_FAMILY_WITH_PARTICLE = re.compile(r"((?:[a-zß-ÿ'’]++\s++)++)([A-ZÀ-Þ].*)", re.DOTALL)
_AS_WRITTEN: Final = frozenset({"id", "citation-key", "type", "DOI", "URL"})
_ARXIV_NUMBER = re.compile(r"arxiv:\s*(\S+)", re.IGNORECASE)


def looks_like(item: Item) -> bool:
    """Return whether an object is an item of CSL, by its type or by its title and date."""
    return (
        words(item.get("type")) in TYPES
        or crossref.is_work(item)
        or ("title" in item and "issued" in item)
    )


def read(text: str | Iterable[str], progress: Progress | None = None) -> Reading:
    """Read the items of a file."""
    return building.read_entries(items(text), _block, line_of, progress)


def _block(numbered_item: NumberedItem) -> Block:
    line, item = numbered_item
    item = crossref.to_csl(item) if crossref.is_work(item) else item
    fields = {name: words(item.get(csl)) for csl, name in _FIELDS.items() if words(item.get(csl))}
    private_note, extra = zotero_extra.split(words(item.get("note")))
    kind = _type(item, zotero_extra.pop_type(extra))
    fields |= _notes(item, private_note)
    fields |= building.people_fields("author", map(_person, objects(item.get("author"))))
    fields |= building.people_fields("editor", map(_person, objects(item.get("editor"))))
    fields["date"] = _date(item.get("issued"))
    container, short_container = vocabulary.container_fields(kind)
    fields[container] = words(item.get("container-title"))
    short_title = item.get("container-title-short") or item.get("journalAbbreviation")
    fields[short_container] = words(short_title)
    fields["pages"] = re.sub(r"(?<=\w)-(?=\w)", "–", words(item.get("page")))
    fields |= _numbers(item, fields, kind)
    if "title" not in fields and fields[container]:
        fields["title"] = fields.pop(container)
    key = item.get("citation-key") or extra.pop("key", "") or item.get("id")
    zotero_extra.add(fields, extra, kind)
    pairs = vocabulary.rename_publisher(fields.items(), kind)
    return Block(line, kind, building.citation_key(key), [pair for pair in pairs if pair[1]])


def _notes(item: Item, private_note: str) -> dict[str, str]:
    """Return the public and the private note; a line of the latter may repeat the former."""
    custom = item.get("custom")
    public_note = words(custom.get("note")) if isinstance(custom, dict) else ""
    lines = [line for line in private_note.split("\n") if line != public_note]
    annote = "\n".join(filter(None, [*lines, words(item.get("annote"))]))
    return {"note": public_note, "annote": annote}


def _numbers(item: Item, fields: dict[str, str], kind: str) -> dict[str, str]:
    number, issue = words(item.get("number")), words(item.get("issue"))
    number_in_series = words(item.get("collection-number"))
    if arxiv := _ARXIV_NUMBER.fullmatch(number):
        return {"number": "", "eprint": arxiv[1], "eprinttype": "arXiv"}
    if kind in vocabulary.WITH_ARTICLE_NUMBERS and number:
        fields.setdefault("eid", number)
        number = ""
    number = issue or number
    if number or not number_in_series:
        return {"number": number}
    return {"number" if fields.get("volume") else "volume": number_in_series}


def _type(item: Item, entry_type: str) -> str:
    """Return the BibTeX type: that of the note, or the nearest to the type of CSL."""
    nearest = TYPES.get(words(item.get("type")), "misc")
    return vocabulary.restored_type(entry_type, nearest, words(item.get("genre")))


def _person(name: Item) -> Person:
    parts = {part: words(name.get(part)).strip() for part in name}
    literal, family, given = (parts.get(part, "") for part in ("literal", "family", "given"))
    if literal in ("others", "et al.") or family == "others":
        return OTHERS
    if literal or not (family or given):
        return Person(literal=literal)
    particle, dropping = (
        parts.get(f"{kind}-particle", "") for kind in ("non-dropping", "dropping")
    )
    if not (particle or dropping) and (with_particle := _FAMILY_WITH_PARTICLE.fullmatch(family)):
        particle, family = with_particle[1].strip(), with_particle[2]
    family = family.removeprefix('"').removesuffix('"')  # quotes keep a particle in the name
    orcid = read_orcid(parts.get("ORCID") or parts.get("orcid", ""))
    person = Person(family or given, given if family else "", particle, parts.get("suffix", ""))
    person = replace(person, orcid=orcid) if orcid else person
    if not dropping:
        return person
    if not person.given:
        return replace(person, particle=f"{dropping} {particle}".strip())
    return replace(person, given=f"{person.given} {dropping}")


def _date(issued: Any) -> str:
    if not isinstance(issued, dict):
        return words(issued)
    parts = issued.get("date-parts")
    ends = list(map(_iso, parts[:2])) if isinstance(parts, list) else []
    if not ends or not ends[0]:
        return words(issued.get("raw") or issued.get("literal"))
    return f"{ends[0]}~" if issued.get("circa") else "/".join(filter(None, ends))


def _iso(parts: Any) -> str:
    """Return the numbers of a date, year, month and day, as ISO 8601; "" if they are none."""
    numbers = [words(part) for part in parts[:3]] if isinstance(parts, list) else []
    if not numbers or not all(re.fullmatch(r"-?\d{1,6}", number) for number in numbers):
        return ""
    year = int(numbers[0]) + (numbers[0].startswith("-"))  # see items: no year 0
    sign = "-" if year < 0 else ""
    return "-".join([f"{sign}{abs(year):04}", *(n.rjust(2, "0") for n in numbers[1:])])


def write(records: Iterable[Record]) -> Iterator[str]:
    """Yield the items of a list."""
    separator = "[\n"
    for record in records:
        item = csl_items.item(record) | {"citation-key": record.key}
        item |= _with_orcids(record, item)
        item |= _variables_for_imports(record, item.get("container-title", ""))
        if note := zotero_extra.join(record, _type(item, ""), public_note_first=True):
            item["note"] = note
        if public_note := record.fields.get("note"):
            item["custom"] = {"note": to_csl(public_note)}  # tells which line of `note` is public
        item = {
            name: to_csl(value) if isinstance(value, str) and name not in _AS_WRITTEN else value
            for name, value in item.items()
        }
        yield separator + json.dumps(item, ensure_ascii=False, indent=2)
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _with_orcids(record: Record, item: Item) -> Item:
    """Return the people of an item with their ORCID iDs, as Crossref adds them to CSL."""
    roles = {"author": record.authors, "editor": record.editors}
    return {
        role: [
            name | {"ORCID": ADDRESS + person.orcid} if person.orcid else name
            for name, person in zip(item[role], people, strict=True)
        ]
        for role, people in roles.items()
        if role in item
    }


def _variables_for_imports(record: Record, container: str) -> Item:
    """Return variables that citations do not use, but imports do, and the container of preprints.

    A short title is that of a container: without one, the venue is no title ("Preprint").
    """
    variables = {
        "container-title": container or with_protected_case(record).container,
        "container-title-short": exporting.short_container(record),
        "title-short": record.fields.get("shorttitle", ""),
        "keyword": building.keywords(record.tags),
        "language": exporting.language(record),
    }
    return {name: value for name, value in variables.items() if value}
