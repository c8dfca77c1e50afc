"""Editors in Chromium: signing in, other sites, the bar on visitors' pages, axe."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bench.server import SEED
from tests.conftest import running
from webapp.accounts.links import make_link
from webapp.site import site as parts_of

from .conftest import Site, Visitor, serving

PUBLICATION = "/publications/feng2023tensorir"
SETTINGS = 'editors = ["ada", "grace"]\nhosts = ["localhost"]\n'
EVIL = "http://evil.example:4321/", "http://127.0.0.1:4321/"


@pytest.fixture(scope="module")
def editing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The seven publications of the seed, with two editors."""
    folder = tmp_path_factory.mktemp("editing")
    shutil.copytree(SEED, folder, dirs_exist_ok=True)
    settings = (folder / "site.toml").read_text()
    (folder / "site.toml").write_text(f"{SETTINGS}{settings}")
    with serving(folder) as site:
        yield site


def link(editing: Site) -> str:
    """Return the address of a new sign-in link."""
    with running(Path(editing.folder)) as app, app.app_context():
        secret = make_link(parts_of(app).catalog.database, "ada")
    return f"{editing.url}/edit/sign-in?link={secret}"


def sign_in(page: Page, editing: Site) -> None:
    page.goto(link(editing))
    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Edit publications")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_an_editor_signs_in_and_out_with_the_keyboard(
    visitor: Visitor, editing: Site, javascript: bool
) -> None:
    page = visitor.open(editing.url, java_script_enabled=javascript)
    sign_in(page, editing)
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{editing.url}/edit/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_list_of_editors_is_searched_as_that_of_visitors(
    visitor: Visitor, editing: Site
) -> None:
    page = visitor.open(editing.url)
    sign_in(page, editing)
    page.get_by_role("searchbox").fill("tensorir")
    expect(page).to_have_url(re.compile(r"/edit/\?q=tensorir$"))
    found = page.locator("#results .title a").first
    assert str(found.get_attribute("href")) == "/edit/feng2023tensorir"


@pytest.mark.parametrize("origin", EVIL)
def test_no_page_of_another_origin_changes_anything(
    visitor: Visitor, editing: Site, origin: str
) -> None:
    """Not even one of the same host, which gets the cookie, and not with a token that it stole."""
    visitor.expect(r"403|Failed to load|CORS|Cross-Origin|ERR_FAILED")
    page = visitor.open(editing.url)
    sign_in(page, editing)
    token = page.locator("[name=csrf_token]").first.get_attribute("value")
    form = (
        f'<form action="{editing.url}/edit/sign-out-everywhere" method="post">'
        f'<input name="csrf_token" value="{token}"><button>Win a prize</button></form>'
    )
    page.route(f"{origin}**", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto(origin)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Not saved")).to_be_visible()
    page.goto(origin)
    outcome = page.evaluate(
        """async ([url, token]) => fetch(url, {method: "POST", credentials: "include",
        body: new URLSearchParams({csrf_token: token})}).then((answer) => answer.status, String)""",
        [f"{editing.url}/edit/sign-out-everywhere", token],
    )
    assert "TypeError" in str(outcome)
    page.goto(f"{editing.url}/edit/")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_only_the_browser_of_an_editor_has_a_link_to_edit(visitor: Visitor, editing: Site) -> None:
    page, other = visitor.open(editing.url), visitor.open(f"{editing.url}{PUBLICATION}")
    sign_in(page, editing)
    page.goto(f"{editing.url}{PUBLICATION}")
    edit = page.get_by_role("navigation", name="Editing").get_by_role("link", name="Edit")
    assert edit.get_attribute("href") == "/edit/feng2023tensorir"
    page.goto(f"{editing.url}/?q=tensor")
    edit = page.get_by_role("link", name="Edit publications")
    expect(edit).to_have_attribute("href", re.compile(r"/edit/\?q=tensor$"))
    assert Axe().run(page).violations_count == 0
    requested: list[str] = []
    other.on("request", lambda request: requested.append(request.url))
    other.reload()
    other.wait_for_load_state("networkidle")
    assert [url for url in requested if "edit" in url] == []


def test_after_signing_out_the_browser_forgets_the_editor(visitor: Visitor, editing: Site) -> None:
    page = visitor.open(editing.url)
    sign_in(page, editing)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("localStorage.octavoEditor ?? ''") == ""


def test_typing_after_the_session_has_ended_leads_to_the_sign_in(
    visitor: Visitor, editing: Site
) -> None:
    visitor.expect("401")
    page = visitor.open(editing.url)
    sign_in(page, editing)
    page.context.clear_cookies()
    page.get_by_role("searchbox").fill("tensor")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_pages_for_editors_are_accessible_and_fit(
    visitor: Visitor, editing: Site, scheme: str, width: int
) -> None:
    visitor.expect("403")
    page = visitor.open(editing.url, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(f"{editing.url}/edit/sign-in")
    check(page)
    page.goto(f"{editing.url}/edit/sign-in?link=x")
    check(page)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    sign_in(page, editing)
    for path in ("/edit/", "/edit/?q=tensor&year=2023", "/edit/?q=zzzzzz", "/edit/sessions"):
        page.goto(f"{editing.url}{path}")
        check(page)


def check(page: Page) -> None:
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
