"""Words, filters, orders and pages requested faster than responses arrive."""

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from .conftest import Site, Visitor
from .test_chart import click_column
from .test_facets import unfold


def hold(page: Page, *patterns: str) -> list[Route]:
    """Hold back responses to requests that match these regular expressions."""
    held: list[Route] = []
    for pattern in patterns:
        page.route(re.compile(pattern), lambda route: held.append(route), times=1)
    return held


def click(page: Page, label: str) -> None:
    """Click a value or an order, and wait for its request."""
    with page.expect_request(re.compile(r"/\?")):
        page.locator(".values, .orders").get_by_text(label, exact=True).click()


def fill(page: Page, words: str) -> None:
    """Type, and wait for the search request."""
    with page.expect_request(re.compile(r"[?&]q=")):
        page.locator("#q").fill(words)


def test_a_filter_keeps_words_still_being_searched(page: Page, site: Site) -> None:
    hold(page, r"\?q=tensor$")
    fill(page, "tensor")
    click_column(page, 4)

    expect(page).to_have_url(f"{site.url}/?q=tensor&year=2023")
    expect(page.locator("#count")).to_have_text("1 result")
    page.go_back()
    expect(page.locator("#count")).to_have_text("7 publications")


def test_words_keep_a_filter_still_being_applied(page: Page, site: Site) -> None:
    hold(page, r"\?year=2023&panel=")
    with page.expect_request(re.compile("year=2023")):
        click_column(page, 4)
    fill(page, "tensor")

    expect(page).to_have_url(f"{site.url}/?q=tensor&year=2023")
    expect(page.locator("#count")).to_have_text("1 result")
    page.locator("#q").fill("")
    expect(page).to_have_url(f"{site.url}/?year=2023")


def test_a_filter_chosen_while_typing_is_kept(page: Page, site: Site) -> None:
    """The click's request includes words that were not searched for yet."""
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    hold(page, "year=2023$", "year=2023$")
    with page.expect_request(lambda request: _is_typed(request)):
        page.locator("#q").evaluate(
            """(field) => {
                field.value = "tensor";
                field.dispatchEvent(new Event("input", { bubbles: true }));
                document.querySelector('.chart a[href*="2023"] rect')
                    .dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
            }"""
        )

    assert urls[-2:] == [f"{site.url}/?q=tensor&year=2023"] * 2


def _is_typed(request: Request) -> bool:
    return request.headers.get("hx-source", "").startswith("form")


def test_filters_chosen_in_quick_succession_add_up(page: Page, site: Site) -> None:
    hold(page, r"\?year=2019&panel=", r"\?year=2019&year=2025&panel=")
    for year in (0, 6):
        with page.expect_request(re.compile("year=")):
            click_column(page, year)
    click(page, "Conference paper")

    expect(page).to_have_url(f"{site.url}/?year=2019&year=2025&type=inproceedings")
    expect(page.locator(".chips a[data-swap=outerHTML]")).to_have_count(
        4
    )  # and "Remove all filters"


