"""Facets, chips and orders of the list: values, counts, links, and all values of a facet."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from tests.conftest import running
from tests.editors import SAME_ORIGIN
from tests.reading import one, soup, text
from webapp.catalog import Criteria, quote_value
from webapp.facets import FACETS
from webapp.views.results.panel import LISTED

from ..test_pages import LINK, TYPING


def values(page: Tag, facet: str) -> dict[str, str]:
    """Return the values of a facet in order, each with its count."""
    links = page.select(f"#facet-{facet} .values a")
    return {text(link, "bdi"): text(link, ".number") for link in links}


def link(page: Tag, facet: str, value: str) -> Tag:
    (link,) = [a for a in page.select(f"#facet-{facet} .values a") if text(a, "bdi") == value]
    return link


def test_a_count_is_the_number_of_results_with_that_value(nine: FlaskClient) -> None:
    page = soup(nine.get("/"))

    assert values(page, "venue") == {"A & B": "5", "Conf": "3", "Rare": "1"}
    assert values(page, "type") == {"Journal article": "6", "Conference paper": "3"}
    assert list(values(page, "year")) == ["2018", "2017", "2016", "2015", "2014", "2013"]
    assert one(page, "#facets").get("open") is None


def test_a_value_is_a_link_that_selects_and_deselects_it(nine: FlaskClient) -> None:
    before = link(soup(nine.get("/?q=paper&sort=title")), "venue", "A & B")
    assert before["href"] == "/?q=paper&venue=A+%26+B&sort=title"
    assert before["rel"] == ["nofollow"]
    assert before.get("aria-current") is None

    page = soup(nine.get(str(before["href"])))
    selected = link(page, "venue", "A & B")
    assert text(page, "#count") == "5 results"
    assert selected["aria-current"] == "true"
    assert selected["href"] == "/?q=paper&sort=title"


def test_values_of_a_facet_are_alternatives_and_facets_all_apply(nine: FlaskClient) -> None:
    page = soup(nine.get("/?venue=Rare&venue=Conf&type=article", headers=SAME_ORIGIN))

    assert text(page, "#count") == "1 result"
    assert list(values(page, "venue")) == ["Rare", "Conf", "A & B"]
    assert values(page, "type") == {"Journal article": "1", "Conference paper": "3"}


def test_values_can_be_added_though_all_have_the_same_count(nine: FlaskClient) -> None:
    page = soup(nine.get("/?year=2018"))
    assert text(page, "#count") == "1 result"
    assert list(values(page, "year").items())[:2] == [("2018", "1"), ("2017", "1")]
    assert page.select("#facet-author") == []


def test_a_facet_that_would_not_narrow_the_list_is_not_shown(nine: FlaskClient) -> None:
    page = soup(nine.get("/?q=2010"))
    assert page.select(".facet") == []


@pytest.mark.parametrize("address", ["/", "/?q=paper&venue=Rare&year=2018&tag=all&open=p2018"])
def test_query_string_adding_agrees_with_toggled(nine: FlaskClient, address: str) -> None:
    criteria = Criteria.from_args(
        {name: [value] for name, value in parse_qsl(urlsplit(address).query)}
    )
    for facet in FACETS:
        before, after = criteria.query_string_adding(facet)
        for value in ("A & B", "ü", "2001"):
            query_string = before + quote_value(value) + after
            assert query_string == criteria.toggled(facet, value).query_string()


# ---- All values of a facet


def test_a_facet_links_to_all_its_values(nine: FlaskClient) -> None:
    page = soup(nine.get("/?venue=Conf&venue=A+%26+B"))
    more = one(page, "#facet-author .facet-more a")
    assert more["href"] == "/facets/author?venue=Conf&venue=A+%26+B"
    assert page.select("#facet-venue .facet-more") == []

    whole = soup(nine.get(str(more["href"])))
    assert len(values(whole, "author")) == 8
    assert link(whole, "author", "Ann Ab")["href"] == "/?venue=Conf&venue=A+%26+B&author=Ann+Ab"
    assert whole.select("main [data-hx-get], main [data-swap]") == []
    assert one(whole, "meta[name=robots]")["content"] == "noindex, follow"
    assert one(whole, ".ways-back a")["href"] == "/?venue=Conf&venue=A+%26+B"


def test_letters_restrict_the_values_and_keep_the_search(nine: FlaskClient) -> None:
    page = soup(nine.get("/facets/author?q=paper&find=%C3%A4nn+aC"))

    assert list(values(page, "author")) == ["Ann Ac"]
    form = one(page, "form.find")
    hidden = {str(i["name"]): i["value"] for i in form.select("input[type=hidden]")}
    assert hidden == {"q": "paper"}
    assert one(form, "[name=find]")["value"] == "änn aC"
    assert text(soup(nine.get("/facets/author?find=xx")), ".values") == "No match"


def test_all_values_load_in_place_in_the_list(nine: FlaskClient) -> None:
    whole = soup(nine.get("/facets/tag", headers=LINK))
    assert [tag["id"] for tag in whole.find_all(recursive=False)] == ["facet-tag"]
    assert link(whole, "tag", "all").find_parent(attrs={"data-swap": "outerHTML"})

    fragment = soup(nine.get("/facets/tag?find=only", headers=TYPING))
    assert [tag["id"] for tag in fragment.find_all(recursive=False)] == ["values-tag"]
    assert len(fragment.select("a")) == 9


def test_all_years_come_with_the_form_of_the_range(nine: FlaskClient) -> None:
    address = "/facets/year?q=paper&year=2012..2014"
    in_place = soup(nine.get(address, headers=LINK))
    bounds = [i["value"] for i in in_place.select("#years [type=number]")]
    assert bounds == ["2012", "2014"]
    assert one(in_place, "#years [type=hidden]")["value"] == "paper"
    assert soup(nine.get(address)).select("#years") == []  # a page of its own has no list


def test_an_unknown_facet_is_not_found(nine: FlaskClient) -> None:
    assert nine.get("/facets/abstract").status_code == 404


# ---- Chips and orders


def chips(page: Tag) -> dict[str, str]:
    """Return the text of each chip with the URL of its link."""
    return {" ".join(a.text.split()): str(a["href"]) for a in page.select(".chips a")}


def test_a_chip_removes_a_piece_of_the_query_or_a_filter(nine: FlaskClient) -> None:
    page = soup(nine.get("/?q=paper+author%3Aann+-banana+year%3A2011..&year=2010..2018&venue=Rare"))

    assert chips(page) == {
        "Author: ann": "/?q=paper+-banana+year%3A2011..&year=2010..2018&venue=Rare",
        "Not: banana": "/?q=paper+author%3Aann+year%3A2011..&year=2010..2018&venue=Rare",
        "Year: since 2011": "/?q=paper+author%3Aann+-banana&year=2010..2018&venue=Rare",
        "Year: 2010–2018": "/?q=paper+author%3Aann+-banana+year%3A2011..&venue=Rare",
        "Venue: Rare": "/?q=paper+author%3Aann+-banana+year%3A2011..&year=2010..2018",
        "Remove all filters": "/?q=paper+author%3Aann+-banana+year%3A2011..",
    }
    assert page.select(".chips a")[0]["aria-label"] == "Remove filter Author: ann"


def test_a_type_has_its_label(nine: FlaskClient) -> None:
    assert list(chips(soup(nine.get("/?type=inproceedings")))) == ["Type: Conference paper"]


def test_plain_words_have_no_chips(nine: FlaskClient) -> None:
    assert soup(nine.get("/?q=paper")).select(".chips") == []


def test_orders_are_links_and_the_present_one_is_marked(nine: FlaskClient) -> None:
    listed = {a.text: a["href"] for a in soup(nine.get("/")).select(".orders a")}
    assert listed == {
        "Owner’s order": "/",
        "Newest": "/?sort=newest",
        "Oldest": "/?sort=oldest",
        "Title": "/?sort=title",
        "Venue": "/?sort=venue",
    }
    for address, current in (
        ("/", "Owner’s order"),
        ("/?q=paper", "Relevance"),
        ("/?q=paper&sort=relevance", "Relevance"),
        ("/?q=paper&sort=oldest", "Oldest"),
        ("/?sort=relevance", "Owner’s order"),
    ):
        assert text(soup(nine.get(address)), ".orders [aria-current]") == current


def test_a_list_of_one_has_no_orders(nine: FlaskClient) -> None:
    assert soup(nine.get("/?q=2010")).select(".sort") == []


# ---- A range of years


@pytest.mark.parametrize(
    ("bounds", "canonical"),
    [
        ("from=2012&to=2014", "/?q=paper&year=2012..2014"),
        ("from=2014&to=2012", "/?q=paper&year=2012..2014"),
        ("from=2012&to=", "/?q=paper&year=2012.."),
        ("from=&to=2012", "/?q=paper&year=..2012"),
        ("from=2012&to=2012", "/?q=paper&year=2012"),
        ("from=&to=", "/?q=paper"),
        ("from=x&to=2e3", "/?q=paper"),
    ],
)
def test_from_and_to_become_a_range(nine: FlaskClient, bounds: str, canonical: str) -> None:
    response = nine.get(f"/?q=paper&{bounds}")
    assert (response.status_code, response.location) == (302, canonical)


def test_the_form_of_years_keeps_the_other_parameters(nine: FlaskClient) -> None:
    page = soup(nine.get("/?q=paper&year=2012..2014&venue=A+%26+B&sort=title"))
    form = one(page, "form.years")

    assert text(page, "#count") == "3 results"
    inputs = {str(i["name"]): str(i["value"]) for i in form.select("input")}
    assert inputs == {
        "q": "paper",
        "venue": "A & B",
        "sort": "title",
        "from": "2012",
        "to": "2014",
    }


def test_a_range_of_years_adds_a_history_entry(nine: FlaskClient) -> None:
    headers = {**TYPING, "HX-Source": "form#years"}
    response = nine.get("/?from=2012&to=2013", headers=headers)
    assert response.headers["HX-Push-Url"] == "/?year=2012..2013"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Return a site with five authors more than a facet lists."""
    folder = tmp_path_factory.mktemp("many")
    names = " and ".join(f"Ab{n:03}, Ann" for n in range(LISTED + 5))
    (folder / "publications.bib").write_text(f"@misc{{a, title={{One}}, author={{{names}}}}}")
    with running(folder) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        yield app.test_client()


@pytest.mark.parametrize(
    ("find", "selected", "listed", "more"),
    [
        ("ab00", 0, 10, False),
        ("ann", 0, LISTED, True),
        ("", 0, LISTED, True),
        ("ann", 3, 3 + LISTED, True),
        ("ann", 5, 5 + LISTED, False),
        ("none", 5, 5, False),
    ],
)
def test_the_number_of_values_is_limited_besides_the_selected_ones(
    many: FlaskClient, find: str, selected: int, listed: int, more: bool
) -> None:
    query = "".join(f"&author=Ann+Ab{n:03}" for n in range(selected))
    page = soup(many.get(f"/facets/author?find={find}{query}", headers=SAME_ORIGIN))
    assert len(values(page, "author")) == listed
    assert bool(page.select(".facet-more")) == more
