"""Abstracts open in place, stay open, and are part of the URL."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import Site, Visitor

TENSORIR = "#pub-feng2023tensorir"

# Simulate a busy browser: deferred callbacks do not run before the page is loaded.
NO_TIME = """
    const later = window.setTimeout;
    window.setTimeout = (...timer) =>
        timer[1] || document.readyState === "complete" ? later(...timer) : 0;
"""


def test_an_abstract_is_fetched_when_first_opened(page: Page, site: Site) -> None:
    urls: list[str] = []
    page.on(
        "request", lambda request: urls.append(request.url) if "/abstract" in request.url else None
    )
    summary = page.locator(f"{TENSORIR} .abstract summary")
    summary.click()
    text = page.locator(f"{TENSORIR} .abstract-text")
    expect(text).to_contain_text("This paper presents TensorIR")
    expect(page).to_have_url(f"{site.url}/?open=feng2023tensorir")
    summary.click()
    expect(text).to_be_hidden()
    expect(page).to_have_url(f"{site.url}/")
    summary.click()

    expect(text).to_be_visible()
    assert urls == [f"{site.url}/publications/feng2023tensorir/abstract"]


def test_an_abstract_opened_before_loading_ends_is_fetched(visitor: Visitor, site: Site) -> None:
    page = visitor.open("about:blank")
    page.add_init_script(NO_TIME)
    page.goto(site.url)
    page.locator(f"{TENSORIR} .abstract summary").click()

    expect(page.locator(f"{TENSORIR} .abstract-text")).to_contain_text("This paper presents")


def test_an_abstract_opens_by_keyboard(page: Page, site: Site) -> None:
    page.locator("#q").focus()
    page.keyboard.type("tensorir")
    expect(page).to_have_url(f"{site.url}/?q=tensorir")
    authors = page.locator(f"{TENSORIR} .authors a:visible").count()
    assert authors > 5
    # Past "Clear", the search tips, "Filter", "Export", the title, the authors and the tick.
    for _ in range(7 + authors):
        page.keyboard.press("Tab")
    expect(page.locator(f"{TENSORIR} summary").first).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(f"{TENSORIR} .abstract-text")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator(f"{TENSORIR} .abstract-text")).to_be_hidden()


def test_an_abstract_opens_by_touch(visitor: Visitor, site: Site) -> None:
    page = visitor.open(
        site.url, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page.locator(f"{TENSORIR} .abstract summary").tap()

    expect(page.locator(f"{TENSORIR} .abstract-text")).to_be_visible()


def test_opening_an_abstract_does_not_move_the_links(page: Page) -> None:
    link = page.locator(f"{TENSORIR} .links a").first
    place = "(link) => [link.offsetLeft, link.offsetTop]"
    before = link.evaluate(place)
    page.locator(f"{TENSORIR} .abstract summary").click()
    expect(page.locator(f"{TENSORIR} .abstract-text")).to_be_visible()

    assert link.evaluate(place) == before


def test_open_abstracts_survive_a_search_that_still_lists_them(page: Page, site: Site) -> None:
    for slug in ("feng2023tensorir", "zhang2019cityflow"):
        page.locator(f"#pub-{slug} .abstract summary").click()
        expect(page.locator(f"#pub-{slug} .abstract-text")).to_be_visible()
    page.locator("#q").fill("tensor")

    expect(page).to_have_url(f"{site.url}/?q=tensor&open=feng2023tensorir")
    expect(page.locator(f"{TENSORIR} .abstract-text")).to_be_visible()
    expect(page.locator(".abstract[open]")).to_have_count(1)
    expect(page.locator(f"{TENSORIR} .abstract-text mark").first).to_have_text("tensor")
    page.locator(f"{TENSORIR} .abstract summary").click()
    expect(page).to_have_url(f"{site.url}/?q=tensor")


def test_an_abstract_opened_during_a_search_stays_open(page: Page) -> None:
    held: list[Route] = []
    page.route(re.compile(r"/\?q=tensor$"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/\?q=tensor$")):
        page.locator("#q").fill("tensor")
    page.locator(f"{TENSORIR} .abstract summary").click()
    expect(page.locator(f"{TENSORIR} .abstract-text")).to_be_visible()
    held[0].continue_()

    expect(page.locator("#count")).to_have_text("2 results")
    expect(page.locator(f"{TENSORIR} .abstract-text")).to_be_visible()


def test_an_abstract_opened_as_it_appears_stays_open(page: Page) -> None:
    page.locator("#main").evaluate(
        """(main, item) => new MutationObserver((_, observer) => {
            if (main.querySelector("#count").textContent !== "2 results") return;
            observer.disconnect();
            main.querySelector(`${item} summary`).click();
        }).observe(main, { childList: true, subtree: true })""",
        TENSORIR,
    )
    page.locator("#q").fill("tensor")

    expect(page.locator("#count")).to_have_text("2 results")
    expect(page.locator(f"{TENSORIR} .abstract-text")).to_be_visible()


def test_the_url_opens_an_abstract(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/?open=zhang2019cityflow")

    expect(page.locator("#pub-zhang2019cityflow .abstract-text")).to_be_visible()
    expect(page.locator(".abstract[open]")).to_have_count(1)
    assert page.url == f"{site.url}/?open=zhang2019cityflow"


@pytest.mark.parametrize("unknown", ["nobody", "../etc", "<b>"])
def test_an_unknown_open_abstract_is_removed_from_the_url(
    visitor: Visitor, site: Site, unknown: str
) -> None:
    page = visitor.open(f"{site.url}/?open={unknown}")
    assert page.url == f"{site.url}/"


def test_the_fragment_url_without_htmx_redirects_to_the_page(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/publications/feng2023tensorir/abstract")

    assert page.url == f"{site.url}/publications/feng2023tensorir#abstract"
    expect(page.locator("#abstract")).to_contain_text("This paper presents TensorIR")


def test_a_long_author_list_opens_in_place(page: Page) -> None:
    authors = page.locator("#pub-nexagi2025nexn1 .authors")
    expect(authors.locator(".authors-short b")).to_have_text("Siyuan Feng")
    expect(authors.get_by_text("Xipeng Qiu")).to_be_hidden()
    authors.get_by_text("and 54 more").click()

    expect(authors.get_by_text("Xipeng Qiu")).to_be_visible()
    expect(authors.locator(".authors-short")).to_be_hidden()
    page.locator("#q").fill("agentic")
    expect(page.locator("#count")).to_have_text("2 results")
    expect(authors.get_by_text("Xipeng Qiu")).to_be_visible()
    authors.get_by_text("Show fewer").click()
    expect(authors.get_by_text("and 54 more")).to_be_visible()
