"""How long a writer waits for another one."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

BUSY_TIMEOUT = 30  # seconds


@dataclass(frozen=True, slots=True)
class LockWait:
    """How many seconds to wait for another writer; `notify` is called if it takes long."""

    seconds: int = BUSY_TIMEOUT
    notify: Callable[[], None] | None = None


def lock_wait(engine: Engine) -> LockWait:
    """Return how long the connections of an engine wait for another writer."""
    wait: LockWait = engine.get_execution_options().get("octavo_lock_wait", LockWait())
    return wait


def set_lock_wait(engine: Engine, wait: LockWait) -> None:
    """Set how long the connections that an engine opens from now on wait for another writer."""
    engine.dispose()
    engine.update_execution_options(octavo_lock_wait=wait)
