"""Limits of the present process, for processes that read what others wrote."""

import resource
from contextlib import suppress
from pathlib import Path


def lower_limit(kind: int, value: int) -> None:
    """Lower a limit of this process. A service manager may have a lower one, or forbid it."""
    _, hard = resource.getrlimit(kind)
    lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (lower, lower))


def limit_more_memory(size: int) -> None:
    """Let this process take at most some more bytes of addresses than it has now.

    What libraries reserve when they are imported depends on the number of processors.
    """
    pages = 0
    with suppress(OSError, ValueError, IndexError):  # not Linux
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    lower_limit(resource.RLIMIT_AS, pages * resource.getpagesize() + size)


def limit_next_seconds(seconds: int) -> None:
    """End this process when it has used some more seconds of CPU time from now on."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
