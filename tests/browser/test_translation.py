"""Texts that the scripts write are in the language of the site."""

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.brackets import GREEK, SETTINGS, site_in_brackets, texts_outside

from .conftest import Site, Visitor

SEARCH = re.compile(r"[?&]q=")


@pytest.fixture
def page(visitor: Visitor, tmp_path: Path) -> Iterator[Page]:
    """The list of a site whose texts are between brackets."""
    visitor.expect("Failed to load resource", "htmx:error")
    with site_in_brackets(tmp_path / "site", SETTINGS, GREEK.read_text("utf-8")) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield visitor.open(f"http://127.0.0.1:{server.port}/")
        server.shutdown()
        thread.join()
        server.server_close()


def test_announcements_and_failures_are_translated(page: Page) -> None:
    page.route(SEARCH, lambda _: None)
    page.locator("#q").fill("τόμος")
    expect(page.get_by_role("status")).to_have_text("⟦Searching…⟧")
    page.unroute(SEARCH)
    page.route(SEARCH, lambda route: route.abort("internetdisconnected"))
    page.locator("#q").fill("βιβλίο")
    expect(page.get_by_role("alert")).to_contain_text("⟦Couldn’t reach the site.⟧")
    assert texts_outside(page.content()) == set()
    page.unroute(SEARCH)
    page.get_by_role("button", name="⟦Try again⟧").click()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^⟦\d+ results?⟧$"))
    assert texts_outside(page.content()) == set()


@pytest.mark.parametrize(
    ("can_copy", "message"),
    [("true", "⟦Copied⟧"), ("false", "⟦Selected. Press Ctrl+C (⌘C) to copy⟧")],
)
def test_the_message_about_a_copied_citation_is_translated(
    page: Page, can_copy: str, message: str
) -> None:
    page.evaluate(
        f"""() => {{
          Object.defineProperty(navigator, "clipboard", {{ value: undefined }});
          document.execCommand = () => {can_copy};
        }}"""
    )
    item = page.locator(".publication:has(.cite)").first
    item.locator(".cite > summary").click()
    item.locator(".copy:visible").click()
    expect(item.locator("[role=status]")).to_have_text(message)
    assert texts_outside(page.content()) == set()


def test_a_right_to_left_language_turns_the_arrows(visitor: Visitor, site: Site) -> None:
    rotation = "(element) => getComputedStyle(element, '::before').rotate"
    page = visitor.open(f"{site.url}/publications/feng2023tensorir")
    assert page.locator("#back").evaluate(rotation) == "135deg"
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.locator("#back").evaluate(rotation) == "-45deg"
    page.goto(site.url)
    page.evaluate("document.documentElement.dir = 'rtl'")
    summary = page.locator(".cite > summary").first
    assert summary.evaluate(rotation) == "135deg"
    summary.click()
    assert summary.evaluate(rotation) == "45deg"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
