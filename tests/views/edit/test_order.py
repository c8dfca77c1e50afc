"""Moving publications in the owner's order, and removing them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.editors import editing_site, index, post, sign_in, site
from tests.importing import do, plan_of, records
from tests.reading import one, soup
from webapp.catalog import Catalog
from webapp.curation import importing
from webapp.curation.ordering import move
from webapp.curation.undo import undo
from webapp.site import site as parts_of
from webapp.store.connections import reading
from webapp.store.publications import load_all

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]

ENTRY = "@article{%s, title = {On sorting by %s}, author = {Doe, Jane}, year = 2020}\n"
FILE = "".join(ENTRY % (key, key * 5) for key in "abcde")
PREPRINT = (
    "@misc{pre, title = {Early}, versionof = {a}, hidden = {true}, year = 2019, pdf = {x.pdf}}"
)


@pytest.fixture
def client(editing_site: Editing) -> FlaskClient:
    client = editing_site(order="file")
    sign_in(client)
    do(catalog_of(client), FILE, prune=True)
    return client


def catalog_of(client: FlaskClient) -> Catalog:
    return parts_of(client.application).catalog


def keys(client: FlaskClient) -> str:
    return "".join(records(catalog_of(client)))


def id_of(catalog: Catalog, slug: str) -> int:
    stored = catalog.get(slug, hidden=True)
    assert stored
    return stored.id


@pytest.mark.parametrize(
    ("slug", "to", "order"),
    [
        *(("c", "first", "cabde"), ("c", "up", "acbde"), ("c", "down", "abdce")),
        *(("c", "last", "abdec"), ("c", "after:d", "abdce"), ("c", "after:a", "acbde")),
        *(("a", "down", "bacde"), ("e", "up", "abced"), ("b", "up", "bacde")),
        *(("a", "last", "bcdea"), ("e", "first", "eabcd"), ("a", "after:e", "bcdea")),
    ],
)
def test_a_button_moves_a_publication(client: FlaskClient, slug: str, to: str, order: str) -> None:
    answer = post(client, f"/edit/{slug}/position", to=to)
    assert answer.status_code == 303
    assert keys(client) == order
    page = soup(client.get(answer.headers["Location"]))
    assert one(page, "[role=status]").text == f"Saved: move {slug} in the browser"
    assert [item.text for item in page.select(".edit-order strong")] == [
        records(catalog_of(client))[slug].title
    ]
    post(client, str(one(page, ".edit-saved form")["action"]))
    assert keys(client) == "abcde"


@pytest.mark.parametrize(
    ("slug", "to"), [("a", "first"), ("a", "up"), ("e", "last"), ("b", "after:a"), ("b", "after:b")]
)
def test_a_publication_that_is_there_already_stays(client: FlaskClient, slug: str, to: str) -> None:
    before = catalog_of(client).state().revision
    answer = post(client, f"/edit/{slug}/position", to=to)
    assert answer.headers["Location"].endswith("?unchanged=1")
    assert catalog_of(client).state().revision == before


@pytest.mark.parametrize("to", ["", "x", "after:", "after:z"])
def test_a_wrong_place_changes_nothing(client: FlaskClient, to: str) -> None:
    status = 404 if "after" in to else 400
    assert post(client, "/edit/a/position", to=to).status_code == status
    assert keys(client) == "abcde"


def test_only_moves_that_change_something_are_offered(client: FlaskClient) -> None:
    offered = {
        slug: [button["value"] for button in soup(client.get(f"/edit/{slug}/position")).select(
            ".edit-buttons button"
        )]
        for slug in "ace"
    }  # fmt: skip
    assert offered == {
        "a": ["down", "last"],
        "c": ["first", "up", "down", "last"],
        "e": ["first", "up"],
    }


def test_a_search_offers_publications_to_come_after(client: FlaskClient) -> None:
    catalog = catalog_of(client)
    index(catalog)
    page = soup(client.get("/edit/a/position?q=ddddd"))
    assert [button["value"] for button in page.select(".edit-found button")] == ["after:d"]
    assert "On sorting by ddddd" in str(page.select(".edit-found button")[0]["aria-label"])


def test_there_are_no_places_where_the_newest_comes_first(editing_site: Editing) -> None:
    client = editing_site(order="newest")
    sign_in(client)
    do(catalog_of(client), FILE)
    assert client.get("/edit/a/position").status_code == 404
    assert post(client, "/edit/a/position", to="last").status_code == 404


def test_a_hundred_moves_to_one_place_stay_in_order(client: FlaskClient) -> None:
    """There is room for twenty; then all publications get new positions."""
    catalog = catalog_of(client)
    for _ in range(50):
        for slug in "de":
            assert move(catalog, id_of(catalog, slug), id_of(catalog, "a"), "move", "ada")
        assert keys(client) == "aedbc"
    with reading(catalog.database) as connection:
        positions = [stored.position for stored in load_all(connection)]
    assert len(set(positions)) == 5


def test_publications_outside_the_list_stay_behind_their_neighbour(client: FlaskClient) -> None:
    catalog = catalog_of(client)
    do(catalog, FILE.replace("@article{c,", PREPRINT + "@article{c,"))
    assert list(records(catalog)) == ["a", "b", "pre", "c", "d", "e"]
    for _ in range(30):
        for slug in "de":
            move(catalog, id_of(catalog, slug), id_of(catalog, "a"), "move", "ada")
    order = list(records(catalog))
    assert [key for key in order if key != "pre"] == list("aedbc")
    assert order.index("pre") == order.index("b") + 1


def test_an_import_of_the_same_file_does_not_move_back(client: FlaskClient) -> None:
    catalog = catalog_of(client)
    post(client, "/edit/e/position", to="first")
    plan = plan_of(catalog, FILE)
    assert (plan.changed, plan.added) == ((), ())
    do(catalog, FILE.replace("@article{c,", ENTRY % ("n", "new") + "@article{c,"))
    assert keys(client) == "eabncd"


def test_the_page_before_a_removal_names_what_goes(client: FlaskClient) -> None:
    do(catalog_of(client), FILE.replace("{a,", "{a, pdf = {a.pdf},") + PREPRINT)
    page = soup(client.get("/edit/a/remove"))
    words = " ".join(one(page, "main").text.split())
    for part in ("On sorting by aaaaa", "/publications/a", "Early", "a.pdf"):
        assert part in words
    assert len(page.select("input[type=radio]")) == 2
    assert len(soup(client.get("/edit/pre/remove")).select("input[type=radio]")) == 3
    assert "a" in records(catalog_of(client))


def test_a_removal_is_undone(client: FlaskClient) -> None:
    answer = post(client, "/edit/b/remove", redirect="")
    assert keys(client) == "acde"
    assert client.get("/publications/b").status_code == 404
    page = soup(client.get(answer.headers["Location"]))
    assert one(page, "[role=status]").text.startswith("Saved: remove b in the browser")
    post(client, str(one(page, ".edit-saved form")["action"]))
    assert keys(client) == "abcde"
    assert client.get("/publications/b").status_code == 200


@pytest.mark.parametrize("other", ["c", "http://localhost/publications/c", " /publications/c/ "])
def test_addresses_of_a_removed_publication_lead_to_another(
    client: FlaskClient, other: str
) -> None:
    do(catalog_of(client), FILE.replace("{b,", "{bb,"))  # a former address
    answer = post(client, "/edit/b/remove", redirect="other", other=other)
    for slug in ("b", "bb"):
        assert client.get(f"/publications/{slug}").headers["Location"] == "/publications/c"
    page = soup(client.get(answer.headers["Location"]))
    post(client, str(one(page, ".edit-saved form")["action"]))
    assert client.get("/publications/b").status_code == 200
    assert client.get("/publications/bb").headers["Location"] == "/publications/b"


def test_addresses_of_a_version_lead_to_the_published_one(client: FlaskClient) -> None:
    do(catalog_of(client), FILE + PREPRINT)
    post(client, "/edit/pre/remove", redirect="published")
    assert client.get("/publications/pre").headers["Location"] == "/publications/a"


@pytest.mark.parametrize("other", ["", "z", "b", "<b>", "/", "x" * 3000])
def test_addresses_cannot_lead_to_an_unknown_publication(client: FlaskClient, other: str) -> None:
    answer = post(client, "/edit/b/remove", redirect="other", other=other)
    assert answer.status_code == 422
    page = soup(answer)
    assert "There is no other publication" in one(page, "[role=alert]").text
    assert one(page, "input[name=other]")["value"] == other
    assert one(page, "input[value=other]").has_attr("checked")
    assert keys(client) == "abcde"


def test_a_file_does_not_bring_a_removed_publication_back(client: FlaskClient) -> None:
    catalog = catalog_of(client)
    post(client, "/edit/b/remove", redirect="")
    plan = plan_of(catalog, FILE)
    assert (plan.added, plan.removed_here) == ((), ("b",))
    do(catalog, FILE)
    assert keys(client) == "acde"
    importing.carry_out(catalog, plan_of(catalog, FILE, replacing=("b",)), "test")
    assert sorted(keys(client)) == list("abcde")


def test_another_work_with_the_key_of_a_removed_one_is_added(client: FlaskClient) -> None:
    catalog = catalog_of(client)
    post(client, "/edit/b/remove", redirect="")
    other = "@book{b, title = {A history of bread}, author = {Roe, Ann}, year = 1999}"
    do(catalog, other)
    assert records(catalog)["b"].title == "A history of bread"


def test_after_an_undo_a_file_changes_the_publication_again(client: FlaskClient) -> None:
    catalog = catalog_of(client)
    post(client, "/edit/b/remove", redirect="")
    undo(catalog, None)
    do(catalog, FILE.replace("by bbbbb", "by beauty"))
    assert records(catalog)["b"].title == "On sorting by beauty"


def test_a_publication_is_hidden_and_shown_again(client: FlaskClient) -> None:
    answer = post(client, "/edit/b/visibility", to="hidden")
    assert client.get("/publications/b").status_code == 404
    page = soup(client.get(answer.headers["Location"]))
    assert one(page, ".edit-more strong").text == "Hidden"
    assert one(page, ".edit-saved [role=status]").text.startswith("Saved")
    before = catalog_of(client).state().revision
    repeated = post(client, "/edit/b/visibility", to="hidden")
    assert repeated.headers["Location"].endswith("unchanged=1")
    assert post(client, "/edit/b/visibility", to="x").status_code == 400
    assert catalog_of(client).state().revision == before
    do(catalog_of(client), FILE)  # the file says nothing of it
    assert client.get("/publications/b").status_code == 404
    post(client, str(one(page, ".edit-more form")["action"]), to="shown")
    assert client.get("/publications/b").status_code == 200
    assert "hidden" not in records(catalog_of(client))["b"].source
