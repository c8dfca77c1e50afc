"""A bound on the time that one entry takes, so that no entry costs the others.

DESIGN: every pattern and loop of the readers is meant to be linear; this holds where one is not.
Only a signal interrupts a regular expression, so a timer of the process raises the exception where
the reader happens to be. That is sound because a reader changes nothing but its own objects, which
are thrown away. Processor time is counted, so a busy machine rejects nothing. Python runs signal
handlers in the main thread only: elsewhere, and where there are no such timers, nothing is bounded.
"""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Final, TypeVar

from .reading import Block, Problem

T = TypeVar("T")

SECONDS = 10.0  # of processor time; real entries take a few thousandths
_AGAIN: Final = 1.0  # seconds after which it is raised once more, where a library swallowed it


class TookTooLong(BaseException):
    """An entry took longer than SECONDS. No `except Exception` of a library stops it."""


class time_limit:  # noqa: N801  used as a function is
    """A context that raises TookTooLong in its body when that takes more than `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._active = False

    def __enter__(self) -> None:
        in_main_thread = threading.current_thread() is threading.main_thread()
        if not in_main_thread or not hasattr(signal, "setitimer"):
            return
        self._active = True
        signal.signal(signal.SIGVTALRM, self._stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, self._seconds, _AGAIN)

    def __exit__(self, *_: object) -> None:
        if self._active:
            self._active = False
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self._active:
            raise TookTooLong


def guarded(
    make: Callable[[], T], line: int, key: str, seconds: float | None = None
) -> T | Problem:
    """What `make` makes of an entry, or the problem that it took too long or broke the reader."""
    seconds = SECONDS if seconds is None else seconds
    try:
        with time_limit(seconds):
            return make()
    except TookTooLong:
        message = f"Reading it took more than {seconds:.3g} seconds, so it was left out."
        return Problem(line, key, "took-too-long", message, rejected=True)
    except Exception as error:
        fault = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        message = f"Octavo failed to read it ({fault}), so it was left out; please report it."
        return Problem(line, key, "reader-fault", message, rejected=True)


def each_guarded(
    entries: Iterable[T | Problem], make: Callable[[T], Block], line_of: Callable[[T], int]
) -> Iterator[Block | Problem]:
    """The block of each entry, or a problem in its place; problems are passed on."""
    for entry in entries:
        if isinstance(entry, Problem):
            yield entry
        else:
            yield guarded(lambda entry=entry: make(entry), line_of(entry), "")  # type: ignore[misc]
