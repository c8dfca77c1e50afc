"""Zotero's JSON, as Better BibTeX exports it, to records and back."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from ...records import OTHERS, Person, Record
from .. import building, exporting, vocabulary
from ..building import Progress
from ..inline import to_csl
from ..reading import Block, Problem, Reading
from ..titles import with_protected_case
from . import zotero_extra
from .items import Item, NumberedItem, items, line_of, objects, words

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
_TYPES_WRITTEN: Final = {kind: name for name, kind in reversed(TYPES.items())} | {
    "article": "journalArticle", "misc": "document", "conference": "conferencePaper",
    "inbook": "bookSection", "mastersthesis": "thesis", "report": "report", "proceedings": "book",
}  # fmt: skip
_NOT_PUBLICATIONS: Final = frozenset({"note", "attachment", "annotation"})
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
# BibTeX's fields and Zotero's, for the writer.
_FIELDS_WRITTEN: Final = {
    "volume": "volume", "number": "issue", "pages": "pages", "publisher": "publisher",
    "school": "university", "institution": "institution", "address": "place",
    "series": "series", "pagetotal": "numPages", "rights": "rights",
    "eventtitle": "conferenceName", "edition": "edition", "isbn": "ISBN",
    "issn": "ISSN",
}  # fmt: skip
_CONTAINERS: Final = (
    "publicationTitle", "proceedingsTitle", "bookTitle", "encyclopediaTitle", "dictionaryTitle",
    "websiteTitle", "blogTitle", "forumTitle", "meetingName", "programTitle",
)  # fmt: skip
_AUTHOR_ROLES: Final = frozenset(
    {"author", "artist", "programmer", "inventor", "presenter", "director", "podcaster",
     "interviewee", "cartographer", "performer", "sponsor", "contributor"}
)  # fmt: skip
_EDITOR_ROLES: Final = frozenset({"editor", "seriesEditor"})
_CONTAINERS_WRITTEN: Final = {
    "incollection": "bookTitle", "inbook": "bookTitle", "inproceedings": "proceedingsTitle",
}  # fmt: skip
_AS_WRITTEN: Final = frozenset({"itemType", "citationKey", "DOI", "url"})


def looks_like(item: Item) -> bool:
    """Return whether an object is an item of Zotero."""
    return "itemType" in item or isinstance(item.get("data"), dict)


def read(text: str | Iterable[str], progress: Progress | None = None) -> Reading:
    """Read the items of a file that are publications."""
    return building.read_entries(_publications(text), _block, line_of, progress)


def _publications(text: str | Iterable[str]) -> Iterator[NumberedItem | Problem]:
    """Yield all items but notes, attachments and annotations."""
    for numbered_item in items(text):
        if isinstance(numbered_item, Problem):
            yield numbered_item
            continue
        line, item = numbered_item
        data = item.get("data")
        publication = data if isinstance(data, dict) else item
        if words(publication.get("itemType")) not in _NOT_PUBLICATIONS:
            yield line, publication


def _block(numbered_item: NumberedItem) -> Block:
    line, item = numbered_item
    note, extra = zotero_extra.split(words(item.get("extra")))
    kind = _type(item, zotero_extra.pop_type(extra))
    fields: dict[str, str] = {}
    for name, field in _FIELDS.items():
        if value := words(item.get(name)):
            fields.setdefault(field, value)
    container, short_container = vocabulary.container_fields(kind)
    fields[container] = next((words(item.get(name)) for name in _CONTAINERS if item.get(name)), "")
    fields[short_container] = words(item.get("journalAbbreviation"))
    fields["pages"] = re.sub(r"(?<=\w)-(?=\w)", "–", words(item.get("pages")))
    creators = objects(item.get("creators"))
    fields["author"] = _people(creators, _AUTHOR_ROLES)
    fields["editor"] = _people(creators, _EDITOR_ROLES)
    fields["keywords"] = building.keywords(_tags(item.get("tags")))
    if kind in ("phdthesis", "mastersthesis") and "publisher" in fields:
        fields.setdefault("school", fields.pop("publisher"))
    fields["annote"] = note
    key = words(item.get("citationKey") or item.get("citekey")) or extra.pop("key", "")
    zotero_extra.add(fields, extra, kind)
    if arxiv := re.match(r"arxiv:\s*(\S+)", fields.get("eprint", ""), re.IGNORECASE):
        fields |= {"eprint": arxiv[1], "eprinttype": "arXiv"}
    pairs = [pair for pair in fields.items() if pair[1]]
    return Block(line, kind, building.citation_key(key), pairs)


def _type(item: Item, entry_type: str) -> str:
    """Return the BibTeX type: that of `extra`, or the nearest to the type of Zotero."""
    nearest = TYPES.get(words(item.get("itemType")), "misc")
    return vocabulary.restored_type(entry_type, nearest, words(item.get("thesisType")))


def _people(creators: list[Item], roles: Collection[str]) -> str:
    people = [creator for creator in creators if words(creator.get("creatorType")) in roles]
    return building.people_source(map(_person, people))


def _person(creator: Item) -> Person:
    last, first = (words(creator.get(name)).strip() for name in ("lastName", "firstName"))
    last = last.removeprefix('"').removesuffix('"')  # quotes keep a particle in the name
    literal = words(creator.get("name")).strip()
    if literal in ("others", "et al.") or (last == "others" and not first):
        return OTHERS
    if literal or not last:
        return Person(literal=literal or first)
    given, _, suffix = first.replace(",! ", ", ").partition(", ")
    match = re.match(r"((?:[a-zß-ÿ'’]+ )+)(?=[A-ZÀ-Þ])", last)
    particle = match[0] if match else ""
    return Person(last.removeprefix(particle), given, particle.strip(), suffix)


def _tags(tags: Any) -> list[str]:
    if not isinstance(tags, list):
        return []
    return [words(tag.get("tag") if isinstance(tag, dict) else tag) for tag in tags]


def write(records: Iterable[Record]) -> Iterator[str]:
    """Yield the items of a file in the format of Better BibTeX."""
    separator = '{\n"config": {"label": "BetterBibTeX JSON"},\n"items": [\n'
    for record in records:
        yield separator + json.dumps(_item(record), ensure_ascii=False, indent=2)
        separator = ",\n"
    yield separator + "]\n}\n" if separator != ",\n" else "\n]\n}\n"


def _item(record: Record) -> Item:
    titles = with_protected_case(record)
    item = {
        "itemType": _TYPES_WRITTEN.get(record.type, "document"),
        "citationKey": record.key,
        "title": titles.title,
        "creators": [
            *(_creator(person, "author") for person in record.authors),
            *(_creator(person, "editor") for person in record.editors),
        ],
        "date": record.date,
        _CONTAINERS_WRITTEN.get(record.type, "publicationTitle"): titles.container,
        "journalAbbreviation": exporting.short_container(record),
        "abstractNote": record.abstract,
        "DOI": record.doi,
        "url": exporting.first_url(record, "url", "arxiv", "website"),
        "archiveID": f"arXiv:{record.arxiv}" if record.arxiv else "",
        "language": exporting.language(record),
        "shortTitle": record.fields.get("shorttitle", ""),
        "tags": [{"tag": tag} for tag in record.tags],
        "thesisType": vocabulary.MASTERS_THESIS if record.type == "mastersthesis" else "",
    }
    fields = record.fields
    item |= {name: fields[field] for field, name in _FIELDS_WRITTEN.items() if field in fields}
    item["extra"] = zotero_extra.join(record, _type(item, ""))
    return {
        name: to_csl(value) if isinstance(value, str) and name not in _AS_WRITTEN else value
        for name, value in item.items()
        if value
    }


def _creator(person: Person, role: str) -> Item:
    if person.literal:
        return {"creatorType": role, "name": person.literal}
    first = f"{person.given}, {person.suffix}" if person.suffix else person.given
    return {"creatorType": role, "lastName": person.last_name, "firstName": first}
