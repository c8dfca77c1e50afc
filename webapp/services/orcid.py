"""ORCID: the works of a person. Source: https://info.orcid.org/documentation/api-tutorials/ and the
guide to version 3.0 in ORCID/ORCID-Source (orcid-api-web/tutorial).

A group is one work, described by several sources; the first is the preferred one. Every value may
be null.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from ..errors import NotFetchedError, UnknownIdentifierError
from ..formats import links
from ..formats.json.items import Item, objects
from ..orcids import read_orcid
from .answers import brief, get_parsed, json_of, member, usable
from .client import Answer, Client
from .items import Entry, common_identifier, fetch_entries
from .listing import Listing
from .works import batches, csl_names, date_parts, is_number, text_of

NAME: Final = "ORCID"
_BASE: Final = "https://pub.orcid.org/v3.0"
_BATCH: Final = 50  # put-codes in one request
_TYPES: Final = {
    "journal-article": "article-journal", "magazine-article": "article-magazine",
    "newspaper-article": "article-newspaper", "conference-paper": "paper-conference",
    "conference-abstract": "paper-conference", "conference-poster": "speech", "book": "book",
    "book-chapter": "chapter", "edited-book": "book", "dissertation": "thesis",
    "dissertation-thesis": "thesis", "supervised-student-publication": "thesis",
    "report": "report", "working-paper": "report", "preprint": "article", "manual": "document",
    "dictionary-entry": "entry-dictionary", "encyclopedia-entry": "entry-encyclopedia",
    "online-resource": "webpage", "website": "webpage", "data-set": "dataset",
    "software": "software", "patent": "patent", "standards-and-policy": "standard",
    "lecture-speech": "speech", "book-review": "review", "review": "review",
}  # fmt: skip


def read_list(client: Client, orcid: str) -> Listing:
    """Return the works of a person. Raises UnknownIdentifierError and NotFetchedError."""
    if read_orcid(orcid) != orcid:
        raise UnknownIdentifierError(f"{orcid} is not an ORCID iD: a digit is wrong. Check it.")
    groups = get_parsed(client, f"{_BASE}/{orcid}/works", partial(_groups, orcid))
    if groups is None:
        raise UnknownIdentifierError(f"{NAME} has no public record {orcid}. Check it.")
    summaries = [summary for summary in map(_preferred, groups) if summary]
    entries = [
        replace(_entry(summary), versions=_versions(group))
        for group in groups
        if (summary := _preferred(group))
    ]
    by_own = {entry.own: summary for entry, summary in zip(entries, summaries, strict=True)}
    return fetch_entries(client, entries, partial(_describe, client, orcid, by_own), NAME)


def _groups(orcid: str, answer: Answer) -> list[Item]:
    value = json_of(answer)
    path = text_of(value, "path")
    if path and orcid not in path:
        raise NotFetchedError(f"{NAME} answered with another record ({brief(path)}). Check it.")
    groups = member(value, "group", list, NAME)
    return usable(groups, lambda group: _preferred(group) is not None, "group.work-summary", NAME)


def _preferred(group: Any) -> Item | None:
    summaries = objects(group.get("work-summary") if isinstance(group, dict) else None)
    return next((summary for summary in summaries if _is_put_code(summary)), None)


def _is_put_code(summary: Item) -> bool:
    return is_number(text_of(summary, "put-code"))


def _entry(summary: Item) -> Entry:
    doi = next((d for value in _ids(summary, "doi") if (d := links.doi(value))), "")
    arxiv = next((a for value in _ids(summary, "arxiv") if (a := links.arxiv(value))), "")
    pmid = next((value for value in _ids(summary, "pmid") if is_number(value)), "")
    own = f"orcid:{text_of(summary, 'put-code')}"
    return Entry(own, text_of(summary, "title", "title", "value"), doi, arxiv, pmid)


def _versions(group: Item) -> tuple[str, ...]:
    """Return the identifiers of other versions of a work, such as the published one."""
    found: dict[str, None] = {}
    for work in objects(group.get("work-summary")):
        dois = (links.doi(value) for value in _ids(work, "doi", ("version-of",)))
        numbers = (links.arxiv(value) for value in _ids(work, "arxiv", ("version-of",)))
        found |= {common_identifier(doi=doi): None for doi in dois}
        found |= {common_identifier(arxiv=number): None for number in numbers}
    return tuple(name for name in found if name)


def _ids(work: Item, kind: str, relationships: Collection[str] = ("self", "")) -> Iterator[str]:
    """Yield the identifiers of a work itself: those with `part-of` are of its book."""
    ids = work.get("external-ids")
    for row in objects(ids.get("external-id") if isinstance(ids, dict) else None):
        if text_of(row, "external-id-type").lower() != kind:
            continue
        if text_of(row, "external-id-relationship").lower() in relationships:
            yield text_of(row, "external-id-normalized", "value") or text_of(
                row, "external-id-value"
            )


def _describe(
    client: Client, orcid: str, summaries: Mapping[str, Item], entries: Sequence[Entry]
) -> dict[str, Item]:
    """Return what ORCID itself knows of works, as items of CSL-JSON, by identifier.

    A work that ORCID does not describe in full has the values of its summary.
    """
    items = {entry.own: _to_csl(summaries[entry.own]) for entry in entries}
    for batch in batches(entries, _BATCH):
        codes = ",".join(entry.own.removeprefix("orcid:") for entry in batch)
        works = get_parsed(client, f"{_BASE}/{orcid}/works/{codes}", _works) or []
        items |= {f"orcid:{text_of(work, 'put-code')}": _to_csl(work) for work in works}
    return items


def _works(answer: Answer) -> list[Item]:
    rows = objects(member(json_of(answer), "bulk", list, NAME))
    works = (row.get("work") for row in rows)  # others are errors
    return [work for work in works if isinstance(work, dict)]


def _to_csl(work: Item) -> Item:
    title, subtitle = (text_of(work, "title", name, "value") for name in ("title", "subtitle"))
    people = work.get("contributors")
    contributors = objects(people.get("contributor") if isinstance(people, dict) else None)
    date: Any = work.get("publication-date")
    parts = [text_of(date, name, "value") for name in ("year", "month", "day")]
    return {
        "type": _TYPES.get(text_of(work, "type"), "document"),
        "title": ": ".join(filter(None, (title, subtitle))),
        "container-title": text_of(work, "journal-title", "value"),
        "author": [name for person in contributors for name in _names(person)],
        "issued": date_parts("-".join(part.zfill(2) for part in parts if part)),
        "abstract": text_of(work, "short-description"),
        "URL": text_of(work, "url", "value"),
        "language": text_of(work, "language-code"),
        "ISBN": next(_ids(work, "isbn"), ""),
        "DOI": next(_ids(work, "doi"), ""),
        "PMID": next(_ids(work, "pmid"), ""),
    }


def _names(contributor: Item) -> list[Item]:
    """Return the name of a contributor with the ORCID iD; nothing without a name."""
    orcid = read_orcid(text_of(contributor, "contributor-orcid", "path"))
    return [
        name | ({"ORCID": orcid} if orcid else {})
        for name in csl_names([text_of(contributor, "credit-name", "value")])
    ]
