"""A primary and a standby in one URL: who is read and written, and what a promotion changes."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.postgresql import PORT, USER, PostgreSQL, server_folder, stopping
from tests.store.test_revision_watcher import RAISE, knows, save, until
from webapp.errors import DatabaseUnavailableError
from webapp.store.connections import (
    Database,
    current_revision,
    database_url,
    engine_options,
    preferred_url,
    prepare_engine,
    reading,
    watch_revision,
    writing,
)
from webapp.store.postgres.servers import places


@pytest.fixture
def name(postgresql: PostgreSQL, seed_in_postgresql: Path) -> Iterator[str]:
    with postgresql.database(template="seed") as name:
        yield name


@pytest.fixture
def standby(postgresql: PostgreSQL, name: str) -> Iterator[PostgreSQL]:
    with server_folder() as folder:
        standby = postgresql.make_standby(folder)
        standby.start()
        with stopping(standby):
            yield standby


@pytest.fixture
def database(
    postgresql: PostgreSQL, standby: PostgreSQL, name: str, tmp_path: Path
) -> Iterator[Database]:
    """A database whose URL names the standby first."""
    hosts = f"{standby.folder},{postgresql.folder}"
    setting = f"postgresql://{USER}@/{name}?host={hosts}&port={PORT},{PORT}"
    url = database_url(setting, tmp_path)
    database = create_engine(url, **engine_options(url))
    prepare_engine(database)
    yield database
    database.dispose()


@pytest.fixture
def _primary_stopped(postgresql: PostgreSQL, database: Database) -> Iterator[None]:
    postgresql.stop()
    yield
    postgresql.start()


def server_of(database: Database) -> str:
    with reading(database) as connection:
        return str(connection.exec_driver_sql("SHOW unix_socket_directories").scalar())


def reads(database: Database, server: PostgreSQL) -> bool:
    """Return whether a server is read; not while it is not known that the other one stopped."""
    with suppress(DatabaseUnavailableError):
        return server_of(database) == str(server.folder)
    return False


@pytest.mark.parametrize("is_watched", [True, False])
def test_the_primary_is_read_and_written(
    database: Database, postgresql: PostgreSQL, is_watched: bool
) -> None:
    if is_watched:
        watch_revision(database)
    save(database)
    assert current_revision(database).counter == 2
    assert server_of(database) == str(postgresql.folder)


@pytest.mark.usefixtures("_primary_stopped")
def test_without_the_primary_the_standby_is_read_and_the_primary_named(
    database: Database, standby: PostgreSQL
) -> None:
    assert server_of(database) == str(standby.folder)
    with pytest.raises(DatabaseUnavailableError, match="the primary is not reachable"):
        save(database)


def test_readers_move_to_the_standby_and_writers_wait_for_its_promotion(
    database: Database, postgresql: PostgreSQL, standby: PostgreSQL, name: str
) -> None:
    watch_revision(database)
    save(database)
    until(lambda: standby.execute("SELECT counter FROM catalog_state", name) == [(2,)])
    postgresql.stop()
    try:
        until(lambda: reads(database, standby))
        assert current_revision(database).counter == 2
        with pytest.raises(DatabaseUnavailableError, match="the primary is not reachable"):
            save(database)
        standby.promote()
        save(database)
        assert current_revision(database).counter == 3
        others = database_url(preferred_url(database), Path())  # of another process
        assert next(host for host, _ in places(others.query)) == str(standby.folder)
        standby.execute(RAISE, name)
        until(knows(database, 4))
    finally:
        postgresql.start()


def test_readers_return_with_the_primary(
    database: Database, postgresql: PostgreSQL, standby: PostgreSQL
) -> None:
    postgresql.stop()
    try:
        watch_revision(database)
        until(knows(database, 1))
        assert server_of(database) == str(standby.folder)
    finally:
        postgresql.start()
    with writing(database) as connection:
        connection.exec_driver_sql(RAISE)
    assert current_revision(database).counter == 2
    assert server_of(database) == str(postgresql.folder)
