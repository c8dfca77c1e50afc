"""axe-core reports nothing in any state, light or dark; keyboard and touch work."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import Site, Visitor

SEARCH = re.compile(r"[?&]q=")


def open_abstract(page: Page) -> None:
    page.locator(".abstract summary").first.click()
    expect(page.locator(".abstract-text").first).to_be_visible()


def show_all_authors(page: Page) -> None:
    page.get_by_text("and 54 more").click()


def unfold(page: Page) -> None:
    for name in ("Sort", "Filter", "Export"):
        page.locator(".tools summary", has_text=name).click()


def look_through_authors(page: Page) -> None:
    unfold(page)
    page.get_by_role("link", name="All authors").click()
    expect(page.get_by_role("searchbox", name="Find authors")).to_be_focused()


def search_slowly(page: Page) -> None:
    page.route(SEARCH, lambda _: None)
    page.locator("#q").fill("tensor")
    expect(page.locator(".search-state")).to_be_visible()


def fail(page: Page) -> None:
    page.route(SEARCH, lambda route: route.abort())
    page.locator("#q").fill("tensor")
    expect(page.get_by_role("alert")).to_be_visible()


def fail_abstract(page: Page) -> None:
    page.route("**/abstract", lambda route: route.abort())
    page.locator(".abstract summary").first.click()
    expect(page.get_by_role("alert")).to_be_visible()


STATES: dict[str, tuple[str, Callable[[Page], None] | None]] = {
    "list": ("/", None),
    "words found": ("/?q=tensor", None),
    "suggestions": ("/?q=siyuan", None),
    "corrected words": ("/?q=tensrir", None),
    "nothing found": ("/?q=zzzzzzzz&venue=ASPLOS", None),
    "filters": ("/?q=model+-banana&venue=ASPLOS&year=2019..2025", unfold),
    "all authors to choose from": ("/", look_through_authors),
    "all authors on a page": ("/facets/author", None),
    "abstract opened": ("/", open_abstract),
    "abstract opened by address": ("/?q=tensor&open=feng2023tensorir", None),
    "all authors": ("/", show_all_authors),
    "searching": ("/", search_slowly),
    "search failed": ("/", fail),
    "abstract failed": ("/", fail_abstract),
    "publication": ("/publications/feng2023tensorir", None),
    "publication of 65": ("/publications/nexagi2025nexn1", None),
    "document": ("/document?group=year&number=down&people=all", None),
    "people": ("/people", None),
    "person": ("/people/siyuan-feng", None),
    "words found in a person's works": ("/people/siyuan-feng?q=tensor", None),
    "page not found": ("/publications/nobody", None),
}
ODD_ADDRESSES = [
    *("/", "/?page=2", "/?page=3", "/?q=sorting"),
    *(f"/publications/{slug}" for slug in ("markup", "arabic", "bidi", "math", "edited")),
]


def assert_accessible(page: Page) -> None:
    """Check every rule in the light scheme, and those about colours in the dark one."""
    page.emulate_media(color_scheme="light")
    results = Axe().run(page)
    assert results.violations_count == 0, f"light: {results.generate_report()}"
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate("axe.run({ runOnly: ['color-contrast'] })")  # axe was loaded above
    assert dark["violations"] == [], "dark"


@pytest.mark.parametrize("state", STATES)
def test_axe_reports_nothing(visitor: Visitor, site: Site, state: str) -> None:
    visitor.expect("Failed to load resource", "htmx:error")
    address, act = STATES[state]
    page = visitor.open(site.url + address)
    if act:
        act(page)
    assert_accessible(page)


@pytest.mark.parametrize("address", ODD_ADDRESSES)
def test_axe_reports_nothing_on_odd_records(visitor: Visitor, odd_site: Site, address: str) -> None:
    assert_accessible(visitor.open(odd_site.url + address))


def test_axe_reports_nothing_on_a_phone(visitor: Visitor, site: Site) -> None:
    size = {"width": 360, "height": 740}
    page = visitor.open(site.url, viewport=size, has_touch=True, is_mobile=True)
    open_abstract(page)
    assert_accessible(page)


def test_axe_reports_nothing_without_publications(visitor: Visitor, empty_site: Site) -> None:
    page = visitor.open(empty_site.url)
    expect(page.locator("#count")).to_have_text("No publications yet")
    assert_accessible(page)


def test_the_tab_order_follows_the_page(page: Page) -> None:
    """The first stops of the Tab key: home link, profile, field, tips, folds, first title."""
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("document.activeElement.textContent || document.activeElement.id")
        )
    assert seen[:4] == ["Publications", "Google Scholar profile", "q", "Search tips"]
    assert seen[4:7] == ["Sort: Owner’s order", "Filter", "Export"]
    assert seen[7].startswith("Nex-N1")


def test_focus_is_visible(page: Page) -> None:
    page.locator("#q").focus()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_links_are_named_with_their_publication(page: Page) -> None:
    link = page.locator("#pub-feng2023tensorir .links a").first
    title = page.locator("#pub-feng2023tensorir .title").inner_text()
    assert link.get_attribute("aria-label") == f"{link.inner_text()}: {title}"


@pytest.mark.parametrize(
    "selector",
    [".links a", ".abstract summary", ".tools summary", ".load-more a", ".pagination a"],
)
def test_touch_targets_are_44_pixels(visitor: Visitor, odd_site: Site, selector: str) -> None:
    size = {"width": 360, "height": 740}
    page = visitor.open(odd_site.url, viewport=size, has_touch=True, is_mobile=True)
    heights = page.locator(selector).evaluate_all("all => all.map((e) => e.offsetHeight)")
    assert min(heights) >= 44
