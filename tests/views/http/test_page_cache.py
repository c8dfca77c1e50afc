"""Answers that are given again: who has one is told so, and no one gets another's."""

import gc
import random
import re
import threading
import tracemalloc

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, create_environ

from webapp.catalog.catalog import Catalog
from webapp.config import Settings
from webapp.records import Record
from webapp.store.edits import Edit
from webapp.telemetry.requests import ENDPOINT
from webapp.views.http.page_cache import Memory
from webapp.views.http.responses import SECURITY_HEADERS

HTMX = {"HX-Request": "true", "HX-Source": "form#search"}
PUBLICATION = "/publications/feng2023tensorir"


@pytest.fixture
def rendered(app: Flask) -> list[str]:
    """The paths of the requests that reach Flask."""
    paths: list[str] = []

    @app.before_request
    def note() -> None:
        paths.append(request.full_path)

    return paths


def etag(answer: TestResponse) -> str:
    return str(answer.headers["ETag"])


@pytest.mark.parametrize("path", ["/", "/?q=tensor", PUBLICATION])
def test_who_has_the_answer_is_told_so_before_any_work(
    client: FlaskClient, rendered: list[str], path: str
) -> None:
    tag = etag(client.get(path))
    rendered.clear()
    answer = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (answer.status_code, answer.data, etag(answer)) == (304, b"", tag)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert rendered == []


def test_a_kept_answer_is_given_again_as_it_was(client: FlaskClient, rendered: list[str]) -> None:
    first = client.get("/?q=tensor")
    rendered.clear()
    again = client.get("/?q=tensor")
    assert (again.data, again.status_code) == (first.data, 200)
    kept = dict(first.headers)
    assert {name: again.headers[name] for name in kept if name != "X-Request-ID"} == {
        name: value for name, value in kept.items() if name != "X-Request-ID"
    }
    assert rendered == []


def test_head_has_the_headers_alone(client: FlaskClient) -> None:
    first = client.get("/")
    answer = client.head("/")
    assert (answer.status_code, answer.data) == (200, b"")
    assert etag(answer) == etag(first)


def test_pages_fragments_hosts_encodings_and_prefixes_are_told_apart(client: FlaskClient) -> None:
    page = client.get("/?q=tensor")
    typing = client.get("/?q=tensor", headers=HTMX)
    link = client.get("/?q=tensor", headers={**HTMX, "HX-Source": "a"})
    restored = client.get("/?q=tensor", headers={**HTMX, "HX-History-Restore-Request": "true"})
    other = client.get("/?q=tensor", headers={"Host": "other.example"})
    below = client.get("/?q=tensor", environ_overrides={"SCRIPT_NAME": "/pubs"})
    packed = client.get("/?q=tensor", headers={"Accept-Encoding": "gzip"})
    assert len({etag(answer) for answer in (page, typing, link, other, below)}) == 5
    assert etag(restored) == etag(page)
    assert (typing.headers["HX-Replace-Url"], link.headers["HX-Push-Url"]) == ("/?q=tensor",) * 2
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/?q=tensor").headers


def test_another_form_of_a_kept_page_is_still_given(client: FlaskClient) -> None:
    tag = etag(client.get(PUBLICATION))
    headers = {"Accept": "application/x-bibtex", "If-None-Match": tag}
    answer = client.get(PUBLICATION, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PUBLICATION}.bib")


def test_a_change_of_the_catalog_ends_what_was_kept(client: FlaskClient, catalog: Catalog) -> None:
    before = client.get("/")
    catalog.save([Edit(Record(key="new", type="misc", title="Zymurgy"))], "test")
    lagging = client.get("/", headers={"If-None-Match": etag(before)})
    assert (lagging.status_code, lagging.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in lagging.headers
    for thread in threading.enumerate():
        if thread.name == "index-follower":
            thread.join(60)
    after = client.get("/", headers={"If-None-Match": etag(before)})
    assert after.status_code == 200
    assert re.search(r"Zymurgy", after.text)


def test_errors_and_redirects_are_not_kept(client: FlaskClient, rendered: list[str]) -> None:
    for path, status in (("/publications/none", 404), ("/?q=+a&page=1", 302)):
        assert client.get(path).status_code == status
        rendered.clear()
        assert client.get(path).status_code == status
        assert len(rendered) == 1


def test_what_is_kept_takes_the_memory_that_the_setting_allows(app: Flask) -> None:
    """Short answers, whose headers are more than their bodies, and longer ones."""
    memory = Memory(app, Settings(page_cache_mb=1))
    dice = random.Random(1)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(4_000):
            answer = Response(dice.randbytes(dice.choice((200, 2_000))))
            answer.headers.extend({**SECURITY_HEADERS, "HX-Replace-Url": f"/?q={number}"})
            answer.set_etag(f"{number:024x}")
            environ = {**create_environ(), ENDPOINT: "pages.index"}
            memory.keep(f"{number:024x}", environ, answer)
        memory.keep("too large", environ, Response(bytes(2 << 20)))
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.7 < taken / 2**20 < 1.4  # what other threads of the tests take is counted, too
