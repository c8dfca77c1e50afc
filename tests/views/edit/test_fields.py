"""The form with a field for each field of a publication, without JavaScript."""

from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.editors import SAME_ORIGIN, form_of
from tests.importing import records
from tests.reading import soup
from webapp.curation.entry_text import read_entry
from webapp.site import site as parts_of
from webapp.store.edits import Edit

SLUG = "feng2023tensorir"
PATH = f"/edit/{SLUG}"
ODD = r"""@weird{odd, title = {<i>A</i> & "B" {\LaTeX} $x<y$},
 author = {{Team and Co} and Doe, Jane},
 abstract = {One

 Two}, bdsk-url-1 = {https://example.org/%7E}, Custom-Field = {1
 2}, note = {שלום}, date = {2020-01}, url-2 = {x}, keywords = {a; b}}"""


def opened(client: FlaskClient, path: str = PATH) -> MultiDict[str, str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return form_of(answer)


def send(client: FlaskClient, form: MultiDict[str, str], path: str = PATH) -> TestResponse:
    return client.post(path, data=form, headers=SAME_ORIGIN)


def source_of(client: FlaskClient, key: str = SLUG) -> Mapping[str, str]:
    return records(parts_of(client.application).catalog)[key].source


def people_of(answer: TestResponse, name: str = "author") -> list[str]:
    return form_of(answer).getlist(f"line:{name}")


def test_every_field_is_there_and_saving_without_a_change_changes_nothing(
    client: FlaskClient,
) -> None:
    catalog = parts_of(client.application).catalog
    record = read_entry(ODD).record
    assert record
    catalog.save([Edit(record)], "add")
    form = opened(client, "/edit/odd")
    shown = {name.removeprefix("field:") for name in form if name.startswith("field:")}
    assert shown >= set(record.source) - {"author"}
    answer = send(client, form, "/edit/odd")
    assert answer.headers["Location"] == "/edit/odd?unchanged=1"
    form["field:title"] = "New"
    assert send(client, form, "/edit/odd").status_code == 303
    assert source_of(client, "odd") == {**record.source, "title": "New"}
    assert list(source_of(client, "odd")) == list(record.source)


def test_fields_are_changed_added_and_removed(client: FlaskClient) -> None:
    form = opened(client)
    form["field:title"], form["field:abbr"] = "Ein Titel mit $x^2$", ""
    form["field:pdf"] = "https://example.org/a.pdf"
    form.setlist("new-name", ["Grain", ""])
    form.setlist("new-value", ["coarse", ""])
    before = dict(source_of(client))
    assert send(client, form).status_code == 303
    del before["abbr"]
    assert source_of(client) == {
        **before,
        "title": "Ein Titel mit $x^2$",
        "pdf": "https://example.org/a.pdf",
        "grain": "coarse",
    }


def test_only_the_changed_fields_need_to_be_sent(client: FlaskClient) -> None:
    form = opened(client)
    before = dict(source_of(client))
    sent = MultiDict({n: form[n] for n in ("csrf_token", "loaded:year")} | {"field:year": "2022"})
    assert send(client, sent).status_code == 303
    assert source_of(client) == {**before, "year": "2022"}


@pytest.mark.parametrize(
    ("button", "places", "focus"),
    [
        ("author 1 up", [1, 0, 2], "author 0 up"),
        ("author 0 up", [0, 1, 2], "author 0 up"),
        ("author 1 down", [0, 2, 1], "author 2 down"),
        ("author 1 remove", [0, 2, 3], "author 1 remove"),
        ("author 99 up", [0, 1, 2], "author 10 up"),
        ("author x up", [0, 1, 2], "author 10 up"),
        ("title 1 up", [0, 1, 2], ""),
        ("", [0, 1, 2], ""),
    ],
)
def test_people_are_moved_and_removed_by_buttons(
    client: FlaskClient, button: str, places: list[int], focus: str
) -> None:
    before = people_of(client.get(PATH))
    form = opened(client)
    form["field:title"] = "Kept"
    form["move"] = button
    answer = send(client, form)
    assert answer.status_code == 200
    assert people_of(answer)[:3] == [before[place] for place in places]
    assert form_of(answer)["field:title"] == "Kept"
    assert source_of(client)["title"] != "Kept"
    focused = soup(answer).select_one("[autofocus]")
    assert (focused["value"] if focused else "") == focus
    assert send(client, form_of(answer)).status_code == 303
    assert people_of(client.get(PATH)) == people_of(answer)


MARKED = r"""@misc{marked, title = {A}, author = {Lovelace*, Ada and {The Team, Inc.} and
 M{\"u}ller$^\dagger$, A. and Jane Doe and family=Roe, given=Ann and others}}"""


def test_equal_contribution_is_a_box_for_each_person(client: FlaskClient) -> None:
    """Its mark is not in the field of the name; marks that it does not make stay there."""
    record = read_entry(MARKED).record
    assert record
    parts_of(client.application).catalog.save([Edit(record)], "add")
    page = client.get("/edit/marked")
    assert people_of(page)[0] == "Lovelace, Ada"
    boxes = soup(page).select("[name='equal:author']")
    states = [(box.has_attr("checked"), box.has_attr("disabled")) for box in boxes]
    plain, dagger, no_mark = (False, False), (True, True), (False, True)
    assert states == [(True, False), plain, dagger, plain, no_mark, no_mark]
    form = form_of(page)
    assert send(client, form, "/edit/marked").headers["Location"].endswith("unchanged=1")
    form.setlist("equal:author", ["1", "3", "99", "x"])
    form["move"] = "author 3 up"
    moved = send(client, form, "/edit/marked")
    assert form_of(moved).getlist("equal:author") == ["1", "2"]
    assert send(client, form_of(moved), "/edit/marked").status_code == 303
    assert source_of(client, "marked")["author"] == (
        r"Lovelace, Ada and {The Team, Inc.}* and Jane Doe* and M{\"u}ller$^\dagger$, A."
        " and family=Roe, given=Ann and others"
    )
    authors = records(parts_of(client.application).catalog)["marked"].authors
    assert [person.equal for person in authors] == [False, True, True, True, False, False]


def test_a_pasted_list_of_people_is_split_and_added(client: FlaskClient) -> None:
    form = opened(client)
    form["pasted:author"] = "A. Turing and B. Russell; C. Shannon"
    form["move"] = "author end add"
    answer = send(client, form)
    assert people_of(answer)[-3:] == ["A. Turing", "B. Russell", "C. Shannon"]
    form = form_of(answer)
    assert form["pasted:author"] == ""
    form["pasted:editor"] = "Doe, Jane\nRoe, Richard"  # saved without pressing the button
    assert send(client, form).status_code == 303
    assert source_of(client)["editor"] == "Doe, Jane and Roe, Richard"
    assert source_of(client)["author"].endswith("A. Turing and B. Russell and C. Shannon")


def test_more_people_than_rows_are_lines_of_one_field(client: FlaskClient) -> None:
    form = opened(client)
    form["pasted:author"] = "\n".join(f"Doe{number}, Jane" for number in range(10_000))
    assert send(client, form).status_code == 303
    answer = client.get(PATH)
    (lines,) = people_of(answer)
    assert len(lines.split("\n")) == 10_011
    assert send(client, form_of(answer)).headers["Location"].endswith("unchanged=1")


@pytest.mark.parametrize(
    ("field", "value"),
    [("field:title", "An {open brace"), ("new-name", "two words"), ("field:citation key", "")],
)
def test_a_fault_keeps_every_field_and_focuses_the_wrong_one(
    client: FlaskClient, field: str, value: str
) -> None:
    form = opened(client)
    form["field:abbr"], form[field] = "Kept <b>&amp;</b>", value
    answer = send(client, form)
    assert answer.status_code == 422
    assert soup(answer).select_one("[role=alert]")
    shown_form = form_of(answer)
    assert shown_form["field:abbr"] == "Kept <b>&amp;</b>"
    assert value in shown_form.getlist(field)
    wrong = soup(answer).select("[aria-invalid]")
    assert [tag["name"] for tag in wrong] == [field]
    assert wrong[0].has_attr("autofocus")


@pytest.mark.parametrize(("choice", "expected"), [("theirs", "Theirs"), ("mine", "Mine")])
def test_a_conflict_keeps_the_other_fields_and_saves_the_choice(
    client: FlaskClient, choice: str, expected: str
) -> None:
    mine = opened(client)
    catalog = parts_of(client.application).catalog
    stored = catalog.get(SLUG)
    assert stored
    changed = read_entry(f"@misc{{{SLUG}, title = {{Theirs}}}}").record
    assert changed
    catalog.save([Edit(changed, stored.id)], "edit", who="grace")
    mine["field:title"], mine["field:pdf"] = "Mine", "https://example.org/mine.pdf"
    answer = send(client, mine)
    assert answer.status_code == 409
    shown_form = form_of(answer)
    assert shown_form["field:pdf"] == "https://example.org/mine.pdf"
    assert [p.text for p in soup(answer).select(".edit-value")] == ["Mine", "Theirs"]
    shown_form["choice:title"] = choice
    assert send(client, shown_form).status_code == 303
    assert source_of(client) == {"title": expected, "pdf": "https://example.org/mine.pdf"}


def test_the_preview_follows_the_form(client: FlaskClient) -> None:
    form = opened(client)
    form["field:title"] = "Other <script>words</script>"
    form["pasted:author"] = "New, Person"
    fragment = soup(
        client.post(f"{PATH}/preview", data=form, headers={**SAME_ORIGIN, "HX-Request": "true"})
    )
    assert not fragment.select("script")
    assert "Other <script>words</script>" in str(fragment.select_one(".title").text)  # type: ignore[union-attr]
    assert "Person New" in fragment.text


def test_every_field_of_the_form_has_a_label(client: FlaskClient) -> None:
    page = soup(client.get(PATH))
    for field in page.select("form#edit input:not([type=hidden]), form#edit textarea"):
        labels = page.select(f"label[for='{field.get('id')}']") or field.find_parents("label")
        assert labels or field.get("aria-label"), field
