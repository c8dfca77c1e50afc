"""The site with another search engine in place of its own, for comparison in benchmarks.

Gunicorn, parsing, rows, highlights, templates and caches stay the same. The other engines return
the same hits, page, exact total and counts. They need not offer what they cannot do: no other
spellings, no words joined or split, no partial match; phrases and fields are plain words.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, cast

from flask import Flask

from tests.postgresql import cluster
from webapp.application import create_app
from webapp.catalog.documents import document
from webapp.facets import FACETS as ALL_FACETS
from webapp.facets import FLAGS
from webapp.folding import fold
from webapp.search.embedded.facets import LIMIT, Counts
from webapp.search.embedded.schema import TEXT_FIELDS
from webapp.search.embedded.scoring import BOOSTS
from webapp.search.engine import Document, SearchEngine, SearchRequest, SearchResult
from webapp.search.fields import SHORT_PREFIX
from webapp.search.highlight import QueryHighlighter
from webapp.search.query import Query, is_stop
from webapp.site import site
from webapp.site_file import instance_path
from webapp.store import publications
from webapp.store.connections import reading

__all__ = ["BOOSTS", "FACETS", "LIMIT", "TEXT_FIELDS"]

# No corpus has selected works and the like, so the compared engines do not count them.
FACETS = tuple(name for name in ALL_FACETS if name not in FLAGS)
SHORT_FIELDS = tuple(name for name in TEXT_FIELDS if name != "abstract")


class Rival(Protocol):
    """The part of SearchEngine that a list of results needs."""

    @property
    def revision(self) -> str | None: ...

    def search(self, request: SearchRequest) -> SearchResult: ...

    def count(self, request: SearchRequest) -> int: ...

    def facet_values(
        self, request: SearchRequest, facet: str, letters: str = "", limit: int = 0
    ) -> Counts: ...

    def rebuild(self, documents: Iterable[Document], revision: str) -> None: ...

    def close(self) -> None: ...


def rival(name: str, instance: Path) -> Rival:
    """Return the engine with a name. Its index is in the instance folder."""
    from .fts5 import Fts5Engine
    from .plain_whoosh import AS_DOCUMENTED, AS_STORED, PlainWhooshEngine
    from .postgresql import PostgreSQLEngine

    if name == "postgresql":
        return PostgreSQLEngine()
    if name == "fts5":
        return Fts5Engine(instance / "bench-fts5")
    several = AS_STORED if name == "whoosh-stored" else AS_DOCUMENTED
    return PlainWhooshEngine(instance / "bench-whoosh", several)


@contextmanager
def postgresql_server() -> Iterator[None]:
    """Run a PostgreSQL for the engine of that name until the block ends."""
    settings = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB", "random_page_cost": "1.1"}
    with cluster(**settings) as server:
        os.environ["BENCH_POSTGRESQL"] = server.url()
        yield


def application(name: str) -> Flask:
    """Return the site of OCTAVO_INSTANCE with that engine. Gunicorn calls this."""
    app = create_app()
    catalog = site(app).catalog
    catalog.search = cast("SearchEngine", rival(name, instance_path()))
    return app


def prepare(name: str, instance: Path) -> None:
    """Index the publications of an instance, unless the index is up to date."""
    engine = rival(name, instance)
    catalog = site(create_app(instance)).catalog
    revision = str(catalog.state().revision)
    if engine.revision != revision:
        with reading(catalog.database) as connection:
            stored = publications.load_all(connection, whole=False)
            engine.rebuild(
                (document(publication, catalog.choices) for publication in stored), revision
            )


def texts_of(document: Document) -> dict[str, str]:
    """Return the text of each field."""
    return {
        "title": document.title,
        "authors": "; ".join(document.authors),
        "venue": "; ".join((document.venue, *document.venue_names)),
        "tags": "; ".join(document.tags),
        "abstract": document.abstract,
    }


def split_query(query: Query) -> tuple[list[str], str]:
    """Return the words that must match, and the word being typed.

    Stop words are included only if there are no others.
    """
    words = [word for clause in query.clauses if not clause.negated for word in clause.words]
    words = [word for word in words if not is_stop(word)] or words
    texts = [
        (part, word.prefix)
        for word in words
        for part in re.findall(r"[^\W_]+", query.text[word.start : word.end])
    ]
    last = texts.pop()[0] if texts and texts[-1][1] else ""
    return [text for text, _ in texts], last


def fields_of(prefix: str) -> tuple[str, ...]:
    """Return the fields to search for a prefix: one or two letters match every abstract."""
    return SHORT_FIELDS if len(prefix) <= SHORT_PREFIX["abstract"] else TEXT_FIELDS


def ordered(name: str, counts: Mapping[str, int], selected: Sequence[str]) -> Counts:
    """Return counts of a facet in the order and length of the site's engine."""
    if name == "year":
        return tuple(sorted(counts.items(), key=lambda item: item[0].zfill(4), reverse=True))
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(by_count[:LIMIT] + [item for item in by_count[LIMIT:] if item[0] in selected])


def narrowed(counts: Counts, letters: str, limit: int) -> Counts:
    """Return the first `limit` counts (0 is no limit) of values with some letters."""
    return tuple(item for item in counts if letters in fold(item[0]))[: limit or None]


def hits(
    request: SearchRequest,
    revision: str,
    ids: Sequence[int],
    total: int,
    facets: Mapping[str, Counts],
) -> SearchResult:
    facets = {**dict.fromkeys(ALL_FACETS, ()), **facets}
    return SearchResult(revision, tuple(ids), total, facets, QueryHighlighter(request.query))