def test_a_filter_can_be_removed_while_another_is_added(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?year=2023&type=inproceedings")
    hold(page, r"\?year=2023$")
    with page.expect_request(re.compile("year=2023$")):
        page.get_by_role("link", name="Remove filter Type: Conference paper").click()
    click_column(page, 6)

    expect(page).to_have_url(f"{site.url}/?year=2023&year=2025")


def test_a_filter_clicked_twice_is_chosen(page: Page, site: Site) -> None:
    unfold(page, "Filter")
    page.locator('.chart rect[x="0"]').dblclick(position={"x": 3, "y": 3})
    expect(page).to_have_url(f"{site.url}/?year=2019")
    expect(page.locator("#count")).to_have_text("1 result")


def test_remove_all_filters_includes_pending_ones(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?q=model&venue=ASPLOS&type=inproceedings&sort=title")
    hold(page, "year=2023")
    with page.expect_request(re.compile("year=2023")):
        click_column(page, 4)
    page.get_by_role("link", name="Remove all filters").click()

    expect(page).to_have_url(f"{site.url}/?q=model&sort=title")


def test_the_last_chosen_order_wins_and_filters_stay(page: Page, site: Site) -> None:
    hold(page, r"sort=(title|oldest)$")
    unfold(page, "Sort")
    click(page, "Title")
    click(page, "Oldest")
    click_column(page, 6)
    expect(page).to_have_url(f"{site.url}/?year=2025&sort=oldest")

    hold(page, "sort=venue$")
    click(page, "Venue")
    click(page, "Owner’s order")
    expect(page).to_have_url(f"{site.url}/?year=2025")


def test_a_changed_list_starts_at_its_first_page(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(f"{odd_site.url}/?page=2")
    hold(page, r"\?q=paper$")
    fill(page, "paper")
    page.get_by_role("link", name="Page 3").click()
    expect(page).to_have_url(f"{odd_site.url}/?q=paper")

    page.goto(odd_site.url)
    hold(page, r"page=2$")
    with page.expect_request(re.compile("page=2")):
        page.get_by_role("link", name="Next").click()
    unfold(page, "Filter")
    click(page, "2023")
    expect(page).to_have_url(f"{odd_site.url}/?year=2023")


def test_a_literal_search_stays_literal(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?q=tensrir")
    page.get_by_role("link", name="“tensrir”").click()
    expect(page.locator("#count")).to_contain_text("No results")
    page.goto(f"{site.url}/?q=tensor&literal=1")
    hold(page, "year=2023$")
    with page.expect_request(re.compile("year=2023")):
        click_column(page, 4)
    click_column(page, 6)
    expect(page).to_have_url(f"{site.url}/?q=tensor&literal=1&year=2023&year=2025")

    hold(page, "q=model&")
    fill(page, "model")
    page.get_by_role("link", name="Remove filter Year: 2025").click()
    expect(page).to_have_url(f"{site.url}/?q=model&year=2023")


def test_words_normalized_in_the_url_do_not_block_pagination(
    visitor: Visitor, odd_site: Site
) -> None:
    page = visitor.open(odd_site.url)
    with page.expect_response(re.compile(r"\?q=%C2%A0")):
        page.locator("#q").fill("\u00a0")
    expect(page.locator(".search.htmx-request")).to_have_count(0)
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(f"{odd_site.url}/?page=2")


def test_a_range_of_years_keeps_pending_choices(page: Page, site: Site) -> None:
    hold(page, r"\?q=tensor$", r"\?q=tensor&venue=ASPLOS&panel=$")
    unfold(page, "Filter")
    fill(page, "tensor")
    click(page, "ASPLOS")
    page.get_by_label("From year").fill("2020")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/?q=tensor&year=2020..&venue=ASPLOS")

    hold(page, "from=")
    page.get_by_label("To year").fill("2024")
    with page.expect_request(re.compile("from=2020&to=2024")):
        page.keyboard.press("Enter")
    page.unroute_all()
    page.locator("#q").fill("")
    expect(page).to_have_url(f"{site.url}/?year=2020..2024&venue=ASPLOS")


def test_loading_more_does_not_block_a_new_search(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    held = hold(page, "year=2023")
    unfold(page, "Filter")
    click(page, "2023")
    page.get_by_role("link", name=re.compile("^Show .* more$")).click()
    held[0].continue_()

    expect(page).to_have_url(f"{odd_site.url}/?year=2023")


# ---- When a request fails


@pytest.fixture
def offline(visitor: Visitor, page: Page) -> Page:
    """A page where choosing two years has failed."""
    visitor.expect("Failed to load resource", "htmx:error")
    hold(page, r"\?year=2019&panel=")
    with page.expect_request(re.compile("year=2019")):
        click_column(page, 0)
    page.route(re.compile("year=2025"), lambda route: route.abort())
    click_column(page, 6)
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute_all()
    return page


def test_a_retry_repeats_all_pending_choices(offline: Page, site: Site) -> None:
    offline.get_by_role("button", name="Try again").click()
    expect(offline).to_have_url(f"{site.url}/?year=2019&year=2025")
    expect(offline.get_by_role("alert")).to_have_count(0)


def test_failed_choices_are_not_part_of_other_requests(offline: Page, site: Site) -> None:
    fill(offline, "tensor")
    expect(offline).to_have_url(f"{site.url}/?q=tensor")
    click_column(offline, 4)
    expect(offline).to_have_url(f"{site.url}/?q=tensor&year=2023")
