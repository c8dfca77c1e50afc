"""Observation of requests: an id for each, its time and counters, and a log line in JSON."""

import json
import logging
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Self

from flask import Flask, has_request_context, request

from ..config import Settings
from .metrics import OUTCOMES, Metrics
from .timing import measure_phases

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Keys of the WSGI environment.
REQUEST_ID = "octavo.request_id"
ENDPOINT = "octavo.endpoint"
VALIDATION = "octavo.validation"  # one of metrics.VALIDATIONS
RESULT = "octavo.result"  # the ListResult of a list

UNKNOWN = "none"  # the endpoint of an address that does not exist
REFUSED = "refused"  # of a list that is not shown to a crawler, see views/http/crawlers.py

_VALID_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_STANDARD_OUTPUT = 1


@dataclass(frozen=True, slots=True)
class ListResult:
    """What a list shows: the outcome of its search, one of metrics.OUTCOMES, and its length.

    Its tag is a part of the list's ETag, so that a 304 can be counted without a search.
    """

    outcome: str  # "" for a list without words
    hits: int

    @property
    def tag(self) -> str:
        """The result as a letter and a number: "f79" for 79 hits of all words."""
        return f"{(self.outcome or 'list')[0]}{self.hits}"

    @classmethod
    def from_tag(cls, tag: str) -> Self:
        """Return the result of a tag, which must match RESULT_TAG."""
        return cls(_OUTCOMES_BY_LETTER[tag[0]], int(tag[1:]))


_OUTCOMES_BY_LETTER = {outcome[0]: outcome for outcome in OUTCOMES} | {"l": ""}
RESULT_TAG = f"[{''.join(_OUTCOMES_BY_LETTER)}][0-9]{{1,8}}"  # a pattern that matches every tag


@lru_cache
def _metrics(endpoints: tuple[str, ...]) -> Metrics:
    """Return the same metrics for the same endpoints, so that counters survive a reload."""
    return Metrics(endpoints)


def init_app(app: Flask, settings: Settings) -> Metrics:
    """Observe every request of an application and return its metrics.

    All endpoints must be registered before.
    """
    metrics = _metrics((*sorted(app.view_functions), REFUSED, UNKNOWN))
    app.before_request(_store_endpoint)
    app.wsgi_app = _Observer(app.wsgi_app, metrics, settings)  # type: ignore[method-assign]
    if settings.log_requests:
        logging.getLogger("webapp").handlers = [_json_handler()]
    if settings.editors:  # security events are always logged, and only here
        security = logging.getLogger("webapp.security")
        security.handlers, security.propagate = [_json_handler()], False
        security.setLevel(logging.INFO)
    return metrics


def _json_handler() -> logging.Handler:
    handler = _StandardError()
    handler.setFormatter(JsonFormatter())
    return handler


class _StandardError(logging.StreamHandler[Any]):
    """A handler that writes to what is standard error at the time: commands replace it."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, _value: Any) -> None:
        """Ignore the stream that `StreamHandler` would store."""


def _store_endpoint() -> None:
    if request.endpoint:
        request.environ[ENDPOINT] = request.endpoint


class JsonFormatter(logging.Formatter):
    """A formatter that writes a line of JSON, with the id of the request that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line = {
            "time": _timestamp(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["id"] = request.environ.get(REQUEST_ID, "")
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Observer:
    """WSGI middleware around the whole application; takes about 10 µs per request."""

    def __init__(self, app: "WSGIApplication", metrics: Metrics, settings: Settings) -> None:
        self._app = app
        self._metrics = metrics
        self._settings = settings

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        start = perf_counter()
        environ[REQUEST_ID] = id_ = self._request_id(environ)
        status_and_headers: list[Any] = ["500", []]

        def start_observed(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            status_and_headers[:] = status, headers
            headers.append(("X-Request-ID", id_))
            if phases is not None:
                headers.append(("Server-Timing", _server_timing(phases, perf_counter() - start)))
            return start_response(status, headers, *exc_info)

        phases: dict[str, float] | None = None
        if "HTTP_X_SERVER_TIMING" in environ:
            with measure_phases() as phases:
                body = self._app(environ, start_observed)
        else:
            body = self._app(environ, start_observed)
        status, headers = status_and_headers
        self._record(environ, int(status[:3]), headers, perf_counter() - start)
        return body

    def _request_id(self, environ: "WSGIEnvironment") -> str:
        """Return the proxy's id, so that both logs have the same one, or a random one."""
        if self._settings.proxies:
            id_ = environ.get("HTTP_X_REQUEST_ID", "")
            if _VALID_ID.fullmatch(id_):
                return str(id_)
        return os.urandom(8).hex()

    def _record(
        self,
        environ: "WSGIEnvironment",
        status: int,
        headers: list[tuple[str, str]],
        seconds: float,
    ) -> None:
        endpoint = environ.get(ENDPOINT, UNKNOWN)
        result: ListResult | None = environ.get(RESULT)
        outcome = result.outcome if result else ""
        self._metrics.count(endpoint, status, seconds, environ.get(VALIDATION), outcome)
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
        result: ListResult | None = environ.get(RESULT)
        line = {
            "time": _timestamp(time()),
            "level": "info",
            "id": environ[REQUEST_ID],
            "client": environ.get("REMOTE_ADDR", ""),
            "method": environ["REQUEST_METHOD"],
            "path": _path(environ),
            "endpoint": endpoint,
            "status": status,
            "bytes": next((int(v) for n, v in headers if n == "Content-Length"), None),
            "ms": round(seconds * 1000, 2),
            "validation": environ.get(VALIDATION),
            "hits": result.hits if result else None,
            "outcome": (result and result.outcome) or None,
        }
        # Those of pages for editors may have the secret of a sign-in.
        if self._settings.log_queries and not endpoint.startswith("edit."):
            line["query"] = environ.get("QUERY_STRING", "")
        return json.dumps(line).encode() + b"\n"


def _path(environ: "WSGIEnvironment") -> str:
    path: str = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
    return path.encode("latin-1").decode("utf-8", "replace")  # undo the encoding of PEP 3333


def _server_timing(phases: dict[str, float], total: float) -> str:
    parts = {**phases, "total": total}
    return ", ".join(f"{name};dur={1000 * seconds:.2f}" for name, seconds in parts.items())


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
