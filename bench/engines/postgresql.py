"""PostgreSQL's own search: weighted tsvectors with GIN, ts_rank, and pg_trgm for mistyped words.

It is given its best: folded and stemmed words side by side, an index for each kind of condition,
facet values as numbers in the row, one prepared statement for hits, total and counts, and a second
round trip only if nothing matches.
"""

# ruff: noqa: S608  only our own names are formatted into statements

import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import psycopg

from webapp.errors import IndexUnavailableError
from webapp.folding import fold
from webapp.search.embedded.facets import Counts
from webapp.search.engine import Document, SearchRequest, SearchResult
from webapp.search.fields import SHORT_PREFIX

from . import FACETS, LIMIT, hits, narrowed, ordered, split_query, texts_of

# Words are found by their stems; the word being typed, which has none, by its letters. Weights A to
# D are title, authors, venue and tags, abstract.
_SCHEMA = """
    DROP SCHEMA IF EXISTS search CASCADE;
    CREATE SCHEMA search;
    CREATE EXTENSION IF NOT EXISTS unaccent;
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
    CREATE TEXT SEARCH CONFIGURATION search.folded (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION search.folded
        ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
    CREATE TEXT SEARCH CONFIGURATION search.stemmed (COPY = english);
    ALTER TEXT SEARCH CONFIGURATION search.stemmed
        ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
    CREATE FUNCTION search.vector(text, "char") RETURNS tsvector LANGUAGE sql STABLE AS $$
        SELECT setweight(to_tsvector('search.folded', $1) || to_tsvector('search.stemmed', $1), $2)
    $$;
    CREATE TEMP TABLE texts (
        id int, position bigint, year int, venue int, type int, author int[], tag int[],
        title text, authors text, venues text, tags text, abstract text, start text
    );
    CREATE TABLE search.names (code int PRIMARY KEY, facet text, value text);
    CREATE TABLE search.state (revision text);
"""
_FINISH = """
    CREATE TABLE search.documents AS
        SELECT id, position, year, venue, type, author, tag, start, head,
            head || search.vector(abstract, 'D') AS words
        FROM texts, LATERAL (
            SELECT search.vector(title, 'A') || search.vector(authors, 'B')
                || search.vector(venues, 'C') || search.vector(tags, 'C') AS head
        ) AS headed;
    CREATE TABLE search.vocabulary AS SELECT word, ndoc FROM ts_stat(
        $$SELECT to_tsvector('search.folded', concat_ws(' ', title, authors, abstract)) FROM texts$$
    ) WHERE length(word) > 2;
    CREATE UNIQUE INDEX ON search.documents (id);
    CREATE INDEX ON search.documents (position);
    CREATE INDEX ON search.documents USING gin (head) WITH (fastupdate = off);
    CREATE INDEX ON search.documents USING gin (words) WITH (fastupdate = off);
    CREATE INDEX ON search.vocabulary (word text_pattern_ops);
    CREATE INDEX ON search.vocabulary USING gin (word gin_trgm_ops);
    CREATE UNIQUE INDEX ON search.names (facet, value);
    VACUUM ANALYZE search.documents, search.vocabulary, search.names;
"""
# The plan of one query would not do for another that matches a thousand times as much.
_SETTINGS = """
    SET plan_cache_mode = force_custom_plan;
    SET jit = off;
    SET work_mem = '128MB';
    SET max_parallel_workers_per_gather = 0;
    SET pg_trgm.word_similarity_threshold = 0.4;
"""
_COLUMNS = ("year", "venue", "type")  # a document has one value of these, several of the others
# Stop words alone have no stems.
_STEMS = "plainto_tsquery('search.stemmed', %(words)s::text)"
_ALL = f"""CASE WHEN numnode({_STEMS}) > 0 THEN {_STEMS}
    ELSE plainto_tsquery('search.folded', %(words)s::text) END"""
_ANY = f"replace({_STEMS}::text, '&', '|')::tsquery"
_LAST = "to_tsquery('search.folded', %(last)s::text || ':*')"
_NEAR = "to_tsquery('search.folded', %(near)s::text)"
_WEIGHTS = "'{0.1, 0.25, 0.6, 1.0}'"  # of D, C, B, A

