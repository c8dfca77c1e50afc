"""Results first: what is in view before scrolling, and what moves while a visitor types."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bench.server import SEED

from .conftest import Site, Visitor, serving

DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
# A phone with its keyboard up.
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 374},
    "has_touch": True,
    "is_mobile": True,
}
LAB_SETTINGS = """
title = "Publications of the Laboratory for Machine Learning Systems and Human-Centred Computing"
subtitle = "Department of Computer Science, University of Somewhere in the North"
owner = "Siyuan Feng"
home = "https://example.org/"
order = "newest"
intro = '''
We study how programs learn and how machines run what they have learned: compilers, schedulers,
tensors, large models, and the evaluation of all of these on many devices. Our papers, data sets and
programs are free to use, and we are glad to hear what you make of them.

We welcome visitors, doctoral students and interns throughout the year. Please write to us with a
few sentences about what you would like to work on, and read [how we work](https://example.org/how)
first. Papers below are listed by year; preprints come with the version that was published later.
'''

[profiles]
ORCID = "https://orcid.org/0000-0000-0000-0000"
"Google Scholar" = "https://scholar.google.com/"
GitHub = "https://github.com/"
"""
# Every layout shift with its sources, also those that follow an input.
WATCH_SHIFTS = """
window.shifts = [];
window.observer = new PerformanceObserver((list) => record(list.getEntries()));
window.record = (entries) => {
    for (const { value, sources } of entries) {
        shifts.push([value, ...sources.map(({ node, previousRect, currentRect }) =>
            `${node?.nodeName}.${node?.className}: ${previousRect.y} > ${currentRect.y}`)]);
    }
};
observer.observe({ type: "layout-shift", buffered: true });
"""
PAINTED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
# While a request is under way, and until its results are shown and scrolled to: the address
# changes before that.
PENDING = "#search.htmx-request"
WHOLE_TITLES = """() => [...document.querySelectorAll(".publication .title")]
    .map((title) => title.getBoundingClientRect())
    .filter(({ top, bottom }) => top >= 0 && bottom <= innerHeight).length"""
TOP = "(element) => element.getBoundingClientRect().top"


@pytest.fixture(scope="module")
def lab_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The seven publications of the seed, with a long title, a long intro and profiles."""
    folder: Path = tmp_path_factory.mktemp("lab")
    shutil.copytree(SEED, folder, dirs_exist_ok=True)
    (folder / "site.toml").write_text(LAB_SETTINGS)
    with serving(folder) as site:
        yield site


@pytest.fixture(params=["site", "lab_site", "large_site"])
def any_site(request: pytest.FixtureRequest) -> Site:
    site: Site = request.getfixturevalue(request.param)
    return site


def open_list(visitor: Visitor, url: str, **options: Any) -> Page:
    """Open a list that records its layout shifts."""
    page = visitor.open("about:blank", **options)
    page.add_init_script(WATCH_SHIFTS)
    page.goto(url)
    return page


def type_letters(page: Page, words: str) -> list[Any]:
    """Type letter by letter, each after the last response; return the shifts after the first."""
    expect(page.locator("#q")).to_be_focused()
    url = page.url
    for end in range(1, len(words) + 1):
        page.keyboard.type(words[end - 1])
        expect(page).to_have_url(f"{url}?q={words[:end]}")
        expect(page.locator(PENDING)).to_have_count(0)
        page.evaluate(PAINTED)
        if end == 1:
            page.evaluate("{ observer.takeRecords(); shifts.length = 0 }")
    page.evaluate("record(observer.takeRecords())")
    return list(page.evaluate("shifts"))


def test_two_titles_are_whole_at_rest_and_in_a_search(visitor: Visitor, any_site: Site) -> None:
    page = open_list(visitor, any_site.url, **DESKTOP)
    assert page.evaluate(WHOLE_TITLES) >= 2
    page.locator("#q").click()
    shifts = type_letters(page, "tensor")
    assert page.evaluate(WHOLE_TITLES) >= 2
    assert shifts == []
    field = page.locator("#q").evaluate(TOP)
    assert field <= 64  # below one line
    page.reload()
    assert page.locator("#q").evaluate(TOP) == field  # the page agrees with the fragment
    assert page.evaluate(WHOLE_TITLES) >= 2


