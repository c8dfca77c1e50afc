"""Works as services describe them, and how they become records."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar

from ..errors import NotDescribedError, NotFetchedError, UnreadableFileError
from ..formats import entries, names
from ..formats.csl import csl_json
from ..formats.encoding import remove_controls
from ..formats.json.items import Item
from ..formats.keys import new_key
from ..formats.latex.encoding import encode
from ..formats.links import arxiv_in_doi, doi_in_url
from ..formats.reading import Block, Reading
from ..records import Record

T = TypeVar("T")

_GROUP = re.compile(
    r"\b(?:collaboration|consortium|group|team|network|committee|initiative|project|society|"
    r"association|institute|university|organi[sz]ation|library|museum|ministry|department|agency|"
    r"laboratory|cent(?:er|re)|contributors|developers)\b",
    re.IGNORECASE,
)
# What a service adds about its own record, not about the work.
_ABOUT_RECORDS: Final = frozenset({"biburl", "bibsource", "timestamp"})


@dataclass(frozen=True, slots=True)
class Work:
    """A publication as a service has it. The key of `record` is a proposal.

    `identifier` is that of the source: "10.5555/1", "arXiv:2207.04296", "zotero:ABCD2345".
    """

    identifier: str
    record: Record
    is_incomplete: bool = False  # only a list named it, and no service had more
    versions: tuple[str, ...] = ()  # identifiers that a list names as other versions of the work


@dataclass(frozen=True, slots=True)
class Failure:
    """A work or a list that was not fetched."""

    what: str  # the identifier that was asked for
    why: str  # host, status, and what to do
    is_lasting: bool = False  # asking again would not help: the work has no title

    @classmethod
    def of(cls, what: str, error: Exception) -> Self:
        """Return the failure for an error."""
        return cls(what, str(error), isinstance(error, NotDescribedError))


@dataclass(slots=True)
class Enrichment:
    """What services know of a work beside its bibliography."""

    fields: dict[str, str] = field(default_factory=dict)  # as BibTeX has them
    unknown: set[str] = field(default_factory=set)  # fields whose service did not answer
    record: Record | None = None  # the work as Crossref describes it


def record_of_csl(item: Item, service: str) -> Record:
    """Return the record of an item of CSL-JSON or Crossref. Raises NotFetchedError."""
    if doi_in_url(text_of(item, "URL")):
        item = {**item, "URL": ""}  # it repeats the DOI
    return only_record(lambda: csl_json.read(json.dumps([item])), service)


def only_record(read: Callable[[], Reading], service: str) -> Record:
    """Return the record that a reader makes.

    Raises NotFetchedError if it makes none, and NotDescribedError if it has no title.
    """
    try:
        reading = read()
    except UnreadableFileError:
        reading = Reading((), ())
    is_empty = any(problem.reason == "empty-entry" for problem in reading.problems)
    if not (reading.records or is_empty):
        why = next((problem.message for problem in reading.problems), "It is empty.")
        raise NotFetchedError(f"{service} sent a record that cannot be read: {why}")
    if is_empty or not reading.records[0].title:
        raise NotDescribedError(
            f"{service} sent a record without a title. Enter this publication by hand."
        )
    return with_new_key(reading.records[0])


def with_new_key(record: Record) -> Record:
    """Return a record whose key is made of name, year and title, as owners write them."""
    source = {name: value for name, value in record.source.items() if name not in _ABOUT_RECORDS}
    if record.doi and doi_in_url(source.get("url", "")).lower() == record.doi.lower():
        del source["url"]
    key = new_key(Block(0, record.type, "", list(source.items())))
    return entries.build(key, record.type, source).record


def with_fields(record: Record, fields: dict[str, str]) -> Record:
    """Return a record with other values in these fields."""
    source = {**record.source, **fields}
    return entries.build(record.key, record.type, source).record


def identifier_of(record: Record) -> str:
    """Return the identifier of a record that services share; "" if it has none."""
    if record.arxiv and (not record.doi or arxiv_in_doi(record.doi)):
        return f"arXiv:{record.arxiv}"
    pmid = record.fields.get("pmid", "")
    return record.doi.lower() or (f"pmid:{pmid}" if pmid else "")


def csl_names(names_as_shown: Iterable[Any]) -> list[Item]:
    """Return people that a service has in reading order, "Ada King Lovelace", as names of CSL."""
    return [_csl_name(name) for name in names_as_shown if isinstance(name, str) and name.strip()]


def _csl_name(name: str) -> Item:
    if _GROUP.search(name):
        return {"literal": name}
    person = names.parse(encode(name))
    if not person.family:
        return {"literal": name}
    parts = {
        "family": person.family, "given": person.given, "suffix": person.suffix,
        "non-dropping-particle": person.particle,
    }  # fmt: skip
    return {part: value for part, value in parts.items() if value}


def date_parts(date: str) -> Item:
    """Return "2020-03-01" as a date of CSL, as far as it is known."""
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", date)
    return {"date-parts": [[int(part) for part in match.groups() if part]]} if match else {}


def is_number(text: str) -> bool:
    """Return whether a text is a number of ASCII digits, as identifiers in addresses are."""
    return text.isascii() and text.isdecimal()


def text_of(value: Any, *path: str) -> str:
    """Return the text at a path of keys in JSON; "" if anything on the way is missing or null."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return remove_controls(str(value)).strip()


def batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the values in parts of at most this size."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
