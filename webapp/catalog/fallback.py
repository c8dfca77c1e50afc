"""The list while there is no index: all words must match exactly, and there are no facets."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..formats.names import parse
from ..records import Person
from ..search.engine import Hits, Span
from ..store.connections import Transaction
from ..store.scan import Scan, scan
from .criteria import Criteria

MAX_WORDS = 12


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
        venues=criteria.venue,
        types=criteria.type,
        tags=criteria.tag,
        people=[person for name in criteria.author for person in _who_may_be(name)],
        years=[_in_years(text) for text in criteria.year],
    )
    offset, limit = (criteria.page - 1) * size, size * (1 + criteria.more)
    ids, total = scan(connection, wanted, newest_first, offset, limit)
    return Hits(revision, tuple(ids), total, facets={}, highlighter=NoHighlighter())


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
