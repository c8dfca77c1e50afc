"""From a byline to the page of a person, searching there, and back; with and without scripts."""

from playwright.sync_api import Page, expect

from .conftest import Site, Visitor


def test_a_person_is_a_list_to_search_in(page: Page, site: Site) -> None:
    page.locator("#pub-feng2023tensorir").get_by_role("link", name="Siyuan Feng").click()
    expect(page).to_have_url(f"{site.url}/people/siyuan-feng")
    expect(page.locator("#count")).to_have_text("7 publications")
    page.locator("#q").fill("tensorir")
    expect(page).to_have_url(f"{site.url}/people/siyuan-feng?q=tensorir")
    expect(page.get_by_role("heading", name="Siyuan Feng")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(f"{site.url}/")
    page.go_forward()
    expect(page.locator("#q")).to_have_value("tensorir")
    expect(page.locator("#pub-feng2023tensorir")).to_be_visible()


def test_it_needs_no_scripts(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/people/siyuan-feng", java_script_enabled=False)
    page.locator("#q").fill("tensorir")
    page.locator("#q").press("Enter")
    expect(page).to_have_url(f"{site.url}/people/siyuan-feng?q=tensorir")
    expect(page.locator(".publication")).not_to_have_count(0)
