"""Pages of unusual records: markup, mathematics, missing fields, other languages."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup, text
from webapp.config import ROOT
from webapp.formats.latex.decoding import plain

from .test_pages import LINK

ODD_SETTINGS = """
title = "Publications of the Lab"
owner = "Siyuan Feng"
intro = "We *sort*. <script>alert(1)</script> [x](javascript:alert(1))"
order = "newest"
page_size = 4
language = "de"

[profiles]
ORCID = "https://orcid.org/0000-0000-0000-0000"

[[members]]
name = "Zoe Osterreich"
url = "https://example.org/zoe"
variants = ["S. Feng"]
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Ten odd publications by year, four on a page."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "publications.bib").write_text((ROOT / "tests" / "data" / "odd.bib").read_text())
    (folder / "site.toml").write_text(ODD_SETTINGS)
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        yield app.test_client()


def test_markup_in_any_field_is_harmless(odd: FlaskClient) -> None:
    for address in ("/", "/?open=markup", "/publications/markup", "/?q=script"):
        page = soup(odd.get(address))
        assert page.select("main script:not([src]), main img, main em, main u, main marquee") == []
        shown = [tag for tag in page.select("main i, main b") if not tag.find_parent(id="cite")]
        assert {tag.text for tag in shown} <= {"bold", "Journal", "Eve", "Siyuan Feng"}
        assert not [tag for tag in shown if tag.attrs]
        hrefs = [str(a["href"]) for a in page.select("a[href]")]
        assert not [href for href in hrefs if href.lower().startswith("javascript")]
    assert "<script>alert(1)</script> & bold" in text(page, "#pub-markup .title")


def test_the_intro_keeps_emphasis_and_loses_active_content(odd: FlaskClient) -> None:
    intro = one(soup(odd.get("/")), ".intro")

    assert text(intro, "em") == "sort"
    assert intro.select("script, a[href^=javascript]") == []


def test_a_list_by_year_has_years_as_headings(odd: FlaskClient) -> None:
    headings = []
    for number in ("/", "/?page=2", "/?page=3"):
        headings += [h.text for h in soup(odd.get(number)).select("h2.year")]

    assert headings[:3] == ["Forthcoming", "2024", "2023"]
    assert headings[-1] == "Undated"


def test_a_list_by_relevance_has_no_year_headings(odd: FlaskClient) -> None:
    page = soup(odd.get("/?q=sorting"))

    assert page.select("h2.year") == []
    assert page.select("h2.title") != []


def test_a_typed_year_is_highlighted(odd: FlaskClient) -> None:
    page = soup(odd.get("/?q=symposium+2023"))
    assert [mark.text for mark in page.select(".issued mark")] == ["2023", "2023"]


def test_pagination_uses_real_links(odd: FlaskClient) -> None:
    page = soup(odd.get("/?page=2"))

    nav = one(page, "nav.pagination")
    assert one(nav, "a[rel=prev]")["href"] == "/"
    assert one(nav, "a[rel=next]")["href"] == "/?page=3"
    assert one(nav, "[aria-current=page]").text == "2"
    assert one(page, "head link[rel=prev]")["href"] == "/"
    assert one(page, "head link[rel=next]")["href"] == "/?page=3"
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/?page=2"
    assert "page 2" in text(page, "head title")


def test_show_more_has_a_url(odd: FlaskClient) -> None:
    def items(page: Tag) -> list[str]:
        return [str(item["id"]) for item in page.select(".publication")]

    pages = [soup(odd.get(address)) for address in ("/", "/?page=2", "/?page=3")]
    assert one(pages[0], ".load-more a")["href"] == "/?more=1"
    two = soup(odd.get("/?more=1"))
    assert items(two) == items(pages[0]) + items(pages[1])
    assert text(two, "#count") == "10 publications, pages 1–2 of 3"
    assert [a.text for a in two.select(".pagination [aria-current]")] == ["1", "2"]
    assert one(two, ".load-more a")["href"] == "/?more=2"
    assert one(two, "a[rel=next]")["href"] == "/?page=3"
    assert one(two, "link[rel=canonical]")["href"] == "http://localhost/"

    rest = soup(odd.get("/?page=2&more=1"))
    assert items(rest) == items(pages[1]) + items(pages[2])
    assert rest.select(".load-more") == []


def test_show_more_loads_only_the_new_items(odd: FlaskClient) -> None:
    whole, part = odd.get("/?more=1"), odd.get("/?more=1", headers=LINK)

    assert part.headers["HX-Replace-Url"] == "/?more=1"
    fragment = soup(part)
    assert one(fragment, "#count")["data-hx-swap-oob"] == "outerHTML"
    shown = soup(whole).select("#results > .publication, #results > .year")
    assert [str(tag) for tag in shown[-len(fragment.select(".publication, .year")) :]] == [
        str(tag) for tag in fragment.select(".publication, .year")
    ]
    assert len(fragment.select(".publication")) == 4
    assert str(one(fragment, "#rest")) == str(one(soup(whole), "#rest"))


