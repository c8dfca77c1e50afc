"""The chart of publications per year: clicks, typing, its table, without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Site, Visitor

BOX = "(element) => JSON.stringify(element.getBoundingClientRect())"


def open_chart(visitor: Visitor, url: str, **options: Any) -> Page:
    """Open a list and its filters, with the chart."""
    page = visitor.open(url, **options)
    page.locator("#facets summary").click()
    expect(page.locator("#chart")).to_be_visible()
    return page


@pytest.fixture
def page(visitor: Visitor, site: Site) -> Page:
    """The filters of the seven example publications."""
    return open_chart(visitor, site.url)


def bar(page: Page, year: int) -> Locator:
    return page.locator(f'.chart a[href*="{year}"]')


def click_column(page: Page, number: int) -> None:
    """Click the top of a column, where there may be no bar. The chart is among the filters."""
    if not page.locator("#facets").evaluate("(filters) => filters.open"):
        page.locator("#facets summary").click()
    column = page.locator(f'.chart rect[x="{number}"]')
    column.click(position={"x": 3, "y": 3})


def test_a_click_in_a_column_toggles_its_year(page: Page, site: Site) -> None:
    before = page.locator("#chart").evaluate(BOX)
    click_column(page, 0)
    expect(page).to_have_url(f"{site.url}/?year=2019")
    expect(page.locator("#count")).to_have_text("1 result")
    expect(page.locator("#results")).to_be_focused()  # the link is gone
    expect(page.locator(".chart [aria-current=true] title")).to_have_text("2019: 1")
    assert page.locator("#chart").evaluate(BOX) == before

    click_column(page, 6)
    expect(page).to_have_url(f"{site.url}/?year=2019&year=2025")
    click_column(page, 0)
    expect(page).to_have_url(f"{site.url}/?year=2025")
    click_column(page, 6)
    expect(page).to_have_url(f"{site.url}/")
    expect(page.locator(".chart [aria-current]")).to_have_count(0)
    page.go_back()
    expect(page.locator("#count")).to_have_text("5 results")


def test_the_chart_follows_typing_without_layout_shift(page: Page) -> None:
    chart = page.locator("#chart")
    labels = page.locator(".chart svg > text:not(.number)")
    page.locator("#q").fill("model")  # a search folds the masthead
    expect(page.locator("#count")).to_contain_text("result")
    before = (chart.evaluate(BOX), labels.all_text_contents())
    for words, bars in (("tensor", 2), ("tensorir", 1), ("relax", 1)):
        page.locator("#q").fill(words)
        expect(page.locator(".chart a")).to_have_count(bars)
        assert (chart.evaluate(BOX), labels.all_text_contents()) == before, words


def test_the_chart_is_a_table_for_screen_readers(page: Page) -> None:
    table = page.get_by_role("table", name="Publications per year")

    expect(table.get_by_role("row")).to_have_count(3)
    expect(table.get_by_role("row", name="2025 5")).to_have_count(1)
    expect(table.get_by_role("rowheader", name="2023")).to_have_count(1)
    expect(page.locator(".chart").get_by_role("link")).to_have_count(0)  # the filter has them


def test_every_bar_shows_its_number(page: Page) -> None:
    numbers = page.locator(".chart .number")
    assert sorted(numbers.all_text_contents()) == ["1", "1", "5"]
    plot = page.locator(".chart .plot").bounding_box()
    for number in numbers.all():
        box = number.bounding_box()
        assert plot
        assert box
        assert plot["y"] <= box["y"] < box["y"] + box["height"] <= plot["y"] + plot["height"]


@pytest.mark.parametrize("width", [360, 1440])
def test_columns_are_wide_enough_to_tap(visitor: Visitor, site: Site, width: int) -> None:
    page = open_chart(visitor, site.url, viewport={"width": width, "height": 740})
    for column in page.locator(".chart rect").all():
        box = column.bounding_box()
        assert box
        assert box["width"] >= 24
        assert box["height"] >= 24


def test_a_long_chart_scrolls_from_the_latest_year(visitor: Visitor, large_site: Site) -> None:
    size = {"width": 360, "height": 740}
    page = open_chart(visitor, large_site.url, viewport=size, has_touch=True, is_mobile=True)
    plot = page.get_by_role("group", name="Publications per year")
    assert plot.evaluate("(plot) => plot.scrollWidth > plot.clientWidth")
    latest = bar(page, 2024).locator("rect")
    expect(latest).to_be_in_viewport()
    latest.tap()
    expect(page).to_have_url(f"{large_site.url}/?year=2024")


def test_the_chart_works_without_javascript(visitor: Visitor, site: Site) -> None:
    page = open_chart(visitor, f"{site.url}/?q=tensor", java_script_enabled=False)
    bar(page, 2023).click()
    expect(page).to_have_url(f"{site.url}/?q=tensor&year=2023")
    expect(page.locator("#count")).to_have_text("1 result")


def test_the_chart_respects_forced_colors_and_is_not_printed(page: Page) -> None:
    shape = page.locator(".chart path").first
    colour = "(path) => getComputedStyle(path).fill"
    usual = shape.evaluate(colour)
    page.emulate_media(forced_colors="active")
    assert shape.evaluate(colour) != usual
    page.emulate_media(media="print")
    expect(page.locator("#chart")).to_be_hidden()
