"""Health checks, request ids, log lines and timings."""

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalog.test_indexing import wait_for_update
from tests.conftest import running
from tests.sites import Site, site
from webapp.catalog import IndexFollower, synchronise
from webapp.curation.refreshing import note_answer
from webapp.records import Record
from webapp.site import site as site_of
from webapp.store.edits import Edit
from webapp.views.operations import UPDATE_FAILED

__all__ = ["site"]  # the fixture


# -- health


def test_healthz_needs_no_database(site: Site, instance: Path) -> None:
    shutil.rmtree(instance)
    answer = site().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "alive\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_readyz_shows_the_revisions_of_database_and_index(client: FlaskClient, app: Flask) -> None:
    revision = str(site_of(app).catalog.state().revision)
    assert client.get("/readyz").json == {
        "status": "ready",
        "revision": revision,
        "index_revision": revision,
        "lag": 0,
        "problems": [],
    }


def test_readyz_and_metrics_show_when_each_source_last_answered(instance: Path) -> None:
    with (instance / "site.toml").open("a") as file:
        file.write(
            '[[sources]]\ndblp = "1/2"\n[[sources]]\ndblp = "3/4"\n'
            '[[sources]]\nbibtex = "https://example.org/secret.bib"\nname = "our \\"list\\""\n'
        )
    with running(instance) as app:
        note_answer(site_of(app).catalog, "dblp 3/4", works=5, not_fetched=0)
        (at,) = {answer.at for answer in site_of(app).catalog.source_answers().values()}
        client = app.test_client()
        times = client.get("/readyz").json["sources"]
        text = client.get("/metrics").text
    assert times == {"dblp": None, "dblp-2": at.isoformat(), 'our "list"': None}
    assert f'octavo_source_answered_seconds{{source="dblp-2"}} {at.timestamp():.15g}\n' in text
    assert 'octavo_source_answered_seconds{source="our \\"list\\""} 0\n' in text
    assert text.count("# TYPE octavo_source_answered_seconds gauge") == 1
    assert "secret" not in text


def test_readyz_shows_a_lag_and_stays_ready(client: FlaskClient, app: Flask) -> None:
    site_of(app).index_follower.notice = lambda: None
    catalog = site_of(app).catalog
    catalog.save([Edit(Record(key="n", type="misc", title="Zymurgy"))], "test")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["lag"]) == (200, 1)
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    assert client.get("/readyz").json["lag"] == 0


def test_without_an_index_the_site_is_not_ready_and_says_why(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(instance / "index")
    with running(instance) as app:
        monkeypatch.setattr(site_of(app).index_follower, "notice", lambda: None)
        answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["problems"] == ["the index is missing or damaged; it is being rebuilt"]


def test_without_a_database_the_site_is_not_ready(instance: Path) -> None:
    (instance / "octavo.db").unlink()
    with running(instance) as app:
        answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, "unready")


def follow(follower: IndexFollower) -> None:
    """Make the follower try again at once, and wait for it."""
    follower._not_before = 0.0  # noqa: SLF001
    follower.notice()
    wait_for_update()


def test_a_failing_index_update_is_logged_once(
    app: Flask,
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalog = site_of(app).catalog
    follower = site_of(app).index_follower
    catalog.save([Edit(Record(key="n", type="misc", title="Zymurgy"))], "test")

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(catalog.search, "update", full)
        for _ in range(3):
            follow(follower)
    (message,) = (message for message in caplog.messages if "No space left" in message)
    assert message.startswith("The index cannot be brought up to date; searches see an older state")
    assert client.get("/readyz").json["problems"] == [UPDATE_FAILED]
    follow(follower)
    assert client.get("/readyz").json["problems"] == []
    assert caplog.messages[-1] == "The index is up to date again"


# -- request lines


def test_a_request_line_does_not_contain_the_query(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    client = site(log_requests=True)
    answer = client.get("/?q=secret-word", headers={"Referer": "http://localhost/?q=secret-word"})
    (text,) = capfd.readouterr().out.splitlines()
    line = json.loads(text)
    assert "secret-word" not in text
    assert line["id"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/", 200)
    assert (line["endpoint"], line["client"]) == ("pages.index", "127.0.0.1")
    assert line["validation"] == "rendered"
    assert line["bytes"] == len(answer.data)


def test_the_query_is_logged_if_the_setting_says_so(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    site(log_requests=True, log_queries=True).get("/?q=word")
    assert json.loads(capfd.readouterr().out)["query"] == "q=word"


def test_no_request_breaks_a_log_line(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    site(log_requests=True, log_queries=True).get('/a%0a"b%ff\u2028?q=%0d%0a{"x":1}')
    (text,) = capfd.readouterr().out.splitlines()
    assert json.loads(text)["path"] == '/a\n"b\ufffd\u2028'


def test_an_error_is_logged_with_the_id_of_its_request(
    site: Site, capfd: pytest.CaptureFixture[str], instance: Path
) -> None:
    client = site(log_requests=True)
    (instance / "octavo.db").unlink()
    answer = client.get("/")
    assert answer.status_code == 503
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    ids = {line["id"] for line in lines if line["level"] == "error"}
    assert ids == {answer.headers["X-Request-ID"]}


def test_only_a_proxy_may_choose_the_request_id(site: Site) -> None:
    given = {"X-Request-ID": "0123456789abcdef"}
    assert site(proxies=1).get("/", headers=given).headers["X-Request-ID"] == "0123456789abcdef"
    assert site().get("/", headers=given).headers["X-Request-ID"] != "0123456789abcdef"
    odd = {"X-Request-ID": 'a" onclick="b'}
    assert '"' not in site(proxies=1).get("/", headers=odd).headers["X-Request-ID"]


def test_phases_are_timed_on_request(client: FlaskClient) -> None:
    assert "Server-Timing" not in client.get("/?q=tensor").headers
    timing = client.get("/?q=relax", headers={"X-Server-Timing": "1"}).headers["Server-Timing"]
    names = [part.partition(";")[0] for part in timing.split(", ")]
    assert {"search", "render"} < set(names)
    assert names[-1] == "total"
