"""Corrections that visitors propose: stored until an editor decides, or for `KEPT_FOR`.

DESIGN. An address may send a few a day. What is stored of it is an HMAC with a secret of the day;
the first correction of another day deletes the secret and the counts, so no stored value leads back
to an address after that.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from .tables import CorrectionCount, CorrectionDay, CorrectionRow

KEPT_FOR: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction: of each field its name, its value as loaded, and the new one."""

    publication_id: int
    changes: Sequence[tuple[str, str, str]]
    name: str = ""
    email: str = ""
    id: int = 0
    at: datetime | None = None


def add(connection: Connection, correction: Correction) -> None:
    """Store a correction, and delete those that were not decided about for `KEPT_FOR`."""
    now = datetime.now(UTC)
    connection.execute(delete(CorrectionRow).where(CorrectionRow.at < now - KEPT_FOR))
    values = {
        "publication_id": correction.publication_id,
        "changes": [list(change) for change in correction.changes],
        "name": correction.name,
        "email": correction.email,
        "at": now,
    }
    connection.execute(insert(CorrectionRow).values(values))


def count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(CorrectionRow)) or 0


def latest(connection: Connection, limit: int) -> list[Correction]:
    """Return the oldest corrections first."""
    query = select(CorrectionRow.__table__).order_by(CorrectionRow.id).limit(limit)
    return [_correction(row) for row in connection.execute(query)]


def get(connection: Connection, number: int) -> Correction | None:
    query = select(CorrectionRow.__table__).where(CorrectionRow.id == number)
    row = connection.execute(query).one_or_none()
    return _correction(row) if row else None


def remove(connection: Connection, number: int) -> None:
    connection.execute(delete(CorrectionRow).where(CorrectionRow.id == number))


def count_of_sender(connection: Connection, address: str) -> int:
    """Count a correction of an address; return how many it has sent today with this one."""
    sender = hmac.new(_secret(connection), address.encode(), "sha256").hexdigest()
    row = update(CorrectionCount).where(CorrectionCount.sender == sender)
    if not connection.execute(row.values(count=CorrectionCount.count + 1)).rowcount:
        connection.execute(insert(CorrectionCount).values(sender=sender, count=1))
    query = select(CorrectionCount.count).where(CorrectionCount.sender == sender)
    return connection.scalar(query) or 0


def _secret(connection: Connection) -> bytes:
    """Return the secret of this day; the first of a day replaces the former one."""
    day = datetime.now(UTC).date().isoformat()
    secret = connection.scalar(select(CorrectionDay.secret).where(CorrectionDay.day == day))
    if secret is None:
        secret = secrets.token_bytes(32)
        connection.execute(delete(CorrectionDay))
        connection.execute(delete(CorrectionCount))
        connection.execute(insert(CorrectionDay).values(day=day, secret=secret))
    return secret


def _correction(row: Row[tuple[object, ...]]) -> Correction:
    changes = [(name, loaded, value) for name, loaded, value in row.changes]
    return Correction(row.publication_id, changes, row.name, row.email, row.id, row.at)
