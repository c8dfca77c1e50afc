"""The selection: ticks that the browser keeps, the bar, and the same without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from webapp.catalog.selections import make_address

from .conftest import Site, Visitor
from .test_accessibility import assert_accessible
from .test_layout import WATCH_SHIFTS, overflow


def tick(page: Page, slug: str) -> None:
    page.locator(f"#pub-{slug} .tick").click()


def expect_ticked(page: Page, *slugs: str) -> None:
    """Wait until the list has exactly these ticks and the bar counts them."""
    expect(page.locator(".tick:checked")).to_have_count(len(slugs))
    for slug in slugs:
        expect(page.locator(f"#pub-{slug} .tick")).to_be_checked()
    expect(page.locator(".selection-count")).to_have_text(f"{len(slugs)} selected")


def test_ticks_are_kept_in_searches_tabs_and_history(visitor: Visitor, site: Site) -> None:
    page = visitor.open(site.url)
    tick(page, "feng2023tensorir")
    page.locator("#pub-chen2025respec .title a").focus()
    page.keyboard.press("x")
    expect_ticked(page, "feng2023tensorir", "chen2025respec")
    expect(page.locator("#status")).to_have_text("2 selected")

    page.get_by_role("searchbox").fill("tensorir")
    expect(page.locator("#count")).to_contain_text("1 result")
    expect(page.locator(".tick:checked")).to_have_count(1)

    other = page.context.new_page()
    other.goto(site.url)
    expect_ticked(other, "feng2023tensorir", "chen2025respec")
    tick(other, "feng2023tensorir")
    expect(page.locator(".selection-count")).to_have_text("1 selected")
    expect(page.locator(".tick:checked")).to_have_count(0)

    page.get_by_role("link", name="Show", exact=True).click()
    expect(page).to_have_url(f"{site.url}/selection?of=chen2025respec")
    expect(page.locator("h1")).to_have_text("Selection")
    page.go_back()
    expect(page.locator(".selection-count")).to_have_text("1 selected")
    page.reload()
    expect(page.locator(".selection-count")).to_have_text("1 selected")


def test_a_selection_is_cleared_and_brought_back(page: Page) -> None:
    tick(page, "feng2023tensorir")
    page.get_by_role("button", name="Clear").click()
    expect_ticked(page)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect_ticked(page, "feng2023tensorir")
    expect(page.get_by_role("button", name="Clear")).to_be_focused()


def test_the_order_is_changed_in_place(visitor: Visitor, site: Site) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    page = visitor.open(site.url, permissions=permissions)
    for slug in ("feng2023tensorir", "chen2025respec", "zhang2019cityflow"):
        tick(page, slug)
    expect(page.locator(".selection-count")).to_have_text("3 selected")
    page.locator("#pub-chen2025respec .tick").press("Enter")
    stored = "() => localStorage['octavo:/selection']"

    page.locator("#up-zhang2019cityflow").click()
    moved = "feng2023tensorir.zhang2019cityflow.chen2025respec"
    expect(page).to_have_url(f"{site.url}/selection?of={moved}")
    expect(page.locator("#up-zhang2019cityflow")).to_be_focused()
    page.locator("#without-feng2023tensorir").click()
    expect(page.locator(".selection-count")).to_have_text("2 selected")
    assert page.evaluate(stored) == "zhang2019cityflow.chen2025respec"

    page.go_back()
    expect(page.locator(".selection-count")).to_have_text("3 selected")
    assert page.evaluate(stored) == moved
    assert_accessible(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".copied")).to_have_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == page.url


def test_all_that_a_search_finds_is_selected_at_once(visitor: Visitor, large_site: Site) -> None:
    page = visitor.open(f"{large_site.url}/?q=tensor")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.locator("#export summary").click()
    page.get_by_role("link", name="Select all 120 results").click()
    expect(page.locator(".selection-count")).to_have_text("120 selected")
    expect(page.locator(".tick:checked")).to_have_count(20)
    assert len([url for url in requests if "/select?" in url]) == 1
    exports = page.locator(".selection-export").get_attribute("href")
    page.get_by_role("link", name="Show", exact=True).click()
    expect(page.locator("#count")).to_have_text("120 publications, page 1 of 6")
    assert exports == page.url.replace("/selection?", "/selection/export?").removeprefix(
        large_site.url
    )


def test_the_browser_and_the_server_make_the_same_addresses(page: Page) -> None:
    slugs = [f"lovelace{year}notes_{year % 7}-z" for year in range(1700, 2200)]
    script = "slugs => import('/static/selection.js').then((m) => m.addressOf(slugs))"
    for listed in (slugs, slugs[:3]):
        assert page.evaluate(script, listed) == make_address(listed)


def test_the_most_that_can_be_selected_is_stated(visitor: Visitor, site: Site) -> None:
    page = visitor.open(site.url)
    page.evaluate(
        "slugs => { localStorage['octavo:/selection'] = slugs }",
        ".".join(f"s{number}" for number in range(500)),
    )
    page.reload()
    expect(page.locator(".selection-count")).to_have_text("500 selected")
    tick(page, "feng2023tensorir")
    expect(page.locator(".selection-problem")).to_contain_text("at most 500")
    expect(page.locator(".tick:checked")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(360, 740, "dark"), (1366, 768, "light"), (320, 256, "light")]
)
def test_the_bar_moves_and_covers_nothing(
    visitor: Visitor, site: Site, width: int, height: int, scheme: str
) -> None:
    """320 x 256 is a window of 1280 x 1024, enlarged to 400 %."""
    page = visitor.open(
        "about:blank", viewport={"width": width, "height": height}, color_scheme=scheme
    )
    page.add_init_script(WATCH_SHIFTS)
    page.goto(site.url)
    tick(page, "feng2023tensorir")
    expect(page.locator(".selection-count")).to_be_visible()
    assert page.evaluate("shifts") == 0
    assert overflow(page) == 0
    box = page.locator(".tick").first.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    assert_accessible(page)
    is_clear = page.evaluate(
        """() => {
            scrollTo(0, document.documentElement.scrollHeight);
            const [bar, footer] = [".selection-bar", ".footer"].map((selector) => (
                document.querySelector(selector).getBoundingClientRect()
            ));
            const text = document.querySelector(".updated").getBoundingClientRect();
            return bar.bottom <= footer.top || text.bottom <= bar.top;
        }"""
    )
    assert is_clear


def test_ticks_are_kept_without_javascript(visitor: Visitor, large_site: Site) -> None:
    """Over two searches and two pages of one; then one is taken away and the rest is shown."""
    page = visitor.open(f"{large_site.url}/?year=2024", java_script_enabled=False)
    tick(page, "entry118")
    page.get_by_role("button", name="Select and continue").click()
    page.locator("#chips a").click()
    page.get_by_role("link", name="Next").click()
    tick(page, "entry21")
    page.get_by_role("button", name="Select and continue").click()
    expect(page.locator("#pub-entry21 .tick")).to_be_checked()
    page.get_by_role("link", name="Previous").click()
    tick(page, "entry0")
    tick(page, "entry1")
    page.get_by_role("button", name="Show selection").click()
    names = "entry118.entry21.entry0.entry1"
    expect(page).to_have_url(f"{large_site.url}/selection?of={names}")
    page.locator("#without-entry0").click()
    expect(page).to_have_url(f"{large_site.url}/selection?of={names.replace('.entry0', '')}")
    page.get_by_role("link", name="Add publications").click()
    expect(page.locator(".tick:checked")).to_have_count(1)