@pytest.mark.parametrize(
    ("requested", "canonical"),
    [("/?more=99", "/?more=2"), ("/?page=3&more=1", "/?page=3"), ("/?more=x", "/")],
)
def test_the_last_page_has_no_show_more(odd: FlaskClient, requested: str, canonical: str) -> None:
    response = odd.get(requested)
    assert response.status_code == 302
    followed = odd.get(requested, follow_redirects=True)
    address = urlsplit(followed.request.url)
    assert f"{address.path}?{address.query}".rstrip("?") == canonical


def test_members_are_bold_in_every_spelling(odd: FlaskClient) -> None:
    item = one(soup(odd.get("/?q=undated")), "#pub-noyear")

    assert [b.text for b in item.select(".authors b")] == ["Zoë Österreich", "S. Feng"]
    names = soup(odd.get("/publications/noyear")).select(".authors a")
    assert names[0]["href"] == "/people/zoe-osterreich"


def test_equal_contributors_are_marked_with_an_explanation(odd: FlaskClient) -> None:
    item = one(soup(odd.get("/?q=sorting+matters")), "#pub-math")

    assert len(item.select(".authors sup")) == 3
    assert text(item, ".equal") == "* equal contribution"


def test_editors_replace_missing_authors(odd: FlaskClient) -> None:
    item = one(soup(odd.get("/?q=edith")), "#pub-edited")
    assert text(item, ".authors") == "Edith Editor, Edgar Editor (editors)"


def test_a_record_without_people_has_no_byline(odd: FlaskClient) -> None:
    item = one(soup(odd.get("/?q=nobody+signed")), "#pub-noauthors")

    assert item.select(".authors, .abstract") == []


def test_a_right_to_left_record_has_its_direction_and_language(odd: FlaskClient) -> None:
    title = one(soup(odd.get("/publications/arabic")), "h1")

    assert (title["dir"], title["lang"]) == ("auto", "ar")


def test_the_owners_texts_have_the_owners_language(odd: FlaskClient) -> None:
    page = soup(odd.get("/"))

    assert one(page, "html")["lang"] == "en"
    assert one(page, ".owner-words")["lang"] == "de"


# ---- A preprint and its published version


def test_the_published_version_links_to_its_preprint(odd: FlaskClient) -> None:
    page = soup(odd.get("/?q=sorting+matters"))
    item = one(page, "#pub-math")

    link = one(item, ".issued .version")
    assert (link.text, link["href"]) == ("Preprint (2022)", "/publications/mathpreprint")
    assert page.select("#pub-mathpreprint") == []


def test_versions_of_a_work_link_to_each_other(odd: FlaskClient) -> None:
    published = soup(odd.get("/publications/math"))
    preprint = soup(odd.get("/publications/mathpreprint"))

    assert one(published, ".versions a")["href"] == "/publications/mathpreprint"
    assert published.select(".published") == []
    assert text(preprint, ".published") == "Published version: SORT (2023)"
    assert one(preprint, ".published a")["href"] == "/publications/math"
    assert preprint.select(".versions") == []
    for page in (published, preprint):
        canonical = one(page, "link[rel=canonical]")["href"]
        assert canonical == "http://localhost/publications/math"


def test_a_work_with_one_version_mentions_no_other(odd: FlaskClient) -> None:
    page = soup(odd.get("/publications/edited"))

    assert page.select(".published, .versions") == []
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/publications/edited"


# ---- Mathematics


def test_mathematics_is_mathml_where_markup_is_allowed(odd: FlaskClient) -> None:
    for address in ("/?q=sorting+matters", "/publications/math"):
        title = one(soup(odd.get(address)), "#pub-math .title, h1.title")
        assert [math.text for math in title.select("math")] == ["O(nlogn)", "ε>0"]
    fragment = soup(odd.get("/publications/math/abstract", headers=LINK))
    assert one(fragment, "math").text == "O(nlogn)"


def test_mathematics_is_plain_text_elsewhere(odd: FlaskClient) -> None:
    title = plain(r"Sorting in $O(n \log n)$ and why $\varepsilon > 0$ matters")
    page = soup(odd.get("/publications/math"))
    assert text(page, "head title").startswith(title)
    assert str(page.select(".links a")[0]["aria-label"]).endswith(title)
    assert "$" not in str(one(page, "meta[name=description]")["content"])
    assert text(page, ".citation-choice legend") == f"Cite “{title}”"
    item = one(soup(odd.get("/?q=sorting+matters")), "#pub-math")
    assert one(item, ".abstract summary")["aria-label"] == f"Abstract: {title}"