def test_a_title_is_whole_above_the_keyboard_of_a_phone(visitor: Visitor, any_site: Site) -> None:
    page = open_list(visitor, any_site.url, **PHONE)
    page.locator("#q").tap()
    shifts = type_letters(page, "tensor")
    assert shifts == []
    assert page.evaluate(WHOLE_TITLES) >= 1
    assert page.locator("#q").evaluate(TOP) < 8


def test_a_focused_field_stays_at_the_top_of_a_phone(visitor: Visitor, large_site: Site) -> None:
    page = visitor.open(large_site.url, **PHONE)
    page.locator("#q").tap()
    assert page.locator("#q").evaluate(TOP) < 8
    page.locator(".publication").nth(3).evaluate("(item) => item.scrollIntoView()")
    expect(page.locator("#q")).to_be_in_viewport(ratio=1)
    page.keyboard.type("tensor")
    expect(page).to_have_url(f"{large_site.url}/?q=tensor")
    expect(page.locator(PENDING)).to_have_count(0)
    expect(page.locator("#count")).to_be_in_viewport()  # new results, from the first
    page.keyboard.press("Enter")
    expect(page.locator("#q")).not_to_be_focused()  # the keyboard goes
    expect(page.locator(PENDING)).to_have_count(0)
    expect(page.locator("#count")).to_be_in_viewport()
    page.locator(".publication").nth(3).evaluate("(item) => item.scrollIntoView()")
    expect(page.locator("#q")).not_to_be_in_viewport()


def test_enter_keeps_the_focus_beside_a_keyboard(page: Page, site: Site) -> None:
    page.locator("#q").press_sequentially("tensor")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/?q=tensor")
    expect(page.locator("#q")).to_be_focused()


def test_a_search_folds_the_masthead_and_its_end_unfolds_it(page: Page, site: Site) -> None:
    intro = page.locator(".intro")
    top = page.locator("#q").evaluate(TOP)
    page.locator("#q").fill("tensor")
    expect(intro).to_be_hidden()
    expect(page.get_by_role("link", name="Publications", exact=True)).to_be_visible()
    assert page.locator(".masthead").evaluate("(masthead) => masthead.offsetHeight") <= 64
    page.locator("#pub-feng2023tensorir .title a").click()
    expect(page.locator("h1")).to_contain_text("TensorIR")
    page.go_back()
    expect(page.locator("#count")).to_have_text("2 results")
    expect(intro).to_be_hidden()
    page.locator("#q").focus()
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{site.url}/")
    expect(intro).to_be_visible()
    assert page.locator("#q").evaluate(TOP) == top


def test_a_filter_does_not_move_the_panel_but_its_page_is_folded(page: Page, site: Site) -> None:
    page.locator("#facets summary").click()
    panel = page.locator(".facets-body")
    top = panel.evaluate(TOP)
    page.locator("#facet-venue").get_by_role("link", name="ASPLOS").click()
    expect(page).to_have_url(f"{site.url}/?venue=ASPLOS")
    assert panel.evaluate(TOP) == top
    page.reload()
    expect(page.locator(".intro")).to_be_hidden()
    page.go_back()
    expect(page.locator(".intro")).to_be_visible()


def test_the_masthead_folds_without_javascript(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/?q=tensor", java_script_enabled=False, **DESKTOP)
    expect(page.locator(".intro")).to_be_hidden()
    page.goto(f"{site.url}/?sort=title")
    expect(page.locator(".intro")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_little_is_above_the_title(visitor: Visitor, lab_site: Site, width: int) -> None:
    page = visitor.open(lab_site.url, viewport={"width": width, "height": 768})
    rem = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    assert page.locator(".owner").evaluate(f"(owner) => owner.offsetTop / {rem}") <= 2.5


def test_a_long_intro_opens(visitor: Visitor, lab_site: Site) -> None:
    page = visitor.open(lab_site.url, java_script_enabled=False, **DESKTOP)
    last = page.get_by_text("Papers below are listed by year")
    expect(last).not_to_be_in_viewport()
    page.locator(".about summary").click()
    expect(last).to_be_in_viewport()


def test_a_link_in_the_hidden_part_of_an_intro_is_shown_when_focused(
    visitor: Visitor, lab_site: Site
) -> None:
    page = visitor.open(lab_site.url, **DESKTOP)
    link = page.get_by_role("link", name="how we work")
    link.focus()
    expect(link).to_be_in_viewport(ratio=1)
