"""Sessions of editors: starting, finding and ending them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from ..config import Settings
from ..errors import DatabaseError
from ..store import sessions
from ..store.connections import Database, Transaction, reading, writing
from ..store.sessions import SEEN_EVERY, Session
from .tokens import hash_of, is_secret, make_secret

LONGEST: Final = timedelta(days=90)  # a session ends even if it is used every day
IDLE: Final = timedelta(days=30)  # a session that is not used ends
# Where a proxy or a provider signs in, a new session costs the editor nothing.
IDLE_ELSEWHERE: Final = timedelta(hours=12)
MAX_AGENT: Final = 200  # characters


def idle_time(settings: Settings) -> timedelta:
    """Return the time after which a session that is not used ends."""
    return IDLE if settings.sign_in == "link" else IDLE_ELSEWHERE


def start_session(connection: Transaction, editor: str, agent: str) -> str:
    """Start a session and return its secret. `agent` describes the browser."""
    secret = make_secret()
    sessions.add_session(connection, hash_of(secret), editor, LONGEST, agent[:MAX_AGENT])
    return secret


def start_session_now(database: Database, editor: str, agent: str) -> str:
    """Start a session in a transaction of its own and return its secret."""
    with writing(database) as connection:
        return start_session(connection, editor, agent)


def find_session(
    database: Database, settings: Settings, secret: str
) -> tuple[Session | None, bool]:
    """Return the session with a secret, and whether its use was stored just now.

    The session is None if it has ended or its editor may no longer edit.
    """
    if not is_secret(secret):
        return None, False
    with reading(database) as connection:
        found = sessions.find_session(connection, hash_of(secret), idle_time(settings))
        time = sessions.now(connection)
    if found is None or found.editor not in settings.editors:
        return None, False
    if time - found.last_seen < SEEN_EVERY:
        return found, False
    with suppress(DatabaseError):  # another process may be writing for long
        with writing(database) as connection:
            sessions.note_seen(connection, found.hash)
        return found, True
    return found, False


def list_sessions(database: Database, settings: Settings, editor: str = "") -> Sequence[Session]:
    """Return the sessions of an editor, or of all, that have not ended; latest use first."""
    with reading(database) as connection:
        return sessions.list_sessions(connection, idle_time(settings), editor)


def end_session(database: Database, hash_: str) -> bool:
    """End a session by its hash; return whether there was one."""
    with writing(database) as connection:
        return bool(sessions.end_sessions(connection, [hash_]))


def end_sessions_of(database: Database, editor: str) -> int:
    """End all sessions of an editor, and unused links; return how many sessions there were."""
    with writing(database) as connection:
        return sessions.end_sessions_of(connection, editor)
