"""Signing in by a link, and signing out."""

import json
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.conftest import BOTH_DATABASES
from tests.editors import SAME_ORIGIN, age, editing_site, post, sign_in, site
from webapp.accounts.limits import PERIOD
from webapp.accounts.links import make_link
from webapp.records import Record
from webapp.site import site as parts_of
from webapp.store.edits import Edit

DATABASES = BOTH_DATABASES


__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]


def test_a_link_signs_in_once(editing_site: Editing) -> None:
    client, second = editing_site(), editing_site()
    secret = make_link(parts_of(client.application).catalog.database, "ada")
    page = client.get(f"/edit/sign-in?link={secret}")
    assert f'value="{secret}"' in page.text  # opening it, as a preview of a mail does, uses nothing
    data = {"link": secret}
    answer = client.post("/edit/sign-in", data=data, headers=SAME_ORIGIN)
    assert answer.headers["Location"] == "/edit/"
    assert second.post("/edit/sign-in", data=data, headers=SAME_ORIGIN).status_code == 403
    assert client.get("/edit/").status_code == 200
    assert second.get("/edit/").status_code == 303


def test_the_cookie_is_guarded(editing_site: Editing) -> None:
    (cookie,) = sign_in(editing_site()).headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-octavo=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=2592000"} <= set(attributes)
    assert not [attribute for attribute in attributes if attribute.startswith("Domain")]


def test_signing_out_ends_the_session_and_not_others(editing_site: Editing) -> None:
    client, other = editing_site(), editing_site()
    sign_in(client)
    sign_in(other)
    assert post(client, "/edit/sign-out").status_code == 303
    assert client.get("/edit/").status_code == 303
    assert other.get("/edit/").status_code == 200


def test_signing_out_everywhere_ends_all_sessions_of_the_editor(editing_site: Editing) -> None:
    client, other, grace = editing_site(), editing_site(), editing_site()
    sign_in(client)
    sign_in(other)
    sign_in(grace, "grace")
    assert post(client, "/edit/sign-out-everywhere").status_code == 303
    assert other.get("/edit/").status_code == 303
    assert grace.get("/edit/").status_code == 200


