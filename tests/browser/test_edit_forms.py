"""The forms of publications in Chromium: preview, drafts, keyboard, phones, axe."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Site, Visitor
from .test_accessibility import assert_accessible
from .test_edit_access import editing, link, sign_in

__all__ = ["editing"]

SLUG = "liu2025eaas"
PHONE = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
def page(visitor: Visitor, editing: Site) -> Page:
    """Return a phone on which ada is signed in."""
    page = visitor.open(editing.url, **PHONE)
    sign_in(page, editing)
    return page


def go(page: Page, editing: Site, path: str = "") -> None:
    page.goto(f"{editing.url}/edit/{SLUG}{path}")


def title(page: Page) -> str:
    return page.get_by_label("Title title").input_value()


def leave(page: Page) -> None:
    """Close a page with text that was not saved."""
    page.close(run_before_unload=False)


def accept_leaving(page: Page) -> list[str]:
    """Leave pages that ask whether to; return the kinds of questions."""
    questions: list[str] = []

    def accept(dialog: object) -> None:
        questions.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", accept)
    return questions


def test_the_preview_follows_typing_and_runs_nothing(page: Page, editing: Site) -> None:
    go(page, editing)
    page.get_by_label("Title title").fill("On $x^2$ <img src=x onerror=alert(1)>")
    shown = page.locator("#preview .title").first
    expect(shown).to_contain_text("<img src=x onerror=alert(1)>")
    expect(shown.locator("math")).to_be_attached()
    leave(page)


def test_a_title_is_corrected_seen_in_the_list_and_taken_back(page: Page, editing: Site) -> None:
    go(page, editing)
    before = title(page)
    page.get_by_label("Title title").fill("Evaluation, corrected")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone.")
    assert title(page) == before


def test_a_title_is_corrected_in_six_actions_on_a_phone(visitor: Visitor, editing: Site) -> None:
    """From the address that signs in to the corrected title in the list that visitors see."""
    page = visitor.open(editing.url, **PHONE)
    page.goto(link(editing))  # 1
    page.get_by_role("button", name="Sign in").click()  # 2
    page.locator(".title").get_by_role("link", name="Expert-as-a-Service").click()  # 3
    page.get_by_label("Title title").fill("Evaluation, in six actions")  # 4
    page.get_by_role("button", name="Save").last.click()  # 5
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    page.get_by_role("link", name="Publications", exact=True).first.click()  # 6
    assert page.url == f"{editing.url}/"
    corrected = page.get_by_role("link", name="Evaluation, in six actions", exact=True)
    expect(corrected).to_be_visible()


def test_unsaved_text_is_offered_again(page: Page, editing: Site, visitor: Visitor) -> None:
    visitor.expect("dialog: ")
    go(page, editing)
    page.get_by_label("Title title").fill("A draft")
    page.get_by_label("Abstract abstract").fill("Two\n\nparagraphs")
    questions = accept_leaving(page)
    page.goto(f"{editing.url}/edit/")
    assert questions == ["beforeunload"]
    go(page, editing)
    assert title(page) != "A draft"
    page.get_by_role("button", name="Restore it").click()
    assert title(page) == "A draft"
    assert page.get_by_label("Abstract abstract").input_value() == "Two\n\nparagraphs"
    expect(page.locator("#preview .title").first).to_have_text("A draft")
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    page.reload()
    expect(page.get_by_role("button", name="Discard it")).to_be_hidden()


def test_a_form_without_changes_is_left_without_a_question(page: Page, editing: Site) -> None:
    go(page, editing)
    page.get_by_label("Title title").fill("A draft")
    page.get_by_label("Title title").fill(
        page.get_by_label("Title title").evaluate("e => e.defaultValue")
    )
    page.goto(f"{editing.url}/edit/")  # a dialog would be a complaint of the visitor


def test_a_ticked_box_is_part_of_the_draft(page: Page, editing: Site, visitor: Visitor) -> None:
    visitor.expect("dialog: ")
    accept_leaving(page)
    go(page, editing)
    page.get_by_role("checkbox", name="Equal contribution").nth(1).check()
    go(page, editing)
    page.get_by_role("button", name="Restore it").click()
    boxes = page.get_by_role("checkbox", name="Equal contribution")
    expect(boxes.nth(1)).to_be_checked()
    expect(boxes.nth(0)).not_to_be_checked()
    expect(page.locator("#preview .equal").first).to_contain_text("equal contribution")
    leave(page)


def test_a_saved_form_leaves_no_draft(page: Page, editing: Site) -> None:
    go(page, editing, "/bibtex")
    entry = page.get_by_label("BibTeX entry")
    entry.fill(re.sub(r"\}\s*$", "  grain = {fine},\n}\n", entry.input_value()))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    go(page, editing, "/bibtex")
    expect(page.get_by_role("button", name="Restore it")).to_be_hidden()
    assert (
        page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('octavo-draft'))")
        == []
    )


def test_a_fault_is_selected_and_keeps_the_text(
    page: Page, editing: Site, visitor: Visitor
) -> None:
    visitor.expect("422")
    go(page, editing, "/bibtex")
    entry = page.get_by_label("BibTeX entry")
    entry.fill("@misc{a,\n  title = {A},\n  some words\n}\n")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("line 3")
    expect(entry).to_be_focused()
    selected = entry.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)")
    assert selected == "  some words"
    leave(page)


def test_people_are_moved_with_the_keyboard(page: Page, editing: Site) -> None:
    go(page, editing)
    people = page.locator("[name='line:author']")
    first, second = (people.nth(place).input_value() for place in (0, 1))
    people.nth(0).focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(people.nth(0)).to_have_value(second)
    expect(people.nth(1)).to_have_value(first)
    expect(page.get_by_role("button", name=f"Down: {first}")).to_be_focused()
    leave(page)


def test_only_changed_fields_are_sent(page: Page, editing: Site) -> None:
    go(page, editing)
    page.get_by_label("Year year").fill("2031")
    with page.expect_request(
        lambda request: request.method == "POST" and "preview" not in request.url
    ) as sent:
        page.get_by_role("button", name="Save").last.click()
    assert "field%3Ayear=2031" in str(sent.value.post_data)
    assert "field%3Atitle" not in str(sent.value.post_data)
    expect(page.get_by_role("status")).to_contain_text("Saved.")


@pytest.mark.parametrize("path", [SLUG, f"{SLUG}/bibtex", "add", "add/new"])
def test_axe_reports_nothing_and_nothing_is_wider_than_a_phone(
    page: Page, editing: Site, path: str
) -> None:
    page.goto(f"{editing.url}/edit/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert_accessible(page)
