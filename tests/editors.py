"""Sites with editing in the browser, and clients that are signed in."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.reading import soup
from tests.sites import Site, site
from webapp.accounts.links import make_link
from webapp.catalog import Catalog, synchronise
from webapp.errors import IndexBusyError
from webapp.site import site as parts_of
from webapp.store.connections import writing
from webapp.store.tables import SessionRow, SignInFailure, SignInLinkRow

__all__ = ["editing_site", "site"]

EDITORS = ("ada", "grace")
EDITING = {"editors": EDITORS, "hosts": ("localhost",)}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
# The times that `age` changes, of each table with its key.
AGING: tuple[Any, ...] = (
    (SessionRow, SessionRow.hash, SessionRow.created, SessionRow.last_seen, SessionRow.expires),
    (SignInLinkRow, SignInLinkRow.hash, SignInLinkRow.expires, SignInLinkRow.used),
    (SignInFailure, SignInFailure.network, SignInFailure.since),
)
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


def form_of(answer: TestResponse) -> MultiDict[str, str]:
    """Return what a browser would send of the form of a page, without its buttons."""
    form = soup(answer).select_one("form#edit")
    assert form
    sent: MultiDict[str, str] = MultiDict()
    for field in form.select("input, textarea"):
        value = field.text.removeprefix("\n") if field.name == "textarea" else str(field["value"])
        is_ticked = field.get("type") not in ("radio", "checkbox") or field.has_attr("checked")
        if is_ticked and not field.has_attr("disabled"):
            sent.add(str(field["name"]), value.replace("\n", "\r\n"))
    return sent


def age(client: FlaskClient, by: timedelta) -> None:
    """Move all times of sessions, links and failures into the past, as if that time had passed."""
    with writing(parts_of(client.application).catalog.database) as connection:
        for table, key, *columns in AGING:
            for row in connection.execute(select(key, *columns)).all():
                times = {
                    column.key: time - by
                    for column, time in zip(columns, row[1:], strict=True)
                    if time
                }
                connection.execute(update(table).where(key == row[0]).values(times))


@pytest.fixture
def editing_site(site: Site) -> Callable[..., FlaskClient]:
    """A function that makes a client of a site with editing, not signed in."""
    return lambda **settings: site(**{**EDITING, **settings})


def index(catalog: Catalog) -> None:
    """Bring the index up to date. A thread of the application may be doing it since a request."""
    while not catalog.state().settled:
        with suppress(IndexBusyError):
            synchronise(catalog.database, catalog.search, choices=catalog.choices)
