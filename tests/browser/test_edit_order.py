"""The owner's order by dragging in the list of editors: mouse, finger, Escape, keys, failures."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.server import SEED

from .conftest import Site, Visitor, serving
from .test_edit_access import check, sign_in

SETTINGS = 'editors = ["ada"]\nhosts = ["localhost"]\norder = "file"\npage_size = 4\n'
PHONE = {"viewport": {"width": 360, "height": 500}, "has_touch": True}


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The seven publications of the seed in the order of the file, on two pages."""
    folder = tmp_path_factory.mktemp("ordered")
    shutil.copytree(SEED, folder, dirs_exist_ok=True)
    settings = folder / "site.toml"
    seed = re.sub(r"(?m)^(order|page_size) = .*$", "", settings.read_text())
    settings.write_text(f"{SETTINGS}{seed}")
    with serving(folder) as site:
        yield site


@pytest.fixture
def page(visitor: Visitor, ordered: Site) -> Page:
    page = visitor.open(ordered.url, **PHONE)
    sign_in(page, ordered)
    return page


def slugs(page: Page) -> list[str]:
    return [str(box.get_attribute("value")) for box in page.locator("[name=slug]").all()]


def message(page: Page) -> Locator:
    return page.locator("#moved [role=status]")


def handle(page: Page, number: int) -> Locator:
    return page.locator(".edit-handle").nth(number)


def pull(page: Page, number: int, y: float) -> None:
    """Press on a handle and move to a height of the window."""
    handle(page, number).scroll_into_view_if_needed()
    box = handle(page, number).bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 30)
    page.mouse.move(box["x"] + 20, y, steps=4)


def expect_order(page: Page, order: list[str], path: str = "") -> None:
    """Wait until the list has an order, also after loading it again."""
    expect(message(page)).to_contain_text("Saved:")
    assert slugs(page) == order

    def reload() -> list[str]:
        page.reload()
        return slugs(page)

    for _ in range(300):  # the index follows in a moment
        if reload() == order:
            return
    pytest.fail(f"{slugs(page)} is not {order}")


def test_a_publication_is_pulled_to_the_top_and_back_by_undo(page: Page) -> None:
    before = slugs(page)
    pull(page, 1, 2)
    expect(message(page)).to_have_text("Escape puts it back.")
    expect(page.locator(f".edit-here:has([value='{before[0]}'])")).to_have_count(1)
    page.mouse.up()
    expect(message(page)).to_contain_text(f"move {before[1]}")
    check(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone")


def test_escape_and_a_click_move_nothing(page: Page, ordered: Site) -> None:
    before = slugs(page)
    pull(page, 1, 490)
    page.keyboard.press("Escape")
    expect(message(page)).to_have_text("It was not moved.")
    page.mouse.up()
    assert page.locator(".edit-here, .edit-below, .edit-dragged").count() == 0
    assert slugs(page) == before
    assert page.url == f"{ordered.url}/edit/"
    handle(page, 1).click()
    expect(page).to_have_url(f"{ordered.url}/edit/{before[1]}/position")


def test_the_list_scrolls_while_a_finger_pulls(page: Page, ordered: Site) -> None:
    """Real touches, by the protocol of the browser's tools; the list is longer than the phone."""
    *_, last = before = slugs(page)
    box = handle(page, 0).bounding_box()
    assert box
    tools = page.context.new_cdp_session(page)

    def touch(kind: str, *points: float) -> None:
        at = [{"x": box["x"] + 20, "y": y} for y in points]
        tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", box["y"] + 20)
    touch("touchMove", box["y"] + 40)
    touch("touchMove", 498)
    below = page.locator(f".edit-below:has([value='{last}'])")
    expect(below).to_have_count(1)
    touch("touchEnd")
    expect_order(page, [*before[1:], before[0]])


def test_arrows_move_a_publication_and_keep_the_focus(page: Page, ordered: Site) -> None:
    page.goto(f"{ordered.url}/edit/?page=2")
    first, second, *rest = slugs(page)
    handle(page, 0).press("Alt+ArrowUp")  # what is before it is on the other page
    handle(page, 0).press("Alt+ArrowDown")
    expect(message(page)).to_contain_text(f"move {first}")
    expect(handle(page, 1)).to_be_focused()
    expect_order(page, [second, first, *rest])


def test_only_the_owners_order_can_be_changed(page: Page, ordered: Site) -> None:
    for query in ("?q=tensor", "?sort=title"):
        page.goto(f"{ordered.url}/edit/{query}")
        expect(page.locator(".edit-item").first).to_be_visible()
        assert page.locator(".edit-handle").count() == 0


def test_without_a_connection_it_goes_back(page: Page, visitor: Visitor) -> None:
    visitor.expect(r"ERR_FAILED|Failed to load")
    before = slugs(page)
    page.route("**/position", lambda route: route.abort())
    handle(page, 0).press("Alt+ArrowDown")
    expect(message(page)).to_contain_text("no connection")
    assert slugs(page) == before


def test_without_a_session_the_page_that_refuses_is_shown(
    page: Page, visitor: Visitor, ordered: Site
) -> None:
    visitor.expect("401|Failed to load")
    page.context.clear_cookies()
    handle(page, 0).press("Alt+ArrowDown")
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    expect(page.locator("textarea[name=to]")).to_have_value(re.compile("^after:"))
