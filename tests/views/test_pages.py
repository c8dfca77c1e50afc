"""Pages of the seven example publications."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import running
from tests.editors import SAME_ORIGIN
from tests.reading import one, soup, text
from webapp.site import site

TYPING = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "form#search"}
LINK = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "a"}
RESTORE = {"HX-History-Restore-Request": "true", "HX-Request-Type": "full"}


@pytest.fixture(scope="module")
def read_only(seed: Path) -> Iterator[FlaskClient]:
    """A client of the seven example publications, for tests that change nothing."""
    with running(seed) as app:
        yield app.test_client()


# ---- The list


def test_the_list_shows_the_owners_texts(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/"))

    assert text(page, "h1") == "Publications"
    assert text(page, ".subtitle") == "Research papers and academic contributions"
    assert text(page, ".intro").startswith("My research has been published in leading venues")
    assert [text(item, ".issued") for item in page.select(".publication")] == [
        *["Preprint, 2025"] * 3,
        *["ASPLOS, 2023", "ISSTA, 2025", "ASPLOS, 2025", "WWW, 2019"],
    ]
    assert text(page, "#count") == "7 publications"


def test_the_head_has_title_description_and_canonical_url(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/"))

    assert one(page, "html")["lang"] == "en"
    assert text(page, "head title") == "Publications · Siyuan Feng"
    description = str(one(page, "meta[name=description]")["content"])
    assert description.startswith("My research has been published")
    assert len(description) <= 160
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/"
    assert one(page, "h1 a")["href"] == "/"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(one(page, "footer time")["datetime"]))


def test_template_tags_leave_no_blank_lines(read_only: FlaskClient) -> None:
    items = one(soup(read_only.get("/", headers=TYPING)), ".results").select(".publication")

    assert not [line for item in items for line in str(item).splitlines() if not line.strip()]


def test_an_item_has_title_authors_venue_and_links(read_only: FlaskClient) -> None:
    item = one(soup(read_only.get("/")), "article#pub-feng2023tensorir")

    assert one(item, "h2 a")["href"] == "/publications/feng2023tensorir"
    assert [b.text for b in item.select(".authors b")] == ["Siyuan Feng"]
    assert [(a.text, a["href"]) for a in item.select(".links a")] == [
        ("arXiv", "https://arxiv.org/abs/2207.04296"),
        ("DOI", "https://doi.org/10.1145/3575693.3576933"),
        ("Code", "https://github.com/tlc-pack/tvm-tensorir"),
    ]
    link = one(item, ".abstract a")
    assert link["href"] == "/publications/feng2023tensorir#abstract"
    assert link["data-hx-get"] == "/publications/feng2023tensorir/abstract"


def test_a_long_author_list_is_cut(read_only: FlaskClient) -> None:
    authors = one(soup(read_only.get("/")), "#pub-nexagi2025nexn1 .authors")

    shown = text(authors, ".authors-short").split(", ")
    assert shown[0] == "Nex-AGI Team"
    assert shown[9:] == ["Pinxue Guo", "…", "Siyuan Feng"]
    assert text(authors, ".when-closed") == "and 54 more"
    assert len(text(authors, ".authors-whole").split(", ")) == 65


# ---- URLs and fragments


def test_a_fragment_equals_the_part_of_the_page(read_only: FlaskClient) -> None:
    whole = one(soup(read_only.get("/?q=tensor")), "#results")
    fragment = soup(read_only.get("/?q=tensor", headers=TYPING))

    assert [tag.get("id", tag.name) for tag in fragment.find_all(recursive=False)] == [
        "title",
        "results",
    ]
    assert str(one(fragment, "#results")) == str(whole)


def test_typing_replaces_the_url_and_a_link_pushes_it(read_only: FlaskClient) -> None:
    typing = read_only.get("/?junk=1&q=a+b&page=1", headers=TYPING)
    link = read_only.get("/?venue=ASPLOS&q=", headers=LINK)

    assert typing.headers["HX-Replace-Url"] == "/?q=a+b"
    assert "HX-Push-Url" not in typing.headers
    assert link.headers["HX-Push-Url"] == "/?venue=ASPLOS"
    assert "HX-Replace-Url" not in link.headers


def test_going_back_returns_a_whole_page(read_only: FlaskClient) -> None:
    response = read_only.get("/?q=tensor", headers=RESTORE)

    assert text(soup(response), "h1") == "Publications"
    assert not [name for name, _ in response.headers if name.startswith("HX-")]


@pytest.mark.parametrize(
    ("requested", "canonical"),
    [
        ("/?q=", "/"),
        ("/?page=1&junk=1&q=city", "/?q=city"),
        ("/?q=city&q=town", "/?q=city"),
        ("/?page=99", "/"),
        ("/?page=-1", "/"),
        ("/?year=abc&sort=nonsense", "/"),
        ("/?open=nobody", "/"),
        ("/?q=tensor&open=zhang2019cityflow", "/?q=tensor"),
        ("/?literal=1", "/"),
    ],
)
def test_other_spellings_redirect_to_the_canonical_url(
    read_only: FlaskClient, requested: str, canonical: str
) -> None:
    response = read_only.get(requested)

    assert (response.status_code, response.location) == (302, canonical)
    assert read_only.get(canonical).status_code == 200


def test_every_response_has_a_vary_header(read_only: FlaskClient) -> None:
    for headers in ({}, TYPING, LINK):
        response = read_only.get("/?q=tensor", headers=headers)
        assert "HX-Request" in response.vary
        assert response.cache_control.no_cache


def test_searches_are_not_indexed(read_only: FlaskClient) -> None:
    for address in ("/?q=tensor", "/?venue=ASPLOS", "/?sort=title"):
        page = soup(read_only.get(address))
        assert one(page, "meta[name=robots]")["content"] == "noindex, follow"
        assert page.select("link[rel=canonical]") == []


def test_an_open_abstract_is_part_of_the_page(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/?open=zhang2019cityflow"))
    opened = one(page, "details.abstract[open]")

    assert text(opened, ".abstract-text").startswith("Traffic signal control is an emerging")
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/"


def test_an_abstract_is_also_a_fragment(read_only: FlaskClient) -> None:
    fragment = soup(read_only.get("/publications/feng2023tensorir/abstract", headers=TYPING))
    plain = read_only.get("/publications/feng2023tensorir/abstract")

    assert text(fragment, ".abstract-text p").startswith("Deploying deep learning models")
    assert (plain.status_code, plain.location) == (303, "/publications/feng2023tensorir#abstract")


# ---- A publication's own page


def test_a_publication_page_shows_all_details(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/publications/feng2023tensorir"))

    title = "TensorIR: An Abstraction for Automatic Tensorized Program Optimization"
    assert text(page, "h1") == title
    assert text(page, "head title") == f"{title} · Publications · Siyuan Feng"
    known = {text(row, "dt"): text(row, "dd") for row in page.select(".details > div")}
    assert known["Type"] == "Conference paper"
    assert known["Pages"] == "804–817"
    assert known["Publisher"] == "Association for Computing Machinery"
    assert known["DOI"] == "10.1145/3575693.3576933"
    assert len(page.select(".authors a")) == 11
    address = urlsplit(str(page.select(".authors a")[1]["href"]))
    assert dict(parse_qsl(address.query)) == {"author": "Bohan Hou"}
    assert text(page, "#abstract .abstract-text").startswith("Deploying deep learning")


def test_author_names_link_to_their_publications(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/publications/feng2023tensorir"))
    author_page = soup(read_only.get(str(page.select(".authors a")[1]["href"])))

    assert [item["id"] for item in author_page.select(".publication")] == [
        "pub-feng2023tensorir",
        "pub-lai2025relax",
    ]


def test_an_unknown_publication_is_not_found(read_only: FlaskClient) -> None:
    response = read_only.get("/publications/nobody")

    assert response.status_code == 404
    page = soup(response)
    assert text(page, "h1") == "Page not found"
    assert one(page, ".ways-back a")["href"] == "/"


# ---- Missing index, publications and results


def test_the_page_announces_that_the_index_is_being_rebuilt(instance: Path) -> None:
    shutil.rmtree(instance / "index")
    with running(instance) as app:
        site(app).index_follower.notice = lambda: None  # do not rebuild it
        page = soup(app.test_client().get("/?q=tensor"))

    assert text(page, ".notice").startswith("The search index is being rebuilt")
    assert text(page, "#count") == "2 results"


def test_an_empty_site_explains_how_to_import(tmp_path: Path) -> None:
    with running(tmp_path) as app:
        app.test_cli_runner().invoke(args=["prepare"])
        page = soup(app.test_client().get("/"))

    assert text(page, "#count") == "No publications yet"
    assert [code.text for code in page.select(".nothing code")] == [
        "publications.bib",
        "octavo import FILE",
    ]


def test_a_server_error_has_a_page_in_the_sites_design(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site(app).catalog, "find", lambda *_, **__: 1 / 0)
    response = client.get("/")
    fragment = client.get("/?q=tensor", headers=TYPING)

    assert (response.status_code, fragment.status_code) == (500, 500)
    assert text(soup(response), "h1") == "Something went wrong"
    assert one(soup(response), ".ways-back a")["href"] == "/"
    assert soup(fragment).select("html") == []


def test_no_results_names_the_query_and_filters(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/?q=zzzzzzzz&venue=ASPLOS"))

    assert text(page, "#count") == "No results for “zzzzzzzz” with these filters"
    assert ways_back(page) == {
        "Clear the search, keep the filters 2 results": "/?venue=ASPLOS",
        "All publications": "/",
    }


def ways_back(page: Tag) -> dict[str, str]:
    items = page.select(".ways-back li")
    return {" ".join(item.text.split()): str(one(item, "a")["href"]) for item in items}


def test_each_filter_can_be_removed_with_a_result_count(read_only: FlaskClient) -> None:
    words = "/?q=tensor+author%3Afeng"
    filtered = f"{words}&year=2019&year=2018&venue=ASPLOS"
    assert ways_back(soup(read_only.get(filtered, headers=SAME_ORIGIN))) == {
        "Remove year “2019” or “2018” 2 results": f"{words}&venue=ASPLOS",
        "Remove all filters 2 results": words,
        "All publications": "/",
    }
    assert ways_back(soup(read_only.get("/?q=tensor+year%3A1999"))) == {
        "Remove year “1999” 2 results": "/?q=tensor",
        "All publications": "/",
    }


def test_a_partial_match_is_announced(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/?q=tensor+unheardof"))
    assert text(page, ".rewritten") == ("No publication matches all your words. Closest matches:")
    nothing = soup(read_only.get(str(one(page, ".rewritten a")["href"])))
    assert "Include close matches 2 results" in ways_back(nothing)


def test_a_relaxed_phrase_is_announced(read_only: FlaskClient) -> None:
    page = soup(read_only.get('/?q="programs tensor"'))
    note = "No exact match for “programs tensor”. Showing: programs tensor"
    assert text(page, ".rewritten") == note
    assert one(page, ".rewritten a")["href"] == "/?q=%22programs+tensor%22&literal=1"


def test_a_corrected_search_links_to_the_exact_one(read_only: FlaskClient) -> None:
    page = soup(read_only.get("/?q=tensrir"))
    assert text(page, ".rewritten strong") == "tensorir"
    literal = one(page, ".rewritten a")["href"]
    assert literal == "/?q=tensrir&literal=1"

    nothing = soup(read_only.get(str(literal)))
    assert text(nothing, "#count") == "No results for “tensrir”"
    assert ways_back(nothing) == {
        "Search for tensorir 1 result": "/?q=tensrir",
        "All publications": "/",
    }
