"""How many expensive answers a worker sends at a time: the others' threads stay free."""

from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore
from typing import Any, Final

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import ServiceUnavailable

# Each holds its thread for as long as its reader takes. How many a worker sends at a time, of the
# threads that gunicorn.conf.py gives it:
AT_A_TIME: Final = 2  # whole lists, which cost processor time too
FILES_AT_A_TIME: Final = 6  # large files
RETRY_AFTER: Final = 5  # seconds


def init_app(app: Flask) -> None:
    """Bound the expensive answers of the application."""
    app.extensions["limits"] = {
        "exports.of_list": BoundedSemaphore(AT_A_TIME),
        "files.file": BoundedSemaphore(FILES_AT_A_TIME),
    }

    @app.before_request
    def _enter() -> None:
        if request.endpoint == "exports.of_list":
            g.leave = _enter_place(request.endpoint)

    @app.after_request
    def _leave(response: Response) -> Response:
        """When all is sent, or when the reader goes before."""
        if leave := g.pop("leave", None):
            response.response = _then(response.response, leave)
            response.call_on_close(leave)
        return response


def hold(endpoint: str, response: Response) -> None:
    """Count an answer whose body is a file, until that is closed. Raises ServiceUnavailable.

    The body stays the server's own wrapper of the file, which the system sends by itself.
    """
    body: Any = response.response
    close = body.close
    try:
        leave = _enter_place(endpoint)
    except ServiceUnavailable:
        close()
        raise

    def close_and_leave() -> None:
        close()
        leave()

    body.close = close_and_leave


def _enter_place(endpoint: str) -> Callable[[], None]:
    """Take a place; what is returned gives it back, once. Raises ServiceUnavailable."""
    places: BoundedSemaphore = current_app.extensions["limits"][endpoint]
    if not places.acquire(blocking=False):
        raise ServiceUnavailable(retry_after=RETRY_AFTER)
    return _once(places.release)


def _once(action: Callable[[], None]) -> Callable[[], None]:
    left = [action]
    return lambda: left.pop()() if left else None


def _then(parts: Iterable[Any], action: Callable[[], None]) -> Iterator[Any]:
    yield from parts
    action()
