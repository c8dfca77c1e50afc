"""Links to authors, venues and keywords that begin with what was typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4
PAPERS = f"""
@article{{a, title = {{Wax}}, author = {{Feng, Siyuan and {LONG}, Ann}}, journal = {{Fen & <b>}},
  year = 2020}}
@article{{b, title = {{Urns}}, author = {{Feng, Siyuan}}, year = 2021}}
@article{{c, title = {{Salt}}, author = {{محمد, علي}}, keywords = {{Fences}}, year = 2021}}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder: Path = tmp_path_factory.mktemp("suggestions")
    (folder / "papers.bib").write_text(PAPERS)
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["import", str(folder / "papers.bib")])
        assert result.exit_code == 0, result.output
        yield app.test_client()


def links(client: FlaskClient, path: str) -> dict[str, str]:
    """Return the addresses of the suggestions by their texts."""
    found = soup(client.get(path)).select(".suggestions a")
    return {" ".join(link.text.split()): str(link["href"]) for link in found}


def test_a_suggestion_filters_by_the_value(client: FlaskClient) -> None:
    assert links(client, "/?q=siyu&year=2020&sort=title") == {
        "Author: Siyuan Feng (1)": "/?year=2020&author=Siyuan+Feng"
    }
    page = soup(client.get("/?author=Siyuan+Feng"))
    assert len(page.select("article.publication")) == 2
    assert links(client, "/?author=Siyuan+Feng") == {}


def test_the_announced_count_and_the_hits_stay(client: FlaskClient) -> None:
    page = soup(client.get("/?q=siyuan"))
    assert one(page, "#count").text.split()[0] == "2"
    assert len(page.select("article.publication")) == 2


def test_at_most_three_of_any_kind_are_suggested(client: FlaskClient) -> None:
    assert set(links(client, "/?q=fe")) == {
        "Author: Siyuan Feng (2)",
        "Venue: Fen & <b> (1)",
        "Keyword: Fences (1)",
    }


def test_long_and_right_to_left_names_are_isolated(client: FlaskClient) -> None:
    for typed in (LONG[:5], "علي"):
        link = one(soup(client.get("/", query_string={"q": typed})), ".suggestions a")
        assert one(link, "bdi").text


def test_a_fragment_has_the_same_suggestions_as_the_page(client: FlaskClient) -> None:
    fragment = soup(client.get("/?q=siyu", headers={"HX-Request": "true"}))
    page = soup(client.get("/?q=siyu"))
    assert str(one(fragment, ".suggestions")) == str(one(page, ".suggestions"))
    assert not soup(client.get("/")).select(".suggestions")


def test_suggestions_work_without_javascript(client: FlaskClient) -> None:
    link = one(soup(client.get("/?q=siyu")), ".suggestions a")
    page = soup(client.get(str(link["href"])))
    assert [one(item, "h2").text.strip() for item in page.select("article.publication")] == [
        "Wax",
        "Urns",
    ]
    assert not one(page, "input[name=q]").get("value")
    assert one(page, ".chips a").text.split()[:3] == ["Author:", "Siyuan", "Feng"]
