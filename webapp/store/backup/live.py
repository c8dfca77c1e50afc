"""The database of a site as backups see it: what is copied from it, and what replaces it.

DESIGN. A backup holds a file of SQLite, whichever database the site has: so a backup moves between
databases, and what a foreign one may do to a restore is the same for both. A file of SQLite is
copied and replaced by pages (`live_file`), any other database by rows (`live_server`).
"""

from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from ..connections import database_file
from ..locks import lock_wait
from .live_file import LiveFile
from .live_server import LiveServer


class Live(Protocol):
    """The database of a site, which may be serving it."""

    @property
    def name(self) -> str:
        """Its path or address, for messages."""
        ...

    def copy(self, target: Path) -> None:
        """Copy it to a new file of SQLite, as of one moment and without the rows of editors.

        Raises BackupError if there is none yet, or its tables are not those of this version.
        """
        ...

    def identity(self) -> str:
        """Return its identity; empty if it is missing or damaged.

        Raises OSError or DatabaseError if that cannot be known now.
        """
        ...

    def has_publications(self) -> bool:
        """Return whether replacing it would lose publications, or is damaged."""
        ...

    def replace(self, source: Path, identity: str) -> Path | None:
        """Replace all its content by that of a file, which has an identity, in one transaction.

        Returns the new name of a former database that was damaged. Raises BackupError,
        DatabaseError or OSError: then nothing has changed, or the error is OutcomeUnknownError.
        """
        ...


def live_database(database: Engine) -> Live:
    """Return the database of an engine as backups see it."""
    if (path := database_file(database)) is not None:
        return LiveFile(path, lock_wait(database).seconds)
    return LiveServer(database)
