"""What every response has in common: validators, caching policy, security headers."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec

from flask import Flask, Response, make_response, request
from flask.typing import ResponseReturnValue

from ...catalog import Catalog
from ...config import Settings
from ...errors import DatabaseUnavailableError
from ...formats.bibliography import bibliography
from ...formats.bibtex.bibtex import public
from ...records import Record
from ...site import site
from ...telemetry.requests import RESULT, VALIDATION, ListResult
from ...translation import Translation
from . import validation

P = ParamSpec("P")

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Over TLS: no plain HTTP for a year. Subdomains are left out; their owner decides about them.
STRICT_TRANSPORT = "max-age=31536000"

# For nginx, which removes this header: store the response as one that has expired, so that it is
# validated at every use.
STORE_AND_VALIDATE = "@1"


def catalog() -> Catalog:
    """Return the catalog of the current application."""
    return site().catalog


def visible(record: Record) -> Record:
    """Return a record without private fields and links to absent files, as a page shows it.

    Members have their present names.
    """
    record = catalog().choices.members.rename(record)
    return catalog().files.with_existing(public(record, site().settings.public_fields))


def exportable() -> Callable[[Record], Record]:
    """Return the function that makes the record of exports and citations."""
    added_fields, members = site().settings.public_fields, catalog().choices.members
    return lambda record: bibliography(public(members.rename(record), added_fields), added_fields)


def is_fragment() -> bool:
    """Return whether htmx requests a part of the page. A history restore needs all of it."""
    return request_kind() != "page"


def request_kind() -> str:
    """Return "page", or for a fragment "typing" or "link"; see `validation.kind_of`."""
    return validation.kind_of(request.environ)


def cached_by_revision(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Decorate a view whose response depends only on the URL, the revision and the settings.

    The response gets an ETag that browsers and nginx validate at every use. While the index is
    behind the database, or the database is away, the response has none, and nothing may store it.
    """

    @wraps(view)
    def respond(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        key = validation.key_of(request.environ)
        if key:
            request.environ[VALIDATION] = "rendered"
            site().index_follower.notice_files(catalog().files.version)
        else:
            request.environ[VALIDATION] = "unsettled"
            with suppress(DatabaseUnavailableError):
                catalog().state()  # raises DatabaseError if the database is damaged
            site().index_follower.notice()
        response = make_response(view(*args, **kwargs))
        if key and not catalog().is_away:
            result: ListResult | None = request.environ.get(RESULT)
            response.set_etag(f"{key}-{result.tag}" if result else key, weak=True)
            response.headers["Cache-Control"] = "no-cache"
        else:
            key = ""
            response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = validation.VARY
        if request.if_none_match:
            response.make_conditional(request)
        can_store = key and response.status_code == 200 and not response.is_streamed
        if can_store and site().settings.proxies:
            response.headers["X-Accel-Expires"] = STORE_AND_VALIDATE
        return response

    return respond


def init_app(app: Flask, settings: Settings, translation: Translation) -> None:
    """Answer conditional requests early, and add the security headers to every response."""
    app.wsgi_app = validation.ConditionalRequests(app, settings, translation)  # type: ignore[method-assign]

    @app.after_request
    def _secure(response: Response) -> Response:
        return add_security_headers(response, request.scheme)


def add_security_headers(response: Response, scheme: str) -> Response:
    """Add the security headers to a response, and return it. A file's own policies stay."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if scheme == "https":
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    return response
