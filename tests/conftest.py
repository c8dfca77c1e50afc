"""What every test may ask for: a site of its own with the seed in it, programs, the shared data."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import HealthCheck, settings

from bench.server import SEED
from webapp import create_app
from webapp.catalog import Catalog
from webapp.models import db

IN_CI = os.environ.get("CI") == "true"

# The same examples in every run, and as long as they take: neither luck nor load fails a test.
settings.register_profile(
    "octavo", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("octavo")


def require_program(*names: str, package: str) -> str:
    """The path of the first of these programs that is installed.

    Without any the test is skipped, and says which package to install. In CI that is a failure:
    there everything has to run.
    """
    for name in names:
        if path := shutil.which(name):
            return path
    message = f"{' or '.join(names)} is not installed: apt-get install {package}"
    if IN_CI:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files that OCTAVO_TEST_DATA names; absent, the test is skipped."""
    folder = os.environ.get("OCTAVO_TEST_DATA")
    if not folder:
        pytest.skip("OCTAVO_TEST_DATA names no folder of test data")
    return Path(folder)


@contextmanager
def running(instance: Path) -> Iterator[Flask]:
    """The site of an instance folder, its database closed at the end."""
    app = create_app(instance)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder as `octavo prepare` leaves it, of seven publications. Read only."""
    folder = shutil.copytree(SEED, tmp_path_factory.mktemp("seed"), dirs_exist_ok=True)
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def instance(seed: Path, tmp_path: Path) -> Path:
    """A copy of the seed that the test may change."""
    return Path(shutil.copytree(seed, tmp_path / "instance"))


@pytest.fixture
def app(instance: Path) -> Iterator[Flask]:
    with running(instance) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def catalog(app: Flask) -> Catalog:
    """The seed, its index up to date."""
    found: Catalog = app.extensions["catalog"]
    return found


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()
