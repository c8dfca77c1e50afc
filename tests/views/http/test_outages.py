"""While the database is away, what is known is served, and the rest is 503."""

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.site import gunicorn, listening
from tests.catalog.test_indexing import wait_for_update
from tests.conftest import ON_BOTH_DATABASES, running
from tests.editors import EDITING, SAME_ORIGIN, TOKEN, form_of, sign_in
from tests.postgresql import PostgreSQL
from tests.sites import Site
from tests.sites import site as site_with
from tests.torture.site import ask
from webapp.catalog import IndexFollower, synchronise
from webapp.errors import DatabaseUnavailableError
from webapp.records import Record
from webapp.site import site
from webapp.store.connections import current_revision
from webapp.store.edits import Edit

__all__ = ["site_with"]  # the fixture

SLUG = "feng2023tensorir"
PUBLICATION = f"/publications/{SLUG}"
TYPING = {"HX-Request": "true", "HX-Source": "input#q"}
NOTICE = "The site can’t reach its database."


Away = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def away(request: pytest.FixtureRequest, app: Flask, database_kind: str) -> Away:
    """A function that takes the database away for a block, and waits for it at the end."""
    server = request.getfixturevalue("postgresql") if database_kind == "postgresql" else None

    @contextmanager
    def take_away() -> Iterator[None]:
        with stopped(server) if server else moved(app):
            yield
        wait_for(lambda: current_revision(site(app).catalog.database))

    return take_away


@contextmanager
def moved(app: Flask) -> Iterator[None]:
    """Move the file of SQLite away. A folder in its place cannot be opened."""
    database, elsewhere = Path(app.instance_path, "octavo.db"), Path(app.instance_path, "elsewhere")
    site(app).catalog.database.dispose()
    database.rename(elsewhere)
    database.mkdir()
    try:
        yield
    finally:
        database.rmdir()
        elsewhere.rename(database)


@contextmanager
def stopped(server: PostgreSQL) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


def wait_for(read: Callable[[], object]) -> None:
    """Wait until the database can be read."""
    while True:
        try:
            read()
        except DatabaseUnavailableError:
            time.sleep(0.02)
        else:
            return


def assert_known(answer: TestResponse) -> None:
    """Check that a response has what is known, says so, and is not stored."""
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "X-Accel-Expires" not in answer.headers
    (notice,) = BeautifulSoup(answer.text, "html.parser").select(".notice")
    assert notice.text.startswith(NOTICE)


def assert_unavailable(answer: TestResponse) -> None:
    """Check that a response is an error page in the site's own look."""
    assert answer.status_code == 503
    assert "no-store" in answer.headers["Cache-Control"]
    assert int(answer.headers["Retry-After"]) <= 10
    assert "Temporarily unavailable" in answer.text
    assert NOTICE not in answer.text


def text_without_notice(answer: TestResponse) -> str:
    soup = BeautifulSoup(answer.text, "html.parser")
    for notice in soup.select(".notice"):
        notice.decompose()
    return " ".join(soup.get_text().split())


@ON_BOTH_DATABASES
@pytest.mark.parametrize("path", ["/", "/?q=tensor", "/?type=article&sort=oldest", PUBLICATION])
def test_known_pages_are_served_with_a_notice(
    app: Flask, client: FlaskClient, path: str, away: Away
) -> None:
    before = client.get(path)
    validator = {"If-None-Match": before.headers["ETag"]}
    with away():
        answer = client.get(path)
        assert_known(answer)
        assert text_without_notice(answer) == text_without_notice(before)
        assert_known(client.get(path, headers=validator))
    again = client.get(path)
    assert again.headers["ETag"] == before.headers["ETag"]
    assert again.data == before.data


def test_typing_goes_on_in_known_records(app: Flask, client: FlaskClient, away: Away) -> None:
    client.get("/")
    with away():
        for length in range(1, len("tensor ")):
            answer = client.get(f"/?q={'tensor '[:length]}", headers=TYPING)
            assert_known(answer)
            assert "<html" not in answer.text
            assert answer.text.count('class="facet') > 1


def test_parts_of_known_publications_are_served(
    app: Flask, client: FlaskClient, away: Away
) -> None:
    paths = [f"{PUBLICATION}/abstract", f"{PUBLICATION}/cite", f"{PUBLICATION}.bib"]
    headers = {"HX-Request": "true"}
    before = {path: client.get(path, headers=headers).text for path in paths}
    with away():
        for path in paths:
            answer = client.get(path, headers=headers)
            assert (answer.status_code, answer.text) == (200, before[path])
            assert answer.headers["Cache-Control"] == "no-store"
        assert_unavailable(client.get("/publications.bib"))


@ON_BOTH_DATABASES
@pytest.mark.parametrize(
    "path", ["/", PUBLICATION, "/publications.bib", "/publications.atom", "/sitemap.xml", "/print"]
)
def test_what_is_not_known_is_unavailable(
    app: Flask, client: FlaskClient, path: str, away: Away
) -> None:
    with away():
        assert_unavailable(client.get(path))
    assert client.get(path).status_code == 200


