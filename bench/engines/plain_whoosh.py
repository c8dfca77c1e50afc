"""Whoosh as its documentation recommends: MultifieldParser, Prefix, BM25F, groupedby."""

import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.analysis import CharsetFilter, StandardAnalyzer
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema
from whoosh.qparser import MultifieldParser
from whoosh.query import And, Every, NumericRange, Or, Prefix, Query, Term
from whoosh.searching import Results, Searcher
from whoosh.sorting import Count, FacetType, FieldFacet, StoredFieldFacet
from whoosh.support.charset import accent_map

from webapp.errors import IndexUnavailableError
from webapp.folding import fold
from webapp.search.embedded.facets import Counts
from webapp.search.engine import Document, SearchRequest, SearchResult

from . import (
    BOOSTS,
    FACETS,
    TEXT_FIELDS,
    fields_of,
    hits,
    narrowed,
    ordered,
    split_query,
    texts_of,
)

PROCESSES, MEMORY = 2, 256  # for writing the index; megabytes of each

_SINGLE = {
    "year": FieldFacet("year", maptype=Count),
    "venue": FieldFacet("venue_value", maptype=Count),
    "type": FieldFacet("type", maptype=Count),
}
# The documented way for several values per document reads all authors of the index at each search,
# however few hits it has.
AS_DOCUMENTED = {
    name: FieldFacet(name, allow_overlap=True, maptype=Count) for name in ("author", "tag")
}
# Slower according to the documentation, but not here: it reads the stored values of each hit.
AS_STORED = {
    name: StoredFieldFacet(name, allow_overlap=True, split_fn=list, maptype=Count)
    for name in ("author", "tag")
}


class PlainWhooshEngine:
    """An engine with an index in a folder and a searcher per thread."""

    texts_version = ""  # no PDF is searched

    def __init__(self, folder: Path, several: Mapping[str, FacetType]) -> None:
        """Create the engine. `several` counts the facets with several values per document."""
        self._folder = folder
        self._groups = {**_SINGLE, **several}
        self._local = threading.local()
        self.revision = self._revision()

    def _revision(self) -> str | None:
        path = self._folder / "revision"
        return path.read_text() if path.exists() else None

    def search(self, request: SearchRequest) -> SearchResult:
        if self.revision is None:
            raise IndexUnavailableError
        searcher = self._searcher()
        query = _query(searcher.schema, request)
        filters = {name: _filter(name, v) for name, v in request.filters.items() if v}
        results = self._run(searcher, request, query, filters)
        counts = {name: results.groups(name) for name in FACETS}
        for name in filters:
            others = {other: value for other, value in filters.items() if other != name}
            counts[name] = self._run(searcher, request, query, others).groups(name)
        facets = {
            name: ordered(name, _named(counts[name]), request.filters.get(name, ()))
            for name in FACETS
        }
        ids = [hit["id"] for hit in results[request.offset : request.offset + request.limit]]
        return hits(request, self.revision, ids, len(results), facets)

    def facet_values(
        self, request: SearchRequest, facet: str, letters: str = "", limit: int = 0
    ) -> Counts:
        """Return values among those of a list, which has all years, as the chart needs."""
        counts = self.search(replace(request, limit=1)).facets[facet]  # Whoosh rejects a limit of 0
        return narrowed(counts, letters, limit)

    def count(self, request: SearchRequest) -> int:
        searcher = self._searcher()
        filters = And([_filter(name, v) for name, v in request.filters.items() if v])
        query = _query(searcher.schema, request)
        return len(searcher.search(query, limit=1, filter=filters if request.filters else None))

    def _run(
        self, searcher: Searcher, request: SearchRequest, query: Query, filters: Mapping[str, Query]
    ) -> Results:
        """Return the results, best first; in the owner's order if there are no words."""
        return searcher.search(
            query,
            limit=request.offset + request.limit,
            filter=And(list(filters.values())) if filters else None,
            sortedby="position" if isinstance(query, Every) else None,
            groupedby=self._groups,
        )

    def _searcher(self) -> Searcher:
        if getattr(self._local, "process", 0) != os.getpid():
            self._local.searcher = index.open_dir(str(self._folder)).searcher()
            self._local.process = os.getpid()
        return self._local.searcher

    def close(self) -> None:
        """Close the searcher of this thread."""
        if hasattr(self._local, "searcher"):
            self._local.searcher.close()

    def rebuild(self, documents: Iterable[Document], revision: str) -> None:
        self._folder.mkdir(exist_ok=True)
        (self._folder / "revision").unlink(missing_ok=True)
        created = index.create_in(str(self._folder), _schema())
        with created.writer(procs=PROCESSES, limitmb=MEMORY) as writer:
            for document in documents:
                first = {name: next(iter(v), "") for name, v in document.facets.items()}
                writer.add_document(
                    **texts_of(document),
                    id=document.id,
                    position=document.position,
                    year=int(first["year"] or 0),
                    type=first["type"],
                    venue_value=first["venue"],
                    author=document.facets["author"],
                    tag=document.facets["tag"],
                )
        (self._folder / "revision").write_text(revision)
        self.revision = revision


def _schema() -> Schema:
    # Keep stop words: one may be the beginning of a word that is being typed.
    analyzer = StandardAnalyzer(stoplist=None, minsize=1) | CharsetFilter(accent_map)
    return Schema(
        **{name: TEXT(analyzer) for name in TEXT_FIELDS},
        id=STORED(),
        position=NUMERIC(bits=64, sortable=True),
        year=NUMERIC(sortable=True),
        type=ID(sortable=True),
        venue_value=ID(sortable=True),
        author=KEYWORD(stored=True),
        tag=KEYWORD(stored=True),
    )


def _query(schema: Schema, request: SearchRequest) -> Query:
    """Return the query for the words, and for the prefix being typed in any field."""
    words, last = split_query(request.query)
    if not (words or last):
        return Every()
    parser = MultifieldParser(TEXT_FIELDS, schema, fieldboosts=BOOSTS)
    parts = [parser.parse(" ".join(words).lower())] if words else []
    if last:
        start = fold(last)
        parts.append(Or([Prefix(name, start, boost=BOOSTS[name]) for name in fields_of(start)]))
    return And(parts).normalize()


def _filter(facet: str, values: tuple[str, ...]) -> Query:
    if facet == "year":
        return Or([NumericRange("year", int(value), int(value)) for value in values])
    return Or([Term("venue_value" if facet == "venue" else facet, value) for value in values])


def _named(counts: Mapping[Any, int]) -> dict[str, int]:
    """Return counts by the name of a value, without documents that have none."""
    return {str(value): count for value, count in counts.items() if value}
