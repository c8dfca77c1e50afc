"""How long the parts of a request took, for one who asked; nearly free for anyone else."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

_phases: ContextVar[dict[str, float] | None] = ContextVar("phases", default=None)


@contextmanager
def measuring() -> Iterator[dict[str, float]]:
    """Seconds by the name of the part, filled while the block runs."""
    phases: dict[str, float] = {}
    token = _phases.set(phases)
    try:
        yield phases
    finally:
        _phases.reset(token)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Count the block as a part of the request, when someone measures it."""
    phases = _phases.get()
    start = perf_counter()
    try:
        yield
    finally:
        if phases is not None:
            phases[name] = phases.get(name, 0.0) + perf_counter() - start
