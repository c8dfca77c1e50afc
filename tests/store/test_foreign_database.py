"""Restore a foreign database: its schema and rows are checked, its index is never used."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests import archives
from tests.foreign_backups import BAD_ROWS, BAD_STATES, FOREIGN_SCHEMAS, write_bad_value
from webapp.catalog import Catalog, Criteria
from webapp.config import ROOT
from webapp.site import site

DUMPS = sorted((ROOT / "tests" / "data").glob("database_*.sql"))


@pytest.mark.parametrize("script", FOREIGN_SCHEMAS)
def test_a_database_of_another_schema_is_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str], script: str
) -> None:
    def change(connection: sqlite3.Connection) -> None:
        connection.executescript(script)

    evil = archives.with_database(seed_backup, tmp_path / "evil.zip", change)
    assert "not a database of Octavo" in refuses(evil)


@pytest.mark.parametrize("column", BAD_ROWS)
def test_a_row_that_the_site_cannot_read_is_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str], column: str
) -> None:
    def change(connection: sqlite3.Connection) -> None:
        write_bad_value(connection, column)

    evil = archives.with_database(seed_backup, tmp_path / "evil.zip", change)
    assert "octavo.db" in refuses(evil)


@pytest.mark.parametrize("script", BAD_STATES)
def test_a_catalog_that_cannot_be_changed_any_more_is_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str], script: str
) -> None:
    evil = archives.with_database(
        seed_backup, tmp_path / "evil.zip", lambda connection: connection.executescript(script)
    )
    assert "octavo.db" in refuses(evil)


def test_a_damaged_page_of_the_database_is_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    content = bytearray(archives.contents(seed_backup)["octavo.db"])
    content[3 * 4096 : 3 * 4096 + 200] = b"\x0d" * 200
    evil = archives.with_members(
        seed_backup, tmp_path / "evil.zip", **{"octavo.db": bytes(content)}
    )
    assert "octavo.db" in refuses(evil)


@pytest.mark.parametrize("pragma", ["page_size = 8192", "auto_vacuum = 1", "journal_mode = WAL"])
def test_a_database_of_another_layout_is_rewritten_in_the_usual_one(
    seed_backup: Path,
    tmp_path: Path,
    instance: Path,
    catalog: Catalog,
    runner: FlaskCliRunner,
    pragma: str,
) -> None:
    (tmp_path / "source.db").write_bytes(archives.contents(seed_backup)["octavo.db"])
    with closing(sqlite3.connect(tmp_path / "source.db")) as connection:
        lines = list(connection.iterdump())
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute(f"PRAGMA {pragma}")
        connection.executescript("\n".join(lines))
    other = archives.with_members(
        seed_backup, tmp_path / "other.zip", **{"octavo.db": (tmp_path / "other.db").read_bytes()}
    )
    result = runner.invoke(args=["restore", "--force", str(other)])
    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (4096,)
    assert catalog.find(Criteria()).total == 7


@pytest.mark.parametrize("dump", DUMPS, ids=[dump.stem for dump in DUMPS])
def test_a_backup_of_an_earlier_schema_is_upgraded(
    seed_backup: Path, tmp_path: Path, app: Flask, dump: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.executescript(dump.read_text())
    members = {"octavo.db": (tmp_path / "old.db").read_bytes()}
    manifest = json.loads(archives.contents(seed_backup)["manifest.json"])
    manifest["schema"] = dump.stem.removeprefix("database_")
    members["manifest.json"] = json.dumps(manifest).encode()
    old = archives.with_members(seed_backup, tmp_path / "old.zip", **members)
    result = app.test_cli_runner().invoke(args=["restore", "--force", str(old)])
    assert result.exit_code == 0, result.output
    catalog = site(app).catalog
    assert catalog.find(Criteria(q="zymurgy")).total == 1


def test_the_index_is_rebuilt_after_a_restore(
    seed_backup: Path, app: Flask, instance: Path, catalog: Catalog, runner: FlaskCliRunner
) -> None:
    """The database gets another identity, so no older index is valid."""
    before = catalog.state().revision
    (generation,) = (instance / "index").glob("generation-*")
    (toc,) = generation.glob("*.toc")
    toc.write_bytes(b"hostile")
    assert runner.invoke(args=["restore", "--force", str(seed_backup)]).exit_code == 0
    after = catalog.state()
    assert after.settled
    assert after.revision.identity != before.identity
    assert not generation.exists()


def test_a_command_with_terminal_codes_is_listed_as_escapes(
    seed_backup: Path, tmp_path: Path, runner: FlaskCliRunner
) -> None:
    def change(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE revisions SET command = ?", ["\x1b]0;x\x07\x1b[2J"])

    foreign = archives.with_database(seed_backup, tmp_path / "foreign.zip", change)
    assert runner.invoke(args=["restore", "--force", str(foreign)]).exit_code == 0
    result = runner.invoke(args=["history"])
    assert "\x1b" not in result.output
    assert "\\x1b[2J" in result.output


def test_links_of_unsafe_schemes_are_not_shown_as_links(
    seed_backup: Path, tmp_path: Path, app: Flask, runner: FlaskCliRunner
) -> None:
    def change(connection: sqlite3.Connection) -> None:
        links = json.dumps([["url", "javascript:alert(1)"], ["pdf", "data:text/html,x"]])
        connection.execute("UPDATE publications SET links = ?", [links])

    other = archives.with_database(seed_backup, tmp_path / "other.zip", change)
    assert runner.invoke(args=["restore", "--force", str(other)]).exit_code == 0
    for address in ("/", "/publications/feng2023tensorir", "/publications.atom"):
        answer = app.test_client().get(address)
        assert "javascript:" not in answer.text
        assert "data:text" not in answer.text
