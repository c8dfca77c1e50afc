"""The open filter panel: a choice moves nothing in it, and what is under the pointer is chosen."""

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site, Visitor, serving
from .test_facets import unfold
from .test_pending_requests import hold

CHOICES = 200
SEED = 16  # of the random choices
SCROLL = "(element) => element.scrollIntoView()"

# Each visible value, as the pair that it adds to the address, with its middle and its size.
PLACES = """() => {
    const places = {};
    for (const link of document.querySelectorAll("#facets .values a")) {
        const { left, right, top, bottom } = link.getBoundingClientRect();
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        const isVisible = link.contains(document.elementFromPoint(x, y));
        if (isVisible) places[link.id] = [x, y, right - left, bottom - top];
    }
    return places;
}"""


@pytest.fixture(scope="module")
def real_site(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Site]:
    """A thousand publications."""
    folder = tmp_path_factory.mktemp("real")
    data: Path = request.getfixturevalue("shared_data")
    shutil.copy(data / "corpora" / "acl_1k.bib", folder / "publications.bib")
    with serving(folder) as site:
        yield site


def pairs(url: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(urlsplit(url).query))


def wait_for_pairs(page: Page, expected: list[tuple[str, str]]) -> None:
    """Wait until the address has these parameters and its list is shown."""
    page.wait_for_url(lambda url: pairs(url) == sorted(expected))
    expect(page.locator(".htmx-request")).to_have_count(0)


def choose_at_random(page: Page, count: int) -> None:
    """Choose values by clicks where they were before the first choice."""
    places: dict[str, Any] = page.evaluate(PLACES)
    assert len(places) > 6
    chosen = pairs(page.url)
    numbers = random.Random(SEED)
    for _ in range(count):
        value = numbers.choice(sorted(places))
        page.mouse.click(*places[value][:2])
        (pair,) = parse_qsl(value)
        chosen = [other for other in chosen if other != pair] + [pair] * (pair not in chosen)
        wait_for_pairs(page, chosen)
        assert page.evaluate(PLACES) == places, value


@pytest.mark.parametrize(("width", "height", "count"), [(1366, 768, CHOICES), (390, 374, 20)])
def test_what_is_under_the_pointer_is_chosen(
    visitor: Visitor, real_site: Site, width: int, height: int, count: int
) -> None:
    page = visitor.open(real_site.url, viewport={"width": width, "height": height})
    unfold(page, "Filter")
    page.get_by_role("link", name="All authors").click()
    page.get_by_role("searchbox", name="Find authors").wait_for()
    page.locator("#facet-venue" if width < 500 else ".facets-body").evaluate(SCROLL)
    choose_at_random(page, count)


@pytest.mark.parametrize("width", [390, 768])
def test_the_panel_of_a_few_publications_holds_still(
    visitor: Visitor, site: Site, width: int
) -> None:
    """Many of these choices leave no publication: the list becomes shorter than the window."""
    page = visitor.open(site.url, viewport={"width": width, "height": 900})
    unfold(page, "Filter")
    page.locator(".facets-body").evaluate(SCROLL)
    choose_at_random(page, 12)


@pytest.fixture
def authors(page: Page) -> Page:
    """The panel with all authors whose names contain "zh"."""
    unfold(page, "Filter")
    page.get_by_role("link", name="All authors").click()
    with page.expect_response(re.compile("find=zh$")):
        page.get_by_role("searchbox", name="Find authors").press_sequentially("zh")
    expect(page.locator("#facet-author .values a").first).to_contain_text("Zh")
    return page


def test_all_values_and_their_letters_stay(authors: Page) -> None:
    names = authors.locator("#facet-author .values bdi")
    shown = names.all_text_contents()
    assert len(shown) > 10
    for value in (names.nth(9), authors.locator("#facet-type .values a").first):
        values = authors.locator("#values-author")
        values.evaluate("(values) => values.scrollTo(0, 200)")
        value.click()
        expect(authors.locator(".htmx-request")).to_have_count(0)
        assert names.all_text_contents() == shown
        expect(authors.get_by_role("searchbox", name="Find authors")).to_have_value("zh")
        assert values.evaluate("(values) => values.scrollTop") == 200
    expect(names.nth(9).locator("..")).to_have_attribute("aria-current", "true")


def test_letters_typed_before_a_response_arrives_stay(authors: Page) -> None:
    held = hold(authors, "author=")
    find = authors.get_by_role("searchbox", name="Find authors")
    with authors.expect_request(re.compile("author=")):
        authors.locator("#facet-author .values a").first.click()
    find.press("End")
    with authors.expect_response(re.compile("find=zhen")):
        find.press_sequentially("en")
    with authors.expect_response(re.compile("author=.*&find=zhen")):
        held[0].continue_()
    expect(find).to_have_value("zhen")
    expect(find).to_be_focused()
    expect(authors.locator("#facet-author .values a").last).to_contain_text("Zhen")


def test_a_double_click_on_a_chip_follows_no_link_below_it(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?venue=ASPLOS")
    chip = page.get_by_role("link", name="Remove filter Venue: ASPLOS")
    chip.dblclick()
    expect(page).to_have_url(f"{site.url}/")
    expect(page.locator("#count")).to_have_text("7 publications")
