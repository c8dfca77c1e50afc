"""Searching while typing: results, highlights, count, announcements and URL."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import Site, Visitor

SLUGS = "[...document.querySelectorAll('.publication')].map((p) => p.id)"


def type_words(page: Page, words: str) -> None:
    """Type like a person, and wait for the list."""
    page.locator("#q").press_sequentially(words)
    expect(page).to_have_url(re.compile(r"[?&]q=" + re.escape(words.replace(" ", "+")) + "(&|$)"))


def test_the_list_follows_typing(page: Page, site: Site) -> None:
    type_words(page, "tensor")

    assert page.evaluate(SLUGS) == ["pub-feng2023tensorir", "pub-lai2025relax"]
    expect(page.locator("#count")).to_have_text("2 results")
    assert page.url == f"{site.url}/?q=tensor"


def test_matching_words_are_highlighted(page: Page) -> None:
    type_words(page, "tensor")

    marks = page.locator("#pub-feng2023tensorir .title mark")
    assert marks.all_inner_texts() == ["Tensor", "Tensorized"]


def test_a_matching_name_is_shown_and_highlighted_in_a_cut_list(page: Page) -> None:
    type_words(page, "xipeng qiu")

    assert page.evaluate(SLUGS) == ["pub-nexagi2025nexn1"]
    assert page.locator(".authors-short mark").all_inner_texts() == ["Xipeng", "Qiu"]


def test_a_snippet_shows_matches_only_in_the_abstract(page: Page) -> None:
    type_words(page, "sumo")

    snippet = page.locator("#pub-zhang2019cityflow .snippet")
    expect(snippet).to_contain_text("simulator SUMO")
    assert snippet.locator("mark").all_inner_texts() == ["SUMO"]


def test_a_match_in_the_title_needs_no_snippet(page: Page) -> None:
    type_words(page, "cityflow")

    expect(page.locator("#pub-zhang2019cityflow .title mark")).to_have_text("CityFlow")
    expect(page.locator(".snippet")).to_have_count(0)


def test_an_abstract_opened_in_a_search_is_highlighted(page: Page) -> None:
    type_words(page, "sumo")
    page.locator("#pub-zhang2019cityflow .abstract summary").click()

    expect(page.locator(".abstract-text mark").first).to_have_text("SUMO")


def test_typing_keeps_focus_and_caret(page: Page) -> None:
    type_words(page, "citi")
    page.keyboard.press("Backspace")
    page.keyboard.type("y")

    expect(page.locator("#q")).to_have_value("city")
    expect(page.locator("#q")).to_be_focused()


def test_typing_adds_one_history_entry(page: Page, site: Site) -> None:
    before = page.evaluate("history.length")
    type_words(page, "city")
    page.locator("#q").fill("")
    expect(page).to_have_url(f"{site.url}/")

    assert page.evaluate("history.length") == before


def test_an_old_response_never_replaces_a_newer_one(page: Page) -> None:
    held: list[Route] = []
    page.route(re.compile(r"/\?q=tensor$"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/\?q=tensor$")):
        page.locator("#q").fill("tensor")
    page.locator("#q").fill("cityflow")
    expect(page.locator("#count")).to_have_text("1 result")
    for route in held:
        route.abort()

    assert page.evaluate(SLUGS) == ["pub-zhang2019cityflow"]
    expect(page.locator(".failure-notice")).to_have_count(0)


def test_enter_searches_at_once(page: Page, site: Site) -> None:
    page.locator("#q").fill("relax")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{site.url}/?q=relax")
    assert page.evaluate("window.htmx !== undefined")
    expect(page.locator("#q")).to_be_focused()


def test_slash_focuses_and_selects_the_field(page: Page) -> None:
    type_words(page, "city")
    page.locator("#count").click()  # the count takes no focus
    page.keyboard.press("Tab")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("relax")

    expect(page.locator("#q")).to_have_value("relax")


def test_slash_is_a_letter_inside_the_field(page: Page) -> None:
    page.locator("#q").press_sequentially("a/b")
    expect(page.locator("#q")).to_have_value("a/b")


def test_switching_the_shortcut_off_is_remembered(page: Page) -> None:
    page.get_by_label("Press / to search").uncheck()
    expect(page.locator(".search-shortcut")).to_be_hidden()
    page.reload()

    expect(page.locator("#shortcuts")).not_to_be_checked()
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()


def test_escape_clears_the_field(page: Page, site: Site) -> None:
    type_words(page, "city")
    page.keyboard.press("Escape")

    expect(page).to_have_url(f"{site.url}/")
    expect(page.locator("#count")).to_have_text("7 publications")
    expect(page.locator("#q")).to_be_focused()


def test_clear_empties_the_field_and_keeps_focus(page: Page, site: Site) -> None:
    expect(page.locator(".search-clear")).to_be_hidden()
    type_words(page, "city")
    page.get_by_role("link", name="Clear").click()

    expect(page).to_have_url(f"{site.url}/")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator(".search-clear")).to_be_hidden()


def test_a_screen_reader_announcement_waits_for_a_pause(visitor: Visitor, site: Site) -> None:
    page = visitor.open("about:blank")
    page.clock.install(time=0)
    page.goto(site.url)
    page.clock.pause_at(3600)
    page.evaluate(
        """() => {
            window.announced = [];
            const status = document.getElementById("status");
            new MutationObserver(() => announced.push(status.textContent))
                .observe(status, { childList: true, characterData: true, subtree: true });
        }"""
    )
    expect(page.get_by_role("status")).to_have_text("")
    for words in ("t", "te", "tensor"):
        page.locator("#q").fill(words)
        page.clock.run_for(150)
        expect(page).to_have_url(re.compile(f"q={words}$"))
    page.clock.run_for(999)
    assert [text for text in page.evaluate("announced") if text] == []
    page.clock.run_for(1)

    expect(page.get_by_role("status")).to_have_text("2 results")
    assert [text for text in page.evaluate("announced") if text] == ["2 results"]


def test_no_results_offers_links_that_work(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?q=zzzzzzzz&venue=ASPLOS")
    expect(page.locator("#count")).to_contain_text("No results")
    page.get_by_role("link", name="Clear the search, keep the filters").click()
    expect(page).to_have_url(f"{site.url}/?venue=ASPLOS")
    expect(page.locator("#count")).to_have_text("2 results")
    page.goto(f"{site.url}/?q=zzzzzzzz&venue=ASPLOS")
    page.get_by_role("link", name="All publications").click()
    expect(page.locator("#count")).to_have_text("7 publications")


def test_filters_stay_while_typing(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?venue=ASPLOS&sort=newest")
    page.locator("#q").fill("tensor")

    expect(page).to_have_url(f"{site.url}/?q=tensor&venue=ASPLOS&sort=newest")


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "\"&'", "\u202e\U0001f600", "*" * 300, "a* OR b~9"]
)
def test_typed_markup_is_text(page: Page, words: str) -> None:
    with page.expect_response(lambda response: "q=" in response.url) as answer:
        page.locator("#q").fill(words)
    expect(page).to_have_url(re.compile(r"[?&]q="))

    assert answer.value.status == 200
    expect(page.locator("#count")).to_be_visible()
    assert page.locator("#results script").count() == 0


def test_an_opened_url_redirects_to_the_canonical_one(visitor: Visitor, site: Site) -> None:
    page = visitor.open(f"{site.url}/?junk=1&page=1&q=city&sort=nonsense")
    assert page.url == f"{site.url}/?q=city"


def test_a_correction_is_announced_with_the_count(page: Page) -> None:
    type_words(page, "tensro")

    sentence = "2 results. Showing results for tensor. Search instead for “tensro”"
    expect(page.get_by_role("status")).to_have_text(sentence)


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_search_tips_open_below_the_field(
    visitor: Visitor, site: Site, java_script_enabled: bool
) -> None:
    page = visitor.open(
        site.url, viewport={"width": 360, "height": 640}, java_script_enabled=java_script_enabled
    )
    tip = page.get_by_text("year:2019..2023")
    expect(tip).to_be_hidden()

    page.get_by_text("Search tips").click()

    expect(tip).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_suggestion_appears_in_place_and_filters(visitor: Visitor, site: Site) -> None:
    requests: list[str] = []
    page = visitor.open(site.url, viewport={"width": 360, "height": 740})
    page.locator("#q").fill("tensor")
    expect(page.locator("#count")).to_contain_text("result")
    box = "element => JSON.stringify(element.getBoundingClientRect())"
    before = [page.locator(selector).evaluate(box) for selector in ("#q", "#count")]
    page.on("request", lambda request: requests.append(request.url))
    page.locator("#q").fill("siyuan")
    link = page.get_by_role("link", name="Author: Siyuan Feng (7)")
    expect(link).to_be_visible()
    assert [page.locator(selector).evaluate(box) for selector in ("#q", "#count")] == before
    assert len([url for url in requests if "/static/" not in url]) == 1
    expect(page.locator("#count")).to_have_text("7 results")
    link.click()
    expect(page).to_have_url(f"{site.url}/people/siyuan-feng")
    expect(page.locator("#q")).to_have_value("")
