"""CSL-JSON <-> records."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from ...records import OTHERS, Person, Record
from .. import building
from ..building import Progress
from ..json import zotero_extra
from ..json.entries import Item, items, line_of, words
from ..reading import Block, Reading
from ..time_limit import each_guarded
from ..vocabulary import CONTAINED
from ..vocabulary import TYPES as ENTRY_TYPES
from . import items as csl_items

TYPES: Final = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article",
    "article": "misc", "paper-conference": "inproceedings", "chapter": "incollection",
    "entry": "inreference", "entry-encyclopedia": "inreference", "entry-dictionary": "inreference",
    "book": "book", "thesis": "phdthesis", "report": "techreport", "manuscript": "unpublished",
    "webpage": "online", "post": "online", "post-weblog": "online", "patent": "patent",
    "software": "software", "dataset": "dataset", "standard": "standard", "graphic": "artwork",
    "motion_picture": "movie", "song": "music", "broadcast": "video", "speech": "presentation",
    "pamphlet": "booklet", "periodical": "periodical", "review": "review", "bill": "legislation",
    "legislation": "legislation", "performance": "performance", "document": "misc",
}  # fmt: skip
_FIELDS: Final = {
    "title": "title", "title-short": "shorttitle", "abstract": "abstract", "volume": "volume",
    "publisher": "publisher", "publisher-place": "address", "event-place": "venue",
    "event-title": "eventtitle", "event": "eventtitle", "edition": "edition", "DOI": "doi",
    "ISBN": "isbn", "ISSN": "issn", "URL": "url", "keyword": "keywords", "language": "language",
    "collection-title": "series", "version": "version", "status": "pubstate",
    "number-of-pages": "pagetotal", "number-of-volumes": "volumes", "PMID": "pmid",
    "PMCID": "pmcid", "genre": "type", "chapter-number": "chapter",
}  # fmt: skip
_ARXIV_NUMBER = re.compile(r"arxiv:\s*(\S+)", re.IGNORECASE)


def looks_like(item: Item) -> bool:
    """Whether an object is a CSL item: it has a title or a type of CSL's."""
    return item.get("type") in TYPES or ("title" in item and "issued" in item)


def read(text: str, progress: Progress | None = None) -> Reading:
    found = each_guarded(items(text), lambda item: _block(*item), line_of)
    return building.from_text("csl-json", found, progress)


def _block(line: int, item: Item) -> Block:
    said = {name: words(item.get(csl)) for csl, name in _FIELDS.items() if words(item.get(csl))}
    custom = item.get("custom")
    said["note"] = words(custom.get("note")) if isinstance(custom, dict) else ""
    own, extra = zotero_extra.split(words(item.get("note")))
    notes = [line for line in own.split("\n") if line != said["note"]]
    said["annote"] = "\n".join(filter(None, [*notes, words(item.get("annote"))]))
    kind = _kind(item, extra.pop("entrytype", ""))
    said["author"] = _people(item.get("author"))
    said["editor"] = _people(item.get("editor"))
    said["date"] = _date(item.get("issued"))
    around = "booktitle" if kind in CONTAINED else "journal"
    said[around] = words(item.get("container-title"))
    short = "shortbooktitle" if kind in CONTAINED else "shortjournal"
    said[short] = words(item.get("container-title-short") or item.get("journalAbbreviation"))
    said["pages"] = re.sub(r"(?<=\w)-(?=\w)", "–", words(item.get("page")))
    said["number"] = words(item.get("issue") or item.get("number"))
    in_series = words(item.get("collection-number"))
    if in_series and not said["number"]:
        said["number" if said.get("volume") else "volume"] = in_series
    if arxiv := _ARXIV_NUMBER.fullmatch(said["number"]):
        said |= {"number": "", "eprint": arxiv[1], "eprinttype": "arXiv"}
    if "title" not in said and said[around]:
        said["title"] = said.pop(around)
    if kind in ("phdthesis", "mastersthesis", "techreport") and "publisher" in said:
        said["institution" if kind == "techreport" else "school"] = said.pop("publisher")
    key = building.key_of(item.get("citation-key") or extra.pop("key", "") or item.get("id"))
    for name, value in extra.items():
        said.setdefault(name, value)
    return Block(line, kind, key, [pair for pair in said.items() if pair[1]])


def _kind(item: Item, entry_type: str) -> str:
    """BibTeX's type: as the note has it, else what CSL's is nearest to."""
    if entry_type in ENTRY_TYPES:
        return entry_type
    kind = TYPES.get(words(item.get("type")), "misc")
    of_master = re.search(r"master|diplom", words(item.get("genre")), re.IGNORECASE)
    return "mastersthesis" if kind == "phdthesis" and of_master else kind


def _people(listed: Any) -> str:
    if not isinstance(listed, list):
        return ""
    return building.people_source(_person(each) for each in listed if isinstance(each, dict))


def _person(name: Item) -> Person:
    said = {part: words(name.get(part)).strip() for part in name}
    particles = (said.get("dropping-particle", ""), said.get("non-dropping-particle", ""))
    literal = said.get("literal", "")
    if literal in ("others", "et al.") or said.get("family") == "others":
        return OTHERS
    if literal or not (said.get("family") or said.get("given")):
        return Person(literal=literal)
    particle = " ".join(each for each in particles if each)
    family = said.get("family", "") or said.get("given", "")
    given = said.get("given", "") if said.get("family") else ""
    return Person(family, given, particle, said.get("suffix", ""))


def _date(issued: Any) -> str:
    if not isinstance(issued, dict):
        return words(issued)
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        numbers = [words(part) for part in parts[0][:3]]
        if all(re.fullmatch(r"-?\d+", number) for number in numbers):
            return "-".join([numbers[0].rjust(4, "0"), *(n.rjust(2, "0") for n in numbers[1:])])
    return words(issued.get("raw") or issued.get("literal"))


def write(records: Iterable[Record]) -> Iterator[str]:
    between = "[\n"
    for record in records:
        item = csl_items.item(record) | {"citation-key": record.key}
        item |= _beyond(record)
        if note := zotero_extra.joined(record, _kind(item, ""), note_apart=False):
            item["note"] = note
        if public_note := record.fields.get("note"):
            item["custom"] = {"note": public_note}  # which line of `note` is for everyone
        yield between + json.dumps(item, ensure_ascii=False, indent=2)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _beyond(record: Record) -> Item:
    """What citations have no use for, but an import does.

    A short title is that of a container: the venue of what has none is no title ("Preprint").
    """
    is_short = record.container and record.venue != record.container
    more = {
        "container-title": record.container,
        "container-title-short": record.venue if is_short else "",
        "title-short": record.fields.get("shorttitle", ""),
        "keyword": building.keywords(record.tags),
        "language": record.language or record.fields.get("language", ""),
    }
    return {name: value for name, value in more.items() if value}
