"""The border of the store: errors of the driver become errors of our tree."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from webapp.errors import DatabaseError, DatabaseLockedError, DatabaseUnavailableError
from webapp.site import site
from webapp.store.connections import (
    CatalogRevision,
    Database,
    compact,
    current_revision,
    preload_database,
    prepare_engine,
    reading,
    revision_of,
    writing,
)
from webapp.store.locks import LockWait, set_lock_wait


@pytest.fixture
def database(app: Flask) -> Database:
    return site(app).catalog.database


def test_a_missing_table_is_an_unavailable_database(database: Database, instance: Path) -> None:
    with (
        pytest.raises(DatabaseUnavailableError, match=r"octavo\.db: no such table: nowhere\.") as e,
        reading(database) as connection,
    ):
        connection.execute(text("SELECT * FROM nowhere"))
    assert str(instance) in str(e.value)
    assert isinstance(e.value.__cause__, sqlite3.OperationalError)


@pytest.mark.parametrize("use", [current_revision, compact, lambda engine: engine.connect()])
def test_a_file_that_is_no_database_is_named_with_advice(
    database: Database, instance: Path, use: object
) -> None:
    database.dispose()
    for file in instance.glob("octavo.db*"):
        file.unlink()
    (instance / "octavo.db").write_bytes(b"x" * 8192)
    with pytest.raises(DatabaseError, match="this is not a database"):
        use(database)  # type: ignore[operator]


def test_a_folder_that_is_missing_makes_the_database_unavailable(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/none/octavo.db")
    prepare_engine(engine)
    for use in (current_revision, lambda engine: engine.connect()):
        with pytest.raises(DatabaseUnavailableError, match="cannot be opened"):
            use(engine)


def test_a_writer_that_waits_too_long_finds_the_database_locked(
    database: Database, instance: Path
) -> None:
    set_lock_wait(database, LockWait(0))
    with closing(sqlite3.connect(instance / "octavo.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLockedError), writing(database):
            pass
        with reading(database) as connection:
            assert revision_of(connection).counter == 1


def test_a_wrong_statement_is_a_database_error_and_nothing_is_saved(database: Database) -> None:
    before = current_revision(database)
    with writing(database) as connection:
        connection.execute(text("UPDATE catalog_state SET counter = 9"))
        with pytest.raises(DatabaseError, match="FOREIGN KEY"):
            connection.execute(text("INSERT INTO former_slugs VALUES ('a', 999)"))
        connection.rollback()
    assert current_revision(database) == before


def test_the_revision_is_the_same_on_a_raw_connection(database: Database) -> None:
    with reading(database) as connection:
        assert revision_of(connection) == current_revision(database)
    with writing(database) as connection:
        connection.execute(text("DELETE FROM catalog_state"))
    with reading(database) as connection:
        assert revision_of(connection) == current_revision(database) == CatalogRevision("", 0)


def test_preloading_closes_every_connection_and_needs_no_file(
    database: Database, tmp_path: Path
) -> None:
    with reading(database):
        pass
    preload_database(database)
    assert database.pool.checkedin() == 0  # type: ignore[attr-defined]
    for url in (f"sqlite:///{tmp_path}/none.db", "sqlite://"):
        engine = create_engine(url)
        preload_database(engine)
    assert not (tmp_path / "none.db").exists()
