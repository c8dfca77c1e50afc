"""RIS <-> records. Entries are cut here, with their lines; rispy tells what the tags mean."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import rispy

from ...records import OTHERS, Person, Record
from .. import building, names
from ..building import Progress
from ..latex.encoding import encode
from ..notes import notes_apart, private_note
from ..reading import Block, Problem, Reading
from ..time_limit import each_guarded
from ..vocabulary import CONTAINED, KEPT_ASIDE
from ..vocabulary import TYPES as ENTRY_TYPES
from .lines import Tagged, continued, cut, line_of

_TAG = re.compile(r"^\s{0,3}(?P<tag>[A-Z][A-Z0-9]) {1,2}-[ \t]?(?P<value>.*)$")

TYPES: Final = {
    "JOUR": "article", "MGZN": "article", "NEWS": "article", "EJOUR": "article",
    "INPR": "article", "ABST": "article", "JFULL": "periodical", "SER": "mvbook",
    "CPAPER": "inproceedings", "CONF": "inproceedings", "BOOK": "book", "EBOOK": "book",
    "EDBOOK": "collection", "CHAP": "incollection", "ECHAP": "incollection",
    "THES": "phdthesis", "RPRT": "techreport", "UNPB": "unpublished", "MANSCPT": "unpublished",
    "ELEC": "online", "WEB": "online", "BLOG": "online", "ICOMM": "online", "PAT": "patent",
    "COMP": "software", "DATA": "dataset", "DBASE": "dataset", "STAND": "standard",
    "VIDEO": "video", "MPCT": "movie", "SOUND": "audio", "MUSIC": "music", "ART": "artwork",
    "ENCYC": "inreference", "DICT": "inreference", "PAMP": "booklet", "GEN": "misc",
    "SLIDE": "misc", "MULTI": "misc", "STAT": "legislation", "LEGAL": "legal", "MAP": "misc",
}  # fmt: skip
_WRITTEN: Final = {kind: tag for tag, kind in reversed(TYPES.items())} | {
    "inproceedings": "CPAPER", "conference": "CPAPER", "inbook": "CHAP", "mastersthesis": "THES",
    "thesis": "THES", "report": "RPRT", "proceedings": "CONF", "manual": "BOOK",
}  # fmt: skip

# rispy's names of tags -> BibTeX's fields; the first that has a value counts.
_FIELDS: Final = (
    ("title", ("title", "primary_title", "translated_title")),
    ("date", ("date", "publication_year", "year")),
    ("doi", ("doi",)),
    ("volume", ("volume",)),
    ("number", ("number",)),
    ("publisher", ("publisher",)),
    ("address", ("place_published",)),
    ("edition", ("edition",)),
    ("language", ("language",)),
    ("shorttitle", ("short_title",)),
    ("series", ("tertiary_title",)),
    ("pdf", ("file_attachments1",)),
)
_KEPT_ASIDE: Final = (*KEPT_ASIDE, "type", "chapter", "note")
_ASIDE = re.compile(rf"({'|'.join(_KEPT_ASIDE)}|entrytype): (.+)", re.DOTALL)  # in C1, custom


def looks_like(text: str) -> bool:
    return bool(re.search(r"^\s{0,3}TY {1,2}- ?[A-Z]", text, re.MULTILINE))


def read(text: str, progress: Progress | None = None) -> Reading:
    found = each_guarded(cut(text, _TAG, "TY", "ER"), _judged, line_of)
    return building.from_text("ris", found, progress)


def _judged(entry: Tagged) -> Block:
    block = _block(entry)
    if entry.tags[0][0] != "TY":
        message = "It does not begin with “TY  - ”; it was taken as a miscellaneous work."
        block.problems.append(Problem(entry.line, block.key, "no-type", message))
    if not entry.ended:
        message = "It does not end with “ER  - ”; it was read up to the next one."
        block.problems.append(Problem(entry.line, block.key, "unclosed-entry", message))
    return block


def _block(entry: Tagged) -> Block:
    said = _named(entry)
    custom = filter(None, map(_ASIDE.fullmatch, entry.all("C1")))
    aside = {found[1]: found[2] for found in custom}
    kind = _kind(entry, aside.pop("entrytype", ""))
    fields = [(field, _value(said, keys)) for field, keys in _FIELDS]
    fields.append(("abstract", entry.first("AB", "N2")))
    fields += _people(said)
    fields += _container(said, kind)
    fields += _pages_and_numbers(said, kind)
    fields.append(("keywords", building.keywords(_many(said, "keywords"))))
    fields.append(("url", " ".join(_many(said, "urls"))))
    notes = [*_many(said, "notes"), *_many(said, "research_notes")]
    fields += notes_apart(notes, aside.pop("note", ""))
    fields += aside.items()
    if kind in ("phdthesis", "mastersthesis", "techreport"):
        school = "institution" if kind == "techreport" else "school"
        fields = [(school if name == "publisher" else name, value) for name, value in fields]
    key = building.key_of(_one(said, "id") or _one(said, "label"))
    return Block(entry.line, kind, key, [pair for pair in fields if pair[1]])


def _kind(entry: Tagged, entry_type: str) -> str:
    """BibTeX's type: as a custom field has it, else what RIS's is nearest to."""
    if entry_type in ENTRY_TYPES:
        return entry_type
    kind = TYPES.get(entry.first("TY").upper()[:8].strip(), "misc")
    of_master = re.search(r"master|m\.?sc|diplom", entry.first("M3"), re.IGNORECASE)
    return "mastersthesis" if kind == "phdthesis" and of_master else kind


def _named(entry: Tagged) -> dict[str, Any]:
    """The tags by rispy's names, every one a list."""
    said = [(tag, value) for tag, value in entry.tags if value and tag != "TY"]
    lines = ["TY  - GEN", *(f"{tag}  - {' '.join(value.split())}" for tag, value in said)]
    lines.append("ER  - ")
    found: dict[str, Any] = rispy.loads("\n".join(lines), enforce_list_tags=False)[0]
    return found


