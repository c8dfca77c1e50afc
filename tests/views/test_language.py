"""The site in another language: a file in the folder of translations is enough."""

import re

import pytest
from flask.testing import FlaskClient

from tests.catalogs import GERMAN, Catalogs, catalogs
from tests.reading import one, soup, text
from tests.sites import Site, site
from webapp.formats.direction import direction
from webapp.views.results.filters import value_label

__all__ = ["catalogs", "site"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("שלום tensor", "rtl"),
        ("مقدمة", "rtl"),
        ("tensor שלום", "ltr"),
        ("2023: مقدمة", "rtl"),
        ("", "ltr"),
    ],
)
def test_the_direction_of_a_text_is_that_of_its_first_letter(text: str, expected: str) -> None:
    assert direction(text) == expected


@pytest.fixture
def german(site: Site, catalogs: Catalogs) -> FlaskClient:
    catalogs("de.po", GERMAN)
    return site(language="de")


def test_a_site_has_the_language_of_its_catalog(german: FlaskClient) -> None:
    page = soup(german.get("/?q=tensor"))

    assert one(page, "html")["lang"] == "de"
    assert "dir" not in one(page, "html").attrs
    assert text(page, ".search-label") == "Publikationen durchsuchen"
    assert text(page, "#count") == "2 Ergebnisse"
    assert text(page, ".shortcuts").endswith("Mit / zur Suche, mit x zur Auswahl")
    assert re.fullmatch(r"Stand: \d+\. \w+ \d{4}", text(page, ".updated"))
    assert text(page, ".search-submit") == "Search"  # not in the catalog


def test_one_result_is_singular(german: FlaskClient) -> None:
    assert text(soup(german.get("/?q=title:cityflow")), "#count") == "1 Ergebnis"


def test_a_translation_is_text_except_for_its_elements(german: FlaskClient) -> None:
    html = german.get("/").text
    assert 'placeholder="Titel &amp; &#34;mehr&#34; suchen"' in html


def test_values_are_shown_and_found_by_their_translation(german: FlaskClient) -> None:
    page = soup(german.get("/facets/type?find=konferenz"))
    assert [bdi.text for bdi in page.select(".values bdi")] == ["Konferenzbeitrag"]


def test_a_right_to_left_language_turns_the_page(site: Site, catalogs: Catalogs) -> None:
    catalogs("ar.po", "")
    html = one(soup(site(language="ar").get("/")), "html")
    assert (html["lang"], html["dir"]) == ("ar", "rtl")


def test_the_etag_changes_with_the_catalog(site: Site, catalogs: Catalogs) -> None:
    etags = []
    for content in (GERMAN, GERMAN.replace("durchsuchen", "finden")):
        catalogs("de.po", content)
        etags.append(site(language="de").get("/").headers["ETag"])
    assert len(set(etags)) == 2


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("year", "2023", "2023"),
        ("year", "2019..2023", "2019–2023"),
        ("year", "2019..", "since 2019"),
        ("year", "..2023", "until 2023"),
        ("year", "-44..14", "-44 – 14"),
        ("type", "inproceedings", "Conference paper"),
        ("venue", "A..B", "A..B"),
        ("title", "Sort", "Sort"),
    ],
)
def test_a_value_of_a_filter_has_a_label(field: str, value: str, label: str) -> None:
    assert value_label(field, value) == label
