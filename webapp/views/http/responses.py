"""What HTTP asks of every answer: validators before any work, finished pages kept, headers."""

from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec

from flask import Flask, Response, g, make_response, request
from flask.typing import ResponseReturnValue

from ...catalog.catalog import Catalog
from ...config import Settings
from ...formats.bibtex.bibtex import public
from ...records import Record
from ...site import site
from ...telemetry.requests import CACHE, FOUND, Found
from . import page_cache

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
# Over TLS: a year without plain HTTP. Other names below this one are not ours to decide on.
STRICT_TRANSPORT = "max-age=31536000"


def catalog() -> Catalog:
    return site().catalog


def visibility() -> Callable[[Record], Record]:
    """What makes of a record the one that visitors get, without the owner's own fields."""
    settings = site().settings
    return partial(public, also=settings.public_fields)


def visible(record: Record) -> Record:
    """The record as visitors get it."""
    return visibility()(record)


def is_fragment() -> bool:
    """Whether htmx asks for a part of the page. A history restore asks for all of it."""
    return request_kind() != "page"


def request_kind() -> str:
    """What is asked for: "page", or a fragment for one who is "typing" or follows a "link"."""
    return page_cache.kind_of(request.environ)


def of_revision(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A view whose answer depends on the URL, the catalog revision and the settings alone.

    It gets a validator, and is kept for the next visitor: `memory` answers with it. While the
    index is behind the database nothing is kept, by anyone.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        key = page_cache.key_of(request.environ)
        if key:
            request.environ[CACHE] = "miss"
            g.page_key = key
            response = make_response(view(*args, **kwargs))
            found: Found | None = request.environ.get(FOUND)
            response.set_etag(f"{key}-{found.mark}" if found else key, weak=True)
            response.headers["Cache-Control"] = "no-cache"
        else:
            request.environ[CACHE] = "unsettled"
            catalog().state()  # where there is no database, say so
            site().index_follower.notice()
            response = make_response(view(*args, **kwargs))
            response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = page_cache.VARY
        if request.if_none_match:
            response.make_conditional(request)
        return response

    return answer


def streamed(response: Response) -> Response:
    """An answer too large to be kept, as those are that are made while they are sent."""
    g.pop("page_key", None)
    return response


def init_app(app: Flask, settings: Settings) -> None:
    kept = page_cache.Memory(app, settings)
    app.wsgi_app = kept  # type: ignore[method-assign]

    # Registered before the compression, so run after it: what is kept is compressed.
    @app.after_request
    def _finish(response: Response) -> Response:
        for name, value in SECURITY_HEADERS.items():  # a file's own policies stay
            response.headers.setdefault(name, value)
        if request.scheme == "https":
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        key = g.pop("page_key", None)
        if key and response.status_code == 200:
            kept.keep(key, request.environ, response)
        return response
