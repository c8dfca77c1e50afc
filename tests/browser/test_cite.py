"""Citations open in place, are copied with and without permission, and keep the style."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site, Visitor

TENSORIR = "#pub-feng2023tensorir"
APA = "Feng, S., Hou, B., Jin, H., Lin, W., Shao, J."
WITH_CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def open_citations(page: Page) -> None:
    page.locator(f"{TENSORIR} .cite summary").click()
    expect(page.locator(f"{TENSORIR} .citation-text:visible")).to_contain_text(APA)


def test_citations_open_in_the_list(page: Page, site: Site) -> None:
    open_citations(page)
    expect(page).to_have_url(f"{site.url}/")
    page.locator(TENSORIR).get_by_label("IEEE").check()
    visible = page.locator(f"{TENSORIR} .citation-text:visible")
    expect(visible).to_have_count(1)
    expect(visible).to_contain_text("S. Feng et al., “TensorIR:")
    page.locator(TENSORIR).get_by_label("BibTeX").check()
    expect(visible).to_contain_text("@inproceedings{feng2023tensorir,")


def test_open_citations_survive_a_search(page: Page) -> None:
    open_citations(page)
    page.locator(TENSORIR).get_by_label("IEEE").check()
    page.locator("#q").fill("tensor")
    expect(page.locator("#count")).to_have_text("2 results")

    visible = page.locator(f"{TENSORIR} .citation-text:visible")
    expect(visible).to_contain_text("S. Feng et al., “TensorIR:")
    page.locator(TENSORIR).get_by_label("ACM").check()
    expect(visible).to_contain_text("2023. TensorIR")


@pytest.mark.parametrize("options", [WITH_CLIPBOARD, {}], ids=("allowed", "not-allowed"))
def test_the_button_copies_a_citation(
    visitor: Visitor, site: Site, options: dict[str, list[str]]
) -> None:
    page = visitor.open(site.url, **options)
    open_citations(page)
    page.locator(TENSORIR).get_by_label("MLA").check()
    page.locator(f"{TENSORIR} .copy:visible").click()
    expect(page.locator(f"{TENSORIR} [role=status]")).to_have_text("Copied")
    if options:
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("Feng, Siyuan, et al. “TensorIR:")


def test_without_any_clipboard_the_citation_is_selected(visitor: Visitor, site: Site) -> None:
    page = visitor.open(site.url)
    page.evaluate(
        """() => {
          Object.defineProperty(navigator, "clipboard", { value: undefined });
          document.execCommand = () => false;
        }"""
    )
    open_citations(page)
    page.locator(f"{TENSORIR} .copy:visible").click()
    expect(page.locator(f"{TENSORIR} [role=status]")).to_have_text(
        "Selected. Press Ctrl+C (⌘C) to copy"
    )
    assert page.evaluate("getSelection().toString()").startswith(APA)


def test_the_chosen_style_is_remembered(page: Page, site: Site) -> None:
    """This includes a choice made before cite.js is loaded."""
    page.route("**/cite.js*", lambda _route: None)
    open_citations(page)
    page.locator(TENSORIR).get_by_label("Chicago").check()
    page.unroute_all()
    page.goto(f"{site.url}/publications/lai2025relax")
    expect(page.locator("#cite").get_by_label("Chicago")).to_be_checked()
    expect(page.locator("#cite .citation-text:visible")).to_contain_text("Lai, Ruihang, Junru Shao")


def test_citations_work_without_javascript(visitor: Visitor, site: Site) -> None:
    page = visitor.open(site.url, java_script_enabled=False)
    page.locator(f"{TENSORIR} .cite summary").click()
    page.locator(f"{TENSORIR} .cite-link a").click()
    expect(page).to_have_url(f"{site.url}/publications/feng2023tensorir#cite")
    page.locator("#cite").get_by_label("ACM").check()
    visible = page.locator("#cite .citation-text:visible")
    expect(visible).to_contain_text("Siyuan Feng, Bohan Hou,")
    expect(page.locator("#cite .copy:visible")).to_have_count(0)


def test_linked_data_does_not_violate_the_csp(page: Page, site: Site) -> None:
    """The `visitor` fixture fails on any violation of the content security policy."""
    page.goto(f"{site.url}/publications/feng2023tensorir")
    data = page.locator('script[type="application/ld+json"]').text_content()
    assert "ScholarlyArticle" in (data or "")
