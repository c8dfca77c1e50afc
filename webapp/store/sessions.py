"""Editors, their sessions and their sign-in links. Secrets are stored as hashes only.

DESIGN. Every time is that of the database, so that one clock decides about all processes. A link is
used by one UPDATE that only the first of two uses finds unused. A session ends when it was not seen
for `IDLE`, or at `expires`, whichever comes first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from .tables import EditorRow, SessionRow, SignInFailure, SignInLinkRow

# A session's last use is stored only if the stored one is older: most requests write nothing.
SEEN_EVERY: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which an editor is signed in."""

    hash: str
    editor: str
    created: datetime
    last_seen: datetime
    expires: datetime
    agent: str


_SESSION: Final = (
    SessionRow.hash,
    SessionRow.editor,
    SessionRow.created,
    SessionRow.last_seen,
    SessionRow.expires,
    SessionRow.agent,
)


def now(connection: Connection) -> datetime:
    """Return the database's time."""
    time: datetime = connection.execute(select(func.current_timestamp())).scalar_one()
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def add_link(connection: Connection, hash_: str, editor: str, lifetime: timedelta) -> None:
    """Store a link, and delete those that can no longer be used."""
    time = now(connection)
    connection.execute(delete(SignInLinkRow).where(SignInLinkRow.expires <= time))
    values = {"hash": hash_, "editor": editor, "expires": time + lifetime}
    connection.execute(insert(SignInLinkRow).values(values))


def use_link(connection: Connection, hash_: str) -> str | None:
    """Use a link; return its editor, or None if it is unknown, expired or used."""
    time = now(connection)
    is_usable = (
        SignInLinkRow.hash == hash_,
        SignInLinkRow.used.is_(None),
        SignInLinkRow.expires > time,
    )
    used = connection.execute(update(SignInLinkRow).where(*is_usable).values(used=time))
    if used.rowcount != 1:
        return None
    return connection.scalar(select(SignInLinkRow.editor).where(SignInLinkRow.hash == hash_))


def add_session(
    connection: Connection, hash_: str, editor: str, lifetime: timedelta, agent: str
) -> None:
    """Store a session that ends after `lifetime` at the latest, and delete expired ones."""
    time = now(connection)
    connection.execute(delete(SessionRow).where(SessionRow.expires <= time))
    values = {
        "hash": hash_,
        "editor": editor,
        "created": time,
        "last_seen": time,
        "expires": time + lifetime,
        "agent": agent,
    }
    connection.execute(insert(SessionRow).values(values))


def find_session(connection: Connection, hash_: str, idle: timedelta) -> Session | None:
    """Return the session with a hash; None if there is none, or it was not seen for `idle`."""
    time = now(connection)
    query = select(*_SESSION).where(
        SessionRow.hash == hash_, SessionRow.expires > time, SessionRow.last_seen > time - idle
    )
    row = connection.execute(query).one_or_none()
    return Session(*row) if row else None


def note_seen(connection: Connection, hash_: str) -> None:
    """Store that a session was used now."""
    time = now(connection)
    row = update(SessionRow).where(SessionRow.hash == hash_)
    connection.execute(row.values(last_seen=time))


def list_sessions(connection: Connection, idle: timedelta, editor: str = "") -> Sequence[Session]:
    """Return the sessions of an editor, or of all, that have not ended; latest use first."""
    time = now(connection)
    query = select(*_SESSION).where(SessionRow.expires > time, SessionRow.last_seen > time - idle)
    if editor:
        query = query.where(SessionRow.editor == editor)
    rows = connection.execute(query.order_by(SessionRow.last_seen.desc(), SessionRow.hash))
    return [Session(*row) for row in rows]


def end_sessions(connection: Connection, hashes: Iterable[str]) -> int:
    """Delete sessions; return how many there were."""
    return connection.execute(delete(SessionRow).where(SessionRow.hash.in_(list(hashes)))).rowcount


def end_sessions_of(connection: Connection, editor: str) -> int:
    """Delete all sessions and unused links of an editor; return how many sessions there were."""
    connection.execute(delete(SignInLinkRow).where(SignInLinkRow.editor == editor))
    return connection.execute(delete(SessionRow).where(SessionRow.editor == editor)).rowcount


def list_editors(connection: Connection) -> set[str]:
    """Return the editors as they were last stored."""
    return set(connection.scalars(select(EditorRow.name)))


def set_editors(connection: Connection, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Store the editors; return those who are new and those who are gone, whose sessions end."""
    known = list_editors(connection)
    added = [name for name in names if name not in known]
    removed = sorted(known.difference(names))
    if added:
        time = now(connection)
        rows = [{"name": name, "since": time} for name in added]
        connection.execute(insert(EditorRow), rows)
    for name in removed:
        end_sessions_of(connection, name)
        connection.execute(delete(EditorRow).where(EditorRow.name == name))
    return added, removed


def count_failures(connection: Connection, network: str, period: timedelta) -> int:
    """Return how often a network failed to sign in during the current period."""
    query = select(SignInFailure.count).where(
        SignInFailure.network == network, SignInFailure.since > now(connection) - period
    )
    return connection.scalar(query) or 0


def add_failure(connection: Connection, network: str, period: timedelta) -> None:
    """Count a failed sign-in, and delete the counts of former periods."""
    time = now(connection)
    connection.execute(delete(SignInFailure).where(SignInFailure.since <= time - period))
    row = update(SignInFailure).where(SignInFailure.network == network)
    if not connection.execute(row.values(count=SignInFailure.count + 1)).rowcount:
        values = {"network": network, "since": time, "count": 1}
        connection.execute(insert(SignInFailure).values(values))
