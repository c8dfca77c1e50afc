"""The stylesheet in real browsers."""

import re
import urllib.request

from playwright.sync_api import Page

from webapp.config import ROOT

from .conftest import Site

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


def test_the_minified_stylesheet_has_the_rules_of_its_source(page: Page, site: Site) -> None:
    source = (ROOT / "static" / "site.css").read_text()
    with urllib.request.urlopen(f"{site.url}/static/site.css") as response:
        minified = response.read().decode()
    assert len(minified) < len(source)
    assert _rules(page, minified) == _rules(page, source)


def _rules(page: Page, stylesheet: str) -> str:
    """Return the rules as text, with custom properties, which browsers do not parse, normalized."""
    return re.sub(r"(?<=[,(]) | (?=\))", "", str(page.evaluate(RULES, stylesheet)))
