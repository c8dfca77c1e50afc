"""Corrections from visitors: a form without sign-in, an inbox, and who sees what."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import ON_BOTH_DATABASES
from tests.editors import editing_site, post, sign_in, site
from tests.importing import do, records
from tests.reading import one, soup
from webapp.catalog import Catalog
from webapp.config import Settings
from webapp.site import site as parts_of

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]

ENTRY = r"""@article{a, title = {On {G}raphs of $n$ and \emph{trees}}, journal = {J. Graphs},
  author = {G{\"o}del, Kurt and Doe, Jane}, year = 2020, note = {n}, annote = {secret}}
@misc{h, title = {Draft}, hidden = {true}}"""
FORM = "/publications/a/correct"


@pytest.fixture
def client(editing_site: Editing) -> FlaskClient:
    """A client of a visitor on a site with corrections."""
    client = editing_site(corrections=True)
    do(catalog_of(client), ENTRY, prune=True)
    return client


@pytest.fixture
def editor(client: FlaskClient) -> FlaskClient:
    editor = client.application.test_client()
    sign_in(editor)
    return editor


def catalog_of(client: FlaskClient) -> Catalog:
    return parts_of(client.application).catalog


def fields_of(client: FlaskClient) -> dict[str, str]:
    """Return the fields of the form, as a browser would send them."""
    form = one(soup(client.get(FORM)), "main form")
    inputs = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input")}
    areas = {str(tag["name"]): tag.text.removeprefix("\n") for tag in form.select("textarea")}
    return {**inputs, **areas}


def send(client: FlaskClient, address: str = "192.0.2.1", **changed: Any) -> TestResponse:
    data = {**fields_of(client), **changed}
    return client.post(FORM, data=data, environ_overrides={"REMOTE_ADDR": address})


def test_without_the_setting_there_is_no_form(app: Flask, editing_site: Editing) -> None:
    for client in (app.test_client(), editing_site()):
        path = "/publications/feng2023tensorir/correct"
        assert client.get(path).status_code == 404
        assert client.post(path).status_code in (404, 405)
        assert "Report an error" not in client.get("/publications/feng2023tensorir").text


def test_corrections_need_editors() -> None:
    with pytest.raises(ValueError, match="editors is empty"):
        Settings(corrections=True)


def test_the_form_has_public_fields_as_plain_text(client: FlaskClient) -> None:
    page = soup(client.get("/publications/a"))
    assert one(page, ".report a")["href"] == FORM
    fields = fields_of(client)
    assert fields["author"] == "Gödel, Kurt\nDoe, Jane"
    assert fields["title"] == "On Graphs of n and trees"
    assert (fields["year"], fields["doi"], fields["journal"]) == ("2020", "", "J. Graphs")
    assert "secret" not in client.get(FORM).text
    assert client.get("/publications/h/correct").status_code == 404


def test_a_correction_is_accepted_as_one_revision(client: FlaskClient, editor: FlaskClient) -> None:
    before = catalog_of(client).state().revision.counter
    answer = send(
        client, year="2021", author="Gödel, Kurt\r\nDoe, Janet & Co_", name="<Vi>", email="v@e.org"
    )
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    assert "Thank you" in one(soup(client.get(answer.headers["Location"])), "[role=status]").text
    assert catalog_of(client).state().revision.counter == before
    page = soup(editor.get("/edit/inbox"))
    assert [name.text for name in page.select("dt")] == ["author", "year"]
    assert "<Vi>" in one(page, ".edit-change .edit-note").text
    accepted = post(editor, str(one(page, ".edit-change form")["action"]))
    record = records(catalog_of(client))["a"]
    assert record.year == 2021
    assert record.source["author"].startswith(r"G{\"o}del, Kurt and ")
    assert [person.name for person in record.authors] == ["Kurt Gödel", "Janet & Co_ Doe"]
    assert r"\emph{trees}" in record.source["title"]
    page = soup(editor.get(accepted.headers["Location"]))
    assert one(page, ".edit-saved [translate=no]").text == "accept correction 1 in the browser"
    assert not page.select(".edit-change")
    post(editor, str(one(page, ".edit-saved form")["action"]))
    assert records(catalog_of(client))["a"].year == 2020


def test_a_refused_correction_is_gone(client: FlaskClient, editor: FlaskClient) -> None:
    send(client, year="2021")
    post(editor, "/edit/inbox/1/refuse")
    assert "No corrections wait" in editor.get("/edit/inbox").text
    assert post(editor, "/edit/inbox/1/accept").status_code == 404
    assert records(catalog_of(client))["a"].year == 2020


def test_a_correction_of_a_changed_field_is_not_accepted(
    client: FlaskClient, editor: FlaskClient
) -> None:
    send(client, year="2021")
    do(catalog_of(client), ENTRY.replace("2020", "2019"))
    answer = post(editor, "/edit/inbox/1/accept")
    assert answer.status_code == 409
    assert "changed since" in one(soup(answer), "[role=alert]").text
    assert records(catalog_of(client))["a"].year == 2019


def test_a_correction_of_a_removed_publication_can_only_be_refused(
    client: FlaskClient, editor: FlaskClient
) -> None:
    send(client, year="2021")
    post(editor, "/edit/a/remove", redirect="")
    page = soup(editor.get("/edit/inbox"))
    assert [button.text for button in page.select(".edit-change button")] == ["Refuse"]
    post(editor, "/edit/inbox/1/accept")
    assert not soup(editor.get("/edit/inbox")).select(".edit-change")


def test_corrections_are_for_editors_alone(client: FlaskClient) -> None:
    send(client, title="Zyzzogeton", name="Zyzzo", email="zyzzo@example.org")
    for path in ("/", "/publications/a", FORM, "/publications.bib", "/?q=zyzzogeton", "/metrics"):
        assert "zyzzo@" not in client.get(path).text
        assert "Zyzzogeton" not in client.get(path).text
    for method, path in (("GET", ""), ("POST", "/1/accept"), ("POST", "/1/refuse")):
        answer = client.open(f"/edit/inbox{path}", method=method)
        assert answer.status_code in (303, 401, 403)
        assert "Zyzzo" not in answer.text


def test_nothing_that_was_not_changed_is_stored(client: FlaskClient, editor: FlaskClient) -> None:
    answer = send(client, name="Vi")
    assert answer.status_code == 422
    assert one(soup(answer), "input[name=name]")["value"] == "Vi"
    assert send(client, title="  On Graphs  of n and trees\r\n").status_code == 422
    send(client, hidden="true", note="x", key="y", annote="z", year="2021")
    assert [name.text for name in soup(editor.get("/edit/inbox")).select("dt")] == ["year"]


def test_an_address_sends_five_a_day_and_is_not_stored(client: FlaskClient, instance: Path) -> None:
    statuses = [send(client, year=str(2021 + n)).status_code for n in range(6)]
    assert statuses == [303] * 5 + [429]
    assert send(client, address="192.0.2.2", year="2030").status_code == 303
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        dump = "\n".join(connection.iterdump())
    assert "192.0.2" not in dump
    assert dump.count('INSERT INTO "correction_counts"') == 2


def test_a_program_that_fills_in_everything_is_thanked_and_ignored(
    client: FlaskClient, editor: FlaskClient
) -> None:
    assert send(client, year="2021", website="https://spam.example").status_code == 303
    assert "No corrections wait" in editor.get("/edit/inbox").text


@ON_BOTH_DATABASES
@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"abstract": "x" * 70_000}, 413),
        ({"title": "x" * 30_000}, 422),
        ({"title": "\0\ud7ff‮<script>{"}, 303),
        ({"title": ""}, 303),
        ({"author": "and " * 2_000}, 303),
    ],
)
def test_hostile_values_do_no_harm(
    client: FlaskClient, editor: FlaskClient, changed: dict[str, str], status: int
) -> None:
    assert send(client, **changed).status_code == status
    page = editor.get("/edit/inbox")
    assert page.status_code == 200
    assert "<script>{" not in page.text
    if soup(page).select(".edit-change"):
        assert post(editor, "/edit/inbox/1/accept").status_code in (303, 409)
        assert client.get("/publications/a").status_code == 200


def test_a_full_inbox_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.curation.corrections.MAX_WAITING", 1)
    assert send(client, year="2021").status_code == 303
    answer = send(client, year="2022")
    assert answer.status_code == 503
    assert one(soup(answer), "input[name=year]")["value"] == "2022"
