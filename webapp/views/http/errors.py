"""Error handlers: every error becomes a page with the site's layout, or a fragment of it."""

import logging
from typing import Final

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from ...errors import (
    DatabaseError,
    DatabaseUnavailableError,
    IndexBusyError,
    IndexUnavailableError,
    OctavoError,
)
from ...site import site
from .responses import is_fragment

RETRY_AFTER: Final = 5  # seconds; the site notices within two that the database is back

logger = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, _show)
    app.register_error_handler(DatabaseError, show_database_error)
    app.register_error_handler(OctavoError, _show_own_error)


def _show(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    template = "_error.html" if is_fragment() else "error.html"
    body = render_template(template, error=error)
    headers = [
        (n, v)
        for n, v in error.get_headers()
        if n.lower() not in ("content-type", "content-length")
    ]
    return body, error.code, [*headers, ("Vary", "HX-Request"), ("Cache-Control", "no-store")]


def show_database_error(error: DatabaseError) -> ResponseReturnValue:
    """Log what happened. An outage is not logged here, at every request."""
    if isinstance(error, DatabaseUnavailableError):
        if not site().catalog.is_away:
            logger.error("The database failed: %s", error)
        return _show(ServiceUnavailable(retry_after=RETRY_AFTER))
    logger.error("The database failed: %s", error, exc_info=error)
    return _show(InternalServerError())


def _show_own_error(error: OctavoError) -> ResponseReturnValue:
    logger.error("%s: %s", type(error).__name__, error, exc_info=error)
    unready = isinstance(error, IndexBusyError | IndexUnavailableError)
    return _show(ServiceUnavailable() if unready else InternalServerError())