def _many(said: dict[str, Any], key: str) -> list[str]:
    value = said.get(key, [])
    return [str(each) for each in (value if isinstance(value, list) else [value])]


def _one(said: dict[str, Any], key: str) -> str:
    return next((each for each in _many(said, key) if each), "")


def _value(said: dict[str, Any], keys: tuple[str, ...]) -> str:
    value = next((_one(said, key) for key in keys if _one(said, key)), "")
    return value.rstrip("/") if keys[0] == "date" else value


def _people(said: dict[str, Any]) -> list[tuple[str, str]]:
    authors = [*_many(said, "authors"), *_many(said, "first_authors")]
    unknown = said.get("unknown_tag", {})
    editors = [*unknown.get("ED", []), *_many(said, "secondary_authors")]
    return [
        ("author", building.people_source(map(person, authors))),
        ("editor", building.people_source(map(person, editors))),
    ]


def person(written: str) -> Person:
    """ "Family, Given, Suffix"; a name without a comma stays whole."""
    if written.lower().rstrip(".") in ("et al", "others"):
        return OTHERS
    parts = [part.strip() for part in written.split(",")]
    if len(parts) == 1:
        return Person(literal=written.strip())
    found = names.parse(encode(f"{parts[0]}, {parts[1]}"))
    suffix = ", ".join(part for part in parts[2:] if part)
    return Person(found.family, found.given, found.particle, suffix)


def _container(said: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    full = _value(said, ("alternate_title3", "secondary_title", "journal_name"))
    short = _value(said, ("alternate_title1", "alternate_title2", "journal_name"))
    if kind in CONTAINED:
        full = _value(said, ("secondary_title", "alternate_title3", "journal_name"))
        fields = [("booktitle", full), ("shortbooktitle", short if short != full else "")]
    elif kind in ("book", "collection", "mvbook", "phdthesis", "techreport"):
        fields = [("series", full)] if full else []
    else:
        fields = [("journal", full), ("shortjournal", short if short != full else "")]
    return fields


def _pages_and_numbers(said: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    first, last = _one(said, "start_page"), _one(said, "end_page")
    pages = f"{first}–{last}" if first and last and first != last else first or last
    serial = " ".join(_many(said, "issn"))
    name = "isbn" if kind in ("book", "collection", *CONTAINED) else "issn"
    return [("pages", pages), (name, serial)]


def write(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        lines = [f"{tag}  - {continued(value)}\n" for tag, value in _tags(record) if value]
        yield "".join(lines) + "ER  - \n\n"


def _tags(record: Record) -> Iterator[tuple[str, str]]:
    fields = record.fields
    language = record.language or fields.get("language", "")
    yield "TY", _WRITTEN.get(record.type, "GEN")
    yield "ID", record.key
    if record.type == "mastersthesis":
        yield "M3", "Master's thesis"
    yield "TI", record.title
    yield from (("AU", as_written(each)) for each in record.authors)
    yield from (("A2", as_written(each)) for each in record.editors)
    yield from (("T2", record.container), ("T3", fields.get("series", "")))
    yield "J2", record.venue if record.venue != record.container else ""
    yield "PY", str(record.year or "")
    yield "DA", record.date.replace("-", "/") if record.date[:1].isdecimal() else record.date
    first, _, last = re.sub(r" ?[-–—]+ ?", "–", fields.get("pages", "")).partition("–")
    yield from (("SP", first), ("EP", last), ("VL", fields.get("volume", "")))
    yield "IS", fields.get("number", "") or fields.get("issue", "")
    yield "PB", next((fields[n] for n in ("publisher", "school", "institution") if n in fields), "")
    yield from (("CY", fields.get("address", "")), ("ET", fields.get("edition", "")))
    yield "SN", fields.get("issn", "") or fields.get("isbn", "")
    yield from (
        ("ST", fields.get("shorttitle", "")),
        ("LA", language),
        ("N1", fields.get("note", "")),
        ("DO", record.doi),
        ("N1", private_note(record)),
    )
    yield from (("KW", tag) for tag in record.tags)
    yield from (("C1", f"{name}: {fields[name]}") for name in _KEPT_ASIDE if name in fields)
    if TYPES.get(_WRITTEN.get(record.type, "GEN")) != record.type != "mastersthesis":
        yield "C1", f"entrytype: {record.type}"
    yield "AB", record.abstract
    for link in record.links:
        if link.kind != "doi" and "://" in link.url:
            yield "L1" if link.kind == "pdf" else "UR", link.url


def as_written(person: Person) -> str:
    """Family first, as tagged formats have names."""
    if person.literal:
        return person.literal
    last = f"{person.particle} {person.family}".strip()
    return ", ".join(part for part in (last, person.given, person.suffix) if part) + (
        "," if not person.given else ""
    )