# The nearest words that there are, if the typed one, or one that begins so, does not occur.
_CORRECTED = """
    SELECT start FROM (
        SELECT left(word, %(length)s::int) AS start, sum(ndoc) AS found,
            levenshtein_less_equal(left(word, %(length)s::int), %(word)s::text, 2) AS distance
        FROM search.vocabulary WHERE %(word)s::text <%% word AND length(word) < 60
        GROUP BY 1, 3
    ) AS near
    WHERE distance <= 2
    AND NOT EXISTS (SELECT FROM search.vocabulary WHERE word LIKE %(pattern)s::text)
    ORDER BY distance, found DESC
"""
NEAR = 5  # words, at most, to search instead of one


class PostgreSQLEngine:
    """An engine in the database of BENCH_POSTGRESQL, with a connection per thread."""

    texts_version = ""  # no PDF is searched

    def __init__(self) -> None:
        self._local = threading.local()
        self.revision = self._revision()

    def _revision(self) -> str | None:
        with psycopg.connect(os.environ["BENCH_POSTGRESQL"]) as connection:
            try:
                row = connection.execute("SELECT revision FROM search.state").fetchone()
            except psycopg.errors.UndefinedTable:
                return None
        return str(row[0]) if row else None

    def search(self, request: SearchRequest) -> SearchResult:
        if self.revision is None:
            raise IndexUnavailableError
        words, last = split_query(request.query)
        ids, total, counts = self._run(request, words, last)
        if not total and (words or last):
            found = {word: self._near(fold(word), "") for word in words}
            near = [" | ".join(found[word]) for word in words if found[word]]
            if last and (starts := self._near(fold(last), "%")):
                near.append(" | ".join(f"{start}:*" for start in starts))
                last = ""
            words = [word for word in words if not found[word]]
            if near:
                ids, total, counts = self._run(request, words, last, near)
            if not total:
                ids, total, counts = self._run(request, words, last, near, partial=True)
        facets = {
            name: ordered(name, counts[name], request.filters.get(name, ())) for name in FACETS
        }
        return hits(request, self.revision, ids, total, facets)

    def facet_values(
        self, request: SearchRequest, facet: str, letters: str = "", limit: int = 0
    ) -> Counts:
        """Return values among those of a list, which has all years, as the chart needs."""
        return narrowed(self.search(request).facets[facet], letters, limit)

    def count(self, request: SearchRequest) -> int:
        return self.search(request).total

    def _run(
        self,
        request: SearchRequest,
        words: list[str],
        last: str,
        near: Sequence[str] = (),
        partial: bool = False,
    ) -> tuple[list[int], int, dict[str, dict[str, int]]]:
        """Return the page of ids, the total and the counts of each facet's values."""
        text = fold(request.query.text.strip())
        parameters: dict[str, Any] = {"words": " ".join(words), "last": last, "start": text}
        operator = " | " if partial else " & "
        parameters["near"] = operator.join(f"({alternatives})" for alternatives in near)
        parameters |= {"limit": request.limit, "offset": request.offset}
        parameters |= {name: list(values) for name, values in request.filters.items() if values}
        selected = [name for name in FACETS if name in parameters]
        statement = _statement(*_match(parameters, partial), selected)
        ids: list[int] = []
        total = 0
        counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        for what, value, number in self._execute(statement, parameters):
            if what == "id":
                ids.append(number)
            elif what == "total":
                total = number
            else:
                counts[what][value] = number
        return ids, total, counts

    def _near(self, word: str, end: str) -> list[str]:
        """Return the words to search instead of one that does not occur, or whose start does not.

        `end` is "%" for the start of a word. The result is empty if the word occurs.
        """
        if len(word) < 4:
            return []
        length = len(word) if end else 60
        parameters = {"word": word, "length": length, "pattern": word + end}
        return [near for (near,) in self._execute(_CORRECTED, parameters)][:NEAR]

    def _execute(self, statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        cursor = self._connection().execute(statement, parameters, prepare=True)
        return cursor.fetchall()

    def _connection(self) -> "psycopg.Connection[tuple[Any, ...]]":
        if getattr(self._local, "process", 0) != os.getpid():
            self._local.connection = psycopg.connect(
                os.environ["BENCH_POSTGRESQL"], autocommit=True
            )
            self._local.connection.execute(_SETTINGS)
            self._local.process = os.getpid()
        connection: psycopg.Connection[tuple[Any, ...]] = self._local.connection
        return connection

    def processor(self) -> float:
        """Return the processor time in seconds that the server's process of this thread used."""
        process = self._connection().info.backend_pid
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9

    def close(self) -> None:
        """Close the connection of this thread."""
        if hasattr(self._local, "connection"):
            self._local.connection.close()

    def rebuild(self, documents: Iterable[Document], revision: str) -> None:
        with psycopg.connect(os.environ["BENCH_POSTGRESQL"], autocommit=True) as connection:
            connection.execute(_SCHEMA)
            names: dict[tuple[str, str], int] = {}
            with connection.cursor().copy("COPY texts FROM STDIN") as copy:
                for document in documents:
                    copy.write_row(_row(document, names))
            rows = [(code, *name) for name, code in names.items()]
            connection.cursor().executemany("INSERT INTO search.names VALUES (%s, %s, %s)", rows)
            for statement in _FINISH.split(";\n"):
                connection.execute(statement)
            connection.execute("INSERT INTO search.state VALUES (%s)", (revision,))
        self.revision = revision


def _row(document: Document, names: dict[tuple[str, str], int]) -> tuple[Any, ...]:
    codes = {
        facet: [names.setdefault((facet, value), len(names) + 1) for value in values]
        for facet, values in document.facets.items()
    }
    single = (codes[name][0] if codes.get(name) else None for name in _COLUMNS)
    several = (codes.get(name, []) for name in ("author", "tag"))
    texts = {name: text.replace("\0", "") for name, text in texts_of(document).items()}
    start = fold(texts["title"])
    return (document.id, document.position, *single, *several, *texts.values(), start)


def _match(parameters: dict[str, Any], partial: bool) -> tuple[str, str]:
    """Return the condition of a match, and the query that ranks it; empty without words.

    A partial match has one of the words.
    """
    words, last = parameters["words"], parameters["last"]
    parts = {_ANY if partial else _ALL: words, _LAST: last, _NEAR: parameters["near"]}
    queries = [query for query, text in parts.items() if text]
    query = f"({(' || ' if partial else ' && ').join(queries)})" if queries else ""
    is_short = 0 < len(last) <= SHORT_PREFIX["abstract"]
    if is_short and not partial:
        columns = {_LAST: "head"}
        found = (f"{columns.get(query, 'words')} @@ {query}" for query in queries)
        return " AND ".join(found), query
    return f"words @@ {query}" if query else "true", query


def _statement(condition: str, query: str, selected: list[str]) -> str:
    """Return the statement for a page, the total and the counts."""
    rank = (
        f"ts_rank_cd({_WEIGHTS}, head, {query}, 2)"
        " + CASE WHEN starts_with(start, %(start)s::text) THEN 1 ELSE 0 END"
        if query
        else "0"
    )
    counts = "\nUNION ALL ".join(_counted(name, selected) for name in FACETS)
    return f"""
        WITH hits AS MATERIALIZED (
            SELECT id, position, year, venue, type, author, tag, {rank} AS rank
            FROM search.documents WHERE {condition}
        )
        (SELECT 'id', NULL, id::bigint FROM hits WHERE {_filters(selected)}
         ORDER BY rank DESC, position LIMIT %(limit)s OFFSET %(offset)s)
        UNION ALL SELECT 'total', NULL, count(*) FROM hits WHERE {_filters(selected)}
        UNION ALL {counts}
    """


def _codes(name: str) -> str:
    """Return the numbers of the selected values."""
    return (
        "ARRAY(SELECT code FROM search.names"
        f" WHERE facet = '{name}' AND value = ANY(%({name})s::text[]))"
    )


def _filters(selected: list[str], except_facet: str = "") -> str:
    """Return the condition for hits with a selected value of each facet, except one facet."""
    return (
        " AND ".join(
            f"{name} = ANY({_codes(name)})" if name in _COLUMNS else f"{name} && {_codes(name)}"
            for name in selected
            if name != except_facet
        )
        or "true"
    )


def _counted(name: str, selected: list[str]) -> str:
    """Return the query for the most frequent and the selected values of a facet; of years all."""
    column = name if name in _COLUMNS else "code"
    source = "hits" if name in _COLUMNS else f"hits, unnest({name}) AS code"
    is_own = f"code = ANY({_codes(name)}) DESC," if name in selected else ""
    more = f" + cardinality(%({name})s::text[])" if name in selected else ""
    return f"""
        SELECT '{name}', value, found FROM (
            SELECT code, found FROM (
                SELECT {column} AS code, count(*) AS found FROM {source}
                WHERE {_filters(selected, name)} GROUP BY 1
            ) AS counted
            ORDER BY {is_own} found DESC LIMIT {"ALL" if name == "year" else f"{LIMIT}{more}"}
        ) AS most JOIN search.names USING (code)
    """
