"""SQLite FTS5: contentless with prefix indexes; SQL counts facet values, stored as numbers."""

# ruff: noqa: S608  only our own names are formatted into statements

import os
import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from webapp.errors import IndexUnavailableError
from webapp.search.embedded.facets import Counts
from webapp.search.engine import Document, SearchRequest, SearchResult

from . import (
    BOOSTS,
    FACETS,
    LIMIT,
    TEXT_FIELDS,
    fields_of,
    hits,
    narrowed,
    ordered,
    split_query,
    texts_of,
)

# remove_diacritics 2 folds every accent. FTS5's stemmer would also stem half-typed words, and then
# most keystrokes would have no hits.
_SCHEMA = f"""
    CREATE VIRTUAL TABLE words USING fts5(
        {", ".join(TEXT_FIELDS)}, content='', prefix='1 2 3 4',
        tokenize='unicode61 remove_diacritics 2'
    );
    CREATE TABLE documents (id INTEGER PRIMARY KEY, position, year, venue, type);
    CREATE TABLE author (document, code, PRIMARY KEY (document, code)) WITHOUT ROWID;
    CREATE TABLE tag (document, code, PRIMARY KEY (document, code)) WITHOUT ROWID;
    CREATE TABLE names (code INTEGER PRIMARY KEY, facet, value, UNIQUE (facet, value));
    CREATE TABLE state (revision);
"""
_FINISH = """
    CREATE INDEX documents_of_author ON author (code, document);
    CREATE INDEX documents_of_tag ON tag (code, document);
    INSERT INTO words (words) VALUES ('optimize');
    ANALYZE;
"""
_SETTINGS = """
    PRAGMA mmap_size = 2147483648;
    PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY;
    CREATE TEMP TABLE hits (id INTEGER PRIMARY KEY, score, year, venue, type);
"""
_COLUMNS = ("year", "venue", "type")  # a document has one value of these, several of the others
_BM25 = f"bm25(words, {', '.join(str(BOOSTS[field]) for field in TEXT_FIELDS)})"

_MATCHING = f"""
    INSERT INTO hits SELECT d.id, {_BM25}, d.year, d.venue, d.type
    FROM words JOIN documents AS d ON d.id = words.rowid WHERE words MATCH ?
"""
_ALL = "INSERT INTO hits SELECT id, position, year, venue, type FROM documents"

Condition = tuple[str, list[int]]


class Fts5Engine:
    """An engine in its own database, with a connection per thread."""

    texts_version = ""  # no PDF is searched

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self.revision = self._revision()

    def _revision(self) -> str | None:
        if not self._path.exists():
            return None
        with closing(sqlite3.connect(self._path)) as connection:
            row = connection.execute("SELECT revision FROM state").fetchone()
        return str(row[0]) if row else None

    def search(self, request: SearchRequest) -> SearchResult:
        if self.revision is None:
            raise IndexUnavailableError
        connection = self._connection()
        self._collect(connection, request)
        selected = _selected_codes(connection, request)
        where, codes = _where(selected)
        query = f"SELECT id FROM hits WHERE {where} ORDER BY score, id LIMIT ? OFFSET ?"
        page = connection.execute(query, (*codes, request.limit, request.offset))
        ids = [id_ for (id_,) in page]
        facets = {
            name: ordered(name, _counts(connection, name, selected), request.filters.get(name, ()))
            for name in FACETS
        }
        return hits(request, self.revision, ids, _total(connection, where, codes), facets)

    def facet_values(
        self, request: SearchRequest, facet: str, letters: str = "", limit: int = 0
    ) -> Counts:
        """Return values among those of a list, which has all years, as the chart needs."""
        return narrowed(self.search(request).facets[facet], letters, limit)

    def count(self, request: SearchRequest) -> int:
        connection = self._connection()
        self._collect(connection, request)
        return _total(connection, *_where(_selected_codes(connection, request)))

    def _collect(self, connection: sqlite3.Connection, request: SearchRequest) -> None:
        """Insert all matches of the words with their scores into the table of hits."""
        connection.execute("DELETE FROM hits")
        if expression := _expression(request):
            connection.execute(_MATCHING, (expression,))
        else:
            connection.execute(_ALL)

    def _connection(self) -> sqlite3.Connection:
        if getattr(self._local, "process", 0) != os.getpid():
            self._local.connection = sqlite3.connect(
                f"{self._path.as_uri()}?mode=ro", uri=True, isolation_level=None
            )
            self._local.connection.executescript(_SETTINGS)
            self._local.process = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection

    def close(self) -> None:
        """Close the connection of this thread."""
        if hasattr(self._local, "connection"):
            self._local.connection.close()

    def rebuild(self, documents: Iterable[Document], revision: str) -> None:
        self._path.unlink(missing_ok=True)
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.executescript(_SCHEMA)
            names: dict[tuple[str, str], int] = {}
            for document in documents:
                _insert(connection, document, names)
            rows = ((code, *name) for name, code in names.items())
            connection.executemany("INSERT INTO names VALUES (?, ?, ?)", rows)
            connection.execute("INSERT INTO state VALUES (?)", (revision,))
            connection.commit()
            connection.executescript(_FINISH)
        self.revision = revision


