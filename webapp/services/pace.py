"""When a host may be asked next, by the table, by what it says itself, and after failures."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

WAITS: Final = (2.0, 4.0, 8.0, 16.0)  # seconds before each further attempt, if a host names none
LONGEST_WAIT: Final = 60.0
_JITTER: Final = 0.25  # as a share: clients that failed together do not come back together
_SHORTEST: Final = 0.1
_INTERVAL = re.compile(r"(\d{1,9})\s?(s|ms|m)?")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0}
_MARGIN: Final = 1.1


@dataclass(slots=True)
class Pace:
    """The pace of one host in this run."""

    seconds: float  # between the starts of two requests
    next_start: float = 0.0  # by a clock that only advances
    failures: int = 0  # answers in a row that did not come
    given_up: str = ""  # why the host is left alone for the rest of the run

    def note_start(self, now: float) -> None:
        """Note that a request starts now."""
        self.next_start = now + self.seconds

    def note_headers(self, headers: Mapping[str, str], now: float) -> None:
        """Adapt to the rate that a host allows, and to a break that it asks for."""
        limit = _number(headers.get("X-Rate-Limit-Limit", ""))
        interval = _interval(headers.get("X-Rate-Limit-Interval", ""))
        if limit and interval:
            self.seconds = min(LONGEST_WAIT, max(_SHORTEST, interval / limit * _MARGIN))
        if backoff := _number(headers.get("Backoff", "")):  # Zotero
            self.next_start = max(self.next_start, now + backoff)


def wait_before_attempt(attempt: int, retry_after: str, now: float) -> float | None:
    """Return the seconds before attempt 1, 2 ...; None if a host asks for too long a break."""
    seconds = _retry_after(retry_after, now)
    if seconds is None:
        return WAITS[attempt - 1] * (1 + random.uniform(0, _JITTER))  # noqa: S311  no secret
    return seconds if seconds <= LONGEST_WAIT else None


def _retry_after(value: str, now: float) -> float | None:
    """Return the seconds that a header asks for, in seconds or as a date."""
    if re.fullmatch(r"\d{1,9}", value.strip()):
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now)


def _number(value: str) -> float:
    return float(value) if re.fullmatch(r"\d{1,9}", value.strip()) else 0.0


def _interval(value: str) -> float:
    match = _INTERVAL.fullmatch(value.strip())
    return int(match[1]) * _UNITS[match[2] or "s"] if match else 0.0
