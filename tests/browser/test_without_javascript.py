"""Everything works without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site, Visitor


@pytest.fixture
def page(visitor: Visitor, site: Site) -> Page:
    return visitor.open(site.url, java_script_enabled=False)


def test_the_form_submits(page: Page, site: Site) -> None:
    page.get_by_role("searchbox").fill("tensor")
    page.get_by_role("button", name="Search").click()

    expect(page).to_have_url(f"{site.url}/?q=tensor")
    expect(page.locator("#count")).to_have_text("2 results")
    expect(page.get_by_role("searchbox")).to_have_value("tensor")
    assert page.title().startswith("tensor · Publications")


def test_an_empty_search_is_the_plain_list(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(f"{site.url}/")


def test_filters_are_kept_by_the_form(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?venue=ASPLOS&sort=newest")
    page.get_by_role("searchbox").fill("tensor")
    page.get_by_role("button", name="Search").click()

    expect(page).to_have_url(f"{site.url}/?q=tensor&venue=ASPLOS&sort=newest")


def test_clear_is_a_link_to_the_list(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?q=tensor")
    page.get_by_role("link", name="Clear").click()
    expect(page).to_have_url(f"{site.url}/")


def test_an_abstract_is_one_link_away(page: Page, site: Site) -> None:
    page.locator("#pub-feng2023tensorir .abstract summary").click()
    page.locator("#pub-feng2023tensorir").get_by_role("link", name="Read the abstract").click()

    expect(page).to_have_url(f"{site.url}/publications/feng2023tensorir#abstract")
    expect(page.locator("#abstract")).to_contain_text("This paper presents TensorIR")


def test_a_url_opens_an_abstract(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?open=feng2023tensorir")
    expect(page.locator("#pub-feng2023tensorir .abstract-text")).to_be_visible()


def test_all_authors_can_be_seen(page: Page) -> None:
    page.get_by_text("and 54 more").click()
    expect(page.get_by_text("Xipeng Qiu")).to_be_visible()


def test_pagination_works(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url, java_script_enabled=False)
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(f"{odd_site.url}/?page=2")
    page.get_by_role("link", name="Previous").click()
    expect(page).to_have_url(f"{odd_site.url}/")


def test_controls_that_need_scripts_are_hidden(page: Page) -> None:
    expect(page.locator("#shortcuts")).to_be_hidden()
    expect(page.locator(".search-shortcut")).to_be_hidden()


def test_a_bookmark_of_many_filters_needs_one_more_click(
    page: Page, visitor: Visitor, site: Site
) -> None:
    visitor.expect("status of 429")
    address = f"{site.url}/?year=2019..2025&venue=ASPLOS&type=inproceedings"
    page.goto(address)
    expect(page.get_by_role("heading", name="One more click")).to_be_visible()
    page.get_by_role("link", name="Show this list").click()
    expect(page.locator("#count")).to_be_visible()
    expect(page).to_have_url(address)
    page.reload()
    expect(page.locator("#count")).to_be_visible()
