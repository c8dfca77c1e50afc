"""Ticks and the selection, as the server answers them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.reading import one, soup

FRAGMENT = {"HX-Request": "true"}


def test_each_item_of_a_list_has_a_tick_in_the_form(client: FlaskClient) -> None:
    page = soup(client.get("/"))
    ticks = page.select(".publication > input[name=of][form=selection]")
    assert [tick["value"] for tick in ticks] == [
        str(item["id"]).removeprefix("pub-") for item in page.select(".publication[id]")
    ]
    assert all(str(tick["aria-label"]).startswith("Select: ") for tick in ticks)
    assert one(page, "form#selection")["action"] == "/selection"
    assert not soup(client.get("/print")).select("[form=selection]")


def test_the_form_leads_to_the_address_of_the_selection(client: FlaskClient) -> None:
    answer = client.get("/selection?of=chen2025respec.feng2023tensorir&of=zhang2019cityflow")
    names = "chen2025respec.feng2023tensorir.zhang2019cityflow"
    assert answer.location == f"/selection?of={names}"


def test_a_list_is_selected_as_a_whole(client: FlaskClient) -> None:
    slugs = client.get("/select?q=tensor&page=3", headers=FRAGMENT).get_json()
    assert len(slugs) == 2
    location = urlsplit(client.get("/select?q=tensor").location)
    assert location.path == "/selection"
    assert parse_qs(location.query) == {"of": [".".join(slugs)]}
    within = client.get(f"/selection/select?of={'.'.join(slugs)}&q=tensorir", headers=FRAGMENT)
    assert within.get_json() == ["feng2023tensorir"]
    link = one(soup(client.get("/export?q=tensor")), ".select-all")
    assert link["href"] == "/select?q=tensor"
    assert link.text == "Select all 2 results"


def test_nothing_found_selects_nothing(client: FlaskClient) -> None:
    assert client.get("/select?q=xyzzyq", headers=FRAGMENT).get_json() == []
    assert client.get("/select?q=xyzzyq").location == "/selection"


def test_crawlers_stay_away_from_selections(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /select" in lines


LISTED = "chen2025respec.feng2023tensorir.zhang2019cityflow"


@pytest.mark.parametrize(
    ("way", "slug", "names"),
    [
        ("top", "zhang2019cityflow", "zhang2019cityflow.chen2025respec.feng2023tensorir"),
        ("up", "zhang2019cityflow", "chen2025respec.zhang2019cityflow.feng2023tensorir"),
        ("up", "chen2025respec", LISTED),
        ("down", "chen2025respec", "feng2023tensorir.chen2025respec.zhang2019cityflow"),
        ("down", "zhang2019cityflow", LISTED),
        ("without", "feng2023tensorir", "chen2025respec.zhang2019cityflow"),
        ("without", "unknown", LISTED),
    ],
)
def test_buttons_of_a_selection_lead_to_its_new_address(
    client: FlaskClient, way: str, slug: str, names: str
) -> None:
    page = soup(client.get(f"/selection?of={LISTED}"))
    buttons = page.select(f"button[form=rearrange][name={way}]")
    assert [button["value"] for button in buttons] == LISTED.split(".")
    assert one(page, "form#rearrange input[name=of]")["value"] == LISTED
    url = f"/selection?of={LISTED}&{way}={slug}"
    assert client.get(url).location == f"/selection?of={names}"
    headers = {**FRAGMENT, "HX-Source": "form#rearrange"}
    assert client.get(url, headers=headers).headers["HX-Push-Url"] == f"/selection?of={names}"


def test_a_selection_is_moved_only_in_its_own_order(client: FlaskClient) -> None:
    for query in ("&sort=title", "&q=tensorir", "&year=2023"):
        page = soup(client.get(f"/selection?of={LISTED}{query}"))
        names = {button["name"] for button in page.select("button[form=rearrange]")}
        assert names == {"without"}
    searched = f"/selection?of={LISTED}&without=zhang2019cityflow&q=tensorir"
    assert client.get(searched).location.endswith("of=chen2025respec.feng2023tensorir&q=tensorir")
    assert not soup(client.get("/")).select("[form=rearrange]")


def test_the_order_of_a_selection_has_a_name(client: FlaskClient) -> None:
    summary = one(soup(client.get(f"/selection?of={LISTED}")), "#sort summary")
    assert summary.text == "Sort: As selected"


def test_an_empty_selection_says_how_to_select(client: FlaskClient) -> None:
    page = soup(client.get("/selection"))
    assert one(page, "#count").text == "Nothing selected yet"
    assert "Tick publications" in one(page, ".nothing").text
    assert not page.select("#copy-link")


def test_a_list_keeps_a_selection_for_visitors_without_javascript(client: FlaskClient) -> None:
    """They tick on several pages and in several searches, and submit the form on each."""
    url = "/selection?of=chen2025respec&of=feng2023tensorir&add=%3Fq%3Dtensor"
    canonical = client.get(url).location
    assert canonical == "/?of=chen2025respec.feng2023tensorir&q=tensor"
    page = soup(client.get(canonical))
    assert [box["value"] for box in page.select(".tick[checked]")] == ["feng2023tensorir"]
    assert one(page, "input[type=hidden][form=selection]")["value"] == "chen2025respec"
    assert one(page, "form#selection button[name=add]")["value"] == "?q=tensor"
    assert one(page, "input[name=of][form=search]")["value"] == "chen2025respec.feng2023tensorir"
    assert one(page, "meta[name=robots]")["content"] == "noindex, follow"
    for link in page.select(".sort a"):
        assert "of=chen2025respec.feng2023tensorir" in str(link["href"])
    link = one(soup(client.get(f"/selection?of={LISTED}")), ".add-publications a")
    assert link["href"] == f"/?of={LISTED}"
    assert len(soup(client.get(str(link["href"]))).select(".tick[checked]")) == 3


@pytest.mark.parametrize("query", ["?of=gone", "?of=.000000", "?of=a+b", "?of=&q=tensor"])
def test_a_list_drops_what_is_no_selection(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/{query}", follow_redirects=True)
    assert answer.status_code == 200
    assert not soup(answer).select(".tick[checked]")
