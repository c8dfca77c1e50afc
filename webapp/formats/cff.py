"""The Citation File Format (CITATION.cff) to records and back."""

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Final

import yaml

from ..errors import UnreadableFileError
from ..orcids import ADDRESS, read_orcid
from ..records import Person, Record
from . import building, exporting, vocabulary
from .building import Progress
from .json.items import objects
from .json.items import words as scalar
from .reading import Block, Problem, Reading
from .truncation import find_incomplete_entry

_MAX_LENGTH = 2_000_000  # characters; PyYAML takes a minute for ten times as many
_MAX_MERGED: Final = 10_000  # pairs that merge keys may add
_RESOLVED: Final = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")
_TYPES: Final = {
    "article": "article", "magazine-article": "article", "newspaper-article": "article",
    "conference-paper": "inproceedings", "conference": "proceedings", "proceedings": "proceedings",
    "book": "book", "edited-work": "collection", "thesis": "phdthesis", "report": "techreport",
    "manual": "manual", "pamphlet": "booklet", "patent": "patent", "unpublished": "unpublished",
    "software": "software", "software-code": "software", "data": "dataset", "dataset": "dataset",
    "database": "dataset", "website": "online", "blog": "online", "generic": "misc",
    "video": "video", "standard": "standard",
}  # fmt: skip
_TYPES_WRITTEN: Final = {kind: name for name, kind in reversed(_TYPES.items())} | {
    "mastersthesis": "thesis", "conference": "conference-paper", "incollection": "generic",
}  # fmt: skip
_FIELDS: Final = {
    "title": "title", "abstract": "abstract", "doi": "doi", "url": "url", "volume": "volume",
    "issue": "number", "number": "eid", "isbn": "isbn", "issn": "issn", "edition": "edition",
    "version": "version",
    "license": "license", "notes": "note", "repository-code": "code", "pages": "pagetotal",
    "thesis-type": "type", "status": "pubstate", "department": "department", "medium": "medium",
}  # fmt: skip
_FIELDS_WRITTEN: Final = {
    "volume": "volume", "issue": "number", "isbn": "isbn", "issn": "issn",
    "edition": "edition", "notes": "note", "version": "version", "license": "license",
}  # fmt: skip
# The first line of a document, or the start of a file that begins without one.
_START = re.compile(r"^---[ \t]*$|\A(?:[ \t]*+(?:#[^\n]*+)?+\n)*+(?!---)", re.MULTILINE)
_TITLE, _AUTHORS, _TYPE = (
    re.compile(rf"^(?: {{2}})?[\"']?{name}[\"']?[ \t]*:", re.MULTILINE)
    for name in ("title", "authors", "type")
)
_END = re.compile(r"^\.\.\.[ \t]*$", re.MULTILINE)
_NAME_PARTS: Final = ("name", "family-names", "given-names", "name-particle", "name-suffix")


class _MergesTooMuch(yaml.YAMLError):  # type: ignore[misc]
    """Merge keys would fill the memory."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """A loader that reads every scalar as text: version 1.10 is not 1.1."""

    yaml_implicit_resolvers: ClassVar = {
        sign: [(tag, pattern) for tag, pattern in resolvers if tag in _RESOLVED]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    _merged = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Add what `<<` merges, up to a number of pairs: nine merges of nine of nine … explode."""
        before = len(node.value)
        super().flatten_mapping(node)
        self._merged += max(0, len(node.value) - before)
        if self._merged > _MAX_MERGED:
            raise _MergesTooMuch


def looks_like(text: str) -> bool:
    """Return whether a text has the key that every such file has."""
    return bool(re.search(r"^cff-version\s*:", text, re.MULTILINE))


def find_truncation(text: str) -> int:
    """Return the place of a document in which a text ends, or -1.

    The format requires a title and authors. Octavo marks the end of each document, and writes the
    type last of what every document has.
    """
    return find_incomplete_entry(text, _START, (_TITLE, _AUTHORS), (_TYPE, _END))


