"""The list while there is no index: all words must match exactly, and no facets are counted."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ..facets import year_bounds
from ..formats.names import parse
from ..records import Person
from ..search.engine import SearchResult, Span, Subset
from ..store import publications
from ..store.connections import Transaction
from ..store.scan import Scan, scan
from .choices import OwnerChoices
from .criteria import Criteria

MAX_WORDS: Final = 12
# Facets that `Scan` filters by. A filter of another facet reads all records that match the rest.
IN_SQL: Final = frozenset({"year", "author", "type", "tag"})


class NoHighlighter:
    """A highlighter that finds no words."""

    def spans(self, text: str, field: str) -> list[Span]:  # noqa: ARG002  the protocol's
        return []

    def snippet(
        self,
        text: str,  # noqa: ARG002
        length: int = 240,  # noqa: ARG002
        shown: Iterable[tuple[str, str]] = (),  # noqa: ARG002
        field: str = "abstract",  # noqa: ARG002
    ) -> Span | None:
        return None


def scan_hits(
    connection: Transaction,
    criteria: Criteria,
    revision: str,
    choices: OwnerChoices,
    *,
    subset: Subset | None = None,
    newest_first: bool,
    size: int,
) -> SearchResult:
    """Return the publications that contain every word of `criteria.q` and pass its filters.

    `size` is the number of publications on a page.
    """
    authors = criteria.selected("author")
    spellings = [name for author in authors for name in choices.members.spellings(author)]
    wanted = Scan(
        words=words_of(criteria.q),
        types=criteria.selected("type"),
        tags=criteria.selected("tag"),
        people=[person for name in spellings for person in _possible_people(name)],
        years=[year_bounds(years) for years in criteria.selected("year")],
    )
    offset, limit = (criteria.page - 1) * size, size * (1 + criteria.more)
    others = {name: values for name, values in criteria.filters.items() if name not in IN_SQL}
    if not others and subset is None:
        ids, total = scan(connection, wanted, newest_first, offset, limit)
    else:
        ids = scan(connection, wanted, newest_first)[0]
        if subset is not None:
            ids = _within(connection, ids, subset, choices)
        ids = _filter_by_records(connection, ids, others, choices) if others else ids
        ids, total = ids[offset : offset + limit], len(ids)
    return SearchResult(revision, tuple(ids), total, facets={}, highlighter=NoHighlighter())


def words_of(text: str) -> list[str]:
    """Return the first words of a text, for a scan."""
    return re.findall(r"\w+", text)[:MAX_WORDS]


def _within(
    connection: Transaction, ids: Sequence[int], subset: Subset, choices: OwnerChoices
) -> list[int]:
    """Return the ids that belong to a subset. Of its query, only words and years count."""
    if subset.is_enumerated:
        present = set(ids).difference(subset.without)
        return [id_ for id_ in subset.also if id_ in present]
    matching: Sequence[int] = ids
    if query := subset.query:
        clauses = (clause for clause in query.clauses if not clause.negated)
        words = [word.text for clause in clauses for word in clause.words]
        years = [(span.first, span.last) for span in query.years if not span.negated]
        matching = scan(connection, Scan(words[:MAX_WORDS], (), (), (), years), False)[0]
    if subset.filters:
        matching = _filter_by_records(connection, matching, dict(subset.filters), choices)
    members = {*matching, *subset.also}.difference(subset.without)
    return [id_ for id_ in ids if id_ in members]


def _filter_by_records(
    connection: Transaction,
    ids: Sequence[int],
    filters: Mapping[str, tuple[str, ...]],
    choices: OwnerChoices,
) -> list[int]:
    """Return the ids of the publications that have a value of each filter, by their records."""
    matching: list[int] = []
    for chunk in publications.chunks(ids):
        loaded = publications.load(connection, chunk, whole=False)
        values = {id_: choices.facet_values(stored.record) for id_, stored in loaded.items()}
        matching += [
            id_
            for id_ in chunk
            if all(set(wanted) & set(values[id_][name]) for name, wanted in filters.items())
        ]
    return matching


def _possible_people(name: str) -> Iterator[Person]:
    """Yield the people who can have a name: the family name can begin at any word."""
    yield Person(literal=name)
    yield replace(parse(name), suffix="")
    words = name.partition(",")[0].split()
    for given in range(min(len(words), MAX_WORDS)):
        yield Person(family=" ".join(words[given:]), given=" ".join(words[:given]))