def _insert(
    connection: sqlite3.Connection, document: Document, names: dict[tuple[str, str], int]
) -> None:
    texts = texts_of(document)
    connection.execute(
        f"INSERT INTO words (rowid, {', '.join(texts)}) VALUES (?, ?, ?, ?, ?, ?)",
        (document.id, *texts.values()),
    )
    codes = {
        facet: [names.setdefault((facet, value), len(names) + 1) for value in values]
        for facet, values in document.facets.items()
    }
    single = (codes[name][0] if codes[name] else None for name in _COLUMNS)
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?)", (document.id, document.position, *single)
    )
    for name in ("author", "tag"):
        rows = ((document.id, code) for code in codes[name])
        connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)


def _expression(request: SearchRequest) -> str:
    """Return the words in FTS5's syntax; empty if there are none."""
    words, last = split_query(request.query)
    parts = [f'"{word}"' for word in words]
    if last:
        parts.append(f'{{{" ".join(fields_of(last))}}} : "{last}" *')
    return " AND ".join(parts)


def _selected_codes(connection: sqlite3.Connection, request: SearchRequest) -> dict[str, list[int]]:
    return {name: _codes(connection, name, v) for name, v in request.filters.items() if v}


def _total(connection: sqlite3.Connection, where: str, codes: list[int]) -> int:
    query = f"SELECT count(*) FROM hits WHERE {where}"
    total: int = connection.execute(query, codes).fetchone()[0]
    return total


def _codes(connection: sqlite3.Connection, facet: str, values: tuple[str, ...]) -> list[int]:
    """Return the numbers of the selected values."""
    marks = ", ".join("?" * len(values))
    query = f"SELECT code FROM names WHERE facet = ? AND value IN ({marks})"
    return [code for (code,) in connection.execute(query, (facet, *values))]


def _where(selected: dict[str, list[int]], except_facet: str = "") -> Condition:
    """Return the condition for hits with a selected value of each facet, except one facet."""
    conditions, parameters = ["1"], []
    for name, codes in selected.items():
        if name != except_facet:
            marks = ", ".join("?" * len(codes))
            inner = f"SELECT document FROM {name} WHERE code IN ({marks})"
            column = name in _COLUMNS
            conditions.append(f"{name} IN ({marks})" if column else f"id IN ({inner})")
            parameters += codes
    return " AND ".join(conditions), parameters


def _counts(
    connection: sqlite3.Connection, name: str, selected: dict[str, list[int]]
) -> dict[str, int]:
    """Return the most frequent and the selected values of a facet; of years all."""
    where, parameters = _where(selected, except_facet=name)
    own = selected.get(name, [])
    column, source = (name, "hits") if name in _COLUMNS else ("code", f"hits JOIN {name}")
    joined = "" if name in _COLUMNS else "ON document = id"
    limit = -1 if name == "year" else LIMIT + len(own)
    marks = ", ".join("?" * len(own))
    query = f"""
        SELECT value, found FROM (
            SELECT {column} AS code, count(*) AS found FROM {source} {joined} WHERE {where}
            GROUP BY 1 ORDER BY code IN ({marks}) DESC, found DESC LIMIT {limit}
        ) JOIN names USING (code)
    """
    return dict(connection.execute(query, (*parameters, *own)).fetchall())