def test_a_fragment_that_is_not_known_is_unavailable(
    app: Flask, client: FlaskClient, away: Away
) -> None:
    with away():
        answer = client.get("/?q=tensor", headers=TYPING)
        assert_unavailable(answer)
        assert "<html" not in answer.text


def test_a_publication_that_was_hidden_is_not_shown_from_what_is_known(
    app: Flask, client: FlaskClient, away: Away
) -> None:
    catalog = site(app).catalog
    client.get("/")
    client.get(PUBLICATION)
    stored = catalog.get(SLUG)
    assert stored
    catalog.save([Edit(None, stored.id)], "remove")
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    client.get("/healthz")  # the revision is read, and nothing else
    with away():
        assert_unavailable(client.get(PUBLICATION))
        assert SLUG not in client.get("/").text


@ON_BOTH_DATABASES
def test_an_outage_is_logged_twice(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, away: Away
) -> None:
    caplog.set_level(logging.INFO)
    client.get("/")
    with away():
        for path in ("/", PUBLICATION, "/sitemap.xml", "/readyz", "/"):
            client.get(path)
    for _ in range(3):
        client.get("/")
    lost, back = caplog.messages
    assert lost.startswith("The database is away, so only what is known is served: ")
    assert lost.partition(": ")[2]
    assert back.startswith("The database is back after ")


@ON_BOTH_DATABASES
def test_readiness_and_metrics_say_that_the_database_is_away(
    app: Flask, client: FlaskClient, away: Away
) -> None:
    client.get("/")
    with away():
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json["status"]) == (200, "degraded")
        assert answer.json["problems"] == [
            "the database does not answer; only what is known is served"
        ]
        assert "\noctavo_database_up 0\n" in client.get("/metrics").text
    assert client.get("/readyz").json["status"] == "ready"
    assert "\noctavo_database_up 1\n" in client.get("/metrics").text


def test_a_site_that_starts_without_its_database_recovers(instance: Path) -> None:
    with running(instance) as app, moved(app):
        client = app.test_client()
        assert_unavailable(client.get("/"))
        assert client.get("/readyz").status_code == 503
    assert client.get("/").status_code == 200
    assert client.get("/readyz").status_code == 200


@ON_BOTH_DATABASES
def test_an_index_follows_as_soon_as_the_database_is_back(app: Flask, away: Away) -> None:
    catalog, follower = site(app).catalog, site(app).index_follower
    with away():
        follow(follower)  # does not know yet
        assert catalog.is_away
        assert follower.problem == ""
    catalog.save([Edit(Record(key="n", type="misc", title="Zymurgy"))], "test")
    follow(follower)
    assert catalog.state().settled


def follow(follower: IndexFollower) -> None:
    """Start an update and wait for it."""
    follower.notice()
    wait_for_update()


def test_a_form_that_cannot_be_saved_is_shown_again_and_saved_later(site_with: Site) -> None:
    client = site_with(**EDITING)
    sign_in(client)
    sent = form_of(client.get("/edit/add/new"))
    sent["field:title"], sent["pasted:author"] = "Zymurgy", "Doe, Jane"
    with moved(client.application):
        assert_unavailable(client.get("/edit/"))
        answer = client.post("/edit/add/new", data=sent, headers=SAME_ORIGIN)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) <= 10
        assert "Zymurgy" in answer.text
    again = {**sent, "csrf_token": TOKEN.findall(answer.text)[0]}
    answer = client.post("/edit/add/new", data=again, headers=SAME_ORIGIN)
    assert answer.status_code == 303, answer.text


def test_a_running_server_outlives_its_database(
    postgresql_instance: Path, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    path = tmp_path / "octavo.sock"
    one_worker = {"WEB_CONCURRENCY": "1"}
    with listening(path) as listener, gunicorn(postgresql_instance, listener, one_worker):
        before = ask(path, PUBLICATION)
        with stopped(postgresql):
            wait_until(lambda: NOTICE in ask(path, PUBLICATION).text)
            assert ask(path, "/sitemap.xml").status == 503
            assert '"degraded"' in ask(path, "/readyz").text
        wait_until(lambda: ask(path, PUBLICATION) == before)
        assert ask(path, "/sitemap.xml").status == 200
    log = (postgresql_instance / "server.log").read_text()
    assert log.count("The database is away") == log.count("The database is back") == 1


@pytest.fixture
def postgresql_instance(
    postgresql: PostgreSQL,
    seed_in_postgresql: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    with postgresql.database(template="seed") as name:
        monkeypatch.setenv("OCTAVO_DATABASE_URL", postgresql.url(name))
        yield Path(shutil.copytree(seed_in_postgresql, tmp_path / "served"))


def wait_until(is_true: Callable[[], bool]) -> None:
    while not is_true():
        time.sleep(0.02)
