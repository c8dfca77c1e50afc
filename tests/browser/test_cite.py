"""Citations open in place, are copied with and without permission, and keep the style."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site, Visitor

TENSORIR = "#pub-feng2023tensorir"
APA = "Feng, S., Hou, B., Jin, H., Lin, W., Shao, J."
BIBTEX = "@inproceedings{feng2023tensorir,"
SIZES = [{"width": 360, "height": 640}, {"width": 1440, "height": 900}]
WITH_CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def open_citations(page: Page) -> None:
    page.locator(f"{TENSORIR} .cite summary").click()
    expect(page.locator(f"{TENSORIR} .citation-text:visible")).to_contain_text(BIBTEX)


def test_citations_open_in_the_list(page: Page, site: Site) -> None:
    open_citations(page)
    expect(page).to_have_url(f"{site.url}/")
    page.locator(TENSORIR).get_by_label("IEEE").check()
    visible = page.locator(f"{TENSORIR} .citation-text:visible")
    expect(visible).to_have_count(1)
    expect(visible).to_contain_text("S. Feng et al., “TensorIR:")
    page.locator(TENSORIR).get_by_label("BibTeX").check()
    expect(visible).to_contain_text(BIBTEX)


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


def copied_html(page: Page) -> str | None:
    """Return the HTML on the clipboard, or None if there is only text."""
    return page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          if (!item.types.includes("text/html")) return null;
          return (await item.getType("text/html")).text();
        }"""
    )


def test_a_styled_citation_keeps_its_italics(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/publications/feng2023tensorir", **WITH_CLIPBOARD)
    page.locator("#cite").get_by_label("MLA").check()
    page.locator("#cite .copy:visible").click()
    expect(page.locator("#cite [role=status]")).to_have_text("Copied")
    assert "<i>Proceedings of the 28th ACM" in (copied_html(page) or "")
    assert "<i>" not in page.evaluate("navigator.clipboard.readText()")
    page.locator("#cite").get_by_label("BibTeX").check()
    page.locator("#cite .copy:visible").click()
    expect(page.locator("#cite [role=status]")).to_have_text("Copied")
    assert copied_html(page) is None
    assert page.evaluate("navigator.clipboard.readText()").startswith(BIBTEX)


@pytest.mark.parametrize("size", SIZES, ids=("phone", "desktop"))
@pytest.mark.parametrize("slug", ["feng2023tensorir", "nexagi2025nexn1"])  # 11 and 65 authors
def test_bibtex_is_copied_from_the_first_screen(
    visitor: Visitor, site: Site, size: dict[str, int], slug: str
) -> None:
    page = visitor.open(f"{site.url}/publications/{slug}", viewport=size, **WITH_CLIPBOARD)
    page.locator("#cite").get_by_label("APA").check()
    page.evaluate("scrollTo(0, 0)")
    button = page.get_by_role("button", name="Copy BibTeX")
    before = button.bounding_box()
    assert before
    assert before["y"] + before["height"] <= size["height"]
    button.click()
    expect(page.locator(".copy-bibtex [role=status]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@")
    assert f"{{{slug}," in copied
    assert button.bounding_box() == before
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("size", SIZES, ids=("phone", "desktop"))
def test_copy_is_in_the_row_of_the_tabs(visitor: Visitor, site: Site, size: dict[str, int]) -> None:
    """It is above the citation, however long that is, and copying moves nothing."""
    page = visitor.open(site.url, viewport=size)
    open_citations(page)
    labels = page.locator(f"{TENSORIR} .citation-choice label")
    assert labels.first.inner_text() == "BibTeX"
    for choice in page.locator(f"{TENSORIR} .citation-choice input").all():
        choice.check()
        expect(page.locator(f"{TENSORIR} [role=status]")).to_be_empty()
        button = page.locator(f"{TENSORIR} .copy:visible")
        text = page.locator(f"{TENSORIR} .citation-text:visible")
        places = [place.bounding_box() for place in (labels.last, button, text)]
        last, copy, box = [place or {} for place in places]
        assert last["y"] - 4 <= copy["y"] <= last["y"] + last["height"]
        assert copy["y"] + copy["height"] <= box["y"]
        button.click()
        expect(page.locator(f"{TENSORIR} [role=status]")).to_have_text("Copied")
        assert text.bounding_box() == box
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chosen_tab_differs_in_forced_colours(
    visitor: Visitor, site: Site, scheme: str
) -> None:
    """There even a transparent border is visible, so only the chosen tab has one."""
    page = visitor.open(
        f"{site.url}/publications/feng2023tensorir", forced_colors="active", color_scheme=scheme
    )
    borders = page.locator("#cite label").evaluate_all(
        "all => all.map((e) => getComputedStyle(e).borderBlockWidth)"
    )
    assert borders == ["2px"] + ["0px"] * (len(borders) - 1)
    colours = page.locator("#cite label").first.evaluate(
        "(e) => [e, document.body].map((e) => getComputedStyle(e))"
        ".map((style, i) => i ? style.backgroundColor : style.borderTopColor)"
    )
    assert colours[0] != colours[1]


def test_without_any_clipboard_the_citation_is_selected(visitor: Visitor, site: Site) -> None:
    page = visitor.open(site.url)
    page.evaluate(
        """() => {
          Object.defineProperty(navigator, "clipboard", { value: undefined });
          document.execCommand = () => false;
        }"""
    )
    open_citations(page)
    page.locator(TENSORIR).get_by_label("APA").check()
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
    visible = page.locator("#cite .citation-text:visible")
    expect(visible).to_contain_text(BIBTEX)
    page.locator("#cite").get_by_label("ACM").check()
    expect(visible).to_contain_text("Siyuan Feng, Bohan Hou,")
    expect(page.locator(".copy-bibtex a")).to_have_attribute("href", "#cite")
    expect(page.locator(".copy-bibtex .copy")).to_be_hidden()
    expect(page.locator("#cite .copy:visible")).to_have_count(0)


def test_linked_data_does_not_violate_the_csp(page: Page, site: Site) -> None:
    """The `visitor` fixture fails on any violation of the content security policy."""
    page.goto(f"{site.url}/publications/feng2023tensorir")
    data = page.locator('script[type="application/ld+json"]').text_content()
    assert "ScholarlyArticle" in (data or "")
