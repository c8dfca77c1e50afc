"""Export, sort and print: beside the count, without JavaScript, and on paper."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site, Visitor

STYLE = "(element, [pseudo, name]) => getComputedStyle(element, pseudo)[name]"


def test_the_formats_are_loaded_when_export_is_opened(page: Page) -> None:
    page.locator("#q").fill("tensor")
    expect(page.locator("#count")).to_have_text("2 results")
    expect(page.locator(".exports")).to_have_count(0)
    page.locator(".export summary").click()
    expect(page.locator("#exports-label")).to_have_text("Export 2 results")
    with page.expect_download() as download:
        page.get_by_role("link", name="BibTeX without abstracts").click()
    assert download.value.suggested_filename == "publications-tensor.bib"

    page.locator("#q").fill("cityflow")
    expect(page.locator("#exports-label")).to_have_text("Export 1 result")


def test_without_javascript_export_is_one_link_away(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/?q=tensor", java_script_enabled=False)
    page.locator(".export summary").click()
    page.get_by_role("link", name="Export 2 results").click()
    expect(page).to_have_url(f"{site.url}/export?q=tensor")
    page.get_by_role("link", name="Print all").click()
    expect(page).to_have_url(f"{site.url}/print?q=tensor")
    expect(page.locator(".publication")).to_have_count(2)
    expect(page.get_by_role("button", name="Print")).to_be_hidden()


def test_the_current_order_is_beside_the_count(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(odd_site.url)
    expect(page.locator(".sort summary")).to_have_text("Sort: Newest")
    page.locator(".sort summary").click()
    page.get_by_role("link", name="Title", exact=True).click()
    expect(page.locator(".sort summary")).to_have_text("Sort: Title")
    page.locator("#q").fill("sorting")
    expect(page.locator("#count")).to_have_text(re.compile("result"))
    expect(page.locator(".sort summary")).to_have_text("Sort: Title")


@pytest.mark.parametrize("width", [256, 360, 768, 1440])
def test_count_and_folds_fit_beside_each_other(visitor: Visitor, site: Site, width: int) -> None:
    page = visitor.open(f"{site.url}/?q=model", viewport={"width": width, "height": 768})
    boxes = [
        box
        for name in ("#count", ".sort summary", ".facets summary", ".export summary")
        if (box := page.locator(name).bounding_box())
    ]
    rows = {box["y"] + box["height"] / 2 for box in boxes[1:]}
    assert len(boxes) == 4
    assert max(rows) - min(rows) <= 1
    for left, right in pairwise(boxes[1:]):
        assert left["x"] + left["width"] <= right["x"]


def test_the_page_to_print_opens_the_dialog(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open("about:blank")
    page.add_init_script("window.print = () => { window.printed = true; };")
    page.goto(f"{odd_site.url}/print")
    expect(page.locator(".publication")).to_have_count(10)
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")


def test_a_printed_search_is_a_sentence_without_controls(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(f"{odd_site.url}/?q=sorting&author=Ben+Équal&sort=newest")
    page.emulate_media(media="print")
    expect(page.locator(".summary")).to_have_text("1 result for “sorting” with author “Ben Équal”")
    for name in (".chips", ".tools", ".snippet", ".load-more"):
        for element in page.locator(name).all():
            expect(element).to_be_hidden()
    mark = page.locator("mark").first
    assert mark.evaluate(STYLE, [None, "boxShadow"]) == "none"
    assert page.locator("h2.year").evaluate(STYLE, [None, "breakAfter"]) == "avoid"


def test_files_have_their_whole_address_on_paper(visitor: Visitor, odd_site: Site) -> None:
    page = visitor.open(f"{odd_site.url}/?q=sorting")
    page.emulate_media(media="print")
    link = page.locator("#pub-math .links a[href$='sorting.pdf']")
    assert link.evaluate(STYLE, ["::after", "content"]) == f'": {odd_site.url}/files/sorting.pdf"'
