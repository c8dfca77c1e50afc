"""The chart of publications per year: counts, links, heights, and its table."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup, text
from tests.sites import Site, site
from webapp.catalog import Criteria
from webapp.views.results.chart import Axis, make_axis, make_chart
from webapp.views.results.panel import Counts
from webapp.views.urls import Urls

__all__ = ["site"]  # the fixture

ENTRY = "@article{{p{0}, title = {{Paper {0}}}, journal = {{{1}}}, year = {{{2}}}}}\n"
YEARS = (2015, 2015, 2015, 2015, 2017, 2020, 2020, "", "forthcoming")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Return a site with seven papers of 2015 to 2020 and two without a year.

    Every other paper is in the journal "A & B".
    """
    folder = tmp_path_factory.mktemp("papers")
    entries = (ENTRY.format(n, ("A & B", "C")[n % 2], year) for n, year in enumerate(YEARS))
    (folder / "publications.bib").write_text("".join(entries))
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        yield app.test_client()


def bars(page: Tag) -> dict[str, str]:
    """Return the title of each bar with the URL of its link, from the left."""
    links = sorted(page.select(".chart a"), key=place)
    return {text(link, "title"): str(link["href"]) for link in links}


def place(link: Tag) -> int:
    return int(str(one(link, "rect")["x"]))


def heights(page: Tag) -> dict[str, int]:
    links = sorted(page.select(".chart a"), key=place)
    matches = (re.search(r"v-(\d+)h", str(one(link, "path")["d"])) for link in links)
    return {text(a, "title"): int(m[1]) for a, m in zip(links, matches, strict=True) if m}


def numbers(page: Tag) -> dict[str, str]:
    """Return the numbers above the bars, by their horizontal positions."""
    return {str(number["x"]): number.text for number in page.select(".chart .number")}


def table(page: Tag) -> dict[str, str]:
    return {text(row, "th[scope=row]"): text(row, "td") for row in page.select(".chart tr")}


def test_every_year_has_its_place_and_its_count(papers: FlaskClient) -> None:
    page = soup(papers.get("/"))

    assert bars(page) == {
        "2015: 4": "/?year=2015",
        "2017: 1": "/?year=2017",
        "2020: 2": "/?year=2020",
    }
    assert sorted(map(place, page.select(".chart a"))) == [0, 2, 5]  # gaps are visible
    assert heights(page) == {"2015: 4": 100, "2017: 1": 25, "2020: 2": 50}
    assert [label.text for label in page.select(".chart svg > text:not(.number)")] == [
        *("2015", "2016", "2017", "2018", "2019", "2020")
    ]
    assert text(page, ".chart p") == "Publications per year"
    assert numbers(page) == {"8.33%": "4", "41.67%": "1", "91.67%": "2"}


def test_screen_readers_get_a_table(papers: FlaskClient) -> None:
    page = soup(papers.get("/"))

    assert text(page, ".chart caption") == "Publications per year"
    assert table(page) == {"2020": "2", "2017": "1", "2015": "4"}
    assert one(page, ".plot > svg")["aria-hidden"] == "true"
    assert {link["tabindex"] for link in page.select(".chart a")} == {"-1"}


def test_bars_count_the_results_of_a_search_with_filters(papers: FlaskClient) -> None:
    page = soup(papers.get("/?q=paper&venue=A+%26+B&sort=title&open=p2"))

    assert bars(page) == {
        "2015: 2": "/?q=paper&year=2015&venue=A+%26+B&sort=title",
        "2017: 1": "/?q=paper&year=2017&venue=A+%26+B&sort=title",
        "2020: 1": "/?q=paper&year=2020&venue=A+%26+B&sort=title",
    }


def test_selected_years_are_marked_and_the_others_stay(papers: FlaskClient) -> None:
    page = soup(papers.get("/?q=paper&year=2017"))

    assert text(page, "#count") == "1 result"
    assert [text(a, "title") for a in page.select(".chart [aria-current=true]")] == ["2017: 1"]
    assert bars(page) == {
        "2015: 4": "/?q=paper&year=2017&year=2015",
        "2017: 1": "/?q=paper",
        "2020: 2": "/?q=paper&year=2017&year=2020",
    }
    for link in page.select(".chart a"):
        assert link["rel"] == ["nofollow"]
        assert papers.get(str(link["href"])).status_code == 200  # canonical: it does not redirect


def test_a_bar_in_a_selected_range_selects_only_itself(papers: FlaskClient) -> None:
    page = soup(papers.get("/?year=2016..2019&venue=C"))

    marked = page.select(".chart [aria-current=true]")
    assert sorted(map(place, marked)) == [1, 2, 3, 4]  # places without publications too
    assert bars(page)["2017: 0"] == "/?year=2017&venue=C"
    assert heights(page)["2017: 0"] == 0
    assert bars(page)["2020: 1"] == "/?year=2016..2019&year=2020&venue=C"


