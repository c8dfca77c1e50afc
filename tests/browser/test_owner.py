"""Who the page is by: photo and email address in the masthead; links of authors like text."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bench.server import SEED
from tests.test_images import png

from .conftest import Site, Visitor, serving
from .test_accessibility import assert_accessible
from .test_masthead import DESKTOP, WHOLE_TITLES, open_list, type_letters

SETTINGS = """
title = "Publications"
owner = "Siyuan Feng"
home = "https://example.org/"
position = "Professor"
affiliation = "University of Somewhere"
photo = "me.png"
email = "feng@example.org"
"""
LOOK = (
    "(element) => [getComputedStyle(element).color, getComputedStyle(element).textDecorationLine]"
)


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The seven publications of the seed, with all that names their owner."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(SEED, folder, dirs_exist_ok=True)
    (folder / "site.toml").write_text(SETTINGS)
    (folder / "files").mkdir(exist_ok=True)
    (folder / "files" / "me.png").write_bytes(png(300, 400))
    with serving(folder) as site:
        yield site


def test_authors_look_like_text_until_hovered_or_focused(page: Page, site: Site) -> None:
    authors = page.locator("#pub-feng2023tensorir .authors")
    link = authors.get_by_role("link", name="Bohan Hou")
    text_colour = authors.evaluate(LOOK)[0]
    height = authors.evaluate("(element) => element.offsetHeight")
    assert link.evaluate(LOOK) == [text_colour, "none"]
    link.hover()
    assert link.evaluate(LOOK)[1] == "underline"
    assert link.evaluate(LOOK)[0] != text_colour
    page.mouse.move(0, 0)
    assert link.evaluate(LOOK) == [text_colour, "none"]
    link.focus()
    assert link.evaluate(LOOK)[1] == "underline"
    assert authors.evaluate("(element) => element.offsetHeight") == height
    link.click()
    expect(page).to_have_url(f"{site.url}/?author=Bohan+Hou")


@pytest.mark.parametrize("width", [360, 1366])
def test_nothing_moves_beside_a_photo(visitor: Visitor, own_site: Site, width: int) -> None:
    viewport = {"viewport": {"width": width, "height": 768}}
    page = open_list(visitor, own_site.url, **viewport)
    expect(page.get_by_role("img", name="Siyuan Feng")).to_be_in_viewport(ratio=1)
    page.evaluate("record(observer.takeRecords())")
    assert page.evaluate("shifts") == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert_accessible(page)
    page.locator("#q").click()
    assert type_letters(page, "tens") == []
    expect(page.locator(".photo")).to_be_hidden()


def test_two_titles_are_whole_beside_a_photo(visitor: Visitor, own_site: Site) -> None:
    page = visitor.open(own_site.url, **DESKTOP)
    assert page.evaluate(WHOLE_TITLES) >= 2


def test_an_email_address_is_read_and_copied_without_javascript(
    visitor: Visitor, own_site: Site
) -> None:
    page = visitor.open(own_site.url, java_script_enabled=False)
    email = page.locator(".email")
    assert email.inner_text() == "feng@example.org"
    assert re.search(r"feng@example\.org", email.aria_snapshot())
