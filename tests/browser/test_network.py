"""A slow or failing network: the visitor sees what happens and can continue."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import Site, Visitor

SEARCH = re.compile(r"[?&]q=")
ABSTRACT = re.compile(r"/abstract")

FAILURES: dict[str, Callable[[Route], None]] = {
    "no network": lambda route: route.abort("internetdisconnected"),
    "an error of the site": lambda route: route.fulfill(status=500, body="<h1>Broken</h1>"),
    "an error of a proxy": lambda route: route.fulfill(status=502, body="Bad gateway"),
}


@pytest.fixture
def page(visitor: Visitor, site: Site) -> Page:
    """The list, with console messages about failed requests expected."""
    visitor.expect("Failed to load resource", "htmx:error")
    return visitor.open(site.url)


def test_a_slow_search_shows_a_progress_text(page: Page) -> None:
    held: list[Route] = []
    page.route(SEARCH, lambda route: held.append(route))
    state = page.locator(".search-state")
    expect(state).to_be_hidden()
    with page.expect_request(SEARCH):
        page.locator("#q").fill("tensor")

    expect(state).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Searching…")
    expect(page.locator(".publication")).to_have_count(7)
    held[0].continue_()
    expect(page.locator("#count")).to_have_text("2 results")
    expect(state).to_be_hidden()


def test_a_slow_show_more_shows_a_progress_text(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    held: list[Route] = []
    page.route(re.compile("more=1"), lambda route: held.append(route))
    link = page.get_by_role("link", name=re.compile("^Show .* more$"))
    box = "(link) => [link.offsetTop, link.offsetWidth, link.offsetHeight].join()"
    before = link.evaluate(box)
    label, loading = link.locator(".load-more-label"), link.locator(".loading")
    expect(label).to_have_text("Show 4 more")
    expect(loading).to_have_css("visibility", "hidden")
    link.click()

    expect(label).to_have_css("opacity", "0")
    expect(loading).to_have_css("visibility", "visible")
    assert link.evaluate(box) == before
    expect(page.locator(".search-state")).to_be_hidden()
    held[0].continue_()
    expect(page.locator(".publication")).to_have_count(8)
    expect(label).to_have_css("opacity", "1")
    expect(label).to_have_text("Show 2 more")


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_failed_search_keeps_the_list_and_can_be_retried(
    page: Page, failure: Callable[[Route], None]
) -> None:
    page.route(SEARCH, failure)
    page.locator("#q").fill("tensor")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("Couldn’t reach the site.")
    expect(page.locator(".publication")).to_have_count(7)
    expect(page.locator("#q")).to_have_value("tensor")

    page.unroute(SEARCH)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#count")).to_have_text("2 results")
    expect(notice).to_have_count(0)


def test_typing_after_a_failure_works(page: Page) -> None:
    page.route(re.compile("q=tensor$"), FAILURES["no network"])
    page.locator("#q").fill("tensor")
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#q").fill("cityflow")

    expect(page.locator("#count")).to_have_text("1 result")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_two_failures_show_one_notice(page: Page) -> None:
    page.route(SEARCH, FAILURES["no network"])
    for words in ("tensor", "relax"):
        with page.expect_console_message(lambda message: "htmx:error" in message.text):
            page.locator("#q").fill(words)

    expect(page.get_by_role("alert")).to_have_count(1)


def test_a_failed_citation_is_reported_on_a_line_of_its_own(page: Page) -> None:
    page.route("**/cite", lambda route: route.abort())
    item = page.locator("#pub-feng2023tensorir")
    item.locator(".cite summary").click()
    link = item.get_by_role("link", name="All citations").bounding_box()
    notice = item.get_by_role("alert").bounding_box()
    assert link
    assert notice
    assert notice["y"] >= link["y"] + link["height"]


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_failed_abstract_can_be_retried(page: Page, failure: Callable[[Route], None]) -> None:
    page.route(ABSTRACT, failure)
    item = page.locator("#pub-feng2023tensorir")
    item.locator(".abstract summary").click()
    expect(item.get_by_role("alert")).to_contain_text("Couldn’t reach the site.")
    expect(item.get_by_role("link", name="Read the abstract")).to_be_visible()

    page.unroute(ABSTRACT)
    item.get_by_role("button", name="Try again").click()
    expect(item.locator(".abstract-text")).to_contain_text("This paper presents TensorIR")
    expect(item.get_by_role("alert")).to_have_count(0)


def test_after_a_failure_the_link_still_leads_to_the_abstract(page: Page, site: Site) -> None:
    page.route(ABSTRACT, FAILURES["no network"])
    page.locator("#pub-feng2023tensorir .abstract summary").click()
    page.locator("#pub-feng2023tensorir").get_by_role("link", name="Read the abstract").click()

    expect(page).to_have_url(f"{site.url}/publications/feng2023tensorir#abstract")


def test_a_failed_page_change_can_be_retried(visitor: Visitor, odd_site: Site) -> None:
    visitor.expect("Failed to load resource", "htmx:error")
    page = visitor.open(odd_site.url)
    page.route(re.compile("page=2"), FAILURES["no network"])
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.url == f"{odd_site.url}/"

    page.unroute(re.compile("page=2"))
    page.get_by_role("button", name="Try again").click()
    expect(page).to_have_url(f"{odd_site.url}/?page=2")


def test_the_page_works_when_scripts_fail_to_load(visitor: Visitor, site: Site) -> None:
    visitor.expect("Failed to load resource", "htmx is not defined")
    page = visitor.open("about:blank")
    page.route("**/*.js*", FAILURES["no network"])
    page.goto(site.url)
    page.locator("#q").fill("tensor")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{site.url}/?q=tensor")
    expect(page.locator("#count")).to_have_text("2 results")