def read(text: str, progress: Progress | None = None) -> Reading:
    """Read the work of a file, and its preferred citation if that is another work."""
    if len(text) > _MAX_LENGTH:
        raise UnreadableFileError(
            "This CITATION.cff is larger than 2 MB. Remove what does not belong in it."
        )
    return building.read_entries(_blocks(text), lambda block: block, lambda b: b.line, progress)


def _blocks(text: str) -> Iterator[Block | Problem]:
    line = 1
    for document in re.split(r"^(?=---\s*$)", text, flags=re.MULTILINE):
        try:
            work = yaml.load(document, _Loader)  # noqa: S506  a subclass of SafeLoader
        except (yaml.YAMLError, ValueError, RecursionError, AttributeError, TypeError) as error:
            yield _problem(error, line)
        else:
            if isinstance(work, dict):
                yield from _blocks_of_work(work, line)
        line += document.count("\n")


def _problem(error: Exception, line: int) -> Problem:
    place = line + getattr(getattr(error, "problem_mark", None), "line", 0)
    message = f"This is not valid YAML at line {place}. Check the indentation there."
    if isinstance(error, _MergesTooMuch):
        message = "The merge keys (<<) repeat each other too often. Write the values out."
    return Problem(place, "", "broken-yaml", message, rejected=True)


def _blocks_of_work(work: dict[str, Any], line: int) -> list[Block]:
    preferred = work.get("preferred-citation")
    whole = _block({"type": "software"} | work, line)
    if not isinstance(preferred, dict):
        return [whole]
    if preferred.get("title") and preferred.get("title") != work.get("title"):
        return [whole, _block(preferred, line)]
    block = _block(preferred | {"identifiers": work.get("identifiers")}, line)
    if preferred.get("title") != work.get("title"):
        names = dict(block.fields)
        block.fields += [(name, value) for name, value in whole.fields if name not in names]
    return [block]


def _is_second_issue(work: dict[str, Any], number: str) -> bool:
    """Return whether `number` counts issues, as `issue` does: "138" of all, "3" of the year."""
    first_page = _words(work.get("start"))
    is_counted = bool(work.get("issue")) and bool(first_page) and not first_page.startswith(number)
    return is_counted and number.isdecimal() and len(number) < 3


def _block(work: dict[str, Any], line: int) -> Block:
    kind = _TYPES.get(_words(work.get("type")), "misc")
    fields = {name: _words(work.get(cff)) for cff, name in _FIELDS.items()}
    kind = vocabulary.thesis_type(kind, fields["type"])
    if kind not in vocabulary.WITH_ARTICLE_NUMBERS:  # `number` is that of a report
        fields["number"] = fields["number"] or fields.pop("eid")
    elif _is_second_issue(work, fields["eid"]):
        fields.pop("eid")
    fields |= building.people_fields("author", map(_person, objects(work.get("authors"))))
    fields |= building.people_fields("editor", map(_person, objects(work.get("editors"))))
    fields["keywords"] = building.keywords(_list(work.get("keywords")))
    fields["date"] = _date(work)
    conference = _name(work.get("conference"))
    titles = (_words(work.get("collection-title")), _words(work.get("journal")), conference)
    fields[vocabulary.container_fields(kind)[0]] = next(filter(None, titles), "")
    fields["eventtitle"] = conference
    fields["pages"] = building.page_range(_words(work.get("start")), _words(work.get("end")))
    fields["publisher"] = _name(work.get("publisher"))
    is_thesis = kind in ("phdthesis", "mastersthesis")
    fields["school" if is_thesis else "institution"] = _name(work.get("institution"))
    fields["language"] = next(iter(_list(work.get("languages"))), "")
    key = ""
    for identifier in objects(work.get("identifiers")):
        value = _words(identifier.get("value"))
        if identifier.get("type") == "doi" and not fields["doi"]:
            fields["doi"] = value
        if identifier.get("description") == "citation key":
            key = value
        if value.lower().startswith("arxiv:"):
            fields |= {"eprint": value[6:].strip(), "eprinttype": "arXiv"}
    pairs = [pair for pair in fields.items() if pair[1]]
    return Block(line, kind, building.citation_key(key), pairs)


