"""What HTTP asks of every answer: validators before any work, finished pages kept, headers."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import ParamSpec

from flask import Flask, Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue

from ..catalog import Catalog
from ..config import ROOT, Settings
from ..observation import CACHE

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
}
# Over TLS: a year without plain HTTP. Other names below this one are not ours to decide on.
STRICT_TRANSPORT = "max-age=31536000"


def catalog() -> Catalog:
    found: Catalog = current_app.extensions["catalog"]
    return found


def is_fragment() -> bool:
    """Whether htmx asks for a part of the page. A history restore asks for all of it."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in headers


def request_kind() -> str:
    """What is asked for: "page", or a fragment for one who is "typing" or follows a "link"."""
    if not is_fragment():
        return "page"
    source = request.headers.get("HX-Source", "")
    return "typing" if source.startswith(("form", "input")) else "link"


def of_revision(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """A view whose answer depends on the URL, the catalog revision and the settings alone.

    A visitor who has it is told so (304) before any work; a finished one is kept for the next.
    While the index is behind the database nothing is kept, by anyone.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        state = catalog().state()
        if not state.settled:
            request.environ[CACHE] = "unsettled"
            current_app.extensions["index_follower"].notice()
            response = make_response(view(*args, **kwargs))
            response.headers["Cache-Control"] = "no-store"
            return _varying(response)
        key = _key(str(state.revision))
        if request.if_none_match.contains_weak(key):
            request.environ[CACHE] = "validated"
            return _validated(Response(status=304), key)
        kept = _pages().get(key + request.headers.get("Accept-Encoding", ""))
        if kept:
            request.environ[CACHE] = "hit"
            return kept.response()
        request.environ[CACHE] = "miss"
        g.page_key = key
        return _validated(make_response(view(*args, **kwargs)), key)

    return answer


def streamed(response: Response) -> Response:
    """An answer too large to be kept, as those are that are made while they are sent."""
    g.pop("page_key", None)
    return response


def _key(revision: str) -> str:
    """The ETag, but for its quotes: all that the answer depends on."""
    environ = request.environ  # as it came: decoding the address would cost more than the rest
    parts = (
        current_app.extensions["answer_version"],
        revision,
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        environ.get("SCRIPT_NAME", ""),
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
        request_kind(),
    )
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def _validated(response: Response, key: str) -> Response:
    response.set_etag(key, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return _varying(response)


def _varying(response: Response) -> Response:
    response.headers["Vary"] = "HX-Request, HX-Source"
    return response


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    headers: tuple[tuple[str, str], ...]

    def response(self) -> Response:
        return Response(self.body, headers=list(self.headers))


class _PageCache:
    """The finished, compressed answers that were asked for most recently, up to a size in bytes."""

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
            if key in self._pages:
                return
            self._pages[key] = kept
            self._size += len(kept.body)
            while self._size > self._capacity:
                self._size -= len(self._pages.popitem(last=False)[1].body)


def _pages() -> _PageCache:
    pages: _PageCache = current_app.extensions["page_cache"]
    return pages


def _program_fingerprint() -> str:
    """Changes with the code, the templates or the static files: an upgrade never answers 304."""
    digest = hashlib.blake2b(digest_size=6)
    for folder in ("webapp", "templates", "static"):
        for path in sorted((ROOT / folder).rglob("*.*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["answer_version"] = settings.fingerprint + _program_fingerprint()
    app.extensions["page_cache"] = _PageCache(settings.page_cache_mb << 20)

    # Registered before the compression, so run after it: what is kept is compressed.
    @app.after_request
    def _finish(response: Response) -> Response:
        if "Content-Security-Policy" not in response.headers:
            response.headers.extend(SECURITY_HEADERS)
            if request.scheme == "https":
                response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        key = g.pop("page_key", None)
        if key and response.status_code == 200:
            encoding = request.headers.get("Accept-Encoding", "")
            _pages().put(key + encoding, _Kept(response.get_data(), tuple(response.headers)))
        return response
