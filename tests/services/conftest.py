"""Fixtures: the fake services, and a client that reaches nothing else."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.clocks import FakeClock
from tests.services.fake import Fake, serve_fake
from webapp.services.client import Client


@pytest.fixture(scope="package")
def _server() -> Iterator[Fake]:
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    with serve_fake() as fake:
        yield fake


@pytest.fixture
def fake(_server: Fake) -> Fake:
    """The services, without requests and faults of other tests."""
    _server.requests.clear()
    _server.headers.clear()
    _server.faults.clear()
    return _server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(fake: Fake, clock: FakeClock, tmp_path: Path) -> Iterator[Client]:
    client = Client(
        "ada@example.org", "https://ada.example.org", tmp_path / "cache", fake.hosts, clock
    )
    yield client
    client.close()
