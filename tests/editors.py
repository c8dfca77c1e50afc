"""Sites with editing in the browser, and clients that are signed in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.sites import Site, site
from webapp.accounts.links import make_link
from webapp.site import site as parts_of

__all__ = ["editing_site", "site"]

EDITORS = ("ada", "grace")
EDITING = {"editors": EDITORS, "hosts": ("localhost",)}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def sign_in(client: FlaskClient, name: str = "ada", agent: str = "Test") -> TestResponse:
    """Sign an editor in by a link, as `octavo sign-in` makes it."""
    secret = make_link(parts_of(client.application).catalog.database, name)
    answer = client.post(
        "/edit/sign-in", data={"link": secret}, headers={**SAME_ORIGIN, "User-Agent": agent}
    )
    assert answer.status_code == 303, answer.text
    return answer


def form_token(client: FlaskClient) -> str:
    """Return a token for forms of the client's session."""
    match = TOKEN.search(client.get("/edit/").text)
    assert match
    return match[1]


def post(client: FlaskClient, path: str, /, **fields: Any) -> TestResponse:
    """Send a form of the client's session."""
    data = {"csrf_token": form_token(client), **fields}
    return client.post(path, data=data, headers=SAME_ORIGIN)


@pytest.fixture
def editing_site(site: Site) -> Callable[..., FlaskClient]:
    """A function that makes a client of a site with editing, not signed in."""
    return lambda **settings: site(**{**EDITING, **settings})
