"""What every test may ask for: a site of its own with the seed in it, programs, the shared data."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import HealthCheck, settings

from bench.server import SEED
from webapp import create_app
from webapp.catalog.catalog import Catalog
from webapp.site import site
from webapp.store.tables import db

# What a shell, a service, a hook or `make` may have set that a site, its server, git or a nested
# make would take up. What tests need of it they set themselves.
SURROUNDINGS = re.compile(
    r"(?!OCTAVO_TEST_DATA$)(OCTAVO_|FLASK_|WERKZEUG_|GUNICORN_|LISTEN_|LC_|MAKE)|(LANGUAGE|PORT|"
    r"WEB_CONCURRENCY|NOTIFY_SOCKET|SENDFILE|BENCH_CLOCK|MFLAGS|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|"
    r"PYTHON(UTF8|IOENCODING|WARNINGS|PATH)|"
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|PREFIX))$"
)
# No folder, and none can be made there: a site that a test gives no instance folder must not use
# the one that the owner has.
NO_INSTANCE = "/dev/null/instance"
NOT_BY_PROXY = "localhost,127.0.0.1,::1,.example,.example.org"

IN_CI = os.environ.get("CI") == "true"

# The same examples in every run, and as long as they take: neither luck nor load fails a test.
settings.register_profile(
    "octavo", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("octavo")


def pytest_configure() -> None:
    """Make the surroundings of every test and of what it starts the same on every machine."""
    for name in filter(SURROUNDINGS.match, list(os.environ)):
        del os.environ[name]
    os.environ.update(OCTAVO_INSTANCE=NO_INSTANCE, LANG="C.UTF-8", TZ="UTC")
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), NOT_BY_PROXY)))
    time.tzset()
    os.umask(0o022)


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
    return site(app).catalog


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()
