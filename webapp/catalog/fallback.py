"""The list while there is no index: all words must match exactly, and there are no facets."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..facets import facet_values
from ..formats.names import parse
from ..records import Person
from ..search.engine import Hits, Span
from ..store import publications
from ..store.connections import Transaction
from ..store.scan import Scan, scan
from .criteria import Criteria

MAX_WORDS = 12
# Facets that `Scan` filters by. A filter of another facet reads all records that match the rest.
IN_SQL = frozenset({"year", "venue", "author", "type", "tag"})


class NoHighlighter:
    """Marks nothing."""

    def spans(self, text: str, field: str) -> list[Span]:  # noqa: ARG002  the protocol's
        return []

    def snippet(
        self,
        text: str,  # noqa: ARG002
        length: int = 240,  # noqa: ARG002
        shown: Iterable[tuple[str, str]] = (),  # noqa: ARG002
    ) -> Span | None:
        return None


def scan_hits(
    connection: Transaction,
    criteria: Criteria,
    revision: str,
    *,
    newest_first: bool,
    size: int,
) -> Hits:
    """Return the publications that hold every word of `criteria.q` and pass its filters.

    `size` is the number of publications on a page.
    """
    wanted = Scan(
        words=re.findall(r"\w+", criteria.q)[:MAX_WORDS],
        venues=criteria.selected("venue"),
        types=criteria.selected("type"),
        tags=criteria.selected("tag"),
        people=[person for name in criteria.selected("author") for person in _who_may_be(name)],
        years=[_in_years(text) for text in criteria.selected("year")],
    )
    offset, limit = (criteria.page - 1) * size, size * (1 + criteria.more)
    others = {name: values for name, values in criteria.filters.items() if name not in IN_SQL}
    if not others:
        ids, total = scan(connection, wanted, newest_first, offset, limit)
    else:
        ids = _filtered(connection, scan(connection, wanted, newest_first)[0], others)
        ids, total = ids[offset : offset + limit], len(ids)
    return Hits(revision, tuple(ids), total, facets={}, highlighter=NoHighlighter())


def _filtered(
    connection: Transaction, ids: Sequence[int], filters: Mapping[str, tuple[str, ...]]
) -> list[int]:
    """Return the ids of the publications that have a value of each filter, by their records."""
    matching: list[int] = []
    for chunk in publications.chunks(ids):
        loaded = publications.load(connection, chunk, whole=False)
        values = {id_: facet_values(stored.record) for id_, stored in loaded.items()}
        matching += [
            id_
            for id_ in chunk
            if all(set(wanted) & set(values[id_][name]) for name, wanted in filters.items())
        ]
    return matching


def _who_may_be(name: str) -> Iterator[Person]:
    """The people who may be called so: any of the words can begin the family name."""
    yield Person(literal=name)
    yield replace(parse(name), suffix="")
    words = name.partition(",")[0].split()
    for given in range(min(len(words), MAX_WORDS)):
        yield Person(family=" ".join(words[given:]), given=" ".join(words[:given]))


def _in_years(text: str) -> tuple[int, int]:
    first, dots, last = text.partition("..")
    last = last if dots else first
    return int(first or 0), int(last or 9999)
