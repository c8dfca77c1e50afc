"""Zotero's JSON, as Better BibTeX exports it, <-> records."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from ...records import OTHERS, Person, Record
from .. import building
from ..building import Progress
from ..reading import Block, Problem, Reading
from ..time_limit import each_guarded
from ..vocabulary import CONTAINED
from ..vocabulary import TYPES as ENTRY_TYPES
from . import zotero_extra
from .entries import Item, items, line_of, words

TYPES: Final = {
    "journalArticle": "article", "magazineArticle": "article", "newspaperArticle": "article",
    "conferencePaper": "inproceedings", "bookSection": "incollection", "book": "book",
    "encyclopediaArticle": "inreference", "dictionaryEntry": "inreference", "thesis": "phdthesis",
    "report": "techreport", "manuscript": "unpublished", "preprint": "misc", "webpage": "online",
    "blogPost": "online", "forumPost": "online", "patent": "patent", "standard": "standard",
    "computerProgram": "software", "dataset": "dataset", "presentation": "presentation",
    "artwork": "artwork", "film": "movie", "videoRecording": "video", "audioRecording": "audio",
    "document": "misc", "letter": "letter", "statute": "legislation", "case": "jurisdiction",
    "bill": "legislation", "hearing": "misc", "interview": "misc", "map": "misc",
    "podcast": "audio", "radioBroadcast": "audio", "tvBroadcast": "video", "email": "letter",
    "instantMessage": "letter", "gazette": "legislation", "classic": "book", "regulation": "misc",
}  # fmt: skip
_WRITTEN: Final = {kind: name for name, kind in reversed(TYPES.items())} | {
    "article": "journalArticle", "misc": "document", "conference": "conferencePaper",
    "inbook": "bookSection", "mastersthesis": "thesis", "report": "report", "proceedings": "book",
}  # fmt: skip
_NOT_WORKS: Final = frozenset({"note", "attachment", "annotation"})
_FIELDS: Final = {
    "title": "title", "shortTitle": "shorttitle", "abstractNote": "abstract", "date": "date",
    "volume": "volume", "issue": "number", "series": "series", "seriesNumber": "number",
    "seriesTitle": "series", "edition": "edition", "publisher": "publisher", "place": "address",
    "university": "school", "institution": "institution", "DOI": "doi", "ISBN": "isbn",
    "ISSN": "issn", "url": "url", "language": "language", "conferenceName": "eventtitle",
    "rights": "rights", "thesisType": "type", "reportNumber": "number", "reportType": "type",
    "number": "number", "versionNumber": "version", "numPages": "pagetotal",
    "archiveID": "eprint", "company": "publisher", "label": "publisher", "studio": "publisher",
    "assignee": "holder", "patentNumber": "number", "caseName": "title", "nameOfAct": "title",
    "subject": "title", "repository": "publisher",
}  # fmt: skip
# BibTeX's fields -> Zotero's, in what is written.
_PLAIN: Final = {
    "volume": "volume", "number": "issue", "pages": "pages", "publisher": "publisher",
    "school": "university", "institution": "institution", "address": "place",
    "series": "series", "pagetotal": "numPages", "rights": "rights",
    "eventtitle": "conferenceName", "edition": "edition", "isbn": "ISBN",
    "issn": "ISSN",
}  # fmt: skip
_AROUND: Final = (
    "publicationTitle", "proceedingsTitle", "bookTitle", "encyclopediaTitle", "dictionaryTitle",
    "websiteTitle", "blogTitle", "forumTitle", "meetingName", "programTitle",
)  # fmt: skip
_AUTHORS: Final = frozenset(
    {"author", "artist", "programmer", "inventor", "presenter", "director", "podcaster",
     "interviewee", "cartographer", "performer", "sponsor", "contributor"}
)  # fmt: skip


def looks_like(item: Item) -> bool:
    return "itemType" in item or isinstance(item.get("data"), dict)


def read(text: str, progress: Progress | None = None) -> Reading:
    found = each_guarded(_works(text), lambda item: _block(*item), line_of)
    return building.from_text("zotero", found, progress)


def _works(text: str) -> Iterator[tuple[int, Item] | Problem]:
    """The items that are works: notes, attachments and what is marked in them are none."""
    for found in items(text):
        if isinstance(found, Problem):
            yield found
            continue
        line, item = found
        data = item.get("data")
        work = data if isinstance(data, dict) else item
        if words(work.get("itemType")) not in _NOT_WORKS:
            yield line, work


def _block(line: int, item: Item) -> Block:
    note, extra = zotero_extra.split(words(item.get("extra")))
    kind = _kind(item, extra.pop("entrytype", ""))
    said: dict[str, str] = {}
    for name, field in _FIELDS.items():
        if value := words(item.get(name)):
            said.setdefault(field, value)
    around = next((words(item.get(name)) for name in _AROUND if item.get(name)), "")
    said["booktitle" if kind in CONTAINED else "journal"] = around
    short = "shortbooktitle" if kind in CONTAINED else "shortjournal"
    said[short] = words(item.get("journalAbbreviation"))
    said["pages"] = re.sub(r"(?<=\w)-(?=\w)", "–", words(item.get("pages")))
    said |= _creators(item.get("creators"))
    said["keywords"] = building.keywords(_tags(item.get("tags")))
    if kind in ("phdthesis", "mastersthesis") and "publisher" in said:
        said.setdefault("school", said.pop("publisher"))
    said["annote"] = note
    key = words(item.get("citationKey") or item.get("citekey")) or extra.pop("key", "")
    for name, value in extra.items():
        said.setdefault(name, value)
    if found := re.match(r"arxiv:\s*(\S+)", said.get("eprint", ""), re.IGNORECASE):
        said |= {"eprint": found[1], "eprinttype": "arXiv"}
    return Block(line, kind, building.key_of(key), [pair for pair in said.items() if pair[1]])


def _kind(item: Item, entry_type: str) -> str:
    """BibTeX's type: as `extra` has it, else what Zotero's is nearest to."""
    if entry_type in ENTRY_TYPES:
        return entry_type
    kind = TYPES.get(words(item.get("itemType")), "misc")
    of_master = re.search(r"master|diplom", words(item.get("thesisType")), re.IGNORECASE)
    return "mastersthesis" if kind == "phdthesis" and of_master else kind


def _creators(listed: Any) -> dict[str, str]:
    creators = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    authors = [c for c in creators if words(c.get("creatorType")) in _AUTHORS]
    editors = [c for c in creators if words(c.get("creatorType")) in ("editor", "seriesEditor")]
    return {
        "author": building.people_source(map(_person, authors)),
        "editor": building.people_source(map(_person, editors)),
    }


def _person(creator: Item) -> Person:
    last, first = (words(creator.get(name)).strip() for name in ("lastName", "firstName"))
    last = last.removeprefix('"').removesuffix('"')  # quotes keep a particle in the name
    whole = words(creator.get("name")).strip()
    if whole in ("others", "et al.") or (last == "others" and not first):
        return OTHERS
    if whole or not last:
        return Person(literal=whole or first)
    given, _, suffix = first.replace(",! ", ", ").partition(", ")
    found = re.match(r"((?:[a-zß-ÿ'’]+ )+)(?=[A-ZÀ-Þ])", last)
    particle = found[1].strip() if found else ""
    return Person(last[len(found[0]) :] if found else last, given, particle, suffix)


def _tags(listed: Any) -> list[str]:
    if not isinstance(listed, list):
        return []
    return [words(each.get("tag") if isinstance(each, dict) else each) for each in listed]


def write(records: Iterable[Record]) -> Iterator[str]:
    between = '{\n"config": {"label": "BetterBibTeX JSON"},\n"items": [\n'
    for record in records:
        yield between + json.dumps(_item(record), ensure_ascii=False, indent=2)
        between = ",\n"
    yield between + "]\n}\n" if between != ",\n" else "\n]\n}\n"


def _item(record: Record) -> Item:
    fields = record.fields
    around = {
        "incollection": "bookTitle",
        "inbook": "bookTitle",
        "inproceedings": "proceedingsTitle",
    }
    other = {"article": "publicationTitle"} | around
    url = next((link.url for link in record.links if link.kind in ("url", "arxiv", "website")), "")
    item = {
        "itemType": _WRITTEN.get(record.type, "document"),
        "citationKey": record.key,
        "title": record.title,
        "creators": [
            *(_creator(person, "author") for person in record.authors),
            *(_creator(person, "editor") for person in record.editors),
        ],
        "date": record.date,
        other.get(record.type, "publicationTitle"): record.container,
        "journalAbbreviation": record.venue if record.venue != record.container else "",
        "abstractNote": record.abstract,
        "DOI": record.doi,
        "url": url,
        "archiveID": f"arXiv:{record.arxiv}" if record.arxiv else "",
        "language": record.language or fields.get("language", ""),
        "shortTitle": fields.get("shorttitle", ""),
        "tags": [{"tag": tag} for tag in record.tags],
        "thesisType": "Master's thesis" if record.type == "mastersthesis" else "",
    }
    item |= {name: fields[field] for field, name in _PLAIN.items() if field in fields}
    item["extra"] = zotero_extra.joined(record, _kind(item, ""))
    return {name: value for name, value in item.items() if value}


def _creator(person: Person, role: str) -> Item:
    if person.literal:
        return {"creatorType": role, "name": person.literal}
    first = f"{person.given}, {person.suffix}" if person.suffix else person.given
    last = f"{person.particle} {person.family}".strip()
    return {"creatorType": role, "lastName": last, "firstName": first}
