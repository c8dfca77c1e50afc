"""What a search engine is given and what it answers. It knows ids and text, no rows and no HTML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .query import Query

Span = tuple[int, int]  # the start and end of a stretch of text, in characters


@dataclass(frozen=True, slots=True)
class Document:
    """One publication as the index sees it."""

    id: int
    position: int  # its place in the owner's order; smaller is earlier
    title: str = ""
    authors: tuple[str, ...] = ()  # display names, in order
    venue: str = ""  # the short name; also the value of its facet
    container: str = ""  # the full name, searched with the venue
    year: int | None = None
    type: str = ""
    tags: tuple[str, ...] = ()
    abstract: str = ""
    identifiers: tuple[str, ...] = ()  # DOI, arXiv id, citation key, URLs: found when pasted whole


@dataclass(frozen=True, slots=True)
class Request:
    """One search: words AND filters, one page of the hits."""

    query: Query
    filters: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # facet -> values, as in Criteria
    sort: str = ""  # one of criteria.SORTS, or "": relevance with a query, else `default_sort`
    default_sort: str = "position"  # or "newest": the owner's choice when nothing is asked
    offset: int = 0
    limit: int = 20
    literal: bool = False  # only what was typed: no other spelling, no partial match


class Highlighter(Protocol):
    """Says where the words that were found stand in a text."""

    def spans(self, text: str, field: str) -> list[Span]:
        """The stretches of `text` that matched in `field`, ascending, none overlapping.

        A field is title, authors, venue, tags or abstract.
        """
        ...

    def snippet(
        self, text: str, length: int = 240, shown: Iterable[tuple[str, str]] = ()
    ) -> Span | None:
        """The best window of an abstract, on word bounds, about `length` long.

        `shown` are texts, each with its field, that stand beside it: None when they have all the
        words that the abstract has.
        """
        ...


@dataclass(frozen=True, slots=True)
class Hits:
    """The answer to a Request, all of it from one generation of the index."""

    revision: str  # the catalog revision that the index held
    ids: tuple[int, ...]  # the page asked for, in rank order
    total: int  # exact
    # Facet -> (value, count), most first, years newest first. Of a large facet the most frequent
    # values and the chosen ones; `SearchEngine.values` has them all.
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    highlighter: Highlighter
    # What was done when the words as typed found nothing, or too little: "" (nothing), "spelling",
    # "split" (words joined or split), "partial" (not all words) or "few" (the same below the few
    # that have all).
    rewritten: str = ""
    shown_query: str = ""  # the words that were searched instead, if they are others


@dataclass(frozen=True, slots=True)
class Related:
    """A publication that is related to another one, and what both have that few others do."""

    id: int
    people: tuple[str, ...]
    tags: tuple[str, ...]
    words: tuple[str, ...]  # of title and abstract, as the other one writes them, the most telling


class SearchEngine(Protocol):
    """An index of the catalog. It may lag behind it, never mix two of its states."""

    @property
    def revision(self) -> str | None:
        """The catalog revision that the index holds; None when it must be rebuilt. Nearly free."""
        ...

    def search(self, request: Request) -> Hits:
        """Answer from the newest generation. Raises IndexUnavailableError when there is none."""
        ...

    def count(self, request: Request) -> int:
        """The total of a request alone: what would be found without a filter, say."""
        ...

    def values(
        self, request: Request, facet: str, letters: str = "", limit: int = 0
    ) -> tuple[tuple[str, int], ...]:
        """The values of one facet, in the order of `Hits.facets`: the first `limit`, 0 is all.

        With `letters`, which are folded (`text.fold`), only those that hold them. The chosen
        values are always among them.
        """
        ...

    def related(self, document: Document, limit: int) -> tuple[Related, ...]:
        """What is most related to a publication, best first; less than `limit` if little is.

        The publication need not be in the index. Raises IndexUnavailableError when there is none.
        """
        ...

    def rebuild(self, documents: Iterable[Document], revision: str) -> None:
        """Write a new generation beside the present one and switch to it."""
        ...

    def delete(self) -> None:
        """Delete the index. Raises IndexBusyError while another process writes."""
        ...

    def update(self, changed: Iterable[Document], removed: Iterable[int], revision: str) -> None:
        """Bring the present generation to `revision`. An id may be in either, new or known.

        Raises IndexUnavailableError when there is nothing sound to start from: rebuild.
        """
        ...
