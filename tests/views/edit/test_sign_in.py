"""Signing in by a link, and signing out."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.editors import SAME_ORIGIN, editing_site, post, sign_in, site
from webapp.accounts.links import make_link
from webapp.site import site as parts_of

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
