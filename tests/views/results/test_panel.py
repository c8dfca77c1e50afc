"""The open filter panel: which values it shows after a choice, and with which counts."""

from urllib.parse import quote

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from tests.reading import one, soup, text

from ..test_pages import LINK
from .test_facets import link, values


def choose(client: FlaskClient, query: str, *states: str) -> Tag:
    """Return the list with a panel that was made for these states."""
    panel = "".join(f"&panel={quote(state)}" for state in states)
    return soup(client.get(f"/{query}{panel}", headers=LINK))


def test_a_choice_moves_no_value(nine: FlaskClient) -> None:
    page = choose(nine, "?venue=Rare", "")
    assert values(page, "venue") == {"A & B": "5", "Conf": "3", "Rare": "1"}
    assert values(page, "type") == {"Journal article": "1", "Conference paper": "0"}
    assert values(page, "year")["2017"] == "0"
    assert one(page, "#facets")["data-panel"] == ""
    assert link(page, "venue", "Rare")["href"] == "/"
    assert link(page, "type", "Conference paper")["href"] == "/?venue=Rare&type=inproceedings"
    assert len(page.select(".chart tr")) == 1  # not the years that are counted for the panel

    assert values(soup(nine.get("/?venue=Rare")), "venue") == {
        "Rare": "1",
        "A & B": "5",
        "Conf": "3",
    }


def test_a_value_that_is_no_longer_selected_stays_where_it_was(nine: FlaskClient) -> None:
    page = choose(nine, "?year=2011", "?year=2010&year=2011")
    assert list(values(page, "year"))[:3] == ["2011", "2010", "2018"]
    assert link(page, "year", "2010").get("aria-current") is None


def test_a_value_that_was_not_shown_is_not_added(nine: FlaskClient) -> None:
    assert "2010" not in values(choose(nine, "?year=2010", ""), "year")


def test_the_panel_stays_without_results(nine: FlaskClient) -> None:
    page = choose(nine, "?venue=Rare&type=inproceedings", "")
    assert text(page, "#count") == "No results with these filters"
    assert text(page, ".tools .count") == "0 results"
    assert list(values(page, "venue")) == ["A & B", "Conf", "Rare"]
    assert page.select(".sort")
    loaded = soup(nine.get("/?venue=Rare&type=inproceedings"))
    assert values(loaded, "venue") == {"Rare": "0", "Conf": "3"}


def test_a_facet_that_lists_all_values_stays_with_its_letters(nine: FlaskClient) -> None:
    whole = soup(nine.get("/facets/author?find=a&venue=Conf", headers=LINK))
    state = str(one(whole, "#values-author")["data-panel"])
    assert state == "author?find=a&venue=Conf"
    page = choose(nine, "?venue=Conf&author=Ann+Ah", "?venue=Conf", state)

    assert list(values(page, "author")) == list(values(whole, "author"))
    assert one(page, "#values-author")["data-panel"] == state
    form = one(page, "#find-author")
    assert one(form, "[name=find]")["value"] == "a"
    hidden = [(i["name"], i["value"]) for i in form.select("[type=hidden]")]
    assert hidden == [("venue", "Conf"), ("author", "Ann Ah")]
    assert page.select("#facet-author .facet-more") == []


def test_a_search_for_other_words_chooses_values_for_its_results(nine: FlaskClient) -> None:
    page = choose(nine, "?q=2018", "?venue=Rare", "author?find=ann&venue=Rare")
    assert page.select(".facet") == []
    page = choose(nine, "?q=paper&year=2017", "?q=pape&year=2018", "author?find=h&q=pape")
    assert list(values(page, "year"))[:2] == ["2017", "2018"]
    assert list(values(page, "author")) == []
    assert one(page, "#facets")["data-panel"] == "?q=paper&year=2017"


def test_the_panel_is_not_part_of_an_address(nine: FlaskClient) -> None:
    response = nine.get("/?venue=Rare&panel=", headers=LINK)
    assert response.headers["HX-Push-Url"] == "/?venue=Rare"
    assert nine.get("/?venue=Rare&panel=").location == "/?venue=Rare"


@pytest.mark.parametrize("state", ["none?find=x", "venue", "?year=x&page=7", "&&=%00?", "?" * 9])
def test_an_unknown_state_is_that_of_a_new_panel(nine: FlaskClient, state: str) -> None:
    page = choose(nine, "?venue=Rare", state)
    assert set(values(page, "venue")) == {"A & B", "Conf", "Rare"}


def test_a_range_of_years_stays_with_any_other_filter(nine: FlaskClient) -> None:
    page = soup(nine.get("/?year=2012..2014&venue=Rare"))
    assert [i["value"] for i in page.select("#years [type=number]")] == ["2012", "2014"]
    assert values(page, "year") == {"2018": "1"}
