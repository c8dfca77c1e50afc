"""The object that makes every URL of the site."""

import re

from flask import Flask
from flask.testing import FlaskClient

from webapp.config import ROOT
from webapp.views.urls import Urls


def test_urls_begin_with_the_base() -> None:
    urls = Urls("https://example.org/pubs")

    assert urls.list("?q=tensor") == "https://example.org/pubs/?q=tensor"
    assert urls.file("slides/ä b.pdf") == "https://example.org/pubs/files/slides/%C3%A4%20b.pdf"
    assert urls.sitemap(2) == "https://example.org/pubs/sitemap-2.xml"


def test_a_filtered_list_has_its_canonical_url(client: FlaskClient) -> None:
    url = Urls().filtered(author="Bohan Hou & Co")

    assert url == "/?author=Bohan+Hou+%26+Co"
    assert client.get(url).status_code == 200


def test_every_url_has_a_route(app: Flask) -> None:
    urls = Urls()
    adapter = app.url_map.bind("localhost")
    made = [
        *(urls.list(), urls.export("bib"), urls.feed(), urls.facet("author"), urls.file("a.pdf")),
        *(urls.publication("a"), urls.abstract("a"), urls.citations("a"), urls.linkset("a")),
        *(urls.publication_export("a", "ris"), urls.sitemap(), urls.sitemap(1)),
        *(urls.static("site.css", ""), urls.theme("")),
    ]

    for url in made:
        assert adapter.match(url.partition("?")[0])


def test_no_other_module_makes_urls() -> None:
    concatenated = re.compile(r"""(?:script_root|\broot|\bbase)\}/""")

    for path in (ROOT / "webapp" / "views").rglob("*.py"):
        if path.name != "urls.py":
            assert not concatenated.search(path.read_text()), path
