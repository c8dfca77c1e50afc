"""What gunicorn's hooks do before and after the fork."""

import signal
import sys
from collections.abc import Iterator
from queue import SimpleQueue

import pytest
from flask import Flask

from webapp.serving import init_worker


@pytest.fixture(autouse=True)
def _process_settings() -> Iterator[None]:
    """Restore what a worker changes in its process."""
    interval, handler = sys.getswitchinterval(), signal.getsignal(signal.SIGTERM)
    yield
    sys.setswitchinterval(interval)
    signal.signal(signal.SIGTERM, handler)


def test_a_worker_exits_if_sigterm_arrived_before_it_was_ready(app: Flask) -> None:
    signals: SimpleQueue[int] = SimpleQueue()
    signals.put(signal.SIGCHLD)
    init_worker(app, 1, signals)
    signals.put(signal.SIGTERM)
    with pytest.raises(SystemExit):
        init_worker(app, 2, signals)
