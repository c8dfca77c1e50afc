"""Lists with many filters are refused to programs that follow every link, and to no one else."""

import re
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.editors import SAME_ORIGIN
from tests.reading import one, soup
from tests.sites import Site, site
from webapp.catalog.catalog import Catalog
from webapp.records import Record
from webapp.store.edits import Edit
from webapp.views.http.crawlers import PAGES

__all__ = ["site"]

FILTERS = "?year=2019..2025&venue=ASPLOS&type=inproceedings"
LISTS = ("/", "/people/siyuan-feng", "/selection", "/facets/tag", "/print", "/export", "/document")
FROM_SITE = {"Referer": "http://localhost/?year=2023"}
# Endpoints of lists for programs, which no page refers to.
FOR_PROGRAMS = {"exports.export_list", "feeds.feed"}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_with_many_filters_is_refused_to_who_comes_from_nowhere(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path + FILTERS)
    assert answer.status_code == 429
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert int(answer.headers["Retry-After"]) > 3600
    page = soup(answer)
    assert [link["href"] for link in page.select(".ways-back a")] == ["", "/"]
    assert one(page, "meta[name=robots]")["content"] == "noindex, nofollow"
    head = client.head(path + FILTERS)
    assert (head.status_code, head.data) == (429, b"")


@pytest.mark.parametrize(
    "headers",
    [
        FROM_SITE,
        {"Referer": "https://LOCALHOST/anything"},
        SAME_ORIGIN,
        {"HX-Request": "true", "HX-Source": "a"},
    ],
)
def test_visitors_of_the_site_get_the_list(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get(f"/{FILTERS}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Referer": "https://www.uni.example/"},
        {"Referer": "https://localhost.example/"},
        {"Referer": "https://www.uni.example/?from=https://localhost/"},
        {"Referer": "localhost"},
        {"Referer": "http://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"HX-Request": "false"},
    ],
)
def test_another_referrer_does_not_count(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get(f"/{FILTERS}", headers=headers).status_code == 429


@pytest.mark.parametrize(
    "path",
    [
        "/?q=a+b+c&sort=newest&page=1&literal=1&open=x",
        "/?year=2023&type=article",
        "/?from=2019&to=2023&type=article&q=deep",
        "/?year=2023&year=2023&year=2023&tag=",
        "/people/siyuan-feng?year=2023&type=article&q=x",
        f"/publications/feng2023tensorir{FILTERS}",
        f"/publications.bib{FILTERS}",
        f"/publications.atom{FILTERS}",
        f"/robots.txt{FILTERS}",
        f"/sitemap.xml{FILTERS}",
        f"/static/site.css{FILTERS}",
        f"/nowhere{FILTERS}",
        f"/files/paper.pdf{FILTERS}",
    ],
)
def test_words_few_filters_and_other_pages_are_for_everyone(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (200, 302, 404)


def test_each_value_of_a_facet_is_a_filter(client: FlaskClient) -> None:
    assert client.get("/?author=A&author=B&author=C").status_code == 429
    assert client.get("/?from=2019&to=2023&tag=a&selected=1").status_code == 429
    assert client.get("/selection?of=feng2023tensorir&tag=a&tag=b&tag=c").status_code == 429


def test_every_page_of_a_list_is_guarded(app: Flask) -> None:
    scoped = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.defaults and "scope_kind" in rule.defaults
    }
    assert scoped - FOR_PROGRAMS == PAGES - {"embed.how"}


def test_a_page_that_the_visitor_has_is_validated(client: FlaskClient, catalog: Catalog) -> None:
    """A bookmark is read again for 304, and refused once the list has changed."""
    tag = client.get(f"/{FILTERS}", headers=FROM_SITE).headers["ETag"]
    assert client.get(f"/{FILTERS}", headers={"If-None-Match": tag}).status_code == 304
    other = client.get(f"/{FILTERS}", headers={"If-None-Match": 'W/"0"'})
    assert (other.status_code, other.headers["Cache-Control"]) == (429, "no-store")
    catalog.save([Edit(Record(key="new", type="misc", title="New"))], "test")
    assert client.get(f"/{FILTERS}", headers={"If-None-Match": tag}).status_code == 429


def test_no_query_is_made_for_a_refused_list(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the catalog was asked")

    monkeypatch.setattr(Catalog, "state", fail)
    monkeypatch.setattr(Catalog, "_hits", fail)
    assert client.get(f"/{FILTERS}").status_code == 429


def test_refused_lists_are_counted(client: FlaskClient) -> None:
    def count() -> int:
        line = r'octavo_requests_total\{endpoint="refused",status="4xx"\} (\d+)'
        match = re.search(line, client.get("/metrics").text)
        return int(match[1]) if match else 0

    before = count()
    client.get(f"/{FILTERS}")
    client.get(f"/{FILTERS}", headers={"If-None-Match": "*"})
    client.get(f"/{FILTERS}", headers=FROM_SITE)
    assert count() == before + 2


def ask_behind_a_proxy(client: FlaskClient, path: str, referrer: str) -> TestResponse:
    headers = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "pubs.example.org",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Prefix": "/pubs",
    }
    return client.get(path, headers={**headers, "Referer": referrer})


def test_behind_a_proxy_the_site_is_the_host_that_visitors_see(site: Site) -> None:
    client = site(proxies=1, hosts=["pubs.example.org"])
    inside = ask_behind_a_proxy(client, f"/{FILTERS}", "https://pubs.example.org/pubs/")
    assert inside.status_code == 200
    outside = ask_behind_a_proxy(client, f"/{FILTERS}", "http://localhost/")
    assert outside.status_code == 429
    assert outside.headers["Strict-Transport-Security"]
    links = soup(outside).select("a[href]")
    assert {link["href"] for link in links} >= {"", "/pubs/"}
    assert all(
        link["href"].startswith(("/pubs/", "https://")) or not link["href"] for link in links
    )


def test_a_setting_lets_everyone_in(site: Site) -> None:
    assert site(refuse_crawlers=False).get(f"/{FILTERS}").status_code == 200


@pytest.mark.parametrize("path", ["/", "/?year=2023", "/people", "/facets/year?type=article"])
def test_links_that_add_a_filter_are_not_for_crawlers(client: FlaskClient, path: str) -> None:
    links = soup(client.get(path)).select("main a[href*='?']")
    adding = [link for link in links if filters(str(link["href"])) > filters(path)]
    assert all("nofollow" in link.get("rel", "") for link in adding), adding


def filters(address: str) -> int:
    """Return the number of filters in an address; an author's works are a page of their own."""
    names = {name for name, _ in parse_qsl(address.partition("?")[2])}
    return len(names & {"year", "venue", "type", "tag"})


def test_further_pages_of_a_filtered_list_are_not_for_crawlers(site: Site) -> None:
    client = site(page_size=1)
    for path, expected in (("/", False), ("/?type=inproceedings", True)):
        links = soup(client.get(path)).select(".pagination a")
        assert links
        assert {"nofollow" in link.get("rel", "") for link in links} == {expected}
