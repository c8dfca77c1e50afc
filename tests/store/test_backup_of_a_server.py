"""Backups of a database on a server: moved between databases, consistent, refused, interrupted."""

import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import Connection, event, func, select

from tests import archives
from tests.conftest import running
from tests.postgresql import PostgreSQL
from tests.store.conftest import state
from webapp.catalog.catalog import Catalog
from webapp.records import Record
from webapp.site import site
from webapp.store.connections import reading, writing
from webapp.store.edits import Edit
from webapp.store.publications import load_all
from webapp.store.tables import OF_EDITORS, Publication, db


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def empty(
    postgresql: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Return an empty instance whose database has no tables."""
    with postgresql.database() as name:
        monkeypatch.setenv("OCTAVO_DATABASE_URL", postgresql.url(name))
        with running(tmp_path / "empty") as app:
            yield app


def titles(app: Flask) -> list[str]:
    with reading(site(app).catalog.database) as connection:
        return [stored.record.title for stored in load_all(connection)]


def database_of(backup: Path, folder: Path) -> Path:
    with zipfile.ZipFile(backup) as archive:
        return Path(archive.extract("octavo.db", folder))


def largest_id(catalog: Catalog) -> int:
    with reading(catalog.database) as connection:
        return connection.scalar(select(func.max(Publication.id))) or 0


def save(catalog: Catalog, key: str) -> None:
    catalog.save([Edit(Record(key=key, type="misc", title=key))], "test")


def test_an_instance_moves_from_sqlite_to_a_server_and_back(
    seed: Path, empty: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, back = tmp_path / "there.zip", tmp_path / "back.zip"
    with monkeypatch.context() as patch:
        patch.delenv("OCTAVO_DATABASE_URL")
        with running(Path(shutil.copytree(seed, tmp_path / "first"))) as first:
            save(site(first).catalog, "later")
            assert first.test_cli_runner().invoke(args=["backup", str(there)]).exit_code == 0
            expected = titles(first)
    on_server = empty.test_cli_runner()
    restored = on_server.invoke(args=["restore", str(there)])
    assert restored.exit_code == 0, restored.output
    assert titles(empty) == expected
    assert on_server.invoke(args=["undo"]).exit_code == 0
    assert titles(empty) == [title for title in expected if title != "later"]
    assert on_server.invoke(args=["backup", str(back)]).exit_code == 0
    monkeypatch.delenv("OCTAVO_DATABASE_URL")
    with running(tmp_path / "last") as last:
        assert last.test_cli_runner().invoke(args=["restore", str(back)]).exit_code == 0
        assert titles(last) == titles(empty)
        history = last.test_cli_runner().invoke(args=["history"]).output
        assert history == on_server.invoke(args=["history"]).output


def test_a_restored_database_has_a_new_identity_and_gives_no_id_again(
    catalog: Catalog, saved: Path, runner: FlaskCliRunner
) -> None:
    before = catalog.state().revision
    largest = largest_id(catalog)
    assert runner.invoke(args=["restore", "--force", str(saved)]).exit_code == 0
    assert catalog.state().revision.identity != before.identity
    save(catalog, "after")
    assert largest_id(catalog) > largest


def test_ids_that_were_removed_are_not_given_again_after_a_move(
    catalog: Catalog, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    save(catalog, "removed")
    assert runner.invoke(args=["undo"]).exit_code == 0
    assert runner.invoke(args=["backup", str(tmp_path / "b.zip")]).exit_code == 0
    with closing(sqlite3.connect(database_of(tmp_path / "b.zip", tmp_path))) as connection:
        query = "SELECT seq FROM sqlite_sequence WHERE name = 'publications'"
        assert connection.execute(query).fetchone() == (8,)


def test_a_backup_holds_one_revision_while_others_save(
    catalog: Catalog, runner: FlaskCliRunner, tmp_path: Path, app: Flask
) -> None:
    with app.app_context():
        engine = db.engine

    names = iter(["between"])

    @event.listens_for(engine, "before_cursor_execute")
    def _save(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM publications" in statement and (name := next(names, "")):
            save(catalog, name)

    result = runner.invoke(args=["backup", str(tmp_path / "b.zip")])
    assert (result.exit_code, catalog.count()) == (0, 8)
    with closing(sqlite3.connect(database_of(tmp_path / "b.zip", tmp_path))) as connection:
        query = """SELECT (SELECT count(*) FROM publications), max(counter),
            (SELECT counter FROM catalog_state) FROM revisions"""
        assert connection.execute(query).fetchone() == (7, 1, 1)


def test_sessions_of_editors_are_in_no_backup_and_end_with_a_restore(
    catalog: Catalog, saved: Path, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    row = "INSERT INTO editors (name, since) VALUES ('ada', '2026-11-29')"
    with writing(catalog.database) as connection:
        connection.exec_driver_sql(row)
    assert runner.invoke(args=["backup", str(tmp_path / "c.zip")]).exit_code == 0
    with closing(sqlite3.connect(database_of(tmp_path / "c.zip", tmp_path))) as copy:
        for name in OF_EDITORS:
            assert copy.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)  # noqa: S608
    assert runner.invoke(args=["restore", "--force", str(saved)]).exit_code == 0
    with catalog.database.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM editors").scalar() == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            "CREATE TRIGGER evil AFTER INSERT ON publications BEGIN SELECT 1; END",
            "differs from every version of Octavo",
        ),
        ("UPDATE publications SET digest = printf('%050d', 7) WHERE id = 7", "too long"),
        ("UPDATE publications SET id = 5000000000 WHERE id = 7", "out of range"),
    ],
)
def test_a_foreign_backup_that_does_not_fit_changes_nothing(
    instance: Path, saved: Path, runner: FlaskCliRunner, tmp_path: Path, change: str, reason: str
) -> None:
    before = state(instance)
    foreign = archives.with_database(
        saved, tmp_path / "foreign.zip", lambda connection: connection.execute(change)
    )
    result = runner.invoke(args=["restore", "--force", str(foreign)])
    assert (result.exit_code, reason in result.stderr) == (2, True), result.stderr
    assert "Traceback" not in result.output
    assert state(instance) == before


class TestLostConnection:
    """The connection breaks while the rows are committed."""

    def test_before_the_commit_nothing_has_changed(
        self, app: Flask, instance: Path, saved: Path, runner: FlaskCliRunner
    ) -> None:
        before = state(instance)
        with app.app_context():
            engine = db.engine

        @event.listens_for(engine, "commit", once=True)
        def _end_server_process(connection: Connection) -> None:
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

        result = runner.invoke(args=["restore", "--force", str(saved)])
        assert result.exit_code == 2
        assert state(instance) == before

    def test_after_the_commit_all_is_restored(
        self, instance: Path, saved: Path, runner: FlaskCliRunner
    ) -> None:
        commit = psycopg.Connection.commit

        def commit_and_break(connection: "psycopg.Connection[object]") -> None:
            is_writing = connection.read_only is False
            commit(connection)
            if is_writing:
                patch.undo()
                raise psycopg.OperationalError("the connection is lost")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(psycopg.Connection, "commit", commit_and_break)
            result = runner.invoke(args=["restore", "--force", str(saved)])
        assert result.exit_code == 0, result.output
        files, count = state(instance)
        assert (count, files["files/deep/x.pdf"]) == (7, b"old")

    def test_while_the_server_stays_away_the_outcome_waits_for_it(
        self,
        app: Flask,
        instance: Path,
        saved: Path,
        runner: FlaskCliRunner,
        postgresql: PostgreSQL,
    ) -> None:
        before = state(instance)
        with app.app_context():
            engine = db.engine

        @event.listens_for(engine, "commit", once=True)
        def _stop(_connection: Connection) -> None:
            postgresql.stop()

        try:
            result = runner.invoke(args=["restore", "--force", "--wait", "0", str(saved)])
        finally:
            postgresql.start()
        assert result.exit_code == 1
        assert "octavo prepare" in result.stderr
        assert (instance / "files" / "deep" / "x.pdf").read_bytes() == b"old"
        assert runner.invoke(args=["prepare"]).exit_code == 0
        assert state(instance) == before


def test_a_backup_asks_for_tables_first(empty: Flask, tmp_path: Path) -> None:
    result = empty.test_cli_runner().invoke(args=["backup", str(tmp_path / "b.zip")])
    assert result.exit_code == 2
    assert "octavo import" in result.stderr
    assert not (tmp_path / "b.zip").exists()
