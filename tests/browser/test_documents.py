"""A list as a document: reached from Export, changed by a form, copied with italics, printed."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site, Visitor

CLIPBOARD = """async (type) => {
  const [item] = await navigator.clipboard.read();
  return (await item.getType(type)).text();
}"""


def test_export_leads_to_it_and_the_form_changes_it(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/export?q=tensor", java_script_enabled=False)
    page.get_by_role("link", name="Document").click()
    expect(page.locator("#document li")).to_have_count(2)
    page.get_by_label("Citation style").select_option(label="IEEE")
    page.get_by_label("Group by").select_option(label="Year")
    page.get_by_label("Number").select_option(label="Downwards")
    page.get_by_role("button", name="Update").click()
    expect(page).to_have_url(re.compile(r"/document\?q=tensor&style=ieee&group=year"))
    expect(page.locator("#document ol").first).to_have_attribute("start", "2")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Word").click()
    assert download.value.suggested_filename == "publications-tensor.docx"


def test_all_is_copied_with_its_italics(visitor: Visitor, site: Site) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    page = visitor.open(f"{site.url}/document?q=tensorir", permissions=permissions)
    page.get_by_role("button", name="Copy all").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    html = page.evaluate(CLIPBOARD, "text/html")
    assert "<b>Feng, S.</b>" in html
    assert re.search("<i>Proceedings of", html)
    text = page.evaluate(CLIPBOARD, "text/plain")
    assert "Feng, S., Hou, B." in text
    assert "<i>" not in text


def test_paper_has_the_document_alone(visitor: Visitor, site: Site) -> None:
    page = visitor.open("about:blank")
    page.add_init_script("window.print = () => { window.printed = true; };")
    page.goto(f"{site.url}/document")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    for name in (".document-tools", ".masthead", ".ways-back"):
        expect(page.locator(name)).to_be_hidden()
    expect(page.locator("#document li").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 768])
def test_it_fits(visitor: Visitor, site: Site, width: int) -> None:
    page: Page = visitor.open(f"{site.url}/document", viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width
