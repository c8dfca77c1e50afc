"""WSGI middleware: answer conditional requests with 304 before Flask runs.

DESIGN. A response depends only on the program, the settings, the translation, the catalog revision,
the names of the owner's files, the texts of PDFs in the index, the address and the kind of request.
A hash of these is its key, and its ETag begins with that key. A visitor who sends the ETag back
gets 304 after one small SELECT, for a fraction of what Flask would cost.

Whole pages are not cached here: nginx does that, see docs/decisions/nginx-caches-pages.md.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from flask import Flask

from ...config import ROOT, Settings
from ...errors import DatabaseError
from ...site import site
from ...telemetry.requests import ENDPOINT, REQUEST_ID, RESULT, RESULT_TAG, VALIDATION, ListResult
from ...translation import Translation
from .outages import OutageLog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

VARY = "HX-Request, HX-Source"
KEY = "octavo.key"  # in the WSGI environment: the response's key, "" while it has none

# Static files have a validator of their own; pages for editors are never stored.
_NEVER_VALIDATED = ("/static/", "/edit/")
_VALIDATED_BY_VIEWS = "/embed"  # whose headers a 304 must have as well
_TAG_AFTER_KEY = re.compile(rf"-({RESULT_TAG})\b")


class ConditionalRequests:
    """The WSGI application around Flask's own."""

    def __init__(self, app: Flask, settings: Settings, translation: Translation) -> None:
        self._flask = app.wsgi_app
        self._app = app
        self._outages = OutageLog(app)
        self._version = settings.fingerprint + translation.version + _program_fingerprint()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            return self._respond(environ, start_response)
        finally:
            self._outages.note(environ[REQUEST_ID])

    def _respond(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if method not in ("GET", "HEAD") or path.startswith(_NEVER_VALIDATED):
            return self._flask(environ, start_response)
        environ[KEY] = key = self._key(environ)
        if not key or not _accepts_html_first(environ) or path.startswith(_VALIDATED_BY_VIEWS):
            return self._flask(environ, start_response)
        _, matched, rest = environ.get("HTTP_IF_NONE_MATCH", "").partition(key)
        if not matched:
            return self._flask(environ, start_response)
        tag = _TAG_AFTER_KEY.match(rest)
        environ[VALIDATION], environ[ENDPOINT] = "validated", self._endpoint(environ)
        environ[RESULT] = ListResult.from_tag(tag[1]) if tag else None
        headers = [
            ("ETag", f'W/"{key}{tag[0] if tag else ""}"'),
            ("Cache-Control", "no-cache"),
            ("Vary", f"{VARY}, Accept, Accept-Encoding"),
        ]
        start_response("304 NOT MODIFIED", headers)
        return []

    def _key(self, environ: "WSGIEnvironment") -> str:
        """Return the hash of all that the response depends on.

        It is "" while the index is behind or the database is away.
        """
        try:
            state = site(self._app).catalog.state()
        except DatabaseError:  # the view shows what is known, or raises it again for an error page
            return ""
        if not state.settled:
            return ""
        parts = (
            self._version,
            str(state.revision),
            site(self._app).catalog.files.refresh(),
            site(self._app).catalog.search.texts_version,
            environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST", ""),
            environ.get("SCRIPT_NAME", ""),
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            kind_of(environ),
        )
        text = "\n".join(parts).encode("utf-8", "surrogateescape")
        return hashlib.blake2b(text, digest_size=12).hexdigest()

    def _endpoint(self, environ: "WSGIEnvironment") -> str:
        if environ["PATH_INFO"] == "/":
            return "pages.index"
        return str(self._app.url_map.bind_to_environ(environ).match()[0])


def key_of(environ: "WSGIEnvironment") -> str:
    """Return the key of the response; "" while it may not be cached."""
    return str(environ.get(KEY, ""))


def kind_of(environ: "WSGIEnvironment") -> str:
    """Return what is requested: "page", or a fragment after "typing" or for a "link".

    A history restore needs the whole page. deploy/nginx-cache.conf makes the same distinction.
    """
    if environ.get("HTTP_HX_REQUEST") != "true" or "HTTP_HX_HISTORY_RESTORE_REQUEST" in environ:
        return "page"
    is_typing = environ.get("HTTP_HX_SOURCE", "").startswith(("form", "input"))
    return "typing" if is_typing else "link"


def _accepts_html_first(environ: "WSGIEnvironment") -> bool:
    """Return whether HTML is preferred: some addresses have other formats to offer."""
    accept = str(environ.get("HTTP_ACCEPT", "*/*"))
    return accept == "*/*" or accept.startswith("text/html")


@cache
def _program_fingerprint() -> str:
    """Return a hash of the code, the templates and the static files: an upgrade ends every 304.

    A process runs the program that it began with.
    """
    digest = hashlib.blake2b(digest_size=6)
    for folder in ("webapp", "templates", "static"):
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()
