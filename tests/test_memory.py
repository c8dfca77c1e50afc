"""Answers that are given again: who has one is told so, and no one gets another's."""

import re
import threading

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.catalog import Catalog
from webapp.records import Record
from webapp.saving import Edit

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