def _words(value: Any) -> str:
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()[:10]
    return scalar(value)


def _list(value: Any) -> list[str]:
    return list(filter(None, map(_words, value))) if isinstance(value, list) else []


def _name(entity: Any) -> str:
    return _words(entity.get("name")) if isinstance(entity, dict) else ""


def _date(work: dict[str, Any]) -> str:
    if released := _words(work.get("date-released") or work.get("date-published")):
        return released
    year, month = _words(work.get("year")), _words(work.get("month"))
    return f"{year}-{month.rjust(2, '0')}" if year and month.isdecimal() else year


def _person(name: dict[str, Any]) -> Person:
    parts = {part: _words(value) for part, value in name.items()}
    if not parts.get("family-names"):
        literal = parts.get("name") or parts.get("given-names") or parts.get("alias", "")
        return Person(literal=literal)
    family, given, particle, suffix = (parts.get(part, "") for part in _NAME_PARTS[1:])
    return Person(family, given, particle, suffix, orcid=read_orcid(parts.get("orcid", "")))


def write(records: Iterable[Record]) -> Iterator[str]:
    """Yield a YAML document for each record, because a CFF file describes one work."""
    for record in records:
        yield yaml.safe_dump(
            _document(record),
            allow_unicode=True,
            sort_keys=False,
            explicit_start=True,
            explicit_end=True,  # so that a truncated file is recognized
            width=float("inf"),  # a wrapped line could look like the start of a BibTeX entry
        )


def _document(record: Record) -> dict[str, Any]:
    identifiers = [{"type": "other", "value": record.key, "description": "citation key"}]
    if record.arxiv:
        identifiers.append({"type": "other", "value": f"arXiv:{record.arxiv}"})
    citation = _citation(record)
    document = {
        "cff-version": "1.2.0",
        "message": "If you use this work, please cite it as below.",
        "title": record.title,
        "authors": citation.get("authors", []),
        "identifiers": identifiers,
    }
    if record.type in ("software", "dataset"):
        return document | citation
    return document | {"preferred-citation": citation}


def _citation(record: Record) -> dict[str, Any]:
    fields = record.fields
    first, _, last = fields.get("pages", "").partition("–")
    in_proceedings = record.type in ("inproceedings", "conference")
    is_released = record.type in ("software", "dataset")
    citation: dict[str, Any] = {
        "type": _TYPES_WRITTEN.get(record.type, "generic"),
        "title": record.title,
        "authors": list(map(_written_person, record.authors)),
        "editors": list(map(_written_person, record.editors)),
        "doi": record.doi,
        "url": exporting.first_url(record, "url", "website"),
        "repository-code": exporting.first_url(record, "code"),
        "abstract": record.abstract,
        "keywords": list(record.tags),
        "languages": [record.language] if record.language else [],
        "date-released" if is_released else "date-published": "-" in record.date and record.date,
        "year": record.year or "",
        "collection-title" if in_proceedings else "journal": record.container,
        "start": first,
        "end": last,
        **{cff: fields.get(name, "") for cff, name in _FIELDS_WRITTEN.items()},
        "number": fields.get("eid", "") if record.type in vocabulary.WITH_ARTICLE_NUMBERS else "",
        "publisher": _entity(fields.get("publisher", "")),
        "institution": _entity(exporting.first_field(record, ("school", "institution"))),
        "thesis-type": vocabulary.MASTERS_THESIS if record.type == "mastersthesis" else "",
    }
    return {name: value for name, value in citation.items() if value}


def _written_person(person: Person) -> dict[str, str]:
    parts = exporting.name_parts(person, _NAME_PARTS)
    return parts | {"orcid": ADDRESS + person.orcid} if person.orcid else parts


def _entity(name: str) -> dict[str, str]:
    return {"name": name} if name else {}
