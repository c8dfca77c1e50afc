"""Pages around the editing of publications in Chromium: axe, 320 px, keyboard, no JavaScript."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.server import SEED

from .conftest import Site, Visitor, serving
from .test_edit_access import check, sign_in

SETTINGS = """
editors = ["ada"]
hosts = ["localhost"]
order = "file"
corrections = true
sources = [{ orcid = "0000-0002-1825-0097" }]
"""
SLUG = "feng2023tensorir"
EDIT = f"/edit/{SLUG}"
PAGES = (
    *("/edit/history", "/edit/history/1", "/edit/files", "/edit/sources", "/edit/settings"),
    *("/edit/inbox", f"{EDIT}/position?q=relax", f"{EDIT}/remove", f"{EDIT}/files", EDIT),
)


@pytest.fixture
def editing(tmp_path: Path) -> Iterator[Site]:
    """The seven publications of the seed, with an editor and corrections from visitors."""
    shutil.copytree(SEED, tmp_path, dirs_exist_ok=True)
    seed = (tmp_path / "site.toml").read_text().replace("order = ", "# order = ")
    (tmp_path / "site.toml").write_text(f"{SETTINGS}{seed}")
    with serving(tmp_path) as site:
        yield site


def correct(page: Page, editing: Site) -> None:
    """Propose a correction, as a visitor."""
    page.goto(f"{editing.url}/publications/{SLUG}")
    page.get_by_role("link", name="Report an error").click()
    check(page)
    page.get_by_label("Year").fill("2024")
    page.get_by_role("button", name="Send to the editors").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    check(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_around_editing_are_accessible_and_fit(
    visitor: Visitor, editing: Site, scheme: str
) -> None:
    page = visitor.open(editing.url, viewport={"width": 320, "height": 800}, color_scheme=scheme)
    correct(page, editing)
    sign_in(page, editing)
    for path in PAGES:
        page.goto(f"{editing.url}{path}")
        check(page)
    page.goto(f"{editing.url}/edit/?q=tensor")
    page.get_by_role("checkbox", name="TensorIR").check()
    page.get_by_text("Several at once").click()
    check(page)
    page.get_by_label("Keyword, or value of the field").fill("compilers")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_role("heading", name="1 publication changes")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("add the keyword “compilers”")
    check(page)


def test_all_of_it_works_by_keyboard_and_without_javascript(
    visitor: Visitor, editing: Site, tmp_path: Path
) -> None:
    page = visitor.open(editing.url, java_script_enabled=False)
    sign_in(page, editing)
    page.goto(f"{editing.url}{EDIT}/position")
    press(page, "First")
    expect(page.get_by_text("1 of 7 publications")).to_be_visible()
    press(page, "Undo")
    expect(page.get_by_role("status")).to_contain_text("Undone")
    page.goto(f"{editing.url}{EDIT}")
    press(page, "Hide it from visitors")
    expect(page.get_by_text("only editors see this publication")).to_be_visible()
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.7\n%%EOF\n")
    page.goto(f"{editing.url}{EDIT}/files")
    page.get_by_label("File, up to").set_input_files(paper)
    press(page, "Upload")
    expect(page.get_by_role("status")).to_contain_text(f"upload {SLUG}.pdf")
    page.goto(f"{editing.url}{EDIT}/remove")
    press(page, "Remove")
    expect(page.get_by_role("status")).to_contain_text(f"remove {SLUG}")
    press(page, "Undo")
    expect(page.get_by_role("status")).to_contain_text("Undone")
    page.goto(f"{editing.url}{EDIT}")
    expect(page.get_by_role("heading", name="TensorIR").first).to_be_visible()


def press(page: Page, name: str) -> None:
    """Press a button with the keyboard."""
    button = page.get_by_role("button", name=name).first
    button.focus()
    page.keyboard.press("Enter")
