"""The time, as the client needs it. Tests give it a clock that does not wait."""

import time
from typing import Final, Protocol


class Clock(Protocol):
    """The time and the way to wait."""

    def now(self) -> float:
        """Return the seconds since the epoch."""

    def monotonic(self) -> float:
        """Return seconds that no change of the system's time affects."""

    def wait(self, seconds: float) -> None:
        """Return after this time."""


class SystemClock:
    """The clock of the system."""

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that no change of the system's time affects."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Return after this time."""
        time.sleep(seconds)


SYSTEM_CLOCK: Final = SystemClock()
