"""What differs between databases: portable behaviour, which a module per database replaces.

To support a database that needs more than this, write a module with a subclass of `Dialect`, as
`sqlite` and `postgres` are, and add it to `connections.DIALECTS`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, func, make_url, select

from ..errors import DatabaseError
from .catalog_revisions import CatalogRevision


class Dialect:
    """A database that needs nothing beyond what SQLAlchemy does."""

    # Seconds between two attempts to reach it while it does not answer; 0 where one costs nothing.
    retry_interval: float = 0.5
    # Whether other machines may write it, so that each has to look for changes itself.
    is_shared: bool = True

    def parse(self, setting: str) -> URL:
        """Return the URL that a setting names.

        Raises ConfigurationError, or an error of SQLAlchemy, for one that is not valid.
        """
        return make_url(setting)

    def engine_options(self) -> dict[str, Any]:
        """Return the arguments of `create_engine` besides the URL."""
        return {}

    def prepare_engine(self, engine: Engine) -> None:
        """Register what connections need, before the first one is opened."""

    def writer(self, engine: Engine) -> Engine:
        """Return the engine for transactions that write."""
        return engine

    def prepare_database(self, engine: Engine) -> None:
        """Make the settings that the database itself keeps."""

    def preload(self, url: URL) -> None:
        """Read into memory what the first requests would wait for. No connection may be open."""

    def watch_revision(self, engine: Engine) -> None:
        """Follow the revision in a thread, if asking for it takes a round trip."""

    def known_revision(self, engine: Engine) -> CatalogRevision | None:
        """Return the revision without asking the database; None if it must be asked.

        Raises DatabaseError if the database is known to be away.
        """
        del engine
        return None

    def preferred_url(self, engine: Engine) -> str:
        """Return the setting with the server first that this process reads; "" without a choice."""
        del engine
        return ""

    def database_file(self, url: URL) -> Path | None:
        """Return the file of the database; None if it is not one file."""
        del url
        return None

    @contextmanager
    def without_references(self, connection: Connection) -> Iterator[None]:
        """Suspend foreign keys where a migration could not change tables otherwise."""
        del connection
        yield

    def compact(self, engine: Engine) -> int:
        """Return free space inside the database to the disk; return the number of bytes.

        Raises DatabaseError if the disk has no room for the copy that this may need.
        """
        del engine
        return 0

    def clock(self, connection: Connection) -> datetime:
        """Return the time by a clock that all writers of the database share, timezone-aware."""
        del connection
        return datetime.now(UTC)

    def last_id(self, connection: Connection, table: Table) -> int:
        """Return the last id that a table gave to a row, which may be gone; 0 for none."""
        return connection.scalar(select(func.max(table.c.id))) or 0

    def raise_last_id(self, connection: Connection, table: Table, last: int) -> None:
        """Let a table give only ids above `last`, which rows were inserted with.

        Portably nothing: a database that counts its rows' ids itself.
        """
        del connection, table, last

    def describe(self, url: URL) -> str:
        """Return how messages name a database, without anything secret."""
        return url.render_as_string()

    def translate(self, error: BaseException, url: URL) -> DatabaseError:
        """Return the error of our tree for an error of the driver."""
        return DatabaseError(f"{self.describe(url)}: {error}.")
