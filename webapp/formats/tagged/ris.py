"""RIS (.ris) to records and back."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ...records import OTHERS, Person, Record
from .. import building, exporting, name_lists, names, suffixes, vocabulary
from ..building import Progress
from ..latex.encoding import encode
from ..markup import conversion
from ..notes import private_note, separate_notes
from ..reading import Block, Problem, Reading
from ..vocabulary import CONTAINED, ONLY_IN_NOTES
from . import lines
from .lines import Tag, Tagged

_TAG = re.compile(r"^\s{0,3}(?P<tag>[A-Z][A-Z0-9]) {1,2}-[ \t]?(?P<value>.*)$")
_START_OR_END = re.compile(r"^[ \t]{0,3}(?:(T\Z|TY(?: {1,2}-| {0,2}\Z))|(ER) {1,2}-)", re.MULTILINE)

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
_TYPES_WRITTEN: Final = {kind: tag for tag, kind in reversed(TYPES.items())} | {
    "inproceedings": "CPAPER", "conference": "CPAPER", "inbook": "CHAP", "mastersthesis": "THES",
    "thesis": "THES", "report": "RPRT", "proceedings": "CONF", "manual": "BOOK",
}  # fmt: skip

# BibTeX's fields and the tags that can hold them; the first tag with a value counts.
_FIELDS: Final = {
    "title": ("TI", "T1", "TT"), "date": ("DA", "Y1", "PY"), "doi": ("DO",), "volume": ("VL",),
    "number": ("IS",), "publisher": ("PB",), "address": ("CY",), "edition": ("ET",),
    "language": ("LA",), "shorttitle": ("ST",), "series": ("T3",), "pdf": ("L1",),
}  # fmt: skip
_IN_CUSTOM_TAGS: Final = (*ONLY_IN_NOTES, "type", "chapter", "note")
_RANGE = re.compile(r"(\d{1,9})-(\d{1,9})")  # in SP alone
_WORD = re.compile(r"\w{3,}")
_CUSTOM = re.compile(rf"({'|'.join(_IN_CUSTOM_TAGS)}|entrytype): (.+)", re.DOTALL)


def looks_like(text: str) -> bool:
    """Return whether a text has the tag that starts an entry of RIS."""
    return bool(re.search(r"^\s{0,3}TY {1,2}- ?[A-Z]", text, re.MULTILINE))


def find_truncation(text: str) -> int:
    """Return the place of an entry without an end, or -1."""
    return lines.find_open_entry(_START_OR_END, text)


def read(text: str, progress: Progress | None = None) -> Reading:
    """Read the entries of a RIS file."""
    entries = lines.split(text, _TAG, "TY", "ER")
    return building.read_entries(entries, _checked_block, lines.line_of, progress)


def _checked_block(entry: Tagged) -> Block:
    block = _block(entry)
    if entry.tags[0][0] != "TY":
        message = "This entry does not begin with “TY  - ”. It was read as a miscellaneous work."
        block.problems.append(Problem(entry.line, block.key, "no-type", message))
    if not entry.ended:
        message = "This entry does not end with “ER  - ”. It was read up to the next entry."
        block.problems.append(Problem(entry.line, block.key, "unclosed-entry", message))
    return block


def _block(entry: Tagged) -> Block:
    custom = filter(None, map(_CUSTOM.fullmatch, entry.all("C1")))
    custom_fields = {match[1]: match[2] for match in custom}
    nearest = TYPES.get(entry.first("TY").upper()[:8].strip(), "misc")
    recorded = custom_fields.pop("entrytype", "")
    kind = vocabulary.restored_type(recorded, nearest, entry.first("M3"))
    fields = [(name, entry.first(*tags)) for name, tags in _FIELDS.items()]
    fields = [(name, value.rstrip("/") if name == "date" else value) for name, value in fields]
    fields.append(("abstract", entry.first("AB", "N2")))
    fields.append(("author", _people(entry, "AU", "A1")))
    fields.append(("editor", _people(entry, "ED", "A2")))
    fields += _container(entry, kind)
    fields.append(("subtitle", _second_title(entry, kind)))
    fields.append(("pages", _pages(entry)))
    fields.append(("eid", article_number(entry.first("C7"))))
    fields.append((vocabulary.serial_field(kind), " ".join(entry.all("SN"))))
    fields.append(("keywords", building.keywords(entry.all("KW"))))
    fields.append(("url", conversion.replace_semicolons(" ".join(entry.all("UR")), " ")))
    notes = [*entry.all("N1"), *entry.all("RN")]
    fields += separate_notes(notes, custom_fields.pop("note", ""))
    fields += custom_fields.items()
    fields = vocabulary.rename_publisher(fields, kind)
    key = building.citation_key(entry.first("ID", "LB"))
    return Block(entry.line, kind, key, [pair for pair in fields if pair[1]])


def _people(entry: Tagged, *tags: str) -> str:
    return building.people_source(people(entry.all(*tags)))


def people(written: Iterable[str]) -> Iterator[Person]:
    """Yield the people of names, of which several may be on one line."""
    return (person(name) for line in written for name in name_lists.on_one_line(line))


def article_number(custom: str) -> str:
    """Return the custom field for article numbers, unless an owner's private note is in it."""
    return custom if any(map(str.isdigit, custom)) else ""


