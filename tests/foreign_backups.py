"""Hostile contents of a foreign backup: member names, manifests, schemas, rows and settings."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

# Names of members that no backup has.
HOSTILE_NAMES: Final = [
    "index/current",
    "index/generation-1/_MAIN_1.toc",
    "octavo.db-wal",
    "octavo.db-journal",
    "Octavo.db",
    "OCTAVO.DB",
    "SITE.TOML",
    "sitecustomize.py",
    "files",
    "Files/x",
    "files/../site.toml",
    "files/../../evil",
    "files/./x.txt",
    "files//x.txt",
    "/etc/evil",
    "//evil",
    "files/",
    "files/deep/",
    "../evil",
    "files/x.pdf/y",
    "octavo.db/x",
    "C:\\evil",
    "\\\\evil",
]

HOSTILE_MANIFESTS: Final = [
    b"[]",
    b"{}",
    b"\xff",
    b"[" * 100_000,
    b'{"files": 7}',
    b'{"created": 1, "schema": 2, "revision": 3, "publications": "x", "files": {"a": 1}}',
]

_PINNED = "CREATE TRIGGER pin AFTER UPDATE ON catalog_state WHEN new.identity <> 'known' BEGIN"
_PINNED += " UPDATE catalog_state SET identity = 'known'; END"
_CHECKED = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_master SET sql = replace(sql, 'title TEXT', 'title TEXT CHECK (hex(9))');
"""
# Scripts that give a database a schema that no migration creates.
FOREIGN_SCHEMAS: Final = [
    _PINNED,
    "CREATE TRIGGER t AFTER INSERT ON changes BEGIN DELETE FROM publications; END",
    "CREATE VIEW v AS SELECT * FROM publications",
    "CREATE TABLE more (x)",
    "CREATE INDEX more ON publications (upper(title))",
    "CREATE VIRTUAL TABLE more USING fts5(x)",
    "ALTER TABLE publications ADD COLUMN more TEXT DEFAULT x'00'",
    "DROP INDEX ix_publications_year",
    "DROP TABLE former_slugs",
    "ALTER TABLE publications RENAME TO people; CREATE VIEW publications AS SELECT * FROM people",
    _CHECKED,
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 2 WHERE name = 'revisions'",
    "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'ix_publications_year'",
    "UPDATE alembic_version SET version_num = '0001'",
    "DELETE FROM alembic_version",
]

# By column of `publications`: a value that the site cannot read.
BAD_ROWS: Final = {
    "authors": '[["a", {"b": 1}]]',
    "editors": '[["a", "b", "c", "d", "e", "true"]]',
    "tags": '["a", ["b"]]',
    "links": '[["nonsense", "https://example.org"]]',
    "fields": '{"volume": [1]}',
    "title": b"blob",
    "abstract": b"%PDF",
    "year": "soon",
    "slug": "../evil",
    "updated": "yesterday",
    "position": "first",
    "id": 1 << 62,
    "venue": '"\ud800"'.encode("utf-8", "surrogatepass"),
    "doi": b"\xff\xfe",
    "source": '{"a": 1',
}

# Scripts that leave a catalog which cannot be changed any more.
BAD_STATES: Final = [
    "DELETE FROM catalog_state",
    "INSERT INTO catalog_state (id, identity, counter, loaded) VALUES (2, 'x', 1, '')",
    "UPDATE catalog_state SET counter = 9223372036854775807",
    "UPDATE catalog_state SET counter = 0",
    "UPDATE sqlite_sequence SET seq = 9223372036854775807",
    "UPDATE publications SET position = 9223372036854775807 WHERE id = 1",
    "INSERT INTO former_slugs VALUES ('x', 4711)",
]

# Lines of site.toml that lead to other data, or are wrong.
BAD_SETTINGS: Final = [
    'database_url = "sqlite:////tmp/elsewhere.db"',
    'database_url = "postgresql://evil.example/db"',
    'index_path = "/etc"',
    "nonsense = 1",
    "= broken",
    "page_size = 0",
]


def write_bad_value(connection: sqlite3.Connection, column: str) -> None:
    """Give the first publication the value of BAD_ROWS."""
    text = "CAST(? AS TEXT)" if column in ("venue", "doi") else "?"
    query = f"UPDATE publications SET {column} = {text} WHERE id = 1"  # noqa: S608
    connection.execute(query, [BAD_ROWS[column]])


def snapshot(folder: Path) -> dict[str, object]:
    """Return the files of an instance folder, with the rows of its database for its bytes."""
    files: dict[str, object] = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("octavo.db")
    }
    with closing(sqlite3.connect(folder / "octavo.db")) as connection:
        files["octavo.db"] = list(connection.iterdump())
    return files
