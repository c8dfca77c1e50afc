"""Selected works, labels and previews in the browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.views.results.test_selected import LIBRARY, LONG, PNG, SETTINGS

from .conftest import Site, Visitor, serving
from .test_accessibility import assert_accessible
from .test_layout import WATCH_SHIFTS, overflow


@pytest.fixture(scope="module")
def selected_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Four publications, three of them selected, with labels and a preview."""
    folder = tmp_path_factory.mktemp("selected")
    (folder / "files").mkdir()
    (folder / "files" / "one.png").write_bytes(PNG)
    (folder / "publications.bib").write_text(LIBRARY, encoding="utf-8")
    (folder / "site.toml").write_text(SETTINGS, encoding="utf-8")
    with serving(folder) as site:
        yield site


@pytest.mark.parametrize(("width", "height"), [(360, 640), (1366, 768)])
def test_selected_works_fit_and_nothing_moves(
    visitor: Visitor, selected_site: Site, width: int, height: int
) -> None:
    page = visitor.open("about:blank", viewport={"width": width, "height": height})
    page.add_init_script(WATCH_SHIFTS)
    page.goto(selected_site.url)
    image = page.locator("#pub-one .preview")
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (144, 50)
    assert overflow(page) == 0
    assert page.evaluate("shifts") == 0
    assert_accessible(page)


def test_a_long_note_unfolds_with_the_keyboard(visitor: Visitor, selected_site: Site) -> None:
    page = visitor.open(selected_site.url, viewport={"width": 390, "height": 844})
    note = page.locator("#pub-one .labels")
    expect(note.get_by_text(LONG)).to_be_hidden()
    note.locator("summary").press("Enter")
    expect(note.get_by_text(LONG)).to_be_visible()


def test_typing_is_selected_finds_them(visitor: Visitor, selected_site: Site) -> None:
    page = visitor.open(selected_site.url)
    expect(page.locator(".selected")).to_be_visible()
    page.locator("#q").press_sequentially("is:selected")
    expect(page.locator("#count")).to_have_text("3 results")
    expect(page.locator(".selected")).to_have_count(0)
    expect(page.locator(".chips li")).to_have_text("Selected: Yes")
