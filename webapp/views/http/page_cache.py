"""Around Flask: who has the answer is told so (304), and a kept answer is given again.

This comes before all work but learning the revision, and costs less than Flask itself.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from sys import getsizeof
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, Response

from ...config import ROOT, Settings
from ...site import site
from ...store.connections import DatabaseError
from ...telemetry.requests import CACHE, ENDPOINT, FOUND, MARK, Found

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

VARY = "HX-Request, HX-Source"
KEY = "octavo.key"  # of the WSGI environment: the answer's key, "" while nothing may be kept


Headers = tuple[tuple[str, str], ...]

_MARK = re.compile(rf"-({MARK})\b")  # in an ETag, behind the key
_NODE = 128  # bytes that an entry takes of the dictionary itself, about


@dataclass(frozen=True, slots=True)
class _Kept:
    endpoint: str
    found: Found | None  # of a list
    common: Headers  # one object for all answers that have the same
    own: Headers
    body: bytes

    @property
    def size(self) -> int:
        """The memory that it takes, in bytes."""
        own = sum(getsizeof(header) + getsizeof(header[1]) for header in self.own)
        found = getsizeof(self.found) + getsizeof(1) if self.found else 0
        return getsizeof(self) + found + getsizeof(self.own) + own + getsizeof(self.body)


class Memory:
    """The WSGI application in front of Flask's own."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._flask = app.wsgi_app
        self._app = app
        self._version = settings.fingerprint + _program_fingerprint()
        self._pages = _Pages(settings.page_cache_mb << 20)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if method not in ("GET", "HEAD") or path.startswith("/static/"):
            return self._flask(environ, start_response)
        environ[KEY] = key = self._key(environ)
        if not key or not _takes_a_page(environ):
            return self._flask(environ, start_response)
        _, known, rest = environ.get("HTTP_IF_NONE_MATCH", "").partition(key)
        if known:
            environ[CACHE], environ[ENDPOINT] = "validated", self._endpoint(environ)
            mark = _MARK.match(rest)
            environ[FOUND] = Found.from_mark(mark[1]) if mark else None
            start_response("304 NOT MODIFIED", _validators(key + mark[0] if mark else key))
            return []
        kept = self._pages.get(key + environ.get("HTTP_ACCEPT_ENCODING", ""))
        if kept is None:
            return self._flask(environ, start_response)
        environ[CACHE], environ[ENDPOINT], environ[FOUND] = "hit", kept.endpoint, kept.found
        start_response("200 OK", [*kept.common, *kept.own])
        return [kept.body] if method == "GET" else []

    def keep(self, key: str, environ: "WSGIEnvironment", response: Response) -> None:
        """Keep a finished answer for the next who asks for the same."""
        if environ["REQUEST_METHOD"] == "GET":
            own = tuple(header for header in response.headers if _is_own(header[0]))
            common = tuple(header for header in response.headers if not _is_own(header[0]))
            kept = _Kept(
                environ[ENDPOINT], environ.get(FOUND), _the_one(common), own, response.get_data()
            )
            self._pages.put(key + environ.get("HTTP_ACCEPT_ENCODING", ""), kept)

    def _key(self, environ: "WSGIEnvironment") -> str:
        """All that the answer depends on: where its ETag begins. "" while the index lags."""
        catalog = site(self._app).catalog
        try:
            state = catalog.state()
        except DatabaseError:  # Flask will meet it too, and say so in the site's own look
            return ""
        if not state.settled:
            return ""
        parts = (
            self._version,
            str(state.revision),
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
    """The key of the answer, "" while nothing may be kept."""
    return str(environ.get(KEY, ""))


def kind_of(environ: "WSGIEnvironment") -> str:
    """What is asked for: "page", or a fragment for one who is "typing" or follows a "link".

    A history restore is not a fragment.
    """
    if environ.get("HTTP_HX_REQUEST") != "true" or "HTTP_HX_HISTORY_RESTORE_REQUEST" in environ:
        return "page"
    typing = environ.get("HTTP_HX_SOURCE", "").startswith(("form", "input"))
    return "typing" if typing else "link"


def _is_own(header: str) -> bool:
    """Whether a header differs from answer to answer."""
    return header in ("Content-Length", "ETag") or header.startswith("HX-")


@lru_cache(maxsize=64)
def _the_one(headers: Headers) -> Headers:
    """The same object for the same headers."""
    return headers


def _takes_a_page(environ: "WSGIEnvironment") -> bool:
    """Whether a page is what is wanted most: some addresses have other forms to give."""
    accept = str(environ.get("HTTP_ACCEPT", "*/*"))
    return accept == "*/*" or accept.startswith("text/html")


def _validators(tag: str) -> list[tuple[str, str]]:
    return [
        ("ETag", f'W/"{tag}"'),
        ("Cache-Control", "no-cache"),
        ("Vary", f"{VARY}, Accept, Accept-Encoding"),
    ]


class _Pages:
    """The answers that were asked for most recently, up to a size in bytes, all counted."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._size = 0
        self._lock = Lock()
        self._pages: OrderedDict[str, _Kept] = OrderedDict()

    def get(self, key: str) -> _Kept | None:
        with self._lock:
            kept = self._pages.get(key)
            if kept:
                self._pages.move_to_end(key)
            return kept

    def put(self, key: str, kept: _Kept) -> None:
        with self._lock:
            if key in self._pages or _size(key, kept) > self._capacity:
                return
            self._pages[key] = kept
            self._size += _size(key, kept)
            while self._size > self._capacity:
                self._size -= _size(*self._pages.popitem(last=False))


def _size(key: str, kept: _Kept) -> int:
    return _NODE + getsizeof(key) + kept.size


def _program_fingerprint() -> str:
    """Changes with the code, the templates or the static files: an upgrade never answers 304."""
    digest = hashlib.blake2b(digest_size=6)
    for folder in ("webapp", "templates", "static"):
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()
