"""Exports have exactly the visitor's list, as read by third-party parsers."""

import csv
import json
from io import StringIO
from pathlib import Path

import bibtexparser
import pytest
import rispy
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup, text
from webapp.formats.bibtex import bibtex
from webapp.formats.exporting import in_ascii
from webapp.views import pages

SEED = 7
TENSORIR = "/publications/feng2023tensorir"
HTMX = {"HX-Request": "true"}


def keys_of(text: str) -> list[str]:
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    return [entry.key for entry in library.entries]


def slugs_on_page(client: FlaskClient, address: str) -> list[str]:
    page = BeautifulSoup(client.get(address).data, "html.parser")
    return [str(item["id"]).removeprefix("pub-") for item in page.select("article.publication")]


@pytest.mark.parametrize("query", ["", "?q=agent", "?year=2025", "?q=feng&sort=oldest", "?q=zzzz"])
def test_an_export_has_the_order_of_the_list(client: FlaskClient, query: str) -> None:
    shown = slugs_on_page(client, f"/{query}")
    response = client.get(f"/publications.bib{query}")
    assert response.content_type == "application/x-bibtex; charset=utf-8"
    assert [key.lower() for key in keys_of(response.text)] == shown
    entries = rispy.loads(client.get(f"/publications.ris{query}").text)
    assert [entry["id"].lower() for entry in entries] == shown
    items = json.loads(client.get(f"/publications.json{query}").data)
    assert [item["id"].lower() for item in items] == shown
    rows = list(csv.DictReader(StringIO(client.get(f"/publications.csv{query}").text)))
    assert len(rows) == len(shown)


def test_an_export_includes_all_pages_of_the_list(client: FlaskClient) -> None:
    assert len(keys_of(client.get("/publications.bib?page=3").text)) == SEED


def test_abstracts_can_be_left_out(client: FlaskClient) -> None:
    whole = client.get("/publications.bib").text
    without = client.get("/publications.bib?abstracts=0").text
    assert whole.count("abstract") >= SEED
    assert "abstract  " not in without
    assert keys_of(without) == keys_of(whole)
    assert all("abstract" not in i for i in client.get("/publications.json?abstracts=0").json or ())


