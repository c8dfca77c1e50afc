"""Adding publications, without JavaScript."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.editors import SAME_ORIGIN, form_of
from tests.importing import records
from tests.reading import soup
from webapp.curation.fetch_queue import FetchQueue
from webapp.records import Record
from webapp.site import site as parts_of

RIS = "TY  - JOUR\nTI  - Sorting sand by hand\nAU  - Doe, Jane\nPY  - 2020\nER  - \n"
KNOWN = "feng2023tensorir"
DOI = "10.1145/3575693.3576933"  # of KNOWN


def paste(client: FlaskClient, text: str, **fields: str) -> TestResponse:
    form = {**form_of(client.get("/edit/add")), "pasted": text, **fields}
    return client.post("/edit/add", data=form, headers=SAME_ORIGIN)


def confirm(client: FlaskClient, answer: TestResponse, **fields: str) -> TestResponse:
    form = {**form_of(answer), "confirm": "1", **fields}
    return client.post("/edit/add", data=form, headers=SAME_ORIGIN)


def stored(client: FlaskClient) -> Mapping[str, Record]:
    return records(parts_of(client.application).catalog)


def test_one_new_publication_is_added_at_once_and_can_be_undone(client: FlaskClient) -> None:
    answer = paste(client, RIS)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert "Sorting sand by hand" in page.text
    assert len(stored(client)) == 8
    undo = soup(page).select_one("form.edit-saved")
    assert undo
    sent = {str(field["name"]): str(field["value"]) for field in undo.select("input")}
    assert client.post(str(undo["action"]), data=sent, headers=SAME_ORIGIN).status_code == 303
    assert len(stored(client)) == 7


def test_several_are_shown_before_they_are_added(client: FlaskClient) -> None:
    text = "@misc{a, title = {First work of sand}}\n@misc{b, title = {Second work of tea}}"
    answer = paste(client, text)
    assert answer.status_code == 200
    assert len(soup(answer).select(".edit-candidates li")) == 2
    assert len(stored(client)) == 7
    page = client.get(confirm(client, answer).headers["Location"])
    assert soup(page).select("[role=status] a")
    assert {"a", "b"} <= set(stored(client))


def test_another_text_than_was_shown_is_shown_again(client: FlaskClient) -> None:
    answer = paste(client, "@misc{a, title = {First work}}\n@misc{b, title = {Second work}}")
    answer = confirm(client, answer, pasted="@misc{c, title = {C}}\n@misc{d, title = {D}}")
    assert answer.status_code == 200
    assert len(stored(client)) == 7


@pytest.mark.parametrize(
    ("choice", "count", "version_of"),
    [("", 7, None), ("add", 8, ""), ("join", 8, KNOWN)],
)
def test_a_duplicate_is_named_and_left_out_joined_or_added(
    client: FlaskClient, choice: str, count: int, version_of: str | None
) -> None:
    text = f"@misc{{other, title = {{Another title}}, doi = {{https://doi.org/{DOI}}}}}"
    answer = paste(client, text)
    assert answer.status_code == 200
    (known,) = soup(answer).select(".edit-candidates fieldset a")
    assert known["href"] == f"/edit/{KNOWN}"
    confirm(client, answer, **({"choice:0": choice} if choice else {}))
    assert len(stored(client)) == count
    if version_of is not None:
        assert stored(client)["other"].version_of == version_of


def test_a_key_of_another_work_gets_a_number(client: FlaskClient) -> None:
    answer = paste(client, f"@misc{{{KNOWN}, title = {{Brewing tea}}, author = {{Poe, Ed}}}}")
    assert answer.headers["Location"].startswith(f"/edit/{KNOWN}-2?")


@pytest.mark.parametrize(
    "text", ["", "Sorting sand", "<html><p>x</p></html>", "% @misc{a, title = {A}}"]
)
def test_what_cannot_be_read_is_kept_and_explained(client: FlaskClient, text: str) -> None:
    answer = paste(client, text)
    assert answer.status_code == 422
    assert soup(answer).select_one("[role=alert], #doubts")
    assert form_of(answer)["pasted"] == text
    assert len(stored(client)) == 7


def test_an_entry_with_a_fault_is_shown_first(client: FlaskClient) -> None:
    answer = paste(client, "@misc{a, title = {Weighing {smoke}, year = 2020\n}")
    assert "closing brace" in str(soup(answer).select_one("#doubts"))
    assert len(stored(client)) == 7


def test_identifiers_wait_for_the_refresh_and_can_be_removed(client: FlaskClient) -> None:
    answer = paste(client, "https://doi.org/10.5555/ABC\r\narXiv:2207.04296\n")
    assert "Requested" in answer.text
    queue = FetchQueue(Path(client.application.instance_path))
    assert [(r.identifier, r.who) for r in queue.requests()] == [
        ("10.5555/abc", "ada"), ("2207.04296", "ada"),
    ]  # fmt: skip
    page = soup(client.get("/edit/add"))
    sent = {
        str(field["name"]): str(field["value"])
        for field in page.select(".edit-waiting li:first-child input")
    }
    client.post("/edit/add/remove", data=sent, headers=SAME_ORIGIN)
    assert [r.identifier for r in queue.requests()] == ["2207.04296"]


def test_an_empty_form_adds_a_publication(client: FlaskClient) -> None:
    form = form_of(client.get("/edit/add/new"))
    form["field:title"], form["pasted:author"] = "Weighing smoke", "Doe, Jane"
    answer = client.post("/edit/add/new", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    (added,) = [r for r in stored(client).values() if r.title == "Weighing smoke"]
    assert (added.type, added.authors[0].family) == ("article", "Doe")


def test_a_fault_in_the_empty_form_keeps_every_field(client: FlaskClient) -> None:
    form = form_of(client.get("/edit/add/new"))
    form["field:title"], form["field:doi"] = "Weighing {smoke", "10.1/2"
    answer = client.post("/edit/add/new", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 422
    assert form_of(answer)["field:title"] == "Weighing {smoke"
    assert form_of(answer)["field:doi"] == "10.1/2"
