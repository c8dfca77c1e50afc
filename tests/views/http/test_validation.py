"""Conditional requests: 304 if a visitor has the response, and never another visitor's response."""

import re

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.catalog.test_indexing import wait_for_update
from tests.sites import Site, site
from webapp.catalog.catalog import Catalog
from webapp.records import Record
from webapp.store.edits import Edit

__all__ = ["site"]  # the fixture

HTMX = {"HX-Request": "true", "HX-Source": "form#search"}
PUBLICATION = "/publications/feng2023tensorir"


@pytest.fixture
def rendered(app: Flask) -> list[str]:
    """Return a list that collects the paths of requests that reach Flask."""
    paths: list[str] = []

    @app.before_request
    def add_path() -> None:
        paths.append(request.full_path)

    return paths


def etag(response: TestResponse) -> str:
    return str(response.headers["ETag"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/?q=tensor", PUBLICATION])
def test_a_current_etag_gets_304_before_any_rendering(
    client: FlaskClient, rendered: list[str], path: str, method: str
) -> None:
    tag = etag(client.get(path))
    rendered.clear()
    response = client.open(path, method=method, headers={"If-None-Match": f'"other", {tag}'})
    assert (response.status_code, response.data, etag(response)) == (304, b"", tag)
    assert response.headers["Cache-Control"] == "no-cache"
    assert rendered == []


def test_the_same_request_gets_the_same_response(client: FlaskClient) -> None:
    first, second = client.get("/?q=tensor"), client.get("/?q=tensor")
    assert (second.data, second.status_code) == (first.data, 200)
    headers = [
        {name: value for name, value in response.headers if name != "X-Request-ID"}
        for response in (first, second)
    ]
    assert headers[0] == headers[1]


def test_head_returns_only_the_headers(client: FlaskClient) -> None:
    first = client.get("/")
    response = client.head("/")
    assert (response.status_code, response.data) == (200, b"")
    assert etag(response) == etag(first)


def test_pages_fragments_hosts_and_prefixes_have_different_etags(client: FlaskClient) -> None:
    page = client.get("/?q=tensor")
    typing = client.get("/?q=tensor", headers=HTMX)
    link = client.get("/?q=tensor", headers={**HTMX, "HX-Source": "a"})
    restored = client.get("/?q=tensor", headers={**HTMX, "HX-History-Restore-Request": "true"})
    other = client.get("/?q=tensor", headers={"Host": "other.example"})
    below = client.get("/?q=tensor", environ_overrides={"SCRIPT_NAME": "/pubs"})
    compressed = client.get("/?q=tensor", headers={"Accept-Encoding": "gzip"})
    assert len({etag(response) for response in (page, typing, link, other, below)}) == 5
    assert etag(restored) == etag(page)
    assert (typing.headers["HX-Replace-Url"], link.headers["HX-Push-Url"]) == ("/?q=tensor",) * 2
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/?q=tensor").headers


def test_an_etag_of_the_page_is_no_304_for_another_format(client: FlaskClient) -> None:
    tag = etag(client.get(PUBLICATION))
    headers = {"Accept": "application/x-bibtex", "If-None-Match": tag}
    response = client.get(PUBLICATION, headers=headers)
    assert (response.status_code, response.headers["Location"]) == (303, f"{PUBLICATION}.bib")


def test_a_change_of_the_catalog_invalidates_every_etag(
    client: FlaskClient, catalog: Catalog
) -> None:
    before = client.get("/")
    catalog.save([Edit(Record(key="new", type="misc", title="Zymurgy"))], "test")
    lagging = client.get("/", headers={"If-None-Match": etag(before)})
    assert (lagging.status_code, lagging.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in lagging.headers
    wait_for_update()
    after = client.get("/", headers={"If-None-Match": etag(before)})
    assert after.status_code == 200
    assert re.search(r"Zymurgy", after.text)


@pytest.mark.parametrize(
    "path", ["/", "/?q=tensor", PUBLICATION, "/facets/author", "/publications.atom"]
)
def test_nginx_may_store_pages_if_it_validates_every_use(site: Site, path: str) -> None:
    client = site(proxies=1)
    response = client.get(path)
    assert response.headers["X-Accel-Expires"] == "@1"  # a second after 1970
    known = client.get(path, headers={"If-None-Match": etag(response)})
    assert known.status_code == 304
    assert "X-Accel-Expires" not in known.headers
    assert "X-Accel-Expires" not in site(proxies=0).get(path).headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/publications/none", 404),
        ("/?q=+a&page=1", 302),
        ("/publications.bib", 200),
        ("/files/none.pdf", 404),
        ("/readyz", 200),
        ("/metrics", 200),
        ("/healthz", 200),
    ],
)
def test_nginx_may_not_store_errors_redirects_exports_and_states(
    site: Site, path: str, status: int
) -> None:
    with site(proxies=1).get(path) as response:
        assert response.status_code == status
        assert "X-Accel-Expires" not in response.headers


def test_nginx_may_not_store_a_page_while_the_index_is_behind(site: Site, catalog: Catalog) -> None:
    catalog.save([Edit(Record(key="new", type="misc", title="Zymurgy"))], "test")
    response = site(proxies=1).get("/")
    assert response.headers["Cache-Control"] == "no-store"
    assert "X-Accel-Expires" not in response.headers
