"""What is doubtful about the publications that are in, and what Google Scholar would miss."""

from collections.abc import Iterator
from dataclasses import replace

from ..catalog import Catalog
from ..formats.entries import build
from ..formats.reading import Problem
from ..records import Record
from ..store import publications
from ..store.connections import reading
from .versions import likenesses


def check(catalog: Catalog) -> Iterator[Problem]:
    """Every doubt about every publication, in the owner's order, then what may be one work.

    There are no lines: 0.
    """
    known = []
    with reading(catalog.database) as connection:
        for stored in publications.load_all(connection):
            record = stored.record
            known.append(replace(record, abstract="", fields={}, source={}))
            for doubt in build(record.key, record.type, record.source).doubts:
                yield Problem(0, record.key, doubt.reason, doubt.message)
            yield from _missed_by_scholar(record)
    for pair in likenesses(known):
        message = (
            f"It may be the same work as {pair.published} ({pair.why}); "
            f"octavo join {pair.published} {pair.other} makes one item of them."
        )
        yield Problem(0, pair.other, "same-work", message)


def _missed_by_scholar(record: Record) -> Iterator[Problem]:
    """What the inclusion guidelines ask for: https://scholar.google.com/intl/en/scholar/inclusion.html"""
    kinds = {link.kind for link in record.links}
    missing = (
        ("scholar-authors", not record.authors, "it has no authors"),
        ("scholar-year", record.year is None, "it has no year"),
        ("scholar-abstract", not record.abstract, "it has no abstract"),
        ("scholar-pdf", "pdf" not in kinds, "there is no PDF (pdf = {name.pdf}, put into files/)"),
    )
    for reason, is_missing, what in missing:
        if is_missing:
            yield Problem(0, record.key, reason, f"Google Scholar may pass it over: {what}.")