def test_the_axis_is_the_same_for_all_results(papers: FlaskClient) -> None:
    whole, narrow, nothing = (soup(papers.get(a)) for a in ("/", "/?q=%224%22", "/?q=zzzzzz"))

    labels = [text(page, ".plot > svg > svg ~ text:nth-of-type(1)") for page in (whole, narrow)]
    assert labels == ["2015", "2015"]
    assert bars(narrow) == {"2017: 1": "/?q=%224%22&year=2017"}
    assert len(nothing.select(".chart text")) == 6
    assert nothing.select(".chart a, .chart table") == []


def test_queries_are_escaped_in_links(papers: FlaskClient) -> None:
    page = soup(papers.get("/?q=paper+%22%3E%3C%27%26"))
    assert bars(page)["2017: 1"] == "/?q=paper+%22%3E%3C%27%26&year=2017"


def test_there_is_no_chart_for_fewer_than_two_years(site: Site, instance: Path) -> None:
    (instance / "publications.bib").write_text(ENTRY.format(1, "J", 2020))
    client = site()
    assert one(soup(client.get("/")), ".chart")
    runner = client.application.test_cli_runner()
    result = runner.invoke(args=["import", "--prune=all", "--yes"])
    assert result.exit_code == 0, result.output

    assert soup(client.get("/")).select(".chart") == []


# ---- Many years, many publications


def render(client: FlaskClient, axis: Axis, counts: Counts = (), **filters: tuple[str, ...]) -> Tag:
    """Return the HTML of a chart on a page below /pubs."""
    template = client.application.jinja_env.get_template("publications/_chart.html")
    chart = make_chart(Criteria(filters=filters), counts, axis)
    return BeautifulSoup(template.render(chart=chart, urls=Urls("/pubs")), "html.parser")


@pytest.mark.parametrize(
    ("first", "last", "number", "first_place"),
    [
        (2024, 2025, 2, "2024"),
        (1995, 2024, 30, "1995"),
        (1952, 2024, 15, "1950..1954"),
        (1901, 2024, 25, "1900..1904"),
        (1665, 2024, 8, "1650..1699"),
        (0, 9999, 20, "0..499"),
        (-9999, 9999, 20, "-9999..-9001"),
    ],
)
def test_the_number_of_bars_is_bounded(
    papers: FlaskClient, first: int, last: int, number: int, first_place: str
) -> None:
    axis = make_axis(first, last)

    assert len(axis.places) == number
    assert axis.places[0].value == first_place
    labels = render(papers, axis).select("text")
    assert [int(label.text) for label in labels] == [place.first for place in axis.places]
    assert all(first - axis.step < int(label.text) <= last for label in labels)


@pytest.mark.parametrize("years", [("-0300", "-0299", "-0299"), ("-9999", "-0300", "0800", "9999")])
@pytest.mark.parametrize("has_index", [True, False])
def test_each_bar_leads_to_its_publications_before_the_year_1000(
    site: Site, instance: Path, years: tuple[str, ...], has_index: bool
) -> None:
    entries = "".join(ENTRY.format(n, "J", year) for n, year in enumerate((*years, "forthcoming")))
    (instance / "publications.bib").write_text(entries)
    client = site()
    runner = client.application.test_cli_runner()
    result = runner.invoke(args=["import", "--prune=all", "--yes"])
    assert result.exit_code == 0, result.output
    links = bars(soup(client.get("/")))
    if not has_index:
        (instance / "index" / "current").unlink()
        client = site()

    assert len(links) == len(set(years))
    for title, url in links.items():
        response = client.get(url)
        assert response.status_code == 200, url  # canonical: it does not redirect
        count = title.rpartition(": ")[2]
        assert text(soup(response), "#count").split()[0] == count, url


def test_years_share_a_bar_when_there_are_many(papers: FlaskClient) -> None:
    counts = (("1999", 3), ("1995", 2), ("1700", 1))
    page = render(papers, make_axis(1700, 1999), counts, year=("1990..1999",))

    assert table(page) == {"1990–1999": "5", "1700–1709": "1"}
    assert bars(page) == {
        "1700–1709: 1": "/pubs/?year=1990..1999&year=1700..1709",
        "1990–1999: 5": "/pubs/",
    }
    assert text(page, "p") == text(page, "caption") == "Publications per 10 years"
    assert list(numbers(page).values()) == ["5", "1"]


def test_one_publication_is_visible_beside_a_hundred_thousand(papers: FlaskClient) -> None:
    page = render(papers, make_axis(2023, 2024), (("2024", 100_000), ("2023", 1)))

    assert heights(page) == {"2024: 100,000": 100, "2023: 1": 4}
    assert list(numbers(page).values()) == ["100,000", "1"]
