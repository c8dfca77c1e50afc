"""Venues in the list: short names, one value of the facet for a series, and old addresses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup, text
from webapp.application import create_app
from webapp.catalog import Criteria
from webapp.site import site
from webapp.store.tables import db

FULL = "Proceedings of the {} Conference on Empirical Methods in Natural Language Processing"
LONG = "Workshop on Insights from Negative Results in Natural Language Processing"
ENTRIES = f"""
@inproceedings{{a, title = {{Old}}, booktitle = {{{FULL.format(2020)} (EMNLP)}}, year = 2020}}
@inproceedings{{b, title = {{New}}, booktitle = {{{FULL.format(2021)}}}, year = 2021}}
@inproceedings{{c, title = {{Demo}}, booktitle = {{{FULL.format(2021)}: System Demonstrations}}, year = 2021}}
@inproceedings{{d, title = {{Insight}}, booktitle = {{Proceedings of the Third {LONG}}}, year = 2022}}
@article{{e, title = {{Journal paper}}, journal = {{Computational Linguistics}}, year = 2021}}
"""  # noqa: E501  the entries of a file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("venues")
    (folder / "publications.bib").write_text(ENTRIES)
    return folder


@pytest.fixture(scope="module")
def papers(folder: Path) -> Iterator[FlaskClient]:
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        yield app.test_client()


def squeezed(element: Tag) -> str:
    """Return the text of an element with single spaces."""
    return " ".join(element.get_text().split())


def titles(papers: FlaskClient, address: str) -> list[str]:
    page = soup(papers.get(address, follow_redirects=True))
    return [squeezed(title) for title in page.select(".publication .title")]


def test_the_list_and_the_facet_have_the_series(papers: FlaskClient) -> None:
    page = soup(papers.get("/"))
    issued = [squeezed(line) for line in page.select(".publication .issued")]
    assert issued == ["EMNLP, 2020", "EMNLP, 2021", "EMNLP, 2021", f"{LONG}, 2022", "Computational Linguistics, 2021"]  # noqa: E501  # fmt: skip
    values = {text(link, "bdi"): text(link, ".number") for link in page.select("#facet-venue a")}
    assert values == {"EMNLP": "3", "Computational Linguistics": "1", LONG: "1"}


def test_a_long_name_is_an_element_that_the_margin_cuts_after_two_lines(
    papers: FlaskClient,
) -> None:
    (venue,) = soup(papers.get("/")).select(".publication .venue")
    assert squeezed(venue) == f"{LONG},"


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_below_the_heading_of_a_year_there_is_no_year(papers: FlaskClient, order: str) -> None:
    page = soup(papers.get(f"/?sort={order}"))
    issued = {squeezed(line) for line in page.select(".publication .issued")}
    assert issued == {"EMNLP", LONG, "Computational Linguistics"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("venue:emnlp", {"Old", "New", "Demo"}),
        ("emnlp+2021", {"New", "Demo"}),
        ("emnlp+20", {"Old", "New", "Demo"}),
        ("empirical+methods", {"Old", "New", "Demo"}),
        ("venue:demonstrations", {"Demo"}),
    ],
)
def test_short_and_full_names_find_publications(
    papers: FlaskClient, query: str, found: set[str]
) -> None:
    assert set(titles(papers, f"/?q={query}")) == found


def test_the_address_of_a_full_name_leads_to_the_series(papers: FlaskClient) -> None:
    old = FULL.format(2021).replace(" ", "+")
    response = papers.get(f"/?q=new&venue={old}")
    assert (response.status_code, response.location) == (302, "/?q=new&venue=EMNLP")
    assert titles(papers, f"/?venue={old}") == ["Old", "New", "Demo"]
    assert papers.get(f"/publications.bib?venue={old}").text.count("@inproceedings") == 3


def test_an_unknown_venue_stays_in_the_address_without_results(papers: FlaskClient) -> None:
    assert papers.get("/?venue=Nowhere").status_code == 200
    assert papers.get("/?q=zymurgy&venue=EMNLP").status_code == 200
    assert titles(papers, "/?venue=Nowhere") == []


def test_page_search_and_exports_have_the_full_name(papers: FlaskClient) -> None:
    page = soup(papers.get("/publications/b"))
    assert squeezed(one(page, ".issued")) == f"{FULL.format(2021)}, 2021"
    assert FULL.format(2021) in squeezed(one(page, ".details"))
    for extension in ("bib", "ris", "json", "csv"):
        assert FULL.format(2021) in papers.get(f"/publications.{extension}").text
    assert "EMNLP" not in papers.get("/publications/b.json").text


def test_without_an_index_the_filter_has_the_series(folder: Path, papers: FlaskClient) -> None:
    app = papers.application
    catalog = site(app).catalog
    with app.app_context():
        hits = catalog.find(Criteria(filters={"venue": ("EMNLP",)}))
        catalog.search.delete()
    other = create_app(folder)
    try:
        page = site(other).catalog.find(Criteria(filters={"venue": ("EMNLP",)}))
        assert not page.indexed
        assert page.hits.ids == hits.hits.ids
    finally:
        with other.app_context():
            db.engine.dispose()
        app.test_cli_runner().invoke(args=["prepare"])


def test_names_in_the_settings_apply_after_prepare(folder: Path, papers: FlaskClient) -> None:
    setting = '[venues]\n"emnlp" = { short = "Empirical", url = "https://emnlp.example/" }\n'
    try:
        (folder / "site.toml").write_text(setting)
        with running(folder) as app:
            assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
            client = app.test_client()
            assert titles(client, "/?venue=Empirical") == ["Old", "New", "Demo"]
            link = one(soup(client.get("/publications/b")), '.details a[href^="https://emnlp"]')
            assert squeezed(link) == FULL.format(2021)
    finally:
        (folder / "site.toml").unlink()
        papers.application.test_cli_runner().invoke(args=["prepare"])
    assert titles(papers, "/?venue=EMNLP") == ["Old", "New", "Demo"]
