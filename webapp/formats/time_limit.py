"""A limit on the time that one entry takes, so that no entry costs the others.

DESIGN: all patterns and loops of the readers should be linear; this limit holds where one is not.
Only a signal interrupts a regular expression, so a timer of the process raises the exception where
the reader happens to be. That is safe because a reader changes nothing but its own objects, which
are discarded. Processor time is measured, so a busy machine rejects nothing. Python runs signal
handlers in the main thread only: in other threads, and on systems without such timers, there is no
limit.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final, TypeVar

from .reading import Problem

T = TypeVar("T")

SECONDS = 10.0  # of processor time; real entries take a few thousandths
_REPEAT: Final = 1.0  # seconds until the exception is raised again, if a library swallowed it


class TookTooLong(BaseException):
    """An entry took longer than SECONDS. No library's `except Exception` catches it."""


class time_limit:  # noqa: N801  used like a function
    """A context manager that raises TookTooLong when its body takes more than `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._active = False

    def __enter__(self) -> None:
        in_main_thread = threading.current_thread() is threading.main_thread()
        if not in_main_thread or not hasattr(signal, "setitimer"):
            return
        self._active = True
        signal.signal(signal.SIGVTALRM, self._stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, self._seconds, _REPEAT)

    def __exit__(self, *_: object) -> None:
        if self._active:
            self._active = False
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self._active:
            raise TookTooLong


def guard(read: Callable[[], T], line: int, key: str, seconds: float | None = None) -> T | Problem:
    """Return what `read` returns, or a problem if it takes too long or raises."""
    seconds = SECONDS if seconds is None else seconds
    try:
        with time_limit(seconds):
            return read()
    except TookTooLong:
        message = (
            f"Reading this entry took more than {seconds:.3g} seconds, so it was left out. "
            "Shorten it."
        )
        return Problem(line, key, "took-too-long", message, rejected=True)
    except Exception as error:
        fault = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        message = (
            f"Octavo failed to read this entry ({fault}), so it was left out. Please report it."
        )
        return Problem(line, key, "reader-fault", message, rejected=True)
