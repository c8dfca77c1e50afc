"""PostgreSQL through psycopg 3: how connections are opened and used, and how writers wait.

DESIGN. A connection reads, with one view of the database for a transaction (REPEATABLE READ READ
ONLY), unless it writes. A writer takes an advisory lock of the database first, so that there is
one at a time, as with SQLite; then each of its statements sees what is committed.
"""

import select
import time
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from ...errors import DatabaseError
from ..catalog_revisions import CatalogRevision
from ..dialect import Dialect
from ..locks import LockWait, lock_wait
from . import errors, urls
from .watcher import CHANNEL, RevisionWatcher

WRITER_LOCK: Final = int.from_bytes(b"octavo", "big")  # the advisory lock of whoever writes
NOTICE_AFTER: Final = 1.0  # seconds of waiting before `LockWait.notify` is called
POLL: Final = 0.05  # seconds between two attempts to take the lock
SECONDS_OF_STATEMENT: Final = 60  # for one statement that reads

# What each connection sets. The server notices a machine that is gone within some ten seconds, and
# gives up its lock; by default it would after two hours.
_SESSION: Final = {
    "statement_timeout": f"{SECONDS_OF_STATEMENT}s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
    "timezone": "UTC",
}


class PostgreSQL(Dialect):
    """PostgreSQL 15 or later."""

    def __init__(self) -> None:
        self._watchers: WeakKeyDictionary[Engine, RevisionWatcher] = WeakKeyDictionary()

    def parse(self, setting: str) -> URL:
        """Return the URL that a setting names."""
        return urls.parse(setting)

    def engine_options(self) -> dict[str, Any]:
        """Return the arguments of `create_engine`.

        As many connections as there are threads may be open; the pool keeps five.
        """
        return {"max_overflow": -1, "use_native_hstore": False}

    def prepare_engine(self, engine: Engine) -> None:
        """Let connections read with one view, and let writers take the lock first."""
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "checkout", _on_checkout)
        event.listen(engine, "commit", _on_commit)
        event.listen(engine, "engine_disposed", self._end_watcher)

        @event.listens_for(engine, "do_connect")
        def _on_do_connect(*_arguments: Any) -> None:
            if watcher := self._watchers.get(engine):
                watcher.require()

        @event.listens_for(engine, "checkin")
        def _on_checkin(connection: Any, _record: Any) -> None:
            if connection is None or connection.read_only:
                return
            if watcher := self._watchers.get(engine):
                watcher.note_write()
            if not connection.closed:
                _let_read(connection)

        @event.listens_for(engine, "begin")
        def _on_begin(connection: Connection) -> None:
            if connection.get_execution_options().get("octavo_write"):
                raw: Any = connection.connection.driver_connection
                try:
                    _begin_writing(raw, lock_wait(engine), engine.url)
                except engine.dialect.loaded_dbapi.Error as error:
                    raise self.translate(error, engine.url) from error

    def watch_revision(self, engine: Engine) -> None:
        """Start a thread that follows the revision."""
        self._end_watcher(engine)
        arguments, options = engine.dialect.create_connect_args(engine.url)
        watcher = RevisionWatcher(
            lambda: engine.dialect.connect(*arguments, **options),
            lambda error: self.translate(error, engine.url),
        )
        self._watchers[engine] = watcher
        watcher.start()

    def known_revision(self, engine: Engine) -> CatalogRevision | None:
        """Return the revision that the thread knows; None if there is none."""
        watcher = self._watchers.get(engine)
        return watcher.revision() if watcher else None

    def _end_watcher(self, engine: Engine) -> None:
        if watcher := self._watchers.pop(engine, None):
            watcher.stop()

    def translate(self, error: BaseException, url: URL) -> DatabaseError:
        """Return the error with the name of the database and what to do."""
        return errors.translate(error, url)


def _on_connect(connection: Any, _record: Any) -> None:
    values = [text for pair in _SESSION.items() for text in pair]
    calls = ", ".join(["set_config(%s, %s, false)"] * len(_SESSION))
    connection.execute(f"SELECT {calls}", values)
    connection.commit()
    _let_read(connection)


def _let_read(connection: Any) -> None:
    """Make every transaction of a connection read with one view, until it is to write."""
    from psycopg import IsolationLevel

    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True


def _on_commit(connection: Connection) -> None:
    """Notify the watchers of all processes, which get that with the commit."""
    if connection.get_execution_options().get("octavo_write"):
        connection.exec_driver_sql(f"NOTIFY {CHANNEL}")


def _on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
    """Open another connection in place of one that the server closed: it was restarted.

    That is seen at the socket, so it costs no round trip, as `pool_pre_ping` does.
    """
    if connection.closed or _is_hung_up(connection):
        raise DisconnectionError


def _is_hung_up(connection: Any) -> bool:
    """Read what arrived unasked; return whether that was the end of the connection."""
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    try:
        while poll.poll(0):
            connection.pgconn.consume_input()
    except Exception:  # as libpq has it; another connection does better
        return True
    return False


def _begin_writing(connection: Any, wait: LockWait, url: URL) -> None:
    """Begin a transaction that writes; wait for another writer, and notify if that takes long.

    Raises DatabaseLockedError after `wait`.
    """
    connection.isolation_level = None  # READ COMMITTED: what other writers committed is seen
    connection.read_only = False
    connection.execute("SET LOCAL statement_timeout = 0")
    start = time.monotonic()
    is_notified = False
    query = "SELECT pg_try_advisory_xact_lock(%s)"
    while not connection.execute(query, [WRITER_LOCK]).fetchone()[0]:
        waited = time.monotonic() - start
        if waited >= wait.seconds:
            connection.rollback()
            raise errors.locked(url)
        if wait.notify and not is_notified and waited >= NOTICE_AFTER:
            wait.notify()
            is_notified = True
        time.sleep(POLL)