def person(written: str) -> Person:
    """Return the person of "Family, Given, Suffix". A name without a comma is a literal."""
    written = " ".join(written.split())
    if written.lower().rstrip(".") in ("et al", "others"):
        return OTHERS
    parts = [part.strip() for part in written.split(",")]
    if len(parts) == 1:
        return (
            names.parse(encode(written)) if names.has_initials(written) else Person(literal=written)
        )
    if not any(parts[1:]) and len(parts[0].split()) > 1:  # EndNote: "Botanical Society,"
        return Person(literal=parts[0])
    given, suffix = suffixes.with_suffix(parts[1])
    parsed = names.parse(encode(f"{parts[0]}, {given}"))
    rest = ", ".join(part for part in (suffix, *parts[2:]) if part)
    return Person(parsed.family, parsed.given, parsed.particle, rest or parsed.suffix)


def _pages(entry: Tagged) -> str:
    first, last = entry.first("SP"), entry.first("EP")
    if not last and (both := _RANGE.fullmatch(first)):
        first, last = both[1], both[2]
    return building.page_range(first, last)


def _container(entry: Tagged, kind: str) -> list[tuple[str, str]]:
    tags = ("T2", "JF", "JO") if kind in CONTAINED else ("JF", "T2", "JO")
    title = entry.first(*tags)
    if _second_title(entry, kind):
        title = entry.first("JF")
    if kind in ("book", "collection", "mvbook", "phdthesis", "techreport"):
        return [("series", title)]
    short_title = entry.first("J2", "JA", "JO")
    is_other = short_title in (title, *entry.all("PB"))  # some programs repeat the publisher
    name, short_name = vocabulary.container_fields(kind)
    return [(name, title), (short_name, "" if is_other else short_title)]


def _second_title(entry: Tagged, kind: str) -> str:
    """Return a subtitle in T2, where EBSCO has it: beside a journal, which it does not resemble."""
    second, journals = entry.first("T2"), entry.all("JF")
    if kind != "article" or not journals:
        return ""
    words = [_WORD.findall(title.casefold()) for title in (second, journals[0])]
    alike = any(a.startswith(b) or b.startswith(a) for a in words[0] for b in words[1])
    return "" if alike else second


def write(records: Iterable[Record]) -> Iterator[str]:
    """Yield the entry of each record."""
    return lines.write(records, _tags, "{}  - ", "ER  - \n\n")


def _tags(record: Record) -> Iterator[Tag]:
    fields = record.fields
    kind = _TYPES_WRITTEN.get(record.type, "GEN")
    yield from (("TY", kind), ("ID", record.key))
    if record.type == "mastersthesis":
        yield "M3", vocabulary.MASTERS_THESIS
    yield "TI", record.title
    yield from (("AU", written_name(person)) for person in record.authors)
    yield from (("A2", written_name(person)) for person in record.editors)
    yield from (("T2", record.container), ("T3", fields.get("series", "")))
    yield "J2", exporting.short_container(record)
    yield "PY", str(record.year or "")
    yield "DA", record.date.replace("-", "/") if record.date[:1].isdecimal() else record.date
    first, _, last = re.sub(r" ?[-–—]+ ?", "–", fields.get("pages", "")).partition("–")
    yield from (
        ("SP", first),
        ("EP", last),
        ("C7", fields.get("eid", "")),
        ("VL", fields.get("volume", "")),
    )
    yield "IS", fields.get("number", "") or fields.get("issue", "")
    yield "PB", exporting.first_field(record)
    yield from (("CY", fields.get("address", "")), ("ET", fields.get("edition", "")))
    yield "SN", fields.get("issn", "") or fields.get("isbn", "")
    yield from (("ST", fields.get("shorttitle", "")), ("LA", exporting.language(record)))
    yield from (("N1", fields.get("note", "")), ("DO", record.doi), ("N1", private_note(record)))
    yield from (("KW", tag) for tag in record.tags)
    yield from (("C1", f"{name}: {fields[name]}") for name in _IN_CUSTOM_TAGS if name in fields)
    if TYPES.get(kind) != record.type != "mastersthesis":
        yield "C1", f"entrytype: {record.type}"
    yield "AB", record.abstract
    yield from lines.link_tags(record, "L1", "UR")


def written_name(person: Person) -> str:
    """Return a name as tagged formats have it: "Family, Given, Suffix"; a literal as it is."""
    name = names.inverted(person)
    return name if person.literal or person.given else f"{name},"
