"""Arbitrary requests: no server error, and no broken URL."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from bench.site import gunicorn, listening
from tests.conftest import running
from tests.sites import Site
from tests.sites import site as site_with
from tests.torture.site import ask as ask_site
from webapp.facets import FACETS
from webapp.formats.registry import FORMATS, LIST_EXPORTS
from webapp.views.http.responses import SECURITY_HEADERS

__all__ = ["site_with"]  # the fixture

EXTRA = """embed = ["https://www.uni.example"]
oai = true
oai_admin = "ada@example.org"
oai_id = "oai:pubs.example.org"
"""
PUBLICATION = "/publications/feng2023tensorir"
# Hosts that an address can be made of, and how it names them.
NAMED = {
    "example.org": "example.org",
    "EXAMPLE.org:8080": "example.org:8080",
    "example.org:80": "example.org",
    "example.org:": "example.org",
    "xn--a.com": "xn--a.com",
    "xn--fiqs8s.example": "xn--fiqs8s.example",
    "xn--": "xn--",
    "my_container:8000": "my_container:8000",
    "127.0.0.1:8000": "127.0.0.1:8000",
    "[::1]:8000": "[::1]:8000",
    "[2001:db8::1]": "[2001:db8::1]",
}
IMPOSSIBLE = (
    *("", " ", "a b", "a/b", "a@b", "a,b", "a..b", "<b>", 'a"b', "%41.example", "[::1", "::1"),
    *(
        "a.example:b",
        "a.example:0",
        "a.example:99999",
        "中国.example",
        "\xff.com",
        "a" * 300,
        "a\\b",
    ),
)
ACCEPTED = (
    *(FORMATS[name].media_type for name in LIST_EXPORTS.values()),
    *("*/*", "text/html", "application/*;q=0.9, text/html;q=0.1", "application/;q=x", ",;=", "q"),
)
KINDS = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b"a\nb", b"a\r\nX: y", b"\0", b"\xff\xfe", b"..", b"a?b", b"a#b", b"%0a", b"/"]
    ),
    st.sampled_from([b"feng2023tensorir", *(name.encode() for name in (*FACETS, *LIST_EXPORTS))]),
    st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace")),
)
PARAMETERS = (
    "q",
    "year",
    "from",
    "to",
    "venue",
    "author",
    "sort",
    "page",
    "more",
    "open",
    "v",
    "find",
    *("style", "group", "number", "people", "as"),
    "of",
    *("verb", "metadataPrefix", "identifier", "set", "until", "resumptionToken"),
    *("n", "style", "group", "heading", "list", "person", "url"),
)


@pytest.fixture(scope="module")
def site(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = Path(copytree(seed, tmp_path_factory.mktemp("requests") / "instance"))
    settings = folder / "site.toml"
    settings.write_text(f"{EXTRA}{settings.read_text()}")
    (folder / "files").mkdir()
    (folder / "files" / "paper.pdf").write_bytes(b"%PDF-1.4")
    with running(folder) as app:
        yield app


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


def ask(app: Flask, path: str, host: str | None, **given: str) -> TestResponse:
    """Return the response to a request with exactly this host, or without any."""
    environ = create_environ(path)
    environ.update(SERVER_NAME="", SERVER_PORT="", **given)
    del environ["HTTP_HOST"]
    if host is not None:
        environ["HTTP_HOST"] = host.encode().decode("latin-1")
    request = app.request_class(environ)
    return TestResponse(*run_wsgi_app(app.wsgi_app, environ, buffered=True), request=request)


def paths(app: Flask) -> list[str]:
    """Return every route, with {} for its parameters."""
    return sorted({re.sub(r"<.*?>", "{}", rule.rule) for rule in app.url_map.iter_rules()})


ROUTES = (
    *("/embed/frame.js", "/embed/frame.css"),
    *("/", "/publications/{}", "/publications/{}/abstract", "/publications/{}/cite", "/{}", "/{}/"),
    *("/publications/{}/authors", "/publications/{}/linkset", "/publications.{}"),
    *("/publications/{}.{}", "/publications.atom"),
    *(
        f"{start}{end}"
        for start in ("/people/{}", "/lists/{}", "/selection")
        for end in ("", ".{}", ".atom", "/export", "/print", "/document", "/select", "/facets/{}")
    ),
    *("/export", "/print", "/document", "/select", "/selection/bar", "/lists", "/people"),
    *("/facets/{}", "/files/{}", "/static/{}", "/theme.css", "/sitemap.xml", "/sitemap-{}.xml"),
    *("/embed", "/embed.html", "/embed.js", "/embed.json", "/embed/how"),
    *("/oai", "/robots.txt", "/healthz", "/readyz", "/metrics"),
)


def test_every_route_is_requested(site: Flask) -> None:
    assert set(paths(site)) <= set(ROUTES)


@settings(max_examples=300)
@given(
    route=st.sampled_from(ROUTES),
    words=st.lists(KINDS, min_size=2, max_size=2),
    host=st.one_of(st.none(), st.sampled_from([*NAMED, *IMPOSSIBLE]), st.text(max_size=10)),
    accept=st.one_of(st.sampled_from(ACCEPTED), st.text(max_size=10)),
    parameters=st.lists(st.tuples(st.sampled_from(PARAMETERS), st.text(max_size=12)), max_size=4),
    fragment=st.sampled_from(["", "form", "a"]),
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "BREW"]),
)
def test_no_request_causes_a_server_error(
    site: Flask,
    route: str,
    words: list[bytes],
    host: str | None,
    accept: str,
    parameters: list[tuple[str, str]],
    fragment: str,
    method: str,
) -> None:
    path = route.format(*(quote(word, safe="") for word in words))
    given = {"HTTP_HX_REQUEST": "true", "HTTP_HX_SOURCE": fragment} if fragment else {}
    answer = ask(
        site,
        f"{path}?{urlencode(parameters, errors='replace')}",
        host if host is None else host.encode("utf-8", "replace").decode("utf-8"),
        REQUEST_METHOD=method,
        HTTP_ACCEPT=accept.encode("utf-8", "replace").decode("latin-1"),
        **given,
    )
    assert answer.status_code < 500
    assert set(SECURITY_HEADERS) <= set(answer.headers.keys())
    for name, value in answer.headers:
        assert re.fullmatch(r"[\x20-\x7e]*", value), name
    assert "///" not in answer.headers.get("Location", "") + answer.headers.get("Link", "")
    if answer.status_code == 200:
        assert b"http:///" not in answer.data


@pytest.mark.parametrize(("host", "named"), NAMED.items())
def test_urls_have_the_host_of_the_request(site: Flask, host: str, named: str) -> None:
    root = f"http://{named}/"
    assert f'rel="canonical" href="{root}"' in ask(site, "/", host).text
    bibtex = ask(site, f"{PUBLICATION}.bib", host)
    assert bibtex.headers["Link"].startswith(f"<{root}publications/")
    assert bibtex.headers["Content-Disposition"] == 'attachment; filename="feng2023tensorir.bib"'
    assert f"Sitemap: {root}sitemap.xml" in ask(site, "/robots.txt", host).text
    assert f"<loc>{root}</loc>" in ask(site, "/sitemap.xml", host).text
    assert f'href="{root}publications.atom"' in ask(site, "/publications.atom", host).text
    links = json.loads(ask(site, f"{PUBLICATION}/linkset", host).text)["linkset"]
    assert links[0]["anchor"] == f"{root}publications/feng2023tensorir"


@pytest.mark.parametrize("host", [*IMPOSSIBLE, None])
@pytest.mark.parametrize("path", ["/", PUBLICATION, "/publications.bib", "/robots.txt", "/nowhere"])
def test_a_request_without_a_valid_host_is_rejected(
    site: Flask, path: str, host: str | None
) -> None:
    answer = ask(site, path, host)
    assert answer.status_code == 400
    assert "///" not in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_host(site: Flask, path: str) -> None:
    assert ask(site, path, None).status_code == 200


def test_without_a_host_header_urls_have_the_first_configured_host(site_with: Site) -> None:
    app = site_with(hosts=".example.net pubs.example.org localhost").application
    environ = create_environ("/robots.txt")
    del environ["HTTP_HOST"]
    body, status, _ = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    assert status == "200 OK"
    assert b"Sitemap: http://pubs.example.org/sitemap.xml" in b"".join(body)


def test_urls_have_the_path_and_scheme_of_the_proxy(site_with: Site) -> None:
    forwarded = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "xn--fiqs8s.example:443",
        "X-Forwarded-Prefix": "/pubs",
    }
    answer = site_with(proxies=1).get(f"{PUBLICATION}.ris", headers=forwarded)
    page = "https://xn--fiqs8s.example/pubs/publications/feng2023tensorir"
    assert answer.headers["Link"] == f'<{page}>; rel="describes"; type="text/html"'


@pytest.mark.parametrize("slug", ["a%0ab", "a%0d%0aX:y", "a%3Fb", "%ff", "%00", "a.b", "a b", "ü"])
@pytest.mark.parametrize("suffix", ["", "/cite", "/abstract", "/linkset", ".bib"])
def test_an_impossible_slug_is_not_found_in_any_format(
    client: FlaskClient, slug: str, suffix: str
) -> None:
    for accept in ("text/html", "application/x-bibtex"):
        answer = client.get(f"/publications/{slug}{suffix}", headers={"Accept": accept})
        assert answer.status_code == 404


def test_a_file_may_be_embedded_and_has_the_security_headers(client: FlaskClient) -> None:
    answer = client.get("/files/paper.pdf", buffered=True)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; object-src")


@pytest.mark.parametrize("path", ["/theme.css", "/static/site.css"])
@pytest.mark.parametrize("query", ["", "?v=", "?v=0", "?v=0&v={}", "?V={}"])
def test_only_the_current_hash_is_cached_for_a_year(
    client: FlaskClient, path: str, query: str
) -> None:
    page = client.get("/").text
    match = re.search(rf'"{re.escape(path)}\?v=([\w.-]+)"', page)
    assert match
    other = client.get(path + query.format(match[1]), buffered=True)
    assert other.headers["Cache-Control"] == "no-cache"
    true = client.get(f"{path}?v={match[1]}", buffered=True)
    assert "immutable" in true.headers["Cache-Control"]


def test_gunicorn_rejects_raw_bytes_in_a_url(instance: Path, tmp_path: Path) -> None:
    """The application needs no code for them: Werkzeug would fail for bytes that are not UTF-8."""
    path = tmp_path / "octavo.sock"
    targets = ["/?q=\xff", "/theme.css?v=\xfe", "/?author=\xe2\x28&q=\x80", "/\xc3\xa9"]
    with listening(path) as listener, gunicorn(instance, listener):
        for target in targets:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(path))
                request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"
                connection.sendall(request.encode("latin-1"))
                assert connection.recv(12) == b"HTTP/1.1 400", target
        assert ask_site(path, "/?q=%FF").status == 200
