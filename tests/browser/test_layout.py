"""Layout: every width, no shift, two colour schemes, print."""

import pytest
from playwright.sync_api import Page, expect

from webapp import theme

from .conftest import Site, Visitor
from .slow_loading import load_by_tags

WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def overflow(page: Page) -> int:
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(width))


@pytest.mark.parametrize("width", [320, 360, 768, 1440, 3840])
def test_nothing_is_wider_than_the_window(
    visitor: Visitor, site: Site, odd_site: Site, width: int
) -> None:
    page = visitor.open(odd_site.url, viewport={"width": width, "height": 900})
    for url in (
        f"{odd_site.url}/?open=longword&open=math",
        f"{odd_site.url}/?page=2",
        f"{odd_site.url}/publications/longword",
        f"{odd_site.url}/publications/math",
        f"{site.url}/?q=tensor&open=feng2023tensorir",
    ):
        page.goto(url)
        assert overflow(page) == 0, url


@pytest.mark.parametrize("width", [360, 1440])
def test_loading_the_page_causes_no_layout_shift(visitor: Visitor, site: Site, width: int) -> None:
    page = visitor.open("about:blank", viewport={"width": width, "height": 900})
    page.add_init_script(WATCH_SHIFTS)
    page.goto(site.url, wait_until="networkidle")

    assert page.evaluate("shifts") == 0


@pytest.mark.parametrize(("path", "width"), [("/", 360), ("/publications/nexagi2025nexn1", 1440)])
def test_loading_slowly_causes_no_layout_shift(
    visitor: Visitor, site: Site, path: str, width: int
) -> None:
    page = visitor.open("about:blank", viewport={"width": width, "height": 900})
    page.add_init_script(WATCH_SHIFTS)
    load_by_tags(page, site.url, path)

    assert page.locator("footer").is_visible()
    assert page.evaluate("shifts") == 0


@pytest.mark.parametrize(
    ("scheme", "paper"), [("light", theme.LIGHT_PAPER), ("dark", theme.DARK_PAPER)]
)
def test_the_accent_is_checked_on_the_real_background(
    visitor: Visitor, site: Site, scheme: str, paper: str
) -> None:
    page = visitor.open(site.url, color_scheme=scheme)
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    assert colour == "rgb({}, {}, {})".format(*bytes.fromhex(paper.removeprefix("#")))


def test_an_empty_result_keeps_a_distance_from_its_filters(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/?q=zzzzzzzz&venue=ASPLOS")
    chips, count = page.locator("#chips").bounding_box(), page.locator("#count").bounding_box()
    assert chips
    assert count
    assert count["y"] - chips["y"] - chips["height"] >= 20


def test_an_empty_footer_is_hidden(visitor: Visitor, empty_site: Site) -> None:
    page = visitor.open(empty_site.url)
    expect(page.locator("footer")).to_be_visible()
    phone = visitor.open(empty_site.url, has_touch=True, is_mobile=True)
    expect(phone.locator("#count")).to_be_visible()
    expect(phone.locator("footer")).to_be_hidden()


def test_lines_are_short_enough_to_read(visitor: Visitor, site: Site) -> None:
    page = visitor.open(
        f"{site.url}/?open=feng2023tensorir", viewport={"width": 1920, "height": 900}
    )
    line = page.locator(".abstract-text p").first
    letters = line.evaluate(
        """(line) => {
            const range = document.createRange();
            range.selectNodeContents(line);
            const lines = new Set([...range.getClientRects()].map((box) => box.top)).size;
            return line.textContent.length / lines;
        }"""
    )
    assert 55 <= letters <= 80


@pytest.mark.parametrize("width", [1024, 1366, 1440])
def test_a_venue_has_at_most_two_lines_in_the_margin(
    visitor: Visitor, odd_site: Site, width: int
) -> None:
    viewport = {"width": width, "height": 768}
    page = visitor.open(f"{odd_site.url}/?q=unusually+long", viewport=viewport)
    lines = page.locator(".publication .issued .venue").evaluate_all(
        """(venues) => venues.map((venue) =>
          venue.getBoundingClientRect().height / parseFloat(getComputedStyle(venue).lineHeight))"""
    )
    assert lines
    assert max(lines) < 2.1


def test_a_right_to_left_title_is_aligned_right(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(f"{odd_site.url}/publications/arabic")
    title = page.locator("h1")

    for line in (title, page.locator(".publication-page .authors")):
        assert line.evaluate("(line) => getComputedStyle(line).direction") == "rtl"
    expect(title).to_have_attribute("lang", "ar")


def test_print_shows_a_list_with_urls(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/?open=feng2023tensorir")
    page.emulate_media(media="print")
    item = page.locator("#pub-feng2023tensorir")

    expect(page.locator("#search")).to_be_hidden()
    expect(page.locator("#shortcuts")).to_be_hidden()
    expect(item.locator(".title")).to_be_visible()
    expect(item.locator(".abstract-text")).to_be_hidden()
    address = item.locator(".links a").first.evaluate(
        "(a) => getComputedStyle(a, '::after').content"
    )
    assert "https://" in address


def test_year_headings_are_above_their_publications(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    headings = page.locator("#results :is(h2, h3)").evaluate_all(
        "all => all.map((h) => h.tagName + (h.tagName === 'H2' ? ' ' + h.textContent : ''))"
    )
    assert headings[:5] == ["H2 Forthcoming", "H3", "H2 2024", "H3", "H2 2023"]
