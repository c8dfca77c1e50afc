"""What happens when an engine opens, lends and takes back a connection, and when it writes.

DESIGN. A connection reads, with one view of the database for a transaction (REPEATABLE READ READ
ONLY), unless it writes. A writer takes an advisory lock of the database first, so that there is
one at a time, as with SQLite; then each of its statements sees what is committed.
"""

import json
import select
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from ..locks import LockWait, lock_wait
from . import errors, servers, urls
from .watcher import CHANNEL, RevisionWatcher

WRITER_LOCK: Final = int.from_bytes(b"octavo", "big")  # the advisory lock of the writer
NOTICE_AFTER: Final = 1.0  # seconds of waiting before `LockWait.notify` is called
POLL: Final = 0.05  # seconds between two attempts to take the lock


def _json(value: object) -> str:
    """Return JSON without U+0000: PostgreSQL stores it, but then refuses to read any part."""
    pieces = json.dumps(value).split(r"\\")  # at each backslash that is itself escaped
    return r"\\".join(piece.replace(r"\u0000", "") for piece in pieces)


# As many connections as there are threads may be open; the pool keeps five.
OPTIONS: Final[Mapping[str, Any]] = {
    "max_overflow": -1,
    "use_native_hstore": False,
    "json_serializer": _json,
}

# What each connection sets. The server notices a machine that is gone within some ten seconds, and
# gives up its lock; by default it would after two hours.
_SESSION: Final = {
    "statement_timeout": "60s",  # for one statement that reads
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
    "timezone": "UTC",
}


class EngineEvents:
    """The events of an engine, of the engine for writers beside it, and the watcher of both."""

    def __init__(self, engine: Engine) -> None:
        """Register what connections need, before the first one is opened."""
        self.has_choice = servers.has_choice(engine.url)
        self.writer = self._writer(engine)
        self.watcher: RevisionWatcher | None = None
        event.listen(engine, "engine_disposed", self._on_disposed)
        event.listen(engine, "do_connect", self._on_do_connect)
        event.listen(engine, "checkout", self._on_checkout)
        for each in {engine, self.writer}:
            event.listen(each, "connect", _on_connect)
            event.listen(each, "begin", partial(_on_begin, engine))
            event.listen(each, "commit", _on_commit)
            event.listen(each, "checkin", self._on_checkin)

    def _writer(self, engine: Engine) -> Engine:
        """Return the engine for writers: another one if not each server can be written."""
        if not self.has_choice:
            return engine
        writer = create_engine(servers.of_primary(engine.url), pool_size=1, **OPTIONS)
        event.listen(writer, "checkout", self._on_checkout_of_writer)
        return writer

    def preferred_url(self, url: URL) -> str:
        """Return the setting with the server of the watcher first; "" if there is none."""
        place = self.watcher.place if self.watcher and self.has_choice else None
        return urls.setting(servers.preferring(url, place)) if place else ""

    def watch(self, engine: Engine) -> None:
        """Start a thread that follows the revision until the engine is disposed of."""
        self._end_watcher()
        _, options = engine.dialect.create_connect_args(engine.url)
        connect: Any = engine.dialect.connect
        self.watcher = RevisionWatcher(
            partial(servers.connect_to_best, connect, options)
            if self.has_choice
            else partial(connect, **options),
            partial(errors.translate, url=engine.url),
            returns=self.has_choice,
        )
        self.watcher.start()

    def _end_watcher(self) -> None:
        if self.watcher:
            self.watcher.stop()
        self.watcher = None

    def _on_disposed(self, _engine: Engine) -> None:
        self._end_watcher()
        if self.has_choice:
            self.writer.dispose()

    def _on_do_connect(
        self, dialect: Any, _record: Any, arguments: Sequence[Any], options: Mapping[str, Any]
    ) -> Any:
        """Connect to the server of the watcher, which knows whether there is any."""
        if self.watcher:
            self.watcher.require()
        if not self.has_choice:
            return dialect.connect(*arguments, **options)
        if self.watcher and self.watcher.place:
            return dialect.connect(**servers.at(options, self.watcher.place))
        return servers.connect_to_best(dialect.connect, options)

    def _on_checkout(self, connection: Any, record: Any, _proxy: Any) -> None:
        """Open another connection in place of one that is closed, or leads elsewhere.

        Raises DatabaseError while the database is away, as it might never answer.
        """
        if self.watcher:
            self.watcher.require()
        if record.info.setdefault("is_new", True):
            record.info["is_new"] = False
            return
        place = self.watcher.place if self.watcher and self.has_choice else None
        if _is_hung_up(connection) or place not in (None, servers.place_of(connection)):
            raise DisconnectionError

    def _on_checkout_of_writer(self, connection: Any, _record: Any, _proxy: Any) -> None:
        if _is_hung_up(connection):
            raise DisconnectionError

    def _on_checkin(self, connection: Any, _record: Any) -> None:
        """Let the next user of a connection read; note what this process may have saved."""
        if connection is None or connection.read_only:
            return
        if self.watcher:
            place = None if connection.closed else servers.place_of(connection)
            self.watcher.note_write(place)
        if not connection.closed:
            _let_read(connection)


def _on_connect(connection: Any, _record: Any) -> None:
    from .texts import TextDumper

    connection.adapters.register_dumper(str, TextDumper)
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


def _is_hung_up(connection: Any) -> bool:
    """Return whether the server closed a connection, because it was restarted.

    That is read from the socket, so it costs no round trip, as `pool_pre_ping` does.
    """
    try:
        poll = select.poll()
        poll.register(connection.pgconn.socket, select.POLLIN)
        while poll.poll(0):
            connection.pgconn.consume_input()
    except Exception:  # as libpq has it; another connection does better
        return True
    return False


def _on_commit(connection: Connection) -> None:
    """Notify the watchers of all processes, which get that with the commit."""
    if connection.get_execution_options().get("octavo_write"):
        connection.exec_driver_sql(f"NOTIFY {CHANNEL}")


def _on_begin(engine: Engine, connection: Connection) -> None:
    if connection.get_execution_options().get("octavo_write"):
        raw: Any = connection.connection.driver_connection
        try:
            _begin_writing(raw, engine, lock_wait(engine))
        except engine.dialect.loaded_dbapi.Error as error:
            raise errors.translate(error, engine.url) from error


def _begin_writing(connection: Any, engine: Engine, wait: LockWait) -> None:
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
            raise errors.locked(engine.url)
        if wait.notify and not is_notified and waited >= NOTICE_AFTER:
            wait.notify()
            is_notified = True
        time.sleep(POLL)
