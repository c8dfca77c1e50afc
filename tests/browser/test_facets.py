"""Filters, orders, chips and Show more in place: focus, panels, URLs, announcements."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site, Visitor


@pytest.fixture
def odd(visitor: Visitor, odd_site: Site) -> Page:
    """Ten publications on three pages."""
    return visitor.open(odd_site.url)


def unfold(page: Page, name: str) -> None:
    page.locator(".tools summary", has_text=name).click()


def test_a_filter_is_added_and_removed_in_place(page: Page, site: Site) -> None:
    unfold(page, "Filter")
    page.locator("#facet-venue").get_by_role("link", name="ASPLOS").focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{site.url}/?venue=ASPLOS")
    expect(page.locator("#count")).to_have_text("2 results")
    chosen = page.locator("#facet-venue [aria-current]")
    expect(chosen).to_be_visible()  # the panel stays open
    expect(chosen).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("2 results")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/")
    page.go_back()
    expect(page.locator("#count")).to_have_text("2 results")


def test_the_panel_does_not_move_when_a_value_is_chosen(page: Page) -> None:
    unfold(page, "Filter")
    panel = page.locator(".facets-body")
    place = "(panel) => panel.getBoundingClientRect().top + scrollY"
    before = panel.evaluate(place)
    page.locator("#facet-year").get_by_role("link", name="2025").click()

    expect(page.get_by_role("link", name="Remove filter Year: 2025")).to_be_visible()
    assert panel.evaluate(place) == before


def test_a_chip_removes_its_filter(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?q=tensor+author%3Afeng&venue=ASPLOS&type=inproceedings")
    page.get_by_role("link", name="Remove filter Venue: ASPLOS").click()
    expect(page).to_have_url(f"{site.url}/?q=tensor+author%3Afeng&type=inproceedings")
    page.get_by_role("link", name="Remove filter Author: feng").click()
    expect(page).to_have_url(f"{site.url}/?q=tensor&type=inproceedings")
    expect(page.locator("#q")).to_have_value("tensor")


def test_all_values_load_in_place_and_can_be_searched(page: Page, site: Site) -> None:
    unfold(page, "Filter")
    page.get_by_role("link", name="All authors").click()
    find = page.get_by_role("searchbox", name="Find authors")
    expect(find).to_be_focused()
    with page.expect_response(re.compile("find=xipeng")):
        find.press_sequentially("xipeng")
    values = page.locator("#facet-author .values a")
    expect(values).to_have_count(1)
    assert page.url == f"{site.url}/"
    values.click()
    expect(page).to_have_url(f"{site.url}/?author=Xipeng+Qiu")
    expect(page.locator(".publication")).to_have_count(1)


def test_facets_keep_their_columns_when_one_grows(odd: Page) -> None:
    unfold(odd, "Filter")
    columns = "(facets) => facets.map((facet) => facet.getBoundingClientRect().left)"
    before = odd.locator(".facet").evaluate_all(columns)
    assert len(set(before)) == 2
    odd.locator("#facet-year").evaluate("(facet) => { facet.style.minHeight = '80rem' }")
    assert odd.locator(".facet").evaluate_all(columns) == before


def test_a_range_of_years_adds_a_history_entry(page: Page, site: Site) -> None:
    unfold(page, "Filter")
    page.get_by_label("From year").fill("2019")
    page.get_by_label("To year").fill("2023")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/?year=2019..2023")
    expect(page.locator("#count")).to_have_text("2 results")
    expect(page.get_by_label("To year")).to_be_focused()
    page.go_back()
    expect(page.locator("#count")).to_have_text("7 publications")
    assert page.url == f"{site.url}/"


def test_the_apply_button_keeps_the_focus(page: Page, site: Site) -> None:
    unfold(page, "Filter")
    page.get_by_label("From year").fill("2020")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(f"{site.url}/?year=2020..")
    expect(page.get_by_role("button", name="Apply")).to_be_focused()


def test_an_order_is_chosen_in_place(page: Page, site: Site) -> None:
    unfold(page, "Sort")
    page.get_by_role("link", name="Title").click()
    expect(page).to_have_url(f"{site.url}/?sort=title")
    expect(page.locator(".orders [aria-current]")).to_have_text("Title")
    expect(page.locator(".orders [aria-current]")).to_be_visible()


# ---- Show more


def test_show_more_appends_items_and_updates_the_url(odd: Page, odd_site: Site) -> None:
    odd.locator(".abstract summary").first.click()
    opened = re.compile(r"[?&]open=(\w+)").search
    expect(odd).to_have_url(re.compile("open="))
    before = odd.evaluate("history.length")
    slug = opened(odd.url)
    odd.get_by_role("link", name=re.compile("^Show .* more$")).focus()
    odd.keyboard.press("Enter")

    expect(odd.locator(".publication")).to_have_count(8)
    assert slug
    expect(odd).to_have_url(f"{odd_site.url}/?more=1&open={slug[1]}")
    expect(odd.locator(".publication .title a").nth(4)).to_be_focused()
    expect(odd.get_by_role("status")).to_have_text("10 publications, pages 1–2 of 3")
    expect(odd.locator(".abstract-text").first).to_be_visible()
    assert odd.evaluate("history.length") == before
    shown = odd.locator("#results").inner_text()
    odd.reload()
    expect(odd.locator("#results")).to_have_text(shown, use_inner_text=True)


def test_going_back_from_a_publication_restores_the_list(odd: Page, odd_site: Site) -> None:
    for count in (8, 10):
        odd.get_by_role("link", name=re.compile("^Show .* more$")).click()
        expect(odd.locator(".publication")).to_have_count(count)
    expect(odd.get_by_role("link", name=re.compile("^Show .* more$"))).to_have_count(0)
    odd.locator(".publication .title a").last.click()
    expect(odd.locator(".publication-page")).to_be_visible()
    odd.go_back()

    expect(odd.locator(".publication")).to_have_count(10)
    assert odd.url == f"{odd_site.url}/?more=2"


def test_a_failed_show_more_can_be_retried(visitor: Visitor, odd: Page) -> None:
    visitor.expect("Failed to load resource", "htmx:error")
    odd.route(re.compile("more=1"), lambda route: route.abort())
    odd.get_by_role("link", name=re.compile("^Show .* more$")).click()
    expect(odd.get_by_role("alert")).to_be_in_viewport()
    odd.unroute_all()
    odd.get_by_role("button", name="Try again").click()
    expect(odd.locator(".publication")).to_have_count(8)


# ---- Without JavaScript


def test_filters_orders_and_show_more_are_plain_links(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url, java_script_enabled=False)
    page.get_by_role("link", name=re.compile("^Show .* more$")).click()
    expect(page.locator(".publication")).to_have_count(8)
    expect(page).to_have_url(f"{odd_site.url}/?more=1")
    unfold(page, "Filter")
    page.get_by_role("link", name="All authors").click()
    expect(page).to_have_url(f"{odd_site.url}/facets/author")
    page.get_by_role("searchbox").fill("ada")
    page.get_by_role("button", name="Find").click()
    expect(page).to_have_url(f"{odd_site.url}/facets/author?find=ada")
    page.get_by_role("link", name="Ada Équal").click()
    expect(page).to_have_url(f"{odd_site.url}/?author=Ada+%C3%89qual")
    page.get_by_role("link", name="Remove filter Author: Ada Équal").click()
    expect(page).to_have_url(f"{odd_site.url}/")
    unfold(page, "Filter")
    page.get_by_label("From year").fill("2000")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(f"{odd_site.url}/?year=2000..")
    unfold(page, "Sort")
    page.get_by_role("link", name="Venue").click()
    expect(page).to_have_url(f"{odd_site.url}/?year=2000..&sort=venue")