def test_the_list_of_editors_leads_to_the_forms(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    page = client.get("/edit/?q=tensorir").text
    assert 'href="/edit/feng2023tensorir"' in page
    assert 'href="/publications/feng2023tensorir"' not in page
    assert 'action="/edit/"' in page


def test_editors_find_hidden_publications_too(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    catalog = parts_of(client.application).catalog
    source = {"title": "A secret draft", "hidden": "true"}
    draft = Record(key="draft", type="misc", title="A secret draft", source=source)
    catalog.save([Edit(draft)], "test")
    for query, is_found in (("", True), ("?q=draft", True), ("?q=tensorir", False)):
        page = client.get(f"/edit/{query}").text
        assert ('href="/edit/draft"' in page) == is_found
    assert "secret draft" not in client.get("/").text


def test_after_ten_failures_a_network_waits(editing_site: Editing) -> None:
    client = editing_site(proxies=1)
    secret = make_link(parts_of(client.application).catalog.database, "ada")

    def attempt(address: str, link: str = "wrong") -> int:
        headers = {**SAME_ORIGIN, "X-Forwarded-For": address}
        return client.post("/edit/sign-in", data={"link": link}, headers=headers).status_code

    assert [attempt("203.0.113.7") for _ in range(12)] == [403] * 10 + [429] * 2
    assert attempt("203.0.113.7", secret) == 429
    assert attempt("203.0.113.8") == 403
    age(client, PERIOD)
    secret = make_link(parts_of(client.application).catalog.database, "ada")
    assert attempt("203.0.113.7", secret) == 303


def test_a_sign_in_ends_the_session_before_it(editing_site: Editing) -> None:
    client, former = editing_site(), editing_site()
    sign_in(client)
    cookie = client.get_cookie("__Host-octavo")
    assert cookie
    former.set_cookie("__Host-octavo", cookie.value)
    sign_in(client, "grace")
    assert "grace" in client.get("/edit/sessions").text
    assert former.get("/edit/").status_code == 303


def test_a_cookie_that_someone_else_chose_is_not_taken_over(editing_site: Editing) -> None:
    client = editing_site()
    client.set_cookie("__Host-octavo", "A" * 43)
    sign_in(client)
    cookie = client.get_cookie("__Host-octavo")
    assert cookie
    assert cookie.value != "A" * 43


def test_an_editor_ends_one_of_the_own_sessions(editing_site: Editing) -> None:
    client, phone, grace = editing_site(), editing_site(), editing_site()
    sign_in(client)
    sign_in(phone, agent="Phone")
    sign_in(grace, "grace")
    page = BeautifulSoup(client.get("/edit/sessions").text, "html.parser")
    (other,) = page.select("[name=session]")
    post(grace, "/edit/sessions", session=other["value"])
    assert phone.get("/edit/").status_code == 200
    post(client, "/edit/sessions", session=other["value"])
    assert phone.get("/edit/").status_code == 303
    assert client.get("/edit/").status_code == 200


def test_below_a_path_only_the_pages_for_editors_get_the_cookie(editing_site: Editing) -> None:
    client = editing_site(proxies=1)
    headers = {**SAME_ORIGIN, "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Prefix": "/pubs"}
    secret = make_link(parts_of(client.application).catalog.database, "ada")
    answer = client.post("/edit/sign-in", data={"link": secret}, headers=headers)
    assert answer.headers["Location"] == "/pubs/edit/"
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Secure-octavo=")
    assert "; Path=/pubs/edit;" in cookie


def test_sign_ins_are_logged_without_secrets(
    editing_site: Editing, capfd: pytest.CaptureFixture[str]
) -> None:
    client = editing_site()
    sign_in(client)
    client.post("/edit/sign-in", data={"link": "wrong"}, headers=SAME_ORIGIN)
    client.post("/edit/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    post(client, "/edit/sign-out")
    cookie = client.get_cookie("__Host-octavo")
    lines = capfd.readouterr().err.splitlines()
    events = [json.loads(line) for line in lines if '"event"' in line]
    assert [(event["event"], event["editor"]) for event in events] == [
        ("signed_in", "ada"),
        ("sign_in_failed", ""),
        ("request_refused", ""),
        ("signed_out", "ada"),
    ]
    assert all({"time", "level", "client", "id"} <= set(event) for event in events)
    assert cookie is None


def test_over_plain_http_the_page_says_what_is_needed(editing_site: Editing) -> None:
    client = editing_site(hosts=("pubs.example.org",), proxies=1)
    forwarded = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": "pubs.example.org"}
    needed = "Signing in needs an https:// address"
    assert needed in client.get("/edit/sign-in", headers=forwarded).text
    secure = {**forwarded, "X-Forwarded-Proto": "https"}
    assert needed not in client.get("/edit/sign-in", headers=secure).text
    assert needed not in client.get("/edit/sign-in").text


@pytest.mark.parametrize("value", ["", "é" * 43, "a" * 43, "a" * 9000, "\x00", '"', "a.b.c", "%00"])
def test_no_cookie_causes_an_error(editing_site: Editing, value: str) -> None:
    client = editing_site()
    for path in ("/edit/", "/edit/bar", "/edit/sign-in", "/edit/sign-in?link=%00%ff"):
        cookie = f"__Host-octavo={value}; __Host-octavo-flow={value}".encode().decode("latin-1")
        answer = client.get(path, headers={"Cookie": cookie})
        assert answer.status_code in (200, 204, 303)
    answer = client.post(
        "/edit/sign-in", data={"link": value}, headers={**SAME_ORIGIN, "Cookie": "a\xff=b"}
    )
    assert answer.status_code == 403
