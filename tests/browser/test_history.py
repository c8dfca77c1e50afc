"""The URL is the state: back, forward, reload, a new tab, and returning from another site."""

import re

from playwright.sync_api import Page, expect

from .conftest import Site, Visitor

FIRST = "#results .publication >> nth=0"


def search(page: Page, words: str) -> None:
    page.locator("#q").fill(words)
    expect(page).to_have_url(re.compile(f"q={words}"))


def is_whole_page(page: Page) -> None:
    expect(page.locator("html > head > title")).to_have_count(1)
    expect(page.locator("h1")).to_have_text("Publications")
    expect(page.locator("footer")).to_be_visible()


def test_reload_and_a_new_tab_show_the_same_state(page: Page, site: Site) -> None:
    search(page, "tensor")
    page.locator("#pub-feng2023tensorir .abstract summary").click()
    expect(page).to_have_url(f"{site.url}/?q=tensor&open=feng2023tensorir")
    expect(page.locator("#pub-feng2023tensorir .abstract p")).to_contain_text("primitives")
    shown = page.locator("#results").inner_text()
    page.reload()
    is_whole_page(page)
    expect(page.locator("#results")).to_have_text(shown, use_inner_text=True)
    expect(page.locator("#q")).to_have_value("tensor")

    tab = page.context.new_page()
    tab.goto(page.url)
    is_whole_page(tab)
    expect(tab.locator("#results")).to_have_text(shown, use_inner_text=True)


def test_back_and_forward_between_list_and_publication(page: Page, site: Site) -> None:
    search(page, "tensor")
    page.locator("#pub-feng2023tensorir .title a").click()
    expect(page.locator("h1")).to_contain_text("TensorIR")
    page.go_back()

    is_whole_page(page)
    expect(page).to_have_url(f"{site.url}/?q=tensor")
    expect(page.locator("#q")).to_have_value("tensor")
    expect(page.locator("#count")).to_have_text("2 results")
    page.go_forward()
    expect(page.locator("h1")).to_contain_text("TensorIR")


def test_the_title_names_the_state_also_after_going_back(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    site_title = "Publications of the Lab"
    expect(page).to_have_title(f"{site_title} · Siyuan Feng")
    page.locator(".facets summary").click()
    page.locator("#facet-year .values a").first.click()
    expect(page).to_have_title(re.compile(r"^\d{4} · Publications"))
    year = page.title()
    page.locator("#q").fill("sorting")
    expect(page).to_have_title(f"sorting, {year}")

    page.locator(".chips a").first.click()
    expect(page).to_have_title(f"sorting · {site_title} · Siyuan Feng")
    page.go_back()
    expect(page).to_have_title(f"sorting, {year}")
    page.go_forward()
    expect(page).to_have_title(f"sorting · {site_title} · Siyuan Feng")


def test_the_back_link_of_a_publication_leads_to_the_search(page: Page, site: Site) -> None:
    search(page, "tensor")
    page.locator("#pub-feng2023tensorir .title a").click()
    expect(page.locator("#back")).to_have_attribute("href", f"{site.url}/?q=tensor")
    page.get_by_role("link", name="Publications", exact=True).click()

    expect(page).to_have_url(f"{site.url}/?q=tensor")
    expect(page.locator("#count")).to_have_text("2 results")


def test_returning_from_another_site_restores_the_search(
    page: Page, site: Site, odd_site: Site
) -> None:
    search(page, "tensor")
    page.goto(odd_site.url)
    page.go_back()

    is_whole_page(page)
    expect(page).to_have_url(f"{site.url}/?q=tensor")
    expect(page.locator("#q")).to_have_value("tensor")
    expect(page.locator("#count")).to_have_text("2 results")


def test_words_never_searched_for_are_not_restored(page: Page, site: Site) -> None:
    """A page restored by the browser shows the words of its URL, not the last ones typed."""
    search(page, "tensor")
    page.evaluate("document.getElementById('q').value = 'left before the answer'")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(page.locator("#q")).to_have_value("tensor")


def test_each_page_adds_a_history_entry(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    first = page.locator(FIRST).get_attribute("id")
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(f"{odd_site.url}/?page=2")
    expect(page.locator("[aria-current=page]")).to_have_text("2")
    second = page.locator(FIRST).get_attribute("id")
    assert second != first
    page.get_by_role("link", name="Page 3").click()
    expect(page).to_have_url(f"{odd_site.url}/?page=3")

    page.go_back()
    expect(page.locator(FIRST)).to_have_attribute("id", second or "")
    page.go_back()
    expect(page.locator(FIRST)).to_have_attribute("id", first or "")
    expect(page).to_have_url(f"{odd_site.url}/")
    expect(page.locator("h1")).to_have_text("Publications of the Lab")
    page.go_forward()
    expect(page.locator(FIRST)).to_have_attribute("id", second or "")


def test_going_back_restores_open_abstracts(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    page.locator(".abstract summary").first.click()
    expect(page.locator(".abstract-text")).to_be_visible()
    expect(page).to_have_url(re.compile("open="))
    opened = page.url
    page.get_by_role("link", name="Next").click()
    expect(page.locator("[aria-current=page]")).to_have_text("2")
    page.go_back()

    expect(page.locator("[aria-current=page]")).to_have_text("1")
    expect(page.locator(".abstract-text")).to_be_visible()
    expect(page).to_have_url(opened)


def test_the_page_still_works_after_going_back(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(f"{odd_site.url}/?page=2")
    page.go_back()
    expect(page.locator("[aria-current=page]")).to_have_text("1")
    search(page, "xylophones")

    expect(page.locator(".publication")).to_have_count(1)
    page.locator(".abstract summary").click()
    expect(page.locator(".abstract-text")).to_contain_text("xylophones")
    expect(page).to_have_url(f"{odd_site.url}/?q=xylophones&open=others")


def test_a_new_page_is_read_from_its_top(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(f"{odd_site.url}/?page=2")

    expect(page.locator("#results")).to_be_focused()
    expect(page.locator("#count")).to_be_in_viewport()
    expect(page.get_by_role("status")).to_have_text("10 publications, page 2 of 3")


def test_opening_a_new_tab_does_not_change_the_page(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Next").click(modifiers=["ControlOrMeta"])

    expect(opened.value.locator("[aria-current=page]")).to_have_text("2")
    assert page.url == f"{odd_site.url}/"
