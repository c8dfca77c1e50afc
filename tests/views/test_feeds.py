"""Feeds, site map and robots.txt, as read by third-party parsers."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from webapp.store.connections import writing
from webapp.store.tables import Addition, db
from webapp.views import feeds

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def feed_at(client: FlaskClient, address: str) -> feedparser.FeedParserDict:
    response = client.get(address)
    assert response.mimetype == "application/atom+xml"
    feed = feedparser.parse(response.data)
    assert not feed.bozo
    return feed


def links_of(feed: feedparser.FeedParserDict) -> dict[str, str]:
    return {link.rel: link.href for link in feed.feed.links}


def test_the_feed_lists_the_newest_first_with_full_abstracts(client: FlaskClient) -> None:
    feed = feed_at(client, "/publications.atom")
    assert feed.feed.title == "Publications"
    assert len(feed.entries) == 7
    assert "CityFlow" in feed.entries[-1].title
    assert all(len(entry.content[0].value) > 500 for entry in feed.entries)


def test_the_feed_orders_by_date_added_not_by_year(app: Flask, tmp_path: Path) -> None:
    client, runner = app.test_client(), app.test_cli_runner()
    with (
        app.app_context(),
        writing(db.engine) as connection,
    ):  # the seed may have been added in this second
        connection.execute(update(Addition).values(at=datetime(2020, 1, 1, tzinfo=UTC)))
    before = feed_at(client, "/publications.atom").entries
    old = "@article{o%d, title = {Old %d}, author = {Feng, Siyuan}, year = %d}\n"
    (tmp_path / "old.bib").write_text(old % (1, 1, 1990) + old % (2, 2, 1991))
    runner.invoke(args=["import", str(tmp_path / "old.bib")])
    added = feed_at(client, "/publications.atom").entries
    assert [entry.title for entry in added[:2]] == ["Old 2", "Old 1"]
    assert [entry.id for entry in added[2:]] == [entry.id for entry in before]
    assert added[0].published == added[0].updated > added[2].published
    (tmp_path / "old.bib").write_text(old % (1, 3, 1990))
    runner.invoke(args=["import", str(tmp_path / "old.bib")])
    changed = feed_at(client, "/publications.atom?q=feng&sort=title").entries
    assert [entry.title for entry in changed[:2]] == ["Old 2", "Old 3"]
    assert [entry.published for entry in changed[:2]] == [entry.published for entry in added[:2]]
    assert changed[1].updated >= added[1].updated


def test_a_search_has_its_own_feed(client: FlaskClient) -> None:
    feed = feed_at(client, "/publications.atom?q=tensorir")
    assert [entry.link for entry in feed.entries] == [
        "http://localhost/publications/feng2023tensorir"
    ]
    assert feed.feed.title == "Publications: tensorir"
    assert links_of(feed)["alternate"] == "http://localhost/?q=tensorir"


def test_feed_pages_link_to_each_other(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "FEED_SIZE", 3)
    address: str | None = "/publications.atom"
    seen: list[str] = []
    while address:
        feed = feed_at(client, address)
        assert links_of(feed)["self"] == "http://localhost/publications.atom" + (
            f"?page={len(seen) // 3 + 1}" if seen else ""
        )
        seen += [entry.id for entry in feed.entries]
        address = links_of(feed).get("next")
    assert len(set(seen)) == len(seen) == 7
    assert links_of(feed)["last"] == "http://localhost/publications.atom?page=3"
    assert client.get("/publications.atom?page=4").status_code == 404


def test_entry_ids_do_not_depend_on_scheme_or_port(client: FlaskClient) -> None:
    plain = feed_at(client, "http://example.org/publications.atom")
    secure = feed_at(client, "https://example.org:8443/publications.atom")
    assert [e.id for e in plain.entries] == [e.id for e in secure.entries]
    assert plain.feed.id == secure.feed.id
    assert feed_at(client, "/publications.atom").feed.id != plain.feed.id


def locations(client: FlaskClient, address: str) -> list[str]:
    response = client.get(address)
    assert response.mimetype == "application/xml"
    root = ET.fromstring(response.data)  # noqa: S314  our own
    return [location.text or "" for location in root.iter(f"{SITEMAP}loc")]


def test_the_site_map_lists_every_page(client: FlaskClient) -> None:
    urls = locations(client, "/sitemap.xml")
    assert len(urls) == 10
    assert urls[0] == "http://localhost/"
    assert all(client.get(url).status_code == 200 for url in urls)
    root = ET.fromstring(client.get("/sitemap.xml").data)  # noqa: S314  our own
    assert len(list(root.iter(f"{SITEMAP}lastmod"))) == 10


def test_the_site_map_omits_versions_of_published_works(app: Flask) -> None:
    before = locations(app.test_client(), "/sitemap.xml")
    arguments = ["join", "feng2023tensorir", "liu2025eaas"]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    omitted = set(before) - set(locations(app.test_client(), "/sitemap.xml"))
    assert omitted == {"http://localhost/publications/liu2025eaas"}


def test_a_large_site_map_is_split(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = locations(client, "/sitemap-1.xml")
    monkeypatch.setattr(feeds, "SITEMAP_SIZE", 3)
    parts = locations(client, "/sitemap.xml?in-parts")
    assert parts == [f"http://localhost/sitemap-{part}.xml" for part in (1, 2, 3, 4)]
    urls = [locations(client, f"{part}?in-parts") for part in parts]
    assert [len(part) for part in urls] == [3, 3, 3, 1]
    assert [url for part in urls for url in part] == whole
    assert client.get("/sitemap-5.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_robots_may_read_pages_but_not_searches(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    robots = RobotFileParser()
    robots.parse(text.splitlines())
    for path in ("/", "/?page=2", "/publications/feng2023tensorir", "/sitemap.xml"):
        assert robots.can_fetch("x", f"http://localhost{path}")
    for path in ("/?q=agent", "/?year=2025", "/publications.bib", "/export", "/print?q=agent"):
        assert not robots.can_fetch("x", f"http://localhost{path}")
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]
