"""Editing one publication as BibTeX, without JavaScript."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.editors import SAME_ORIGIN, form_token, sign_in
from tests.importing import records
from tests.reading import soup
from webapp.curation.entry_text import read_entry
from webapp.site import site as parts_of
from webapp.store.connections import writing
from webapp.store.edits import Edit

SLUG = "feng2023tensorir"
PATH = f"/edit/{SLUG}"
HTMX = {"HX-Request": "true"}


def fields_of(answer: TestResponse) -> dict[str, str]:
    """Return what a browser would send of the form of a page."""
    form = soup(answer).select_one("form#edit")
    assert form
    fields = {}
    for field in form.select("input, textarea"):
        if field.name == "textarea":
            fields[str(field["name"])] = field.text.removeprefix("\n")
        elif field["type"] == "hidden" or field.has_attr("checked"):
            fields[str(field["name"])] = str(field["value"])
    return {name: sent_lines(value) for name, value in fields.items()}


def sent_lines(value: str) -> str:
    """Return a value with the line ends that a browser sends."""
    return re.sub(r"\r?\n", "\r\n", value)


def opened(client: FlaskClient) -> dict[str, str]:
    answer = client.get(f"{PATH}/bibtex")
    assert answer.status_code == 200
    return fields_of(answer)


def send(
    client: FlaskClient, fields: Mapping[str, str], path: str = PATH, **headers: str
) -> TestResponse:
    return client.post(path, data=fields, headers={**SAME_ORIGIN, **headers})


def changed(fields: Mapping[str, str], *replacements: tuple[str, str]) -> dict[str, str]:
    entry = fields["entry"]
    for old, new in replacements:
        assert old in entry
        entry = entry.replace(old, new)
    return {**fields, "entry": entry}


def source_of(client: FlaskClient) -> Mapping[str, str]:
    return records(parts_of(client.application).catalog)[SLUG].source


def notice(answer: TestResponse) -> str:
    box = soup(answer).select_one("[role=alert], [role=status]")
    assert box
    return " ".join(box.text.split())


def another(client: FlaskClient, name: str = "grace") -> FlaskClient:
    """Return a browser in which another editor is signed in."""
    browser = client.application.test_client()
    sign_in(browser, name)
    return browser


def test_a_changed_title_is_saved_and_undone(client: FlaskClient) -> None:
    before = source_of(client)
    answer = send(client, changed(opened(client), ("TensorIR:", "Tensor IR:")))
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert notice(page).startswith("Saved.")
    assert source_of(client)["title"].startswith("Tensor IR:")
    assert source_of(client) == {**before, "title": source_of(client)["title"]}
    undo = soup(page).select_one("form.edit-saved")
    assert undo
    sent = {str(field["name"]): str(field["value"]) for field in undo.select("input")}
    answer = send(client, sent, str(undo["action"]))
    assert notice(client.get(answer.headers["Location"])).startswith("Undone.")
    assert source_of(client) == before


def test_nothing_changed_is_no_revision(client: FlaskClient) -> None:
    answer = send(client, opened(client))
    assert notice(client.get(answer.headers["Location"])).startswith("Nothing to save")


def test_a_fault_keeps_every_character_and_the_focus(client: FlaskClient) -> None:
    note = "\u202e \\& <b>&amp;</b> 'x' \"y\""
    entry = f"@article{{a,\r\n  title = {{Ein {{Fehler}},\r\n  note = {{{note}}},\r\n}}\r\n\r\n"
    answer = send(client, {**opened(client), "entry": entry})
    assert answer.status_code == 422
    assert "line 2" in notice(answer)
    assert fields_of(answer)["entry"] == entry
    field = soup(answer).select_one("textarea[autofocus]")
    assert field
    assert field["aria-invalid"] == "true"
    problems = soup(answer).select_one(f"#{field['aria-describedby']}")
    assert problems
    assert "Line 2:" in problems.text


def test_editors_of_different_fields_both_win(client: FlaskClient) -> None:
    mine, theirs = opened(client), opened(client)
    other = another(client)
    send(other, {**changed(theirs, ("{2023}", "{2022}")), "csrf_token": form_token(other)})
    answer = send(client, changed(mine, ("{ASPLOS}", "{ASPLOS ’23}")))
    assert answer.status_code == 303
    assert (source_of(client)["year"], source_of(client)["abbr"]) == ("2022", "ASPLOS ’23")


@pytest.mark.parametrize(("choice", "expected"), [("theirs", "Theirs"), ("mine", "Mine")])
def test_a_conflict_offers_both_values_and_saves_the_choice(
    client: FlaskClient, choice: str, expected: str
) -> None:
    mine = changed(opened(client), ("{ASPLOS}", "{Mine}"), ("pages ", "note "))
    other = another(client)
    send(other, changed(opened(other), ("{ASPLOS}", "{Theirs}")))
    answer = send(client, mine)
    assert answer.status_code == 409
    form = fields_of(answer)
    assert form["entry"] == mine["entry"]
    (conflict,) = soup(answer).select("fieldset")
    assert "Changed by grace" in " ".join(conflict.text.split())
    assert [p.text for p in conflict.select(".edit-value")] == ["Mine", "Theirs"]
    assert send(client, {**form, "choice:abbr": choice}).status_code == 303
    assert source_of(client)["abbr"] == expected
    assert "note" in source_of(client)


def test_a_publication_that_was_removed_gives_the_entry_back(client: FlaskClient) -> None:
    fields = changed(opened(client), ("TensorIR:", "My words:"))
    catalog = parts_of(client.application).catalog
    stored = catalog.get(SLUG)
    assert stored
    catalog.save([Edit(None, stored.id)], "remove")
    answer = send(client, fields)
    assert answer.status_code == 409
    area = soup(answer).select_one("textarea")
    assert area
    assert "My words:" in area.text


def test_a_key_of_another_publication_is_refused(client: FlaskClient) -> None:
    answer = send(client, changed(opened(client), (f"{{{SLUG},", "{feng2025tapml,")))
    assert answer.status_code == 409
    assert "feng2025tapml" in notice(answer)


def test_a_database_that_refuses_changes_keeps_the_form(client: FlaskClient) -> None:
    fields = changed(opened(client), ("TensorIR:", "My words:"))
    refuse = (
        "CREATE TRIGGER refuse BEFORE INSERT ON revisions BEGIN SELECT RAISE(FAIL, 'full'); END"
    )
    with writing(parts_of(client.application).catalog.database) as connection:
        connection.execute(text(refuse))
    answer = send(client, fields)
    assert answer.status_code == 503
    assert fields_of(answer)["entry"] == fields["entry"]
    with writing(parts_of(client.application).catalog.database) as connection:
        connection.execute(text("DROP TRIGGER refuse"))
    assert send(client, fields_of(answer)).status_code == 303


def test_a_lost_session_keeps_the_form(client: FlaskClient) -> None:
    fields = changed(opened(client), ("TensorIR:", "My words:"))
    client.delete_cookie("__Host-octavo", domain="localhost", path="/")
    answer = send(client, fields)
    assert answer.status_code == 401
    areas = soup(answer).select("form textarea")
    form = {str(a["name"]): sent_lines(a.text.removeprefix("\n")) for a in areas}
    assert form["entry"] == fields["entry"]
    sign_in(client)
    answer = send(client, {**form, "csrf_token": form_token(client)})
    assert answer.status_code == 303
    assert "My words" in source_of(client)["title"]


def test_the_preview_is_what_visitors_will_see_and_saves_nothing(client: FlaskClient) -> None:
    before = source_of(client)
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    fields = changed(
        opened(client),
        ("TensorIR:", f"Tensor IR {evil}:"),
        ("https://github.com", "javascript:alert"),
    )
    answer = send(client, fields, f"{PATH}/preview", **HTMX)
    assert answer.status_code == 200
    fragment = soup(answer)
    assert not fragment.select("html, script, [onerror]")
    assert not [link for link in fragment.select("a") if str(link["href"]).startswith("java")]
    titles = [" ".join(title.text.split()) for title in fragment.select(".title")]
    assert len(titles) == 2
    assert all(title.startswith("Tensor IR") for title in titles)
    assert source_of(client) == before


def test_the_preview_without_htmx_is_the_whole_form(client: FlaskClient) -> None:
    fields = changed(opened(client), ("TensorIR:", "Tensor IR:"))
    answer = send(client, fields, f"{PATH}/preview")
    assert fields_of(answer)["entry"] == fields["entry"]
    assert "Tensor IR:" in str(soup(answer).select_one("#preview .title"))


def test_a_preview_names_doubts_and_what_cannot_be_read(client: FlaskClient) -> None:
    fields = {**opened(client), "entry": "@article{a, year = {MMXX}}"}
    fragment = soup(send(client, fields, f"{PATH}/preview", **HTMX))
    assert "Line 1: It has no title" in " ".join(fragment.text.split())
    fragment = soup(send(client, {**fields, "entry": "?"}, f"{PATH}/preview", **HTMX))
    assert "cannot be read yet" in fragment.text


@pytest.mark.parametrize(
    "value", ["ש" * 300_000, "\0a\u2028b", "$\\frac{1}{2}$ \\emph{a}", "é" * 9]
)
def test_odd_values_are_saved_as_they_are(client: FlaskClient, value: str) -> None:
    fields = changed(opened(client), ("{ASPLOS}", f"{{{value}}}"))
    answer = send(client, fields)
    assert answer.status_code == 303
    assert source_of(client)["abbr"] == value.replace("\0", "")
    assert client.get(answer.headers["Location"]).status_code == 200


def test_ten_thousand_authors_are_saved_and_shown(client: FlaskClient) -> None:
    people = " and ".join(f"Doe{number}, Jane" for number in range(10_000))
    fields = {**opened(client), "entry": f"@misc{{{SLUG}, title = {{A}}, author = {{{people}}}}}"}
    answer = send(client, fields)
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_former_address_leads_to_the_present_one(client: FlaskClient) -> None:
    catalog = parts_of(client.application).catalog
    stored = catalog.get(SLUG)
    assert stored
    catalog.save([Edit(stored.record, stored.id, former_slugs=("tensorir",))], "rename")
    assert client.get("/edit/tensorir").headers["Location"].endswith(PATH)
    assert client.get("/edit/tensorir/bibtex").headers["Location"].endswith(f"{PATH}/bibtex")
    assert client.get("/edit/unknown").status_code == 404


def test_only_ones_own_edit_of_this_publication_can_be_undone_here(client: FlaskClient) -> None:
    other = another(client)
    send(other, changed(opened(other), ("TensorIR:", "Theirs:")))
    token = form_token(client)
    for number in ("1", "2", "99", "x", ""):
        answer = send(client, {"revision": number, "csrf_token": token}, f"{PATH}/undo")
        assert answer.status_code == 404
    assert not soup(client.get(f"{PATH}?saved=2")).select("form.edit-saved")


def test_an_edit_that_was_changed_again_is_not_undone(client: FlaskClient) -> None:
    first = send(client, changed(opened(client), ("TensorIR:", "First:")))
    undo = soup(client.get(first.headers["Location"])).select_one("form.edit-saved")
    assert undo
    sent = {str(field["name"]): str(field["value"]) for field in undo.select("input")}
    send(client, changed(opened(client), ("First:", "Second:")))
    answer = send(client, sent, f"{PATH}/undo")
    assert answer.status_code == 409
    assert notice(answer).startswith("Not undone.")
    assert source_of(client)["title"].startswith("Second:")


def test_a_form_without_its_loaded_entry_overwrites_nothing(client: FlaskClient) -> None:
    fields: dict[str, Any] = changed(opened(client), ("TensorIR:", "Mine:"))
    answer = send(client, {**fields, "loaded": "junk"})
    assert answer.status_code == 409


def test_a_key_with_versions_is_changed_for_them_too(
    client: FlaskClient,
) -> None:
    catalog = parts_of(client.application).catalog
    version = read_entry(f"@misc{{pre, title = {{Preprint}}, versionof = {{{SLUG}}}}}").record
    catalog.save([Edit(version)], "add")
    answer = send(client, changed(opened(client), (f"{{{SLUG},", "{feng2023,")))
    page = client.get(answer.headers["Location"])
    assert notice(page).startswith("Saved.")
    assert soup(page).select("[data-saved] a[href^='/edit/history/']")
    assert records(catalog)["pre"].version_of == "feng2023"
