"""Citation File Format (CITATION.cff) <-> records."""

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Final

import yaml

from ..errors import UnreadableFileError
from ..records import Person, Record
from . import building
from .building import Progress
from .json import entries
from .reading import Block, Problem, Reading

_MAX_LENGTH = 2_000_000  # characters: PyYAML takes a minute for ten times as many
_MOST_MERGED: Final = 10_000  # pairs that merge keys put in
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
_WRITTEN: Final = {kind: name for name, kind in reversed(_TYPES.items())} | {
    "mastersthesis": "thesis", "conference": "conference-paper", "incollection": "generic",
}  # fmt: skip
_FIELDS: Final = {
    "title": "title", "abstract": "abstract", "doi": "doi", "url": "url", "volume": "volume",
    "issue": "number", "isbn": "isbn", "issn": "issn", "edition": "edition", "version": "version",
    "license": "license", "notes": "note", "repository-code": "code", "pages": "pagetotal",
    "thesis-type": "type", "status": "pubstate", "department": "department", "medium": "medium",
}  # fmt: skip


class _MergesTooMuch(yaml.YAMLError):  # type: ignore[misc]
    """Merge keys would fill the memory."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads every scalar as the text it is written as: version 1.10 is not 1.1."""

    yaml_implicit_resolvers: ClassVar = {
        sign: [(tag, pattern) for tag, pattern in resolvers if tag in _RESOLVED]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    _merged = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Put in what `<<` merges, a bounded number of pairs: nine merges of nine of nine …"""
        before = len(node.value)
        super().flatten_mapping(node)
        self._merged += max(0, len(node.value) - before)
        if self._merged > _MOST_MERGED:
            raise _MergesTooMuch


def looks_like(text: str) -> bool:
    return bool(re.search(r"^cff-version\s*:", text, re.MULTILINE))


def read(text: str, progress: Progress | None = None) -> Reading:
    """The work of the file, and the one it prefers to be cited for, when that is another."""
    if len(text) > _MAX_LENGTH:
        raise UnreadableFileError(
            "This CITATION.cff is larger than 2 MB, which no such file should be."
        )
    return building.from_text("cff", _found(text), progress)


def _found(text: str) -> Iterator[Block | Problem]:
    line = 1
    for document in re.split(r"^(?=---\s*$)", text, flags=re.MULTILINE):
        try:
            work = yaml.load(document, _Loader)  # noqa: S506  it is a safe one
        except (yaml.YAMLError, ValueError, RecursionError, AttributeError, TypeError) as error:
            place = line + getattr(getattr(error, "problem_mark", None), "line", 0)
            message = f"This is not valid YAML at line {place}; check the indentation there."
            if isinstance(error, _MergesTooMuch):
                message = "Its merge keys (<<) repeat each other too often; write the values out."
            yield Problem(place, "", "broken-yaml", message, rejected=True)
        else:
            if isinstance(work, dict):
                yield from _blocks(work, line)
        line += document.count("\n")


def _blocks(work: dict[str, Any], line: int) -> list[Block]:
    preferred = work.get("preferred-citation")
    whole = _block({"type": "software"} | work, line)
    if not isinstance(preferred, dict):
        return [whole]
    other = _block(preferred | {"identifiers": work.get("identifiers")}, line)
    same = preferred.get("title") == work.get("title")
    if same or not preferred.get("title"):
        said = dict(other.fields)
        missing = [pair for pair in whole.fields if pair[0] not in said]
        return [
            Block(line, other.type, other.key, other.fields + missing if not same else other.fields)
        ]
    return [whole, _block(preferred, line)]


def _block(work: dict[str, Any], line: int) -> Block:
    kind = _TYPES.get(_words(work.get("type")), "misc")
    said = {name: _words(work.get(cff)) for cff, name in _FIELDS.items()}
    if kind == "phdthesis" and "master" in said["type"].lower():
        kind = "mastersthesis"
    said["author"] = _people(work.get("authors"))
    said["editor"] = _people(work.get("editors"))
    said["keywords"] = building.keywords(_list(work.get("keywords")))
    said["date"] = _date(work)
    said["booktitle" if kind == "inproceedings" else "journal"] = _words(
        work.get("collection-title")
    ) or _words(work.get("journal"))
    first, last = _words(work.get("start")), _words(work.get("end"))
    said["pages"] = f"{first}–{last}" if first and last and first != last else first
    for name, field in (("publisher", "publisher"), ("institution", "institution")):
        said[field] = _words((work.get(name) or {}).get("name")) if _is_map(work.get(name)) else ""
    if kind in ("phdthesis", "mastersthesis"):
        said["school"] = said.pop("institution")
    said["language"] = next(iter(_list(work.get("languages"))), "")
    key = ""
    for each in work.get("identifiers") or []:
        if _is_map(each):
            value = _words(each.get("value"))
            if each.get("type") == "doi" and not said["doi"]:
                said["doi"] = value
            if each.get("description") == "citation key":
                key = value
            if value.lower().startswith("arxiv:"):
                said |= {"eprint": value[6:].strip(), "eprinttype": "arXiv"}
    return Block(line, kind, building.key_of(key), [pair for pair in said.items() if pair[1]])


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _words(value: Any) -> str:
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()[:10]
    return entries.words(value)


def _list(value: Any) -> list[str]:
    return [_words(each) for each in value if _words(each)] if isinstance(value, list) else []


def _date(work: dict[str, Any]) -> str:
    if released := _words(work.get("date-released") or work.get("date-published")):
        return released
    year, month = _words(work.get("year")), _words(work.get("month"))
    return f"{year}-{month.rjust(2, '0')}" if year and month.isdecimal() else year


def _people(listed: Any) -> str:
    if not isinstance(listed, list):
        return ""
    return building.people_source(_person(each) for each in listed if _is_map(each))


def _person(name: dict[str, Any]) -> Person:
    said = {part: _words(value) for part, value in name.items()}
    if not said.get("family-names"):
        return Person(literal=said.get("name") or said.get("given-names") or said.get("alias", ""))
    return Person(
        said["family-names"],
        said.get("given-names", ""),
        said.get("name-particle", ""),
        said.get("name-suffix", ""),
    )


def write(records: Iterable[Record]) -> Iterator[str]:
    """One YAML document a record: a CFF file describes one work."""
    for record in records:
        yield yaml.safe_dump(
            _document(record),
            allow_unicode=True,
            sort_keys=False,
            explicit_start=True,
            width=float("inf"),  # no line of a text begins as an entry of BibTeX does
        )


def _document(record: Record) -> dict[str, Any]:
    people = [_written(person) for person in record.authors]
    identifiers = [{"type": "other", "value": record.key, "description": "citation key"}]
    if record.arxiv:
        identifiers.append({"type": "other", "value": f"arXiv:{record.arxiv}"})
    document = {
        "cff-version": "1.2.0",
        "message": "If you use this work, please cite it as below.",
        "title": record.title,
        "authors": people,
        "identifiers": identifiers,
    }
    citation = _citation(record, people)
    if record.type in ("software", "dataset"):
        return document | citation
    return document | {"preferred-citation": citation}


def _citation(record: Record, people: list[dict[str, str]]) -> dict[str, Any]:
    fields = record.fields
    first, _, last = fields.get("pages", "").partition("–")
    around = "collection-title" if record.type in ("inproceedings", "conference") else "journal"
    code = next((link.url for link in record.links if link.kind == "code"), "")
    url = next((link.url for link in record.links if link.kind in ("url", "website")), "")
    software = record.type in ("software", "dataset")
    citation: dict[str, Any] = {
        "type": _WRITTEN.get(record.type, "generic"),
        "title": record.title,
        "authors": people,
        "editors": [_written(person) for person in record.editors],
        "doi": record.doi,
        "url": url,
        "repository-code": code,
        "abstract": record.abstract,
        "keywords": list(record.tags),
        "languages": [record.language] if record.language else [],
        "date-released" if software else "date-published": record.date
        if "-" in record.date
        else "",
        "year": record.year or "",
        around: record.container,
        "start": first,
        "end": last,
    }
    for cff, name in (("volume", "volume"), ("issue", "number"), ("isbn", "isbn"), ("issn", "issn"),
                      ("edition", "edition"), ("notes", "note"), ("version", "version"),
                      ("license", "license")):  # fmt: skip
        citation[cff] = fields.get(name, "")
    for cff, names in (("publisher", ("publisher",)), ("institution", ("school", "institution"))):
        name = next((fields[each] for each in names if each in fields), "")
        citation[cff] = {"name": name} if name else ""
    citation["thesis-type"] = "Master's thesis" if record.type == "mastersthesis" else ""
    return {name: value for name, value in citation.items() if value}


def _written(person: Person) -> dict[str, str]:
    if person.literal:
        return {"name": person.literal}
    parts = {
        "family-names": person.family,
        "given-names": person.given,
        "name-particle": person.particle,
        "name-suffix": person.suffix,
    }
    return {name: value for name, value in parts.items() if value}
