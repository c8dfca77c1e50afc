"""What errors of PostgreSQL mean, and what to do about them."""

from typing import Final

from sqlalchemy import URL

from ...errors import DatabaseError, DatabaseLockedError, DatabaseUnavailableError
from .urls import name

# By the start of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
# What is missing or away, for now:
_UNAVAILABLE: Final = {
    "08": "the database does not answer. Does the server run, and does the network reach it?",
    "25006": "the primary is not reachable, only a standby, which cannot be written.",
    "28": "the server refuses the user or the password. See database_url and pg_hba.conf.",
    "3D000": "the server has no such database. To create it: createdb",
    "3F000": "the database has no tables of Octavo. To create them: octavo prepare",
    "40001": "a standby gave up reading, because the primary removed what was read. Try again.",
    "42P01": "the database has no tables of Octavo. To create them: octavo prepare",
    "53300": "the server has no connection left. Raise its max_connections.",
    "57P": "the server is starting up or shutting down.",
}
_OTHER: Final = {
    "22P05": "a text has a character that PostgreSQL does not store.",
    "42501": "the user has not all rights. Make it the owner of the database and its tables.",
    "53100": "the disk of the server is full. Free some space.",
    "53200": "the server has too little memory.",
    "57014": "a query took too long and was stopped.",
    "58": "the server cannot read or write its files. Check its disk.",
    "XX001": "the database is damaged. Restore a backup.",
    "XX002": "an index of the database is damaged. Run REINDEX on the server.",
}
# Parts of libpq's messages, with the states that the server sent: libpq passes on the words alone.
_WORDS: Final = {
    "session is read-only": "25006",
    "server is in hot standby": "25006",
    "password": "28",
    "authentication": "28",
    "no pg_hba.conf entry": "28",
    'role "': "28",
    "the database system is": "57P",
    "connection slots": "53300",
    "too many": "53300",
    "does not exist": "3D000",
}
# Errors of the driver without a state, and the watcher's: the connection failed.
_WITHOUT_STATE: Final = ("OperationalError", "ConnectionTimeout", "TimeoutError")
_LOCKED: Final = ("55P03", "40P01")


def translate(error: BaseException, url: URL) -> DatabaseError:
    """Return the error of our tree, with the name of the database and what to do."""
    state = getattr(error, "sqlstate", None) or ""
    if state.startswith(_LOCKED):
        return locked(url)
    if advice := _advice(_UNAVAILABLE, state):
        return DatabaseUnavailableError(f"{name(url)}: {advice}")
    if advice := _advice(_OTHER, state):
        return DatabaseError(f"{name(url)}: {advice}")
    if not state and type(error).__name__ in _WITHOUT_STATE:
        return DatabaseUnavailableError(f"{name(url)}: {_without_answer(error)}")
    return DatabaseError(f"{name(url)}: {_first_line(error)}.")


def locked(url: URL) -> DatabaseLockedError:
    """Return the error for a writer that waited too long for another one."""
    return DatabaseLockedError(f"{name(url)}: another process is still writing the database.")


def _advice(table: dict[str, str], state: str) -> str:
    """Return the advice for a state: that of the longest start of it."""
    starts = [start for start in table if state.startswith(start)]
    return table[max(starts, key=len)] if starts else ""


def _without_answer(error: BaseException) -> str:
    """Return the advice for a failed connection, which libpq reports in words only."""
    text = str(error)
    states = (state for words, state in _WORDS.items() if words in text)
    return _UNAVAILABLE[next(states, "08")]


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
