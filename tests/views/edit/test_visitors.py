"""Nothing changes for visitors: neither with editing on, nor with the cookie of an editor."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.editors import EDITING, editing_site, sign_in, site
from tests.sites import Site

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]
SLUG = "feng2023tensorir"
FRAGMENT = {"HX-Request": "true", "HX-Source": "form#search"}
PAGES = (
    *("/", "/?q=tensor", "/?q=zzzz&year=2023", "/?page=2", "/print", "/export", "/facets/author"),
    *(f"/publications/{SLUG}{part}" for part in ("", "/abstract", "/authors", "/cite", "/linkset")),
    *(f"/publications/{SLUG}.{format_}" for format_ in ("bib", "ris", "json")),
    *("/publications.bib", "/publications.csv", "/publications.atom"),
    *("/sitemap.xml", "/robots.txt", "/theme.css", "/static/site.js", "/static/site.css"),
    *("/healthz", "/nowhere", "/publications/nothing", "/files/nothing.pdf"),
)
# They differ from response to response.
OF_A_REQUEST = {"X-Request-ID", "Date"}


def comparable(answer: TestResponse) -> tuple[object, ...]:
    headers = sorted(pair for pair in answer.headers if pair[0] not in OF_A_REQUEST)
    return answer.status_code, headers, answer.data


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
def test_every_page_is_the_same_with_editing_and_with_the_cookie(
    site: Site, editing_site: Editing, headers: dict[str, str]
) -> None:
    without, with_editing, editor = site(hosts=EDITING["hosts"]), editing_site(), editing_site()
    sign_in(editor)
    for path in PAGES:
        expected = comparable(without.get(path, headers=headers, buffered=True))
        assert comparable(with_editing.get(path, headers=headers, buffered=True)) == expected, path
        assert comparable(editor.get(path, headers=headers, buffered=True)) == expected, path


def test_an_editor_gets_304_for_a_page_that_a_visitor_loaded(editing_site: Editing) -> None:
    visitor, editor = editing_site(), editing_site()
    sign_in(editor)
    etag = visitor.get("/").headers["ETag"]
    assert editor.get("/", headers={"If-None-Match": etag}).status_code == 304


def test_the_bar_is_empty_for_visitors(editing_site: Editing) -> None:
    client = editing_site()
    answer = client.get(f"/edit/bar?for={SLUG}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Set-Cookie" not in answer.headers


def test_the_bar_leads_an_editor_to_the_form(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    assert f'href="/edit/{SLUG}"' in client.get(f"/edit/bar?for={SLUG}").text
    assert 'href="/edit/~history"' in client.get("/edit/bar?for=history").text
    for wrong in ("", "a/b", "<b>", '"', "a b"):
        answer = client.get("/edit/bar", query_string={"for": wrong})
        assert 'href="/edit/"' in answer.text
