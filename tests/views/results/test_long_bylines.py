"""Names of collaborations with thousands of people: a list has the first and fetches the others."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup, text
from tests.views.test_pages import LINK

PEOPLE = 1_000
ITEMS = 4


def _entry(number: int) -> str:
    people = " and ".join(f"Roe{person}, Jan{person}" for person in range(PEOPLE))
    fields = f"title = {{On Test {number}}}, author = {{{people}}}, year = 2001"
    return f"@article{{k{number}, {fields}, journal = {{J}}}}\n"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """ITEMS publications of PEOPLE authors each on one page."""
    folder = tmp_path_factory.mktemp("crowded")
    (folder / "publications.bib").write_text("".join(map(_entry, range(ITEMS))))
    (folder / "site.toml").write_text("page_size = 4\n")
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        yield app.test_client()


def test_a_list_of_long_bylines_is_small(crowded: FlaskClient) -> None:
    answer = crowded.get("/?q=roe7")
    assert len(soup(answer).select(".publication")) == ITEMS
    assert len(answer.data) < 60_000


def test_hidden_names_are_fetched_when_they_are_shown(crowded: FlaskClient) -> None:
    authors = one(soup(crowded.get("/")), "#pub-k3 .authors")
    assert text(authors, ".when-closed") == f"and {PEOPLE - 10:,} more"
    link = one(authors, "details a")
    assert link["href"] == "/publications/k3"
    assert link["data-hx-get"] == "/publications/k3/authors"
    names = one(soup(crowded.get("/publications/k3/authors", headers=LINK)), ".authors-whole")
    assert names.text.split(", ") == [f"Jan{person} Roe{person}" for person in range(PEOPLE)]
    searched = crowded.get("/publications/k3/authors?q=roe999", headers=LINK)
    assert one(soup(searched), "mark").text == "Roe999"


def test_without_scripts_the_publications_page_has_all_names(crowded: FlaskClient) -> None:
    answer = crowded.get("/publications/k3/authors")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/publications/k3")
    page = soup(crowded.get("/publications/k3"))
    assert one(page, ".authors").text.count("Roe") == PEOPLE
    assert crowded.get("/publications/unknown/authors").status_code == 404
