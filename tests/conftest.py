"""Fixtures for every test: a site with the seven example publications, programs, shared data."""

import gc
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache

from bench.server import SEED
from tests.postgresql import PROGRAMS, PostgreSQL, cluster
from webapp.application import create_app
from webapp.catalog.catalog import Catalog
from webapp.cli.services import EXTENSION as SERVICES
from webapp.services.hosts import HOSTS, Host
from webapp.site import site
from webapp.store.tables import db

# Variables that a shell, a service, a hook or `make` may have set, and that a site, its server, git
# or a nested make would use. Tests set what they need themselves.
FOREIGN_VARIABLES = re.compile(
    r"(?!OCTAVO_TEST_DATA$)(OCTAVO_|FLASK_|WERKZEUG_|GUNICORN_|LISTEN_|LC_|MAKE)|(LANGUAGE|PORT|"
    r"WEB_CONCURRENCY|NOTIFY_SOCKET|SENDFILE|BENCH_CLOCK|MFLAGS|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|"
    r"PYTHON(UTF8|IOENCODING|WARNINGS|PATH)|"
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|PREFIX))$"
)
# A folder that cannot exist: a test without an instance folder must not use the owner's.
NO_INSTANCE = "/dev/null/instance"
NOT_BY_PROXY = "localhost,127.0.0.1,::1,.example,.example.org"

COMPILED_TEMPLATES = tempfile.TemporaryDirectory()

IN_CI = os.environ.get("CI") == "true"

# The same examples in every run, without a time limit: neither chance nor load fails a test.
settings.register_profile(
    "octavo", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("octavo")


def pytest_configure() -> None:
    """Make the environment of tests and of the processes they start the same on every machine."""
    for name in filter(FOREIGN_VARIABLES.match, list(os.environ)):
        del os.environ[name]
    os.environ.update(OCTAVO_INSTANCE=NO_INSTANCE, LANG="C.UTF-8", TZ="UTC")
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), NOT_BY_PROXY)))
    time.tzset()
    os.umask(0o022)
    # Most tests create an application, and would spend most of their time compiling its templates.
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(COMPILED_TEMPLATES.name)}


def pytest_collection_finish() -> None:
    """Let the garbage collector ignore all that exists now: its visits took half of a test's time.

    `pytest tests/views/test_pages.py tests/curation/test_merging.py` takes 5 s of processor time
    instead of 11 (30 November 2026).
    """
    gc.freeze()


def require_program(*names: str, package: str, path: str | None = None) -> str:
    """Return the path of the first of these programs that is installed, by default in PATH.

    If there is none, skip the test with a message that names the package to install. In CI, where
    every test must run, fail it.
    """
    for name in names:
        if program := shutil.which(name, path=path):
            return program
    message = f"{' or '.join(names)} is not installed: apt-get install {package}"
    if IN_CI:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files that OCTAVO_TEST_DATA names; without it, the test is skipped."""
    folder = os.environ.get("OCTAVO_TEST_DATA")
    if not folder:
        pytest.skip("OCTAVO_TEST_DATA names no folder")
    return Path(folder)


@contextmanager
def running(instance: Path, services: Mapping[str, Host] = HOSTS) -> Iterator[Flask]:
    """Create the application of an instance folder; close its database at the end."""
    app = create_app(instance)
    app.extensions[SERVICES] = services
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with seven publications, after `octavo prepare`. Do not change it."""
    return _prepared(tmp_path_factory.mktemp("seed"))


def _prepared(folder: Path) -> Path:
    shutil.copytree(SEED, folder, dirs_exist_ok=True)
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL that runs. A test that stops it starts it again."""
    require_program("initdb", package="postgresql", path=PROGRAMS)
    with cluster() as server:
        yield server


@pytest.fixture(scope="session")
def seed_in_postgresql(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed with its publications in the database `seed`. Do not change it."""
    postgresql.create_database("seed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OCTAVO_DATABASE_URL", postgresql.url("seed"))
        return _prepared(tmp_path_factory.mktemp("seed-in-postgresql"))


BOTH_DATABASES = ("sqlite", "postgresql")
ON_BOTH_DATABASES = pytest.mark.parametrize("database_kind", BOTH_DATABASES, indirect=True)
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of a module with `DATABASES = BOTH_DATABASES` on both.

    A test that needs SQLite, such as one that looks into its file, is marked ON_SQLITE; in other
    modules, a test may be marked ON_BOTH_DATABASES.
    """
    databases = getattr(metafunc.module, "DATABASES", None)
    marks = metafunc.definition.iter_markers("parametrize")
    is_chosen = any(mark.args[0] == "database_kind" for mark in marks)
    if databases and not is_chosen and "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", databases, indirect=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database `instance` has."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def instance(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    database_kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """A copy of the seed that the test may change."""
    if database_kind == "sqlite":
        seed: Path = request.getfixturevalue("seed")
        yield Path(shutil.copytree(seed, tmp_path / "instance"))
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    seed = request.getfixturevalue("seed_in_postgresql")
    with server.database(template="seed") as name:
        monkeypatch.setenv("OCTAVO_DATABASE_URL", server.url(name))
        yield Path(shutil.copytree(seed, tmp_path / "instance"))


@pytest.fixture
def app(instance: Path) -> Iterator[Flask]:
    with running(instance) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def catalog(app: Flask) -> Catalog:
    """The catalog of the seed, with an index that is up to date."""
    return site(app).catalog


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()
