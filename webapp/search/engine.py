"""The contract of a search engine: its input, its output and its errors.

An engine knows ids and text, no rows and no HTML.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .query import Query

Span = tuple[int, int]  # start and end of a part of a text, in characters


@dataclass(frozen=True, slots=True)
class FullText:
    """The text of a file of a publication, one line for each page, separated by form feeds."""

    digest: str  # of the file's content
    name: str  # of the file
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A publication as the index sees it."""

    id: int
    position: int  # in the owner's order; smaller is earlier
    title: str = ""
    authors: tuple[str, ...] = ()  # display names, in order
    venue: str = ""  # the short name
    venue_names: tuple[str, ...] = ()  # longer names, searched with the short one
    tags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # awards and notes, searched with the tags
    abstract: str = ""
    forthcoming: bool = False  # accepted, without a date: first where the newest are first
    identifiers: tuple[
        str, ...
    ] = ()  # DOI, arXiv id, citation key, URLs: found whole or by their ends
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facet -> values
    texts: tuple[FullText, ...] = ()  # of its PDFs


@dataclass(frozen=True, slots=True)
class Subset:
    """A part of the catalog that a search is limited to.

    It has the publications that match all of `query` and `filters`, if there is either, and those
    in `also`, without those in `without`. With neither query nor filters, the position of a
    publication is its place in `also`.
    """

    query: Query | None = None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()  # facets, each with alternative values
    also: tuple[int, ...] = ()  # ids, in order
    without: tuple[int, ...] = ()  # ids

    @property
    def is_enumerated(self) -> bool:
        """Whether it is exactly the publications in `also`, in their order."""
        return not (self.query or self.filters)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search: a query, filters that all apply, and the page of hits to return."""

    query: Query
    # Facet -> values, as in Criteria.
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""  # one of criteria.SORTS, or "": relevance with a query, else `default_sort`
    default_sort: str = "position"  # or one of criteria.SORTS: the choice for an empty query
    offset: int = 0
    limit: int = 20
    literal: bool = False  # match only the words as typed: no relaxation
    # Facet -> values to count besides the most frequent and the selected ones.
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    subset: Subset | None = None  # None: all publications

    def __hash__(self) -> int:
        """Return a hash of what requests differ in most, so that engines can cache results."""
        filters = tuple(self.filters.items())
        return hash((self.query, filters, self.sort, self.offset, self.literal, self.subset))


class Highlighter(Protocol):
    """Finds the words of a query in a text."""

    def spans(self, text: str, field: str) -> list[Span]:
        """Return the spans of `text` that match in `field`, ascending, without overlap.

        `field` is title, authors, venue, tags, abstract or pdf.
        """
        ...

    def snippet(
        self,
        text: str,
        length: int = 240,
        shown: Iterable[tuple[str, str]] = (),
        field: str = "abstract",
    ) -> Span | None:
        """Return the best window of a long text, about `length` characters, on word boundaries.

        `shown` holds the texts displayed beside it, each with its field. Return None if they
        already contain every matching word of the text.
        """
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the text of a PDF, of some hundred characters, that has words of a query."""

    digest: str  # of the file's content
    name: str  # of the file
    start: int  # offset in the text
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Suggestion:
    """A value of a facet that begins with what was typed."""

    facet: str
    value: str
    total: int  # publications that have it, of those that the filters accept


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a SearchRequest, read from a single generation of the index."""

    revision: str  # the catalog revision that the index held
    ids: tuple[int, ...]  # the requested page, in rank order
    total: int  # exact
    # Facet -> (value, count), most frequent first, years newest first. A large facet is cut to its
    # most frequent values, the selected and the counted ones; `SearchEngine.facet_values` returns
    # all of them.
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    highlighter: Highlighter
    # How the query was relaxed because the words as typed matched nothing, or too little: ""
    # (not at all), "spelling", "split" (words joined or split), "phrase" (its words near each
    # other, anywhere or in part), "acronym" (with acronyms for words, or words for acronyms, beside
    # the words as typed), "partial" (some words only) or "few" (partial matches listed after the
    # few full ones).
    rewritten: str = ""
    shown_query: str = ""  # the words searched instead, if they differ; for "acronym" also searched
    suggestions: tuple[Suggestion, ...] = ()
    # Id of a hit of the page that matches only with the text of its PDFs -> the best part of it.
    passages: Mapping[int, Passage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RelatedDocument:
    """A related publication, and the rare features that it shares with the given one."""

    id: int
    people: tuple[str, ...]
    tags: tuple[str, ...]
    words: tuple[str, ...]  # of title and abstract, the most telling, as in the given publication


class SearchEngine(Protocol):
    """An index of the catalog. It may lag behind the catalog, but never mixes two revisions."""

    @property
    def revision(self) -> str | None:
        """The catalog revision in the index; None if the index must be rebuilt. Cheap to read.

        While another thread opens a new generation, this is of the former one; see `refresh`.
        """
        ...

    def refresh(self) -> None:
        """Open the newest generation. Wait while another thread does."""
        ...

    def search(self, request: SearchRequest) -> SearchResult:
        """Search the newest generation. Raise IndexUnavailableError if there is none."""
        ...

    def count(self, request: SearchRequest) -> int:
        """Return only the total of a request, e.g. to say how many hits it has without filters."""
        ...

    def facet_values(
        self, request: SearchRequest, facet: str, letters: str = "", limit: int = 0
    ) -> tuple[tuple[str, int], ...]:
        """Return the first `limit` values of a facet, ordered as in a SearchResult; 0 is no limit.

        `letters`, folded by `folding.fold`, restricts them to values that contain them. The
        selected values are always included.
        """
        ...

    def related(self, document: Document, limit: int) -> tuple[RelatedDocument, ...]:
        """Return up to `limit` publications related to a document, best first.

        The document need not be in the index. Raise IndexUnavailableError if there is no index.
        """
        ...

    @property
    def variant(self) -> str:
        """The `variant` that the index was written with; "" without an index."""
        ...

    @property
    def texts(self) -> Mapping[int, tuple[tuple[str, str], ...]]:
        """The texts of PDFs in the index on disk: id -> digest and name of each."""
        ...

    @property
    def texts_version(self) -> str:
        """A value that changes with the texts of PDFs; "" without any. Cheap to read."""
        ...

    def rebuild(self, documents: Iterable[Document], revision: str, variant: str = "") -> None:
        """Write a new generation beside the current one, then switch to it.

        `variant` identifies the settings that the documents depend on.
        """
        ...

    def fetch(self, accepts: Callable[[str, str], bool]) -> bool:
        """Replace the index by that of another machine; return False if there is none to use.

        `accepts` gets its revision and variant. Raise IndexBusyError while another process writes.
        """
        ...

    def delete(self) -> None:
        """Delete the index. Raise IndexBusyError while another process writes."""
        ...

    def update(
        self,
        changed: Iterable[Document],
        removed: Iterable[int],
        revision: str,
        variant: str | None = None,
    ) -> None:
        """Bring the index to `revision`. Both iterables may hold ids that the index has or lacks.

        An id in both is changed. `changed` is read when no other process writes the index.
        The `variant` stays as it is unless another one is given. Raise IndexUnavailableError if
        there is no sound index to update; rebuild it then.
        """
        ...
