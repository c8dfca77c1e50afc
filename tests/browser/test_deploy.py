"""The site as deploy/ installs it: nginx with TLS, on its own host and below a path."""

import re
import shutil
import ssl
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from bench.site import Front, deployed
from tests.browser.conftest import Visitor
from tests.fronts import require_nginx
from webapp.config import ROOT

DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="session", params=["", "/pubs"], ids=["root", "subpath"])
def front(
    request: pytest.FixtureRequest, seed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """nginx with TLS in front of gunicorn, configured by the files of deploy/."""
    require_nginx()
    instance = Path(shutil.copytree(seed, tmp_path_factory.mktemp("front") / "instance"))
    settings = {"OCTAVO_PROXIES": "1", "OCTAVO_LOG_REQUESTS": "true"}
    with deployed(instance, request.param, settings) as front:
        yield front


class Answer:
    """A response over TLS."""

    def __init__(self, front: Front, path: str, method: str = "GET", **headers: str) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Host"] = f"localhost:{front.port}"
        with closing(HTTPSConnection("127.0.0.1", front.port, context=context)) as connection:
            connection.request(method, path, headers=named)
            response = connection.getresponse()
            self.status, self.headers = response.status, response.headers
            self.text = response.read().decode()

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")


ADDRESS = re.compile(r"^(href|src|action|data-hx-(get|post))$")


def addresses(page: BeautifulSoup) -> list[str]:
    return [
        str(value)
        for element in page.find_all(True)
        for name, value in element.attrs.items()
        if ADDRESS.match(name)
    ]


def test_every_url_of_every_page_stays_on_the_site(front: Front) -> None:
    """Checks a list, a search and a publication, and requests each kind of URL."""
    slug = "feng2023tensorir"
    for path in ("/", "/?q=learning", f"/publications/{slug}"):
        page = Answer(front, front.prefix + path).page
        links = {urljoin(f"{front.url}/", address) for address in addresses(page)}
        own = {link for link in links if urlsplit(link).hostname in ("localhost", "127.0.0.1")}
        assert [link for link in own if not link.startswith(f"{front.url}/")] == []
        kinds = {re.sub(r"publications/[\w-]+", "", urlsplit(link).path): link for link in own}
        for link in kinds.values():
            parts = urlsplit(link)._replace(scheme="", netloc="", fragment="")
            answer = Answer(front, parts.geturl())
            assert answer.status in (200, 303), link
            assert answer.headers.get("Location", front.prefix + "/").startswith(front.prefix + "/")


def test_absolute_urls_have_the_public_host_and_path(front: Front) -> None:
    slug = "feng2023tensorir"
    page = Answer(front, f"{front.prefix}/publications/{slug}")
    canonical = page.page.find("link", rel="canonical")
    assert canonical["href"] == f"{front.url}/publications/{slug}"
    for path in ("/publications.atom", "/sitemap.xml", "/robots.txt"):
        text = Answer(front, front.prefix + path).text
        named = re.findall(r"https?://(?:localhost|127\.0\.0\.1)[^\s\"'<]*", text)
        assert named, path
        assert [address for address in named if not address.startswith(f"{front.url}/")] == []


def test_redirects_go_through_the_proxy(front: Front) -> None:
    answer = Answer(front, f"{front.prefix}/?page=1&q=tensor")
    assert answer.status == 302
    assert answer.headers["Location"] == f"{front.prefix}/?q=tensor"
    answer = Answer(front, f"{front.prefix}/publications/feng2023tensorir/abstract")
    target = f"{front.prefix}/publications/feng2023tensorir#abstract"
    assert (answer.status, answer.headers["Location"]) == (303, target)


def test_forwarded_headers_of_visitors_are_ignored(front: Front) -> None:
    claims = {
        "X_Forwarded_For": "6.6.6.6",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Port": "666",
        "X_Forwarded_Prefix": "/evil",
        "X_Request_ID": "chosen-by-the-visitor",
        "SCRIPT_NAME": "/evil",
        "Forwarded": "for=6.6.6.6;host=evil.example;proto=http",
    }
    claims |= {"SCRIPT-NAME": "/evil"}
    plain, claimed = (
        Answer(front, f"{front.prefix}/publications/feng2023tensorir", **headers)
        for headers in ({}, claims)
    )
    assert claimed.text == plain.text
    assert "evil" not in str(claimed.headers)
    assert claimed.headers["X-Request-ID"] != "chosen-by-the-visitor"


def test_metrics_are_limited_to_the_configured_network(front: Front) -> None:
    # nginx says 127.0.0.1 here, and a claim in front of it does not change that.
    answer = Answer(front, f"{front.prefix}/metrics", X_Forwarded_For="6.6.6.6")
    assert answer.status == 200
    assert 'octavo_requests_total{endpoint="pages.index"' in answer.text


def test_nginx_serves_static_files_as_immutable(front: Front) -> None:
    page = Answer(front, f"{front.prefix}/").page
    path = next(link["href"] for link in page.find_all("link") if "site.css" in link["href"])
    answer = Answer(front, path, Accept_Encoding="gzip", method="HEAD")
    assert answer.headers["Server"].startswith("nginx")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-ID"] is None
    bare = Answer(front, path.partition("?")[0], method="HEAD")
    assert bare.headers["Cache-Control"] == "no-cache"


def test_responses_over_tls_have_hsts_for_a_year(front: Front) -> None:
    headers = Answer(front, f"{front.prefix}/").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Set-Cookie"] is None


def test_the_deployed_page_searches_in_place(front: Front, visitor: Visitor) -> None:
    page = visitor.open(f"{front.url}/", ignore_https_errors=True)
    expect(page.locator(".publication")).to_have_count(7)
    page.fill("#q", "tensorir")
    expect(page.locator(".publication")).to_have_count(1)
    expect(page).to_have_url(f"{front.url}/?q=tensorir")
    page.locator(".abstract summary").first.click()
    expect(page.locator(".abstract p").first).to_contain_text("hardware")
    page.locator(".publication .title a").first.click()
    expect(page).to_have_url(f"{front.url}/publications/feng2023tensorir")
    page.go_back()
    expect(page.locator("#q")).to_have_value("tensorir")


def test_plain_http_redirects_to_tls(front: Front) -> None:
    if front.prefix:
        pytest.skip("the other site's server decides that")
    with closing(HTTPConnection("127.0.0.1", front.plain_port)) as connection:
        connection.request("GET", "/?q=a", headers={"Host": "localhost"})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/?q=a")


def test_oversized_bodies_and_headers_are_rejected(front: Front) -> None:
    assert Answer(front, f"{front.prefix}/", X_Large="x" * 9_000).status == 400
    assert Answer(front, f"{front.prefix}/?q=" + "x" * 9_000).status == 414
    answer = Answer(front, f"{front.prefix}/", "POST", Content_Length=str(10 << 20))
    assert answer.status == 413
