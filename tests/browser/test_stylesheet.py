"""The stylesheet in browsers as they are: what is served, and what an older browser makes of it."""

import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from webapp.config import ROOT
from webapp.theme import stylesheet

from .conftest import Site, Visitor
from .test_layout import overflow

SOURCE = (ROOT / "static" / "site.css").read_text()

# Every rule as the browser reads it, as [kind, selector or condition, declarations, rules].
RULES = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const describe = (rule) => [
        rule.constructor.name,
        rule.selectorText ?? rule.conditionText ?? rule.nameList?.join() ?? rule.name ?? "",
        [...rule.style ?? []].map((name) => `${name}: ${rule.style.getPropertyValue(name)}`),
        [...rule.cssRules ?? []].map(describe),
    ];
    return [...sheet.cssRules].map(describe);
}"""

# Colours, borders and type of each element; sizes where an older browser has the same layout. It
# places what a summary opens directly below the summary.
LOOKS = """() => [...document.querySelectorAll("body, body *")].map((element) => {
    const style = getComputedStyle(element);
    const sides = ["top", "right", "bottom", "left"];
    const names = ["color", "background-color", "fill", "font-size", "font-family",
        ...sides.flatMap((side) => [`border-${side}-color`, `border-${side}-width`])];
    const { width, height } = element.getBoundingClientRect();
    const isSized = ".masthead *, .search *, .chips *, .footer *, .title, .authors, "
        + ".publication, .actions summary";
    return [
        `${element.tagName} ${element.getAttribute("class")}`,
        ...names.map((name) => `${name}: ${style.getPropertyValue(name)}`),
        element.matches(isSized) ? `${width} x ${height}` : "",
    ].join("; ");
})"""


def test_the_minified_stylesheet_has_the_rules_of_its_source(page: Page, site: Site) -> None:
    with urllib.request.urlopen(f"{site.url}/static/site.css") as response:
        minified = response.read().decode()
    assert len(minified) < len(SOURCE)
    assert _rules(page, minified) == _rules(page, SOURCE)


def _rules(page: Page, stylesheet: str) -> str:
    """Return the rules as text, with custom properties, which browsers do not parse, normalized."""
    return re.sub(r"(?<=[,(]) | (?=\))", "", str(page.evaluate(RULES, stylesheet)))


@pytest.mark.parametrize("css", [SOURCE, stylesheet("#0b57a4", "#7fb3ec")], ids=["site", "theme"])
def test_the_stylesheet_needs_nothing_that_older_browsers_lack(css: str) -> None:
    assert "light-dark(" not in css
    for prelude, body in _all_rules(css):
        assert prelude.startswith("@") or "{" not in body, f"nested: {prelude}"
        assert not re.match("@media.*[<>=]", prelude), f"range: {prelude}"
    assert "::details-content" not in _without_new_features(css)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/?venue=ASPLOS", "/publications/feng2023tensorir"])
def test_an_older_browser_shows_the_same_colours_borders_and_sizes(
    visitor: Visitor, site: Site, path: str, scheme: str
) -> None:
    new = visitor.open(site.url + path, color_scheme=scheme)
    old = _open_in_an_older_browser(visitor, site.url + path, color_scheme=scheme)
    for width in (360, 390, 768, 1366):
        for page in (old, new):
            page.set_viewport_size({"width": width, "height": 768})
        assert old.evaluate(LOOKS) == new.evaluate(LOOKS), width


@pytest.mark.parametrize("width", [360, 1366])
def test_an_older_browser_shows_what_a_summary_opens_below_it(
    visitor: Visitor, site: Site, width: int
) -> None:
    page = _open_in_an_older_browser(visitor, site.url, viewport={"width": width, "height": 768})
    closed = page.locator(".publication").first.locator(".actions summary")
    tops = "(all) => new Set(all.map((summary) => summary.getBoundingClientRect().top)).size"
    assert closed.evaluate_all(tops) == 1
    assert page.locator(".tools summary").evaluate_all(tops) == 1
    for name, content in (
        ("#facets", ".facets-body"),
        ("#sort", ".orders"),
        (".abstract >> nth=0", ".abstract-text"),
        (".cite >> nth=0", ".citations"),
    ):
        summary = page.locator(name).locator("summary").first
        summary.click()
        opened = page.locator(name).locator(content)
        opened.wait_for()
        above, below = summary.bounding_box(), opened.bounding_box()
        assert above
        assert below
        assert above["y"] + above["height"] <= below["y"]
        assert above["x"] == pytest.approx(below["x"], abs=8)
        assert overflow(page) == 0


@pytest.mark.parametrize("width", [390, 1366])
def test_no_field_is_so_small_that_a_phone_zooms_in(
    visitor: Visitor, site: Site, width: int
) -> None:
    page = visitor.open(f"{site.url}/facets/author", viewport={"width": width, "height": 768})
    page.goto(f"{site.url}/facets/author")
    sizes = _field_sizes(page)
    page.goto(site.url)
    page.locator("#facets summary").click()
    page.locator("#facets input").first.wait_for()
    sizes += _field_sizes(page)
    assert len(sizes) >= 4
    assert min(sizes) >= 16


def _field_sizes(page: Page) -> list[float]:
    fields = page.locator("input:not([type=hidden], [type=radio], [type=checkbox])")
    sizes = "(all) => all.map((field) => parseFloat(getComputedStyle(field).fontSize))"
    return list(fields.evaluate_all(sizes))


def _open_in_an_older_browser(visitor: Visitor, url: str, **options: Any) -> Page:
    page = visitor.open("about:blank", **options)
    page.route("**/*.css*", _serve_to_an_older_browser)
    page.goto(url)
    return page


def _serve_to_an_older_browser(route: Route) -> None:
    route.fulfill(body=_without_new_features(route.fetch().text()), content_type="text/css")


def _without_new_features(css: str) -> str:
    """Return the style sheet as Safari 15.4 reads it."""
    rules = []
    for prelude, body in _top_rules(css):
        if prelude.startswith("@supports") or re.match("@media.*[<>=]", prelude):
            continue
        if prelude.startswith("@"):
            rules.append(f"{prelude} {{{_without_new_features(body)}}}")
        else:
            parts = re.sub(r"[^;{]*{[^}]*}", "", body).split(";")
            declarations = [
                part for part in parts if not re.search('light-dark|color-mix|/ ""', part)
            ]
            rules.append(f"{prelude} {{{';'.join(declarations)}}}")
    return "\n".join(rules)


def _top_rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield the rules of a style sheet or block, as (selector or condition, body)."""
    code = re.sub(r"/\*.*?\*/|@layer[^{;]*;", "", css, flags=re.DOTALL)
    depth, start, opening = 0, 0, 0
    for position, character in enumerate(code):
        if character == "{":
            opening = opening if depth else position
            depth += 1
        elif character == "}":
            depth -= 1
            if not depth:
                yield code[start:opening].strip(), code[opening + 1 : position]
                start = position + 1


def _all_rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield every rule, also those within at-rules."""
    for prelude, body in _top_rules(css):
        yield prelude, body
        if prelude.startswith("@"):
            yield from _all_rules(body)
