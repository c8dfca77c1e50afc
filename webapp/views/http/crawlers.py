"""WSGI middleware: refuse lists with many filters to programs that follow every link.

DESIGN. The filters of a list combine into millions of addresses. Crawlers that ignore robots.txt
request them in random order, each from another address, so that no limit per visitor and no cache
holds them back. A browser names the page of the site that a visitor comes from; crawlers do not.
So a list with more than MAX_FILTERS filters that is requested from elsewhere gets a small page
with 429 instead, before database and index are asked. Its link leads a person to the list.

A request with a validator may get 304 first, which costs as little; nginx sends that of a page that
it has stored. 429 is stored nowhere. See docs/decisions/crawlers.md.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from ...catalog import Criteria
from ...config import Settings
from ...telemetry.requests import ENDPOINT, REFUSED
from ..hosts import host_in
from .responses import add_security_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_FILTERS: Final = 2  # values of facets; a range of years is one
# The endpoints of pages about a list. Feeds and exports of lists are for programs, which come from
# no page; `limits` protects them.
PAGES: Final = frozenset(
    {"pages.index", "pages.print_list", "exports.formats", "documents.document", "facets.values"}
    | {"selection.select_list", "embed.how"}
)
RETRY_AFTER: Final = 86_400  # seconds: waiting does not help
BASES: Final = 8  # the paths below which the site lives, at most, that its page is cached for


def init_app(app: Flask, settings: Settings) -> None:
    """Refuse these requests; those with a validator only where they have got no 304."""
    if not settings.refuse_crawlers:
        return
    refusals = _Refusals(app, settings.hosts)
    app.wsgi_app = refusals  # type: ignore[method-assign]

    @app.before_request
    def _refuse_a_page_that_has_changed() -> Response | None:
        environ = request.environ
        return refusals.response(environ) if refusals.refuses(environ) else None


class _Refusals:
    """The WSGI application around the one that answers conditional requests."""

    def __init__(self, app: Flask, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = hosts
        self._next: WSGIApplication = app.wsgi_app
        self._body = lru_cache(maxsize=BASES)(self._render)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if "HTTP_IF_NONE_MATCH" in environ or not self.refuses(environ):
            return self._next(environ, start_response)
        response = add_security_headers(self.response(environ), environ["wsgi.url_scheme"])
        return response(environ, start_response)

    def refuses(self, environ: "WSGIEnvironment") -> bool:
        """Return whether a request is for a page about a list with many filters, from elsewhere."""
        query = environ.get("QUERY_STRING", "")
        return (
            query.count("=") > MAX_FILTERS
            and environ.get("HTTP_HX_REQUEST") != "true"
            and not self._is_from_site(environ)
            and _count_filters(query) > MAX_FILTERS
            and self._endpoint(environ) in PAGES
        )

    def response(self, environ: "WSGIEnvironment") -> Response:
        """Return the page with 429, and let the request count as refused."""
        environ[ENDPOINT] = REFUSED
        response = Response(self._body(environ.get("SCRIPT_NAME", "")), 429)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Retry-After"] = str(RETRY_AFTER)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def _is_from_site(self, environ: "WSGIEnvironment") -> bool:
        """Return whether a browser names a page of the same host, or loads the list again.

        `Sec-Fetch-Site` says so also where the visitor lets no referrer be sent. The scheme may be
        another: not every proxy passes it on.
        """
        if environ.get("HTTP_SEC_FETCH_SITE") == "same-origin":
            return True
        host = host_in(environ, self._hosts)
        referrer = environ.get("HTTP_REFERER", "").lower().partition("://")[2]
        return bool(host) and referrer.partition("/")[0] == host

    def _endpoint(self, environ: "WSGIEnvironment") -> str:
        """Return the endpoint of a path; "" if there is none, or for another method."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")  # see PEP 3333
        try:
            endpoint, _ = self._app.url_map.bind("").match(path, environ["REQUEST_METHOD"])
        except HTTPException:
            return ""
        return str(endpoint)

    def _render(self, base: str) -> str:
        """Return the page of a site below a path, which is the same for every list."""
        with self._app.test_request_context(base_url=f"http://localhost{base}"):
            return render_template("many_filters.html")


def _count_filters(query: str) -> int:
    return sum(map(len, Criteria.from_args(parse_qs(query)).filters.values()))
