"""PostgreSQL through psycopg 3: how connections are opened and used, and how writers wait.

DESIGN. A connection reads, with one view of the database for a transaction (REPEATABLE READ READ
ONLY), unless it writes. A writer takes an advisory lock of the database first, so that there is
one at a time, as with SQLite; then each of its statements sees what is committed.
"""

import select
import time
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from ...errors import DatabaseError
from ..dialect import Dialect
from ..locks import LockWait, lock_wait
from . import errors, urls

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
        event.listen(engine, "checkin", _on_checkin)

        @event.listens_for(engine, "begin")
        def _on_begin(connection: Connection) -> None:
            if connection.get_execution_options().get("octavo_write"):
                raw: Any = connection.connection.driver_connection
                try:
                    _begin_writing(raw, lock_wait(engine), engine.url)
                except engine.dialect.loaded_dbapi.Error as error:
                    raise self.translate(error, engine.url) from error

    def translate(self, error: BaseException, url: URL) -> DatabaseError:
        """Return the error with the name of the database and what to do."""
        return errors.translate(error, url)


def _on_connect(connection: Any, _record: Any) -> None:
    from psycopg import IsolationLevel

    values = [text for pair in _SESSION.items() for text in pair]
    calls = ", ".join(["set_config(%s, %s, false)"] * len(_SESSION))
    connection.execute(f"SELECT {calls}", values)
    connection.commit()
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True


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


def _on_checkin(connection: Any, _record: Any) -> None:
    """Let the next user of a connection read."""
    if connection is not None and not connection.closed and not connection.read_only:
        from psycopg import IsolationLevel

        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True


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
