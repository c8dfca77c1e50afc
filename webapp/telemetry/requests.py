"""What is seen of every request: an id, its time, a count, and a line of JSON for who wants one."""

import json
import logging
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Self

from flask import Flask, has_request_context, request

from ..config import Settings
from .metrics import OUTCOMES, Board
from .timing import measuring

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUEST_ID = "octavo.request_id"  # key of the WSGI environment
ENDPOINT = "octavo.endpoint"  # likewise
CACHE = "octavo.cache"  # likewise; what became of the page cache, as metrics.CACHE has it
FOUND = "octavo.found"  # likewise; what a list holds, a Found
UNKNOWN = "none"  # the endpoint of an address that does not exist

_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_STANDARD_OUTPUT = 1


@dataclass(frozen=True, slots=True)
class Found:
    """How many publications a list holds; `outcome` is one of metrics.OUTCOMES if it is searched.

    Its mark is a part of the list's ETag, so that an answer 304 tells it without any search.
    """

    outcome: str  # "" for a list without words
    hits: int

    @property
    def mark(self) -> str:
        return f"{(self.outcome or 'list')[0]}{self.hits}"

    @classmethod
    def from_mark(cls, mark: str) -> Self:
        """Read a mark, which must be one."""
        return cls(_OUTCOMES_BY_LETTER[mark[0]], int(mark[1:]))


_OUTCOMES_BY_LETTER = {outcome[0]: outcome for outcome in OUTCOMES} | {"l": ""}
MARK = f"[{''.join(_OUTCOMES_BY_LETTER)}][0-9]{{1,8}}"  # a pattern of all marks


@lru_cache
def _board(endpoints: tuple[str, ...]) -> Board:
    """One for all applications with these endpoints: a reload goes on counting."""
    return Board(endpoints)


def init_app(app: Flask, settings: Settings) -> Board:
    """Observe every request of an application and return its metrics.

    All endpoints must be registered before.
    """
    board = _board((*sorted(app.view_functions), UNKNOWN))
    app.before_request(_note_endpoint)
    app.wsgi_app = _Observer(app.wsgi_app, board, settings)  # type: ignore[method-assign]
    if settings.log_requests:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonFormatter())
        logging.getLogger("webapp").handlers = [handler]
    return board


def _note_endpoint() -> None:
    if request.endpoint:
        request.environ[ENDPOINT] = request.endpoint


class JsonFormatter(logging.Formatter):
    """A line of JSON, with the id of the request that it is about."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _moment(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["id"] = request.environ.get(REQUEST_ID, "")
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Observer:
    """Around the whole application, so that no answer escapes it. Costs about 10 µs a request."""

    def __init__(self, app: "WSGIApplication", board: Board, settings: Settings) -> None:
        self._app = app
        self._board = board
        self._settings = settings

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        start = perf_counter()
        environ[REQUEST_ID] = id_ = self._request_id(environ)
        answer: list[Any] = ["500", []]

        def begin(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            answer[:] = status, headers
            headers.append(("X-Request-ID", id_))
            if phases is not None:
                headers.append(("Server-Timing", _server_timing(phases, perf_counter() - start)))
            return start_response(status, headers, *exc_info)

        phases: dict[str, float] | None = None
        if "HTTP_X_SERVER_TIMING" in environ:
            with measuring() as phases:
                body = self._app(environ, begin)
        else:
            body = self._app(environ, begin)
        self._note(environ, int(answer[0][:3]), answer[1], perf_counter() - start)
        return body

    def _request_id(self, environ: "WSGIEnvironment") -> str:
        """The proxy's, so that its log and ours agree; else one of our own."""
        if self._settings.proxies:
            given = environ.get("HTTP_X_REQUEST_ID", "")
            if _ID.fullmatch(given):
                return str(given)
        return os.urandom(8).hex()

    def _note(
        self,
        environ: "WSGIEnvironment",
        status: int,
        headers: list[tuple[str, str]],
        seconds: float,
    ) -> None:
        endpoint = environ.get(ENDPOINT, UNKNOWN)
        found: Found | None = environ.get(FOUND)
        outcome = found.outcome if found else ""
        self._board.count(endpoint, status, seconds, environ.get(CACHE), outcome)
        if self._settings.log_requests:
            os.write(_STANDARD_OUTPUT, self._line(environ, status, endpoint, headers, seconds))

    def _line(
        self,
        environ: "WSGIEnvironment",
        status: int,
        endpoint: str,
        headers: list[tuple[str, str]],
        seconds: float,
    ) -> bytes:
        found: Found | None = environ.get(FOUND)
        line = {
            "time": _moment(time()),
            "level": "info",
            "id": environ[REQUEST_ID],
            "client": environ.get("REMOTE_ADDR", ""),
            "method": environ["REQUEST_METHOD"],
            "path": _path(environ),
            "endpoint": endpoint,
            "status": status,
            "bytes": next((int(v) for n, v in headers if n == "Content-Length"), None),
            "ms": round(seconds * 1000, 2),
            "cache": environ.get(CACHE),
            "hits": found.hits if found else None,
            "outcome": (found and found.outcome) or None,
        }
        if self._settings.log_queries:
            line["query"] = environ.get("QUERY_STRING", "")
        return json.dumps(line).encode() + b"\n"


def _path(environ: "WSGIEnvironment") -> str:
    path: str = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
    return path.encode("latin-1").decode("utf-8", "replace")  # as PEP 3333 carries it


def _server_timing(phases: dict[str, float], total: float) -> str:
    parts = {**phases, "total": total}
    return ", ".join(f"{name};dur={1000 * seconds:.2f}" for name, seconds in parts.items())


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
