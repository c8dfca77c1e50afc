"""Below /edit/, everything is denied by default."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.editors import SAME_ORIGIN, editing_site, form_token, post, sign_in, site
from webapp.config import Settings
from webapp.errors import ConfigurationError
from webapp.site import site as parts_of
from webapp.site_file import load_settings
from webapp.store.connections import database_file
from webapp.store.locks import LockWait, set_lock_wait
from webapp.views.urls import EDIT_PAGES

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]

# The pages of the sign-in; everything else needs a session.
PUBLIC = {
    *(("/edit/sign-in", "GET"), ("/edit/sign-in", "POST"), ("/edit/bar", "GET")),
    *(("/edit/sign-in/provider", "GET"), ("/edit/sign-in/answer", "GET")),
    ("/edit/too-large", "GET"),
}
SLUG = "feng2023tensorir"


def rules(app: Flask) -> list[Rule]:
    """Return the rules below /edit."""
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/edit")]


def requests(app: Flask) -> list[tuple[str, str]]:
    """Return every address and method below /edit, with a publication's slug for a parameter."""
    return [
        (re.sub(r"<edited:\w+>", SLUG, re.sub(r"<int:\w+>", "1", rule.rule)), method)
        for rule in rules(app)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_without_editors_no_route_of_editing_exists(app: Flask) -> None:
    client = app.test_client()
    assert rules(app) == []
    for path in ("/edit", "/edit/", "/edit/sign-in", f"/edit/{SLUG}"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Set-Cookie" not in answer.headers


def test_every_route_is_denied_without_a_session(editing_site: Editing) -> None:
    client = editing_site()
    walked = requests(client.application)
    assert set(walked) > PUBLIC
    for path, method in set(walked) - PUBLIC:
        answer = client.open(path, method=method, headers=SAME_ORIGIN)
        expected = (303, "/edit/sign-in") if method == "GET" else (401, None)
        assert (answer.status_code, answer.headers.get("Location")) == expected, (path, method)
        assert SLUG not in re.sub(r'action="[^"]*"', "", answer.text)


def test_every_change_is_refused_to_pages_of_other_sites(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    token = form_token(client)
    for path, method in requests(client.application):
        if method == "GET":
            continue
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
            {"Origin": "https://evil.example"},
            {"Origin": "http://localhost.evil.example"},
            {"Origin": "http://localhost:8080"},
            {"Origin": "https://localhost"},
            {"Origin": "null"},
            {},
        ):
            answer = client.open(path, method=method, data={"csrf_token": token}, headers=headers)
            assert answer.status_code == 403, (path, headers)
    assert client.get("/edit/").status_code == 200


def test_every_change_needs_a_token_of_this_session(editing_site: Editing) -> None:
    client, other = editing_site(), editing_site()
    sign_in(client)
    sign_in(other, "grace")
    foreign, own = form_token(other), form_token(client)
    for path, method in set(requests(client.application)) - PUBLIC:
        if method == "GET":
            continue
        for token in (None, "", "x", "é", foreign, own[:-4], own + own, "A" * len(own)):
            data = {} if token is None else {"csrf_token": token}
            answer = client.open(path, method=method, data=data, headers=SAME_ORIGIN)
            assert answer.status_code == 403, (path, token)
    assert client.get("/edit/").status_code == 200


@pytest.mark.parametrize("origin", [{"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}])
def test_a_form_of_this_site_is_accepted(editing_site: Editing, origin: dict[str, str]) -> None:
    client = editing_site()
    sign_in(client)
    token = form_token(client)
    answer = client.post("/edit/sign-out", data={"csrf_token": token}, headers=origin)
    assert answer.status_code == 303


def test_a_token_in_a_header_is_accepted(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    headers = {**SAME_ORIGIN, "X-CSRF-Token": form_token(client)}
    assert client.post("/edit/sign-out", headers=headers).status_code == 303


def test_a_token_is_another_one_in_every_form(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    assert len({form_token(client) for _ in range(5)}) == 5


def test_no_response_below_edit_is_stored(editing_site: Editing) -> None:
    client = editing_site()
    for _ in range(2):
        for path, method in (*requests(client.application), ("/edit/nowhere/nowhere", "GET")):
            answer = client.open(path, method=method)
            assert "no-store" in answer.headers["Cache-Control"], path
            assert "ETag" not in answer.headers
        sign_in(client)


def test_a_form_without_a_session_is_shown_again(editing_site: Editing) -> None:
    """What was typed is not lost when the session has ended: it is sent again after signing in."""
    client = editing_site()
    sign_in(client)
    token = form_token(client)
    post(client, "/edit/sign-out-everywhere")
    typed = {"csrf_token": token, "note": 'Ünlü "quotes" <b>\n\n two lines'}
    lost = client.post("/edit/sign-out", data=typed, headers=SAME_ORIGIN)
    assert lost.status_code == 401
    assert "Ünlü &#34;quotes&#34; &lt;b&gt;\n\n two lines</textarea>" in lost.text
    sign_in(client)
    again = client.post("/edit/sign-out", data=typed, headers=SAME_ORIGIN)
    assert again.status_code == 403
    assert "two lines</textarea>" in again.text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', again.text)[-1]
    typed["csrf_token"] = token
    assert client.post("/edit/sign-out", data=typed, headers=SAME_ORIGIN).status_code == 303


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/xml", "x"])
def test_only_forms_are_read(editing_site: Editing, content_type: str) -> None:
    client = editing_site()
    sign_in(client)
    headers = {**SAME_ORIGIN, "X-CSRF-Token": form_token(client), "Content-Type": content_type}
    assert client.post("/edit/sign-out", data="{}", headers=headers).status_code == 415


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_number_of_fields_is_limited(editing_site: Editing, signed_in: bool) -> None:
    client = editing_site()
    path = f"/edit/{SLUG}"
    if signed_in:
        sign_in(client)
    headers = {**SAME_ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(path, data=b"a&" * 60_000, headers=headers).status_code == 413
    answer = client.post(path, data=b"a=1&" * 1_000, headers=headers)
    assert answer.status_code == (403 if signed_in else 401)
    assert answer.text.count("</textarea>") == 1_000


@pytest.mark.parametrize("host", ["a b", "", "evil.example", "localhost:99999"])
def test_a_wrong_host_is_refused_with_a_page(editing_site: Editing, host: str) -> None:
    answer = editing_site().get("/edit/", headers={"Host": host})
    assert answer.status_code == 400
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_form_is_shown_again_while_another_process_writes(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    data = {"csrf_token": form_token(client), "note": "kept <b>"}
    database = parts_of(client.application).catalog.database
    set_lock_wait(database, LockWait(0))
    with closing(sqlite3.connect(str(database_file(database)))) as other:
        other.execute("BEGIN IMMEDIATE")
        busy = client.post("/edit/sign-out", data=data, headers=SAME_ORIGIN)
        assert busy.status_code == 503
        assert "kept &lt;b&gt;</textarea>" in busy.text
        other.rollback()
    assert client.post("/edit/sign-out", data=data, headers=SAME_ORIGIN).status_code == 303


def test_a_body_is_limited(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    data = {"csrf_token": form_token(client), "text": "x" * 70_000}
    answer = client.post("/edit/sign-out", data=data, headers=SAME_ORIGIN)
    assert answer.status_code == 413


def test_pages_of_editors_hide_no_publication(editing_site: Editing) -> None:
    """A publication whose slug is the name of a page has an address of its own."""
    app = editing_site().application
    first = {rule.rule.split("/")[2] for rule in rules(app) if rule.rule.count("/") > 1}
    assert {name for name in first if name and "<" not in name} == EDIT_PAGES


@pytest.mark.parametrize(
    "query", ["page=9", "q=//evil.example&q=b", "next=//evil.example", "page=1"]
)
def test_a_redirect_stays_below_edit(editing_site: Editing, query: str) -> None:
    client = editing_site()
    sign_in(client)
    answer = client.get(f"/edit/?{query}")
    assert answer.status_code == 302
    assert re.match(r"/edit/(\?|$)", answer.headers["Location"])


def test_editing_needs_hosts(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('editors = ["ada"]\n')
    with pytest.raises(ConfigurationError) as refused:
        load_settings(tmp_path, {})
    message = str(refused.value)
    assert message.startswith(f"{tmp_path / 'site.toml'}: editors = ['ada']: hosts is empty.")
    assert 'hosts = ["pubs.example.org"]' in message


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["ada", "ada"], "listed twice"),
        (["Ada Lovelace"], "without blanks"),
        ([""], "without blanks"),
        (["a\tb"], "without blanks"),
        (["<b>"], "without blanks"),
    ],
)
def test_a_wrong_editor_is_explained(names: list[str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Settings.model_validate({"editors": names, "hosts": ["a.org"]})


def test_a_part_of_a_page_leads_to_the_sign_in(editing_site: Editing) -> None:
    answer = editing_site().get("/edit/?q=a", headers={"HX-Request": "true", "HX-Source": "form"})
    assert (answer.status_code, answer.data) == (401, b"")
    assert answer.headers["HX-Redirect"] == "/edit/sign-in"


def test_no_query_of_a_sign_in_is_logged(
    editing_site: Editing, capfd: pytest.CaptureFixture[str]
) -> None:
    client = editing_site(log_requests=True, log_queries=True)
    client.get("/edit/sign-in?link=geheim")
    client.get("/edit/sign-in/answer?code=geheim")
    client.get("/?q=tensor")
    logged = capfd.readouterr().out
    assert "geheim" not in logged
    assert "q=tensor" in logged
