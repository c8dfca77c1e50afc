"""The time that the phases of a request take, measured only when the request asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

_phases: ContextVar[dict[str, float] | None] = ContextVar("phases", default=None)


@contextmanager
def measure_phases() -> Iterator[dict[str, float]]:
    """Measure the phases inside the block. The dictionary maps their names to seconds."""
    phases: dict[str, float] = {}
    token = _phases.set(phases)
    try:
        yield phases
    finally:
        _phases.reset(token)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Measure the block as a phase of the request, if `measure_phases` is active."""
    phases = _phases.get()
    start = perf_counter()
    try:
        yield
    finally:
        if phases is not None:
            phases[name] = phases.get(name, 0.0) + perf_counter() - start
