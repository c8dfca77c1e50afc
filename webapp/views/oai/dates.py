"""The two forms of time in OAI-PMH: days and seconds, always in UTC."""

import re
from datetime import UTC, datetime, timedelta

from .errors import ProtocolError

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_REST_OF_DAY = timedelta(days=1) - timedelta(seconds=1)


def written(moment: datetime) -> str:
    """Return a time as answers have it: 2026-11-29T12:00:00Z."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def read_range(begin: str, end: str) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last second of `from` and `until`; None for an empty one.

    Raises ProtocolError for what is no time, and for a range that ends before it begins.
    """
    if begin and end and bool(_DAY.fullmatch(begin)) != bool(_DAY.fullmatch(end)):
        raise ProtocolError(
            "badArgument", "from and until must be written alike: both as days or both as seconds."
        )
    first, last = _read("from", begin), _read("until", end)
    if last and _DAY.fullmatch(end):
        last += _REST_OF_DAY
    if first and last and first > last:
        raise ProtocolError("badArgument", "from is later than until.")
    return first, last


def _read(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        if _SECOND.fullmatch(text):
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise ProtocolError(
        "badArgument", f"{name} is not a time such as 2026-11-29 or 2026-11-29T12:00:00Z."
    )
