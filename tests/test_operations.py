"""Health, metrics, request lines, and whom the site believes and answers."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.conftest import running
from webapp import create_app
from webapp.catalog import Catalog
from webapp.config import Settings, load_settings
from webapp.indexing import IndexFollower, synchronise
from webapp.metrics import BUCKETS, Board
from webapp.models import db
from webapp.records import Record
from webapp.saving import Edit
from webapp.views.limits import AT_A_TIME, RETRY_AFTER
from webapp.views.operations import NOT_MENDED

Site = Callable[..., FlaskClient]


@pytest.fixture
def site(instance: Path) -> Iterator[Site]:
    """A site with some settings, and a page that tells what it knows of the visitor."""
    with ExitStack() as stack:

        def make(**settings: Any) -> FlaskClient:
            chosen = {**load_settings(instance).model_dump(), **settings}
            app = create_app(instance, Settings.model_validate(chosen))
            app.add_url_rule("/visitor", "visitor", lambda: [request.url, request.remote_addr])

            @stack.callback
            def _close() -> None:
                with app.app_context():
                    db.engine.dispose()

            return app.test_client()

        yield make


def counts(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


# -- health


def test_alive_is_said_without_a_database(site: Site, instance: Path) -> None:
    shutil.rmtree(instance)
    answer = site().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "alive\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_says_what_database_and_index_hold(client: FlaskClient, app: Flask) -> None:
    revision = str(app.extensions["catalog"].state().revision)
    assert client.get("/readyz").json == {
        "status": "ready",
        "revision": revision,
        "index_revision": revision,
        "lag": 0,
        "problems": [],
    }


def test_a_lag_is_told_but_the_site_is_ready(client: FlaskClient, app: Flask) -> None:
    app.extensions["index_follower"].notice = lambda: None
    catalog: Catalog = app.extensions["catalog"]
    catalog.save([Edit(Record(key="n", type="misc", title="Zymurgy"))], "test")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["lag"]) == (200, 1)
    synchronise(catalog.database, catalog.search)
    assert client.get("/readyz").json["lag"] == 0


def test_without_an_index_the_site_is_not_ready_and_says_so(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(instance / "index")
    with running(instance) as app:
        monkeypatch.setattr(app.extensions["index_follower"], "notice", lambda: None)
        answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["problems"] == ["the index is missing or damaged, and is being made anew"]


def test_without_a_database_the_site_is_not_ready(instance: Path) -> None:
    (instance / "octavo.db").unlink()
    with running(instance) as app:
        answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, "unready")


def follow(follower: IndexFollower) -> None:
    """Let it try again, however recent the last attempt, and wait for it."""
    follower._not_before = 0.0  # noqa: SLF001
    follower.notice()
    for thread in threading.enumerate():
        if thread.name == "index-follower":
            thread.join(60)


def test_what_cannot_be_mended_is_said_once(
    app: Flask,
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalog: Catalog = app.extensions["catalog"]
    follower: IndexFollower = app.extensions["index_follower"]
    catalog.save([Edit(Record(key="n", type="misc", title="Zymurgy"))], "test")

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(catalog.search, "update", full)
        for _ in range(3):
            follow(follower)
    (said,) = (message for message in caplog.messages if "No space left" in message)
    assert said.startswith("The index cannot be brought up to date; searches see an older state")
    assert client.get("/readyz").json["problems"] == [NOT_MENDED]
    follow(follower)
    assert client.get("/readyz").json["problems"] == []
    assert caplog.messages[-1] == "The index is up to date again"


# -- metrics


def test_requests_searches_and_the_page_cache_are_counted(client: FlaskClient) -> None:
    before = counts(client.get("/metrics").text)
    answer = client.get("/?q=tensor")
    client.get("/?q=tensor")
    client.get("/?q=tensor", headers={"If-None-Match": answer.headers["ETag"]})
    client.get("/nowhere")
    after = counts(client.get("/metrics").text)
    more = {name: value - before.get(name, 0) for name, value in after.items()}
    assert more['octavo_requests_total{endpoint="pages.index",status="2xx"}'] == 2
    assert more['octavo_requests_total{endpoint="pages.index",status="304"}'] == 1
    assert more['octavo_requests_total{endpoint="none",status="4xx"}'] == 1
    assert more['octavo_request_seconds_count{endpoint="pages.index"}'] == 3
    assert more['octavo_request_seconds_bucket{endpoint="pages.index",le="+Inf"}'] == 3
    assert more["octavo_searches_total"] == 3
    results = {
        name: more[f'octavo_page_cache_total{{result="{name}"}}']
        for name in ("validated", "hit", "miss", "unsettled")
    }
    assert results == {"validated": 1, "hit": 1, "miss": 1, "unsettled": 0}
    assert (after["octavo_index_lag"], after["octavo_index_up"]) == (0, 1)


def test_the_rows_of_all_workers_are_added_up_and_outlive_them() -> None:
    board = Board(("page", "none"))
    for row in (1, 2, 2 + 64):
        board.take_row(row)
        board.count("page", 200, BUCKETS[2], "hit", searched=True)
    board.count("unheard-of", 503, 99.0, None, searched=False)
    found = counts(board.text({"lag": ("Lag.", 2.0)}))
    assert found['octavo_requests_total{endpoint="page",status="2xx"}'] == 3
    assert found['octavo_requests_total{endpoint="none",status="5xx"}'] == 1
    assert found['octavo_request_seconds_bucket{endpoint="page",le="0.0025"}'] == 0
    assert found['octavo_request_seconds_bucket{endpoint="page",le="0.005"}'] == 3
    assert found['octavo_request_seconds_bucket{endpoint="none",le="2.5"}'] == 0
    assert found['octavo_request_seconds_count{endpoint="none"}'] == 1
    assert found["lag"] == 2


@pytest.mark.parametrize(
    ("settings", "address", "forwarded", "status"),
    [
        ({}, "127.0.0.1", "", 200),
        ({}, "", "", 200),  # a Unix socket's own neighbour
        ({}, "192.0.2.1", "", 403),
        ({}, "127.0.0.1", "127.0.0.1", 403),  # a proxy that the settings do not know of
        ({"proxies": 1}, "127.0.0.1", "192.0.2.1", 403),
        ({"proxies": 1}, "127.0.0.1", "127.0.0.1, 192.0.2.1", 403),
        ({"proxies": 1}, "127.0.0.1", "192.0.2.1, 127.0.0.1", 200),
        ({"proxies": 1}, "127.0.0.1", "nonsense", 403),
        ({"metrics_from": "10.0.0.0/8"}, "10.9.8.7", "", 200),
    ],
)
def test_metrics_are_for_the_networks_of_the_setting(
    site: Site, settings: dict[str, Any], address: str, forwarded: str, status: int
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = site(**settings).get(
        "/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )
    assert answer.status_code == status


# -- request lines


def test_a_line_a_request_without_what_was_searched_for(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    client = site(log_requests=True)
    answer = client.get("/?q=secret-word", headers={"Referer": "http://localhost/?q=secret-word"})
    (text,) = capfd.readouterr().out.splitlines()
    line = json.loads(text)
    assert "secret-word" not in text
    assert line["id"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/", 200)
    assert (line["endpoint"], line["client"], line["cache"]) == ("pages.index", "127.0.0.1", "miss")
    assert line["bytes"] == len(answer.data)


def test_what_was_searched_for_is_logged_when_asked_for(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    site(log_requests=True, log_queries=True).get("/?q=word")
    assert json.loads(capfd.readouterr().out)["query"] == "q=word"


def test_nothing_that_a_visitor_sends_breaks_a_line(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    site(log_requests=True, log_queries=True).get('/a%0a"b%ff\u2028?q=%0d%0a{"x":1}')
    (text,) = capfd.readouterr().out.splitlines()
    assert json.loads(text)["path"] == '/a\n"b\ufffd\u2028'


def test_what_goes_wrong_is_a_line_with_the_id_of_its_request(
    site: Site, capfd: pytest.CaptureFixture[str], instance: Path
) -> None:
    client = site(log_requests=True)
    (instance / "octavo.db").unlink()
    answer = client.get("/")
    assert answer.status_code == 503
    said = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    ids = {line["id"] for line in said if line["level"] == "error"}
    assert ids == {answer.headers["X-Request-ID"]}


def test_the_proxy_may_name_a_request_and_nobody_else(site: Site) -> None:
    given = {"X-Request-ID": "0123456789abcdef"}
    assert site(proxies=1).get("/", headers=given).headers["X-Request-ID"] == "0123456789abcdef"
    assert site().get("/", headers=given).headers["X-Request-ID"] != "0123456789abcdef"
    odd = {"X-Request-ID": 'a" onclick="b'}
    assert '"' not in site(proxies=1).get("/", headers=odd).headers["X-Request-ID"]


def test_the_time_of_the_parts_is_told_to_who_asks(client: FlaskClient) -> None:
    assert "Server-Timing" not in client.get("/?q=tensor").headers
    told = client.get("/?q=relax", headers={"X-Server-Timing": "1"}).headers["Server-Timing"]
    names = [part.partition(";")[0] for part in told.split(", ")]
    assert {"search", "render"} < set(names)
    assert names[-1] == "total"


# -- proxies and hosts


FORWARDED = {
    "X-Forwarded-For": "192.0.2.9, 192.0.2.1",
    "X-Forwarded-Proto": "http, https",
    "X-Forwarded-Host": "evil.example, pubs.example.org",
    "X-Forwarded-Port": "666, 8443",
    "X-Forwarded-Prefix": "/evil, /pubs",
}


@pytest.mark.parametrize(
    ("proxies", "url", "address"),
    [
        (0, "http://localhost/visitor", "127.0.0.1"),
        (1, "https://pubs.example.org:8443/pubs/visitor", "192.0.2.1"),
        (2, "http://evil.example:666/evil/visitor", "192.0.2.9"),
        (3, "http://localhost/visitor", "127.0.0.1"),  # fewer than said: none is believed
    ],
)
def test_exactly_the_number_of_proxies_is_believed(
    site: Site, proxies: int, url: str, address: str
) -> None:
    answer = site(proxies=proxies).get("/visitor", headers=FORWARDED)
    assert answer.json == [url, address]


@pytest.mark.parametrize("prefix", ["//evil.example", "/a b", "/a?b", "pubs", "/\\evil.example"])
def test_a_prefix_that_is_no_path_is_left_out(site: Site, prefix: str) -> None:
    headers = {"X-Forwarded-Prefix": prefix, "X-Forwarded-Proto": "javascript"}
    answer = site(proxies=1).get("/visitor", headers=headers)
    assert answer.json[0] == "http://localhost/visitor"


def test_a_prefix_may_end_with_a_slash(site: Site) -> None:
    answer = site(proxies=1).get("/visitor", headers={"X-Forwarded-Prefix": "/pubs/"})
    assert answer.json[0] == "http://localhost/pubs/visitor"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("pubs.example.org", 200),
        ("pubs.example.org:8443", 200),
        ("a.example.net", 200),
        ("localhost", 200),
        ("evil.example", 400),
        ("pubs.example.org.evil.example", 400),
        ("pubs.example.org@evil.example", 400),
    ],
)
def test_other_hosts_are_not_answered_when_the_setting_names_some(
    site: Site, host: str, status: int
) -> None:
    client = site(hosts="pubs.example.org, .example.net")
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == status
    assert "evil" not in answer.text


# -- what every answer has


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/site.css", "/theme.css", "/healthz"])
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    answer = client.get(path, base_url="https://localhost", buffered=True)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Set-Cookie" not in answer.headers


def test_without_tls_nothing_is_promised_of_it(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_nothing_can_be_sent(client: FlaskClient, method: str) -> None:
    assert client.open("/", method=method, data=b"x").status_code == 405


def test_whole_lists_are_made_for_a_few_at_a_time(client: FlaskClient) -> None:
    reading = [client.get("/publications.bib") for _ in range(AT_A_TIME)]
    refused = client.get("/publications.bib")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, str(RETRY_AFTER))
    assert client.get("/").status_code == 200
    for answer in reading:
        answer.close()
    assert client.get("/publications.bib", buffered=True).status_code == 200
