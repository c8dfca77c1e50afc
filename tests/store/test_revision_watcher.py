"""The revision that a thread follows: saves of any process, lost connections, a stopped server."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, event

from tests.postgresql import PostgreSQL
from webapp.errors import DatabaseUnavailableError
from webapp.site import site
from webapp.store.connections import (
    Database,
    current_revision,
    engine_options,
    prepare_engine,
    reading,
    watch_revision,
    writing,
)

# What the last attempt to reach a server met that was stopped.
AWAY = "does not answer|is starting up or shutting down"
RAISE = "UPDATE catalog_state SET counter = counter + 1"


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def database(app: Flask) -> Iterator[Database]:
    """A database whose revision is followed, as in a serving process."""
    database = site(app).catalog.database
    watch_revision(database)
    yield database
    database.dispose()


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """The same database, as another process has it."""
    other = create_engine(database.url, **engine_options(database.url))
    prepare_engine(other)
    yield other
    other.dispose()


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread sees of a server, of which there is no event."""
    while not condition():
        time.sleep(0.01)


def save(database: Database) -> None:
    with writing(database) as connection:
        connection.exec_driver_sql(RAISE)


def knows(database: Database, counter: int) -> Callable[[], bool]:
    def condition() -> bool:
        try:
            return current_revision(database).counter == counter
        except DatabaseUnavailableError:
            return False

    return condition


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "revision-watcher"]


def test_a_save_of_another_process_is_known_without_a_question(
    database: Database, other: Database
) -> None:
    questions: list[object] = []
    event.listen(database, "checkout", lambda *arguments: questions.append(arguments))

    def knows_unasked(counter: int) -> bool:
        questions.clear()
        return knows(database, counter)() and not questions

    until(lambda: knows_unasked(1))
    save(other)
    until(knows(database, 2))
    assert not questions


def test_an_own_save_is_known_at_once(database: Database) -> None:
    for counter in range(2, 30):
        save(database)
        assert current_revision(database).counter == counter


def test_a_change_without_a_notification_is_read(
    database: Database, postgresql: PostgreSQL
) -> None:
    until(knows(database, 1))
    postgresql.execute(RAISE, str(database.url.database))
    until(knows(database, 2))


def test_a_lost_connection_loses_no_revision(
    database: Database, other: Database, postgresql: PostgreSQL
) -> None:
    until(knows(database, 1))
    listeners = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
    listeners += "query LIKE 'LISTEN%' OR query LIKE 'SELECT identity%'"
    until(lambda: bool(postgresql.execute(listeners)))
    save(other)
    until(knows(database, 2))


def test_a_stopped_server_is_known_until_it_is_back(
    database: Database, postgresql: PostgreSQL
) -> None:
    postgresql.stop()
    try:
        until(lambda: not knows(database, 1)())
        with pytest.raises(DatabaseUnavailableError, match=AWAY):
            current_revision(database)
        with pytest.raises(DatabaseUnavailableError, match=AWAY), writing(database):
            pass
    finally:
        postgresql.start()
    until(knows(database, 1))


def test_a_server_that_hangs_counts_as_away(database: Database, postgresql: PostgreSQL) -> None:
    """It accepts connections and never answers, as a machine that is out of memory."""
    until(knows(database, 1))
    backends = postgresql.execute("SELECT pid FROM pg_stat_activity WHERE pid != pg_backend_pid()")
    master = int((postgresql.data / "postmaster.pid").read_text().split()[0])
    pids = [master, *(pid for (pid,) in backends)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: not knows(database, 1)())
        with pytest.raises(DatabaseUnavailableError, match="does not answer"), reading(database):
            pass
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    until(knows(database, 1))


def test_the_thread_ends_with_the_engine(app: Flask) -> None:
    database = site(app).catalog.database
    before = set(threads())
    watch_revision(database)
    (thread,) = set(threads()) - before
    until(knows(database, 1))
    database.dispose()
    thread.join()
    assert current_revision(database).counter == 1  # asked
