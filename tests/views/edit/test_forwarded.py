"""The reverse proxy signs in, and no one else."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.editors import SAME_ORIGIN, TOKEN, editing_site, sign_in, site
from webapp.config import Settings

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]
FORWARDED = {
    **SAME_ORIGIN,
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "localhost",
}
ADA = {**FORWARDED, "X-Forwarded-User": "ada"}


@pytest.fixture
def client(editing_site: Editing) -> FlaskClient:
    return editing_site(sign_in="proxy", proxies=1)


def test_the_user_of_the_proxy_edits(client: FlaskClient) -> None:
    answer = client.get("/edit/", headers=ADA)
    assert answer.status_code == 200
    assert "Max-Age=43200" in answer.headers["Set-Cookie"]
    assert "Set-Cookie" not in client.get("/edit/", headers=ADA).headers
    match = TOKEN.search(client.get("/edit/", headers=ADA).text)
    assert match
    data = {"csrf_token": match[1]}
    assert client.post("/edit/sign-out", data=data, headers=ADA).headers["Location"] == "/"


@pytest.mark.parametrize("user", ["", "mallory", "ADA", "ada,grace", "ada ", "ad\xe4", "a" * 5000])
def test_another_user_does_not(client: FlaskClient, user: str) -> None:
    answer = client.get("/edit/", headers={**FORWARDED, "X-Forwarded-User": user})
    assert answer.status_code == 303
    assert client.get("/edit/sign-in", headers={**FORWARDED, "X-Forwarded-User": user}).text


def test_the_session_is_that_of_the_present_user(client: FlaskClient) -> None:
    """The cookie alone is nothing: the proxy says at every request who is there."""
    client.get("/edit/", headers=ADA)
    assert client.get("/edit/", headers=FORWARDED).status_code == 303
    page = client.get("/edit/sessions", headers={**FORWARDED, "X-Forwarded-User": "grace"})
    assert "<strong>grace</strong>" in page.text


def test_the_name_counts_only_from_the_proxies(client: FlaskClient, editing_site: Editing) -> None:
    alone = {"X-Forwarded-User": "ada"}
    assert client.get("/edit/", headers=alone).status_code == 303
    two = editing_site(sign_in="proxy", proxies=2)
    assert two.get("/edit/", headers=ADA).status_code == 303
    by_link = editing_site(proxies=1)
    assert by_link.get("/edit/", headers=ADA).status_code == 303


def test_a_link_does_not_sign_in_where_the_proxy_does(client: FlaskClient) -> None:
    with pytest.raises(AssertionError):
        sign_in(client)


def test_visitors_pages_do_not_know_the_user(client: FlaskClient) -> None:
    for path in ("/", "/publications/feng2023tensorir", "/publications.atom"):
        visitor, user = client.get(path, headers=FORWARDED), client.get(path, headers=ADA)
        assert visitor.data == user.data
        assert "Set-Cookie" not in user.headers


def test_the_header_needs_proxies() -> None:
    with pytest.raises(ValueError, match="while proxies is 0"):
        Settings(editors=("ada",), hosts=("localhost",), sign_in="proxy")
