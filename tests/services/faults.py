"""What can go wrong between Octavo and a service: each fault as a WSGI application."""

import gzip
from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Final

from werkzeug.wrappers import Response

Fault = Callable[[], Response]

ERROR_PAGE: Final = "<!DOCTYPE html><title>Busy</title><h1>heavy load (queue full) SECRET</h1>"


def status(number: int, **headers: str) -> Fault:
    """Return a fault that is a status with an error page."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: Response(ERROR_PAGE, number, named, mimetype="text/html")


def body(content: bytes | str, **headers: str) -> Fault:
    """Return a fault that is a wrong answer with the status 200."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: Response(content, 200, named, mimetype="application/json")


def redirect(location: str) -> Fault:
    return lambda: Response("", 302, {"Location": location})


def _pieces(piece: bytes, count: int) -> Iterable[bytes]:
    return (piece for _ in range(count))


def _large() -> Response:
    return Response(_pieces(b"[" * 1_000_000, 30), mimetype="application/json")


def _in_drips() -> Response:
    return Response(_pieces(b" ", 1_000_000), mimetype="application/json")


def _half_an_answer() -> Response:
    return Response(['{"message": {'], 200, {"Content-Length": "5000"})


BOMB: Final = gzip.compress(b"[" * 30_000_000)

# By name: the fault, and words of the message about it.
FAULTS: Final[dict[str, tuple[Fault, str]]] = {
    "500": (status(500), "answered 500 (tried 3 times). Run"),
    "502": (status(502), "answered 502 (tried 3 times). Run"),
    "504": (status(504), "answered 504 (tried 3 times). Run"),
    "503 without Retry-After": (status(503), "answered 503 (tried 5 times). Run"),
    "503 for an hour": (status(503, Retry_After="3600"), "answered 503 and asks to wait longer"),
    "429 without Retry-After": (status(429), "answered 429 (tried 5 times). Run"),
    "429 until a far date": (
        status(429, Retry_After=formatdate(1_900_000_000, usegmt=True)),
        "answered 429 and asks to wait longer",
    ),
    "401": (status(401), "answered 401. "),
    "403": (status(403), "answered 403. "),
    "418": (status(418), "answered 418, which this version does not know"),
    "page": (body(ERROR_PAGE), "a web page"),
    "half a JSON": (body('{"message": {"title": ["Sor'), "half an answer"),
    "half an answer": (_half_an_answer, "half an answer (tried 2 times)"),
    "empty": (body(""), "an empty answer"),
    "null": (body("null"), "does not know"),
    "list of null": (body("[null]"), "does not know"),
    "no keys": (body("{}"), "does not know"),
    "text": (body("Rate exceeded."), "is not"),
    "nested": (body("[" * 200_000), "is not"),
    "bytes": (body(bytes(range(256)) * 4), "is not"),
    "endless redirect": (redirect("?again"), "redirected more than 5 times"),
    "redirect to nowhere": (redirect(""), "redirected to nowhere"),
    "redirect elsewhere": (redirect("https://evil.example/x"), "evil.example is not among"),
    "redirect inside": (redirect("http://169.254.169.254/latest"), "169.254.169.254 is not asked"),
    "30 MB": (_large, "more than 20 MB"),
    "bomb": (body(BOMB, Content_Encoding="gzip"), "more than 20 MB"),
    "broken gzip": (body(b"no gzip", Content_Encoding="gzip"), "damaged compressed data"),
    "drips": (_in_drips, "took more than 120 seconds"),
}