def test_ascii_bibtex_has_the_same_content() -> None:
    source = "@article{k, title={Żółć ≤ naïve — “q” 李 50\\% $x$}, author={Müller, Jörg}}"
    record = bibtex.read(source).records[0]
    text = "".join(bibtex.write([in_ascii(record)]))
    assert text.replace("李", "").isascii()  # LaTeX has no name for it
    again = bibtex.read(text).records[0]
    assert again.authors == record.authors
    assert again.title.replace("$", "") == record.title.replace("$", "")


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("json", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_a_format_is_chosen_by_extension_or_accept_header(
    client: FlaskClient, extension: str, media_type: str
) -> None:
    by_name = client.get(f"{TENSORIR}.{extension}")
    assert by_name.mimetype == media_type
    assert "feng2023tensorir" in by_name.text
    assert by_name.headers["Link"].endswith('rel="describes"; type="text/html"')
    accepted = client.get(TENSORIR, headers={"Accept": media_type})
    assert accepted.status_code == 303
    assert accepted.location == f"{TENSORIR}.{extension}"
    assert "Accept" in accepted.vary


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/html, application/x-bibtex;q=0.5",
        "application/pdf",
        "",
    ],
)
def test_a_browser_gets_the_page(client: FlaskClient, accept: str) -> None:
    for _ in range(2):  # rendered, then cached
        response = client.get(TENSORIR, headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (200, "text/html")
        assert {"Accept", "HX-Request"} <= set(response.vary)


def test_unknown_exports_are_not_found(client: FlaskClient) -> None:
    assert client.get("/publications/nobody.bib").status_code == 404
    assert client.get(f"{TENSORIR}.csv").status_code == 404
    assert client.get("/publications.exe").status_code == 404


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "publications"),
        ("?sort=newest&open=feng2023tensorir", "publications"),
        ("?q=EMNLP&year=2021", "publications-emnlp-2021"),
        (
            "?author=J%C3%B6rg+Gro%C3%9Fmann&year=2019..2023",
            "publications-jorg-grossmann-2019-2023",
        ),
        ('?q="a";+filename=x.exe%0d%0a', "publications-a-filename-x-exe"),
        ("?q=" + "tensor+" * 30, "publications-" + "-".join(["tensor"] * 8) + "-tens"),
        ("?q=%E6%9C%BA%E5%99%A8+2021", "publications-2021"),
        ("?q=%E6%9C%BA%E5%99%A8", "publications-search"),
        ("?q=%D8%AC%D8%A8%D8%B1", "publications-search"),
    ],
)
def test_a_file_is_named_after_the_search(client: FlaskClient, query: str, name: str) -> None:
    response = client.get(f"/publications.bib{query}")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}.bib"'


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_formats_of_a_search_are_a_page_and_a_fragment(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    page = soup(client.get("/export?q=agent&open=feng2023tensorir", headers=headers))
    assert text(page, "#exports-label") == "Export 2 results"
    links = [str(link["href"]) for link in page.select(".exports a")]
    assert "/publications.ris?q=agent" in links
    assert "/publications.ris?q=agent&abstracts=0" in links
    assert "/print?q=agent" in links
    assert "/publications.atom?q=agent" in links
    for link in links:
        with client.get(link, follow_redirects=True) as response:  # "Select all" leads on
            assert response.status_code == 200
    assert bool(page.select("head")) == (not headers)


def test_a_list_links_to_its_formats(client: FlaskClient) -> None:
    export = one(soup(client.get("/?q=agent&sort=oldest")), "#export")
    assert text(export, "summary") == "Export"
    assert one(export, "summary")["aria-label"] == "Export 2 results"
    assert one(export, "a")["href"] == "/export?q=agent&sort=oldest"


def test_a_page_to_print_has_every_publication(instance: Path) -> None:
    with (instance / "site.toml").open("a", encoding="utf-8") as file:
        file.write("page_size = 2\n")
    with running(instance) as app:
        client = app.test_client()
        response = client.get("/print?sort=oldest&page=2&open=feng2023tensorir")
        page = soup(response)
        assert len(page.select(".publication")) == SEED
        assert not page.select("[open], .pagination, #search")
        assert text(page, ".count") == "7 publications"
        assert one(page, "meta[name=robots]")["content"] == "noindex, follow"
        assert "HX-Request" in response.vary
        again = client.get(
            "/print?sort=oldest&page=2&open=feng2023tensorir",
            headers={"If-None-Match": response.headers["ETag"]},
        )
        assert again.status_code == 304


def test_a_page_to_print_is_limited(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_PRINTED", 3)
    page = soup(client.get("/print?page=9"))
    assert slugs_on_page(client, "/")[:3] == [
        str(item["id"]).removeprefix("pub-") for item in page.select(".publication")
    ]
    assert text(page, ".notice") == "This page has the first 3."


@pytest.mark.parametrize(
    ("query", "summary"),
    [
        ("?q=agent", "2 results for “agent”"),
        ("?year=2025&venue=ASPLOS", "1 result with venue “ASPLOS”, year “2025”"),
        (
            "?q=tensor&year=2023&year=2025",
            "2 results for “tensor” with year “2023” or “2025”",
        ),
    ],
)
def test_paper_has_the_search_as_a_sentence(client: FlaskClient, query: str, summary: str) -> None:
    assert text(soup(client.get(f"/{query}")), ".summary") == summary
    assert text(soup(client.get(f"/print{query}")), ".count") == summary


def test_an_export_is_revalidated_and_never_cached(client: FlaskClient, app: Flask) -> None:
    response = client.get("/publications.bib")
    again = client.get("/publications.bib", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/publications.bib").data == response.data
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "attachment" in response.headers["Content-Disposition"]


def test_an_export_is_streamed(client: FlaskClient) -> None:
    response = client.get("/publications.bib", buffered=False)
    assert response.is_streamed
    response.close()


def test_private_source_fields_are_not_exported(instance: Path) -> None:
    with (instance / "publications.bib").open("a", encoding="utf-8") as file:
        file.write("@misc{mine, title = {Mine}, file = {/home/ann/mine.pdf}}\n")
    with running(instance) as app:
        app.test_cli_runner().invoke(args=["import", "--yes"])
        client = app.test_client()
        exported = client.get("/publications.bib?q=mine").text
        cited = client.get("/publications/mine/cite", headers={"HX-Request": "true"}).text
    assert "@misc{mine" in exported
    assert "@misc{mine" in cited
    assert "/home/ann" not in exported + cited
