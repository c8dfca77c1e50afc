"""PostgreSQL through psycopg 3, as one of the databases of Octavo."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Table

from ...errors import DatabaseError
from ..catalog_revisions import CatalogRevision
from ..dialect import Dialect
from . import errors, sequences, urls
from .engine_events import OPTIONS, EngineEvents

_EVENTS: Final = "octavo_postgresql"  # the option of an engine that has its EngineEvents


class PostgreSQL(Dialect):
    """PostgreSQL 15 or later."""

    def parse(self, setting: str) -> URL:
        """Return the URL that a setting names."""
        return urls.parse(setting)

    def engine_options(self) -> dict[str, Any]:
        """Return the arguments of `create_engine` besides the URL."""
        return dict(OPTIONS)

    def prepare_engine(self, engine: Engine) -> None:
        """Let connections read with one view, and let writers take the lock first."""
        engine.update_execution_options(**{_EVENTS: EngineEvents(engine)})

    def writer(self, engine: Engine) -> Engine:
        """Return the engine that leads to the primary."""
        return _events(engine).writer

    def watch_revision(self, engine: Engine) -> None:
        """Start a thread that follows the revision."""
        _events(engine).watch(engine)

    def known_revision(self, engine: Engine) -> CatalogRevision | None:
        """Return the revision that the thread knows; None if there is no thread."""
        watcher = _events(engine).watcher
        return watcher.revision() if watcher else None

    def preferred_url(self, engine: Engine) -> str:
        """Return the setting with the server first that this process reads; "" without a choice."""
        return _events(engine).preferred_url(engine.url)

    def clock(self, connection: Connection) -> datetime:
        """Return the time of the server, which all machines share."""
        now: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return now

    def describe(self, url: URL) -> str:
        """Return how messages name a database, without anything secret."""
        return urls.name(url)

    def last_id(self, connection: Connection, table: Table) -> int:
        """Return the last id that a table gave to a row, which may be gone; 0 for none."""
        return sequences.last_id(connection, table)

    def raise_last_id(self, connection: Connection, table: Table, last: int) -> None:
        """Let a table give only ids above `last`."""
        sequences.raise_last_id(connection, table, last)

    def translate(self, error: BaseException, url: URL) -> DatabaseError:
        """Return the error with the name of the database and what to do."""
        return errors.translate(error, url)


def _events(engine: Engine) -> EngineEvents:
    events: EngineEvents = engine.get_execution_options()[_EVENTS]
    return events
