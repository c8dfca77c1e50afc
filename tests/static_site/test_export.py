"""The whole site as files: complete, with links that work anywhere, in a folder of its own."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.conftest import running
from webapp.config import ROOT
from webapp.static_site.addresses import file_of

from .links import broken_links

SETTINGS = """
title = "Odd & <works>"
owner = "Ada Lovelace"
intro = "See [slides](/files/sorting.pdf), [none](/files/none.pdf), [search](/?q=x), [us](../)."
order = "newest"
page_size = 4
editors = ["ada"]
hosts = ["pubs.example.org"]
corrections = true
members = [{ name = "Zoe Osterreich", text = "Sorts." }]
lists = [
  { slug = "sorted", title = "Sorted", search = "a", text = "Words." },
  { slug = "export", title = "Read", also = ["math", "markup"] },
]
"""
ADDRESS = "https://ada.example.org/pubs"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site of ten odd publications with files and lists."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "publications.bib").write_text((ROOT / "tests" / "data" / "odd.bib").read_text())
    (folder / "site.toml").write_text(SETTINGS)
    (folder / "files").mkdir()
    (folder / "files" / "sorting.pdf").write_bytes(b"%PDF-1.4")
    with running(folder) as app:
        assert export(app, "prepare")[0] == 0
        yield app


def export(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(arguments))
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def folder(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as files."""
    folder = tmp_path_factory.mktemp("static") / "a folder" / "site"
    status, output = export(app, "export", "--site", str(folder))
    assert status == 0, output
    assert "/files/none.pdf: this is linked" in output
    return folder


def page(folder: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((folder / name).read_text("utf-8"), "html.parser")


def test_no_link_is_dead(folder: Path) -> None:
    assert broken_links(folder) == []


def test_every_publication_list_file_and_export_is_there(app: Flask, folder: Path) -> None:
    client = app.test_client()
    sitemap = client.get("/sitemap.xml").text
    slugs = re.findall(r"/publications/([\w-]+)</loc>", sitemap)
    assert len(slugs) >= 10
    for slug in slugs:
        for extension in ("html", "bib", "ris", "json"):
            assert (folder / "publications" / f"{slug}.{extension}").is_file()
    names = (
        *("index.html", "page-2.html", "page-3.html", "404.html", "print.html", "export.html"),
        *("document.html", "document-docx.docx", "publications.bib", "publications.atom"),
        *("publications-without-abstracts.ris", "files/sorting.pdf"),
        *("lists/sorted.html", "lists/export.html", "lists/export.bib", "lists/export.atom"),
        *("lists/export/document.html", "lists/sorted/print.html"),
        *("people.html", "people/zoe-osterreich.html", "people/zoe-osterreich.bib"),
    )
    assert [name for name in names if not (folder / name).is_file()] == []
    exported = client.get("/publications.bib", buffered=True).data
    assert (folder / "publications.bib").read_bytes() == exported


def test_pages_have_nothing_that_needs_the_program(folder: Path) -> None:
    for file in folder.rglob("*.html"):
        text = file.read_text("utf-8")
        html = BeautifulSoup(text, "html.parser")
        assert "localhost" not in text, file
        assert html.select("form, template, .facets, .sort, .search, [data-hx-get]") == []
        assert html.select(".tick, .select-all, .report") == []
        assert [script["src"] for script in html.select("script[src*=htmx]")] == []
        assert text.startswith("<!doctype html>\n<html")
    home = page(folder, "index.html")
    assert len(home.select("article.publication")) == 4
    assert home.select(".intro a")[0]["href"] == "files/sorting.pdf"
    assert {link.text for link in home.select(".intro a")} == {"slides", "us"}
    assert "search" in home.select(".intro")[0].text


def test_links_of_names_are_text_and_pages_follow_each_other(folder: Path) -> None:
    home = page(folder, "index.html")
    assert home.select(".authors a[href*='author=']") == []
    assert [link["href"] for link in home.select("link[rel=next], a[rel=next]")] == [
        "page-2.html"
    ] * 2
    assert home.select("link[rel=canonical]") == []
    assert not (folder / "sitemap.xml").exists()


def test_with_an_address_there_are_a_site_map_and_canonical_links(
    app: Flask, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    assert export(app, "export", "--site", str(folder), "--address", ADDRESS)[0] == 0
    assert broken_links(folder) == []
    places = re.findall("<loc>(.*)</loc>", (folder / "sitemap.xml").read_text())
    assert f"{ADDRESS}/" in places
    assert f"{ADDRESS}/publications/math.html" in places
    publication = page(folder, "publications/math.html")
    assert (
        publication.select("link[rel=canonical]")[0]["href"]
        == places[places.index(f"{ADDRESS}/publications/math.html")]
    )
    for script in page(folder, "index.html").select("script[type='application/ld+json']"):
        assert ADDRESS in json.dumps(json.loads(script.text))
    feed = (folder / "publications.atom").read_text()
    assert f'href="{ADDRESS}/publications.atom"' in feed
    assert "localhost" not in feed


def test_only_its_own_folder_is_replaced(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    assert export(app, "export", "--site", str(folder))[0] == 0
    (folder / "page-3.html").unlink()
    assert export(app, "export", "--site", str(folder))[0] == 0
    assert (folder / "page-3.html").is_file()

    (folder / "mine.txt").write_text("mine")
    status, output = export(app, "export", "--site", str(folder))
    assert status == 2
    assert "mine.txt" in output
    assert (folder / "mine.txt").read_text() == "mine"
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    (other / ".git" / "HEAD").write_text("ref")
    assert export(app, "export", "--site", str(other))[0] == 2
    assert [file.name for file in other.iterdir()] == [".git"]
    assert {path.name for path in tmp_path.iterdir()} == {"site", "other"}


@pytest.mark.parametrize("address", ["ada.example.org", "ftp://a.org", "https://a.org/?x=1"])
def test_a_wrong_address_is_refused(app: Flask, tmp_path: Path, address: str) -> None:
    status, output = export(app, "export", "--site", str(tmp_path / "x"), "--address", address)
    assert status == 2
    assert address in output
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("/?page=2", "page-2.html"),
        ("/lists/a?page=2", "lists/a/page-2.html"),
        ("/publications/a-b#cite", "publications/a-b.html"),
        ("/publications.atom?page=2", "publications-page-2.atom"),
        ("/files/a%20b/%C3%A9.pdf", "files/a b/é.pdf"),
        ("/static/site.css?v=1", "static/site.css"),
        ("/document?as=rendercv", "document-rendercv.yaml"),
        *((url, None) for url in ("/?q=x", "/edit/", "/facets/year", "/?page=x", "/files/../a")),
        *((url, None) for url in ("/selection?of=a", "/publications/a/abstract", "/files//a")),
    ],
)
def test_an_address_has_one_file(url: str, file: str | None) -> None:
    assert file_of(url) == file
