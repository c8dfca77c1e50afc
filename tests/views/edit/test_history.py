"""The history in the browser: what each revision changed, by whom, and undoing any of them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.editors import editing_site, post, sign_in, site
from tests.importing import do, records
from tests.reading import one, soup
from webapp.catalog import Catalog
from webapp.curation.history import difference
from webapp.curation.undo import undo
from webapp.errors import CannotUndoError
from webapp.site import site as parts_of
from webapp.store.edits import Edit
from webapp.views.edit.differences import MAX_SHOWN, shown_difference

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]

ENTRY = "@article{a, title = {On sorting}, year = 2020}"
CHANGED = ENTRY.replace("On sorting", "On \\textbf{sorting} quickly").replace(
    "year", "doi={10.1/2}, year"
)


@pytest.fixture
def client(editing_site: Editing) -> FlaskClient:
    client = editing_site()
    sign_in(client)
    do(catalog_of(client), ENTRY, prune=True)
    do(catalog_of(client), CHANGED)
    return client


def catalog_of(client: FlaskClient) -> Catalog:
    return parts_of(client.application).catalog


def latest(client: FlaskClient) -> int:
    return catalog_of(client).state().revision.counter


def test_the_history_has_who_and_what(client: FlaskClient) -> None:
    catalog = catalog_of(client)
    stored = catalog.get("a")
    assert stored
    catalog.save([Edit(None, stored.id)], "remove a <in> the browser", who="grace")
    item = soup(client.get("/edit/history")).select(".edit-history > li")[0]
    assert item["value"] == str(latest(client))
    words = " ".join(item.text.split())
    assert words.startswith("remove a <in> the browser")
    assert "· grace · 1 removed" in words


def test_a_revision_shows_the_fields_that_changed(client: FlaskClient) -> None:
    page = soup(client.get(f"/edit/history/{latest(client)}"))
    names = [name.text for name in page.select(".edit-change dt")]
    assert names == ["title", "doi"]
    before, after = page.select(".edit-fields dd")[:2]
    assert (before.text, after.text) == ("On sorting", "On \\textbf{sorting} quickly")
    assert one(after, "ins").text == "\\textbf{sorting} quickly"
    assert one(page, ".edit-change h2 a")["href"] == "/edit/a"


def test_any_revision_is_undone_and_redone(client: FlaskClient) -> None:
    number = latest(client)
    answer = post(client, f"/edit/history/{number}/undo")
    assert answer.status_code == 303
    assert records(catalog_of(client))["a"].title == "On sorting"
    page = soup(client.get(answer.headers["Location"]))
    assert one(page, "[role=status]").text.startswith(f"Undone: revision {number}.")
    redo = one(page, ".edit-saved form")
    assert post(client, str(redo["action"])).status_code == 303
    assert "quickly" in records(catalog_of(client))["a"].title
    undone = soup(client.get("/edit/history")).select("li.edit-undone")
    assert [item["value"] for item in undone] == [str(number + 1)]
    assert not undone[0].select("form")


def test_a_refusal_has_the_words_of_the_command(client: FlaskClient) -> None:
    catalog, number = catalog_of(client), latest(client)
    do(catalog, CHANGED.replace("quickly", "slowly"))
    with pytest.raises(CannotUndoError) as error:
        undo(catalog, number)
    answer = post(client, f"/edit/history/{number}/undo")
    assert answer.status_code == 409
    assert one(soup(answer), "[role=alert]").text == str(error.value)
    assert "a (title changed by revision" in str(error.value)


@pytest.mark.parametrize("path", ["/edit/history/99", "/edit/history/99/undo", "/edit/history/0"])
def test_an_unknown_revision_is_not_found(client: FlaskClient, path: str) -> None:
    answer = post(client, path) if path.endswith("undo") else client.get(path)
    assert answer.status_code == 404
    assert "There is no revision" in one(soup(answer), "[role=alert]").text


@pytest.mark.parametrize("query", ["before=-1", "before=x", "undone=7", "first=-5", "first=99"])
def test_wrong_parameters_do_no_harm(client: FlaskClient, query: str) -> None:
    assert client.get(f"/edit/history?{query}").status_code == 200
    assert client.get(f"/edit/history/1?{query}").status_code == 200


def test_long_histories_and_revisions_have_pages(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.views.edit.history.PAGE", 2)
    catalog = catalog_of(client)
    do(catalog, "".join(ENTRY.replace("{a,", f"{{b{n}, number = {n},") for n in range(5)))
    seen, url = [], "/edit/history"
    while url:
        page = soup(client.get(url))
        seen += [int(str(item["value"])) for item in page.select(".edit-history > li")]
        (*_, last) = [None, *page.select(".edit-steps a[href*=before]")]
        url = str(last["href"]) if last else ""
    assert seen == list(range(latest(client), 0, -1))
    titles, url = [], f"/edit/history/{latest(client)}"
    while url:
        page = soup(client.get(url))
        titles += [heading.text for heading in page.select(".edit-change h2")]
        link = page.select_one("a[rel=next]")
        url = f"/edit/history/{latest(client)}{link['href']}" if link else ""
    assert len(titles) == len(difference(catalog, latest(client))) == 5


def test_words_that_changed_are_marked() -> None:
    field = shown_difference("title", "The art of sorting lists", "The craft of sorting lists")
    assert field.before
    assert field.after
    assert (field.before.start, field.before.changed, field.before.end) == (
        "The ", "art", " of sorting lists",
    )  # fmt: skip
    assert field.after.changed == "craft"


def test_long_values_are_cut() -> None:
    field = shown_difference("abstract", "a " * 500_000 + "end", "a " * 500_000 + "finish")
    assert field.after
    assert field.after.changed == "finish"
    assert len(field.after.start) == MAX_SHOWN + 1
    added = shown_difference("abstract", "", "a" * 900_000)
    assert added.before is None
    assert added.after
    assert len(added.after.start) == MAX_SHOWN + 1
