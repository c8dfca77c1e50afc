"""Checks of the catalog: doubtful data, possible duplicates, and what Google Scholar misses."""

from collections.abc import Iterator
from dataclasses import replace

from ..catalog import Catalog, Criteria, FullTexts, Scope
from ..config import Settings
from ..formats.entries import build
from ..formats.keys import safe_key
from ..formats.reading import Problem
from ..records import Record
from ..store import publications
from ..store.connections import reading
from .member_doubts import MemberDoubts
from .versions import propose_joins


def check(catalog: Catalog, texts: FullTexts | None = None) -> Iterator[Problem]:
    """Yield the problems of each publication in the owner's order, then possible joins.

    `texts` are those of the PDFs. The line number of each problem is 0, as no file is read.
    """
    records = []
    members = MemberDoubts(catalog.choices.members)
    with reading(catalog.database) as connection:
        for stored in publications.load_all(connection):
            record = stored.record
            members.add(record)
            records.append(replace(record, abstract="", fields={}, source={}))
            for doubt in build(record.key, record.type, record.source).doubts:
                yield Problem(0, record.key, doubt.reason, doubt.message)
            yield from absent_files(catalog, record)
            yield from _missed_by_scholar(catalog.files.with_existing(record))
    known = {safe_key(record.key) for record in records}
    for setting, key in _named_keys(catalog.settings):
        if safe_key(key) not in known:
            message = f"{setting} in site.toml names it, but there is no such publication."
            yield Problem(0, key, "unknown-featured", message)
    yield from _empty_lists(catalog)
    if texts:
        yield from texts.problems(catalog.database)
    yield from members.problems()
    for pair in propose_joins(records):
        message = (
            f"This may be the same work as {pair.published} ({pair.why}). "
            f"To show them as one item: octavo join {pair.published} {pair.other}"
        )
        yield Problem(0, pair.other, "same-work", message)


def _named_keys(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the citation keys in the settings, each with the name of its setting."""
    yield from (("featured", key) for key in settings.featured)
    for named in settings.lists:
        yield from ((f"lists.{named.slug}.also", key) for key in named.also)
        yield from ((f"lists.{named.slug}.without", key) for key in named.without)
    for member in settings.everyone:
        yield from (("members.not", key) for key in member.not_keys)
        yield from (("members.only", key) for key in member.only)


def _empty_lists(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem for each list in the settings that has no publications."""
    for named in catalog.settings.lists:
        if catalog.state().settled and not catalog.count_hits(Criteria(Scope("lists", named.slug))):
            message = "Nothing in the catalog is in this list. Change its search in site.toml."
            yield Problem(0, named.slug, "empty-list", message)


def absent_files(catalog: Catalog, record: Record, line: int = 0) -> Iterator[Problem]:
    """Yield a problem for each file that a record links to and that is not below `files/`."""
    for link in catalog.files.absent(record):
        message = f"There is no file files/{link.url}, so pages have no link to it. Add the file."
        yield Problem(line, record.key, "absent-file", message)


def _missed_by_scholar(record: Record) -> Iterator[Problem]:
    """Yield what a record lacks for https://scholar.google.com/intl/en/scholar/inclusion.html."""
    kinds = {link.kind for link in record.links}
    missing = (
        ("scholar-authors", not record.authors, "it has no authors"),
        ("scholar-abstract", not record.abstract, "it has no abstract"),
        (
            "scholar-pdf",
            "pdf" not in kinds,
            "it has no PDF (put name.pdf into files/, and add pdf = {name.pdf})",
        ),
    )
    for reason, is_missing, message in missing:
        if is_missing:
            yield Problem(0, record.key, reason, f"Google Scholar may leave this out: {message}.")
