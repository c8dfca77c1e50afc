"""How many expensive answers a worker makes at a time: the others' threads stay free."""

from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore
from typing import Any, Final

from flask import Flask, Response, g, request
from werkzeug.exceptions import ServiceUnavailable

# A whole list holds its thread for as long as its reader takes.
EXPENSIVE: Final = frozenset({"exports.of_list"})
AT_A_TIME: Final = 2  # of the four threads of a worker
RETRY_AFTER: Final = 5  # seconds


def init_app(app: Flask) -> None:
    """Bound the expensive answers of the application."""
    places = BoundedSemaphore(AT_A_TIME)

    @app.before_request
    def _enter() -> None:
        if request.endpoint in EXPENSIVE:
            if not places.acquire(blocking=False):
                raise ServiceUnavailable(retry_after=RETRY_AFTER)
            g.leave = _once(places.release)

    @app.after_request
    def _leave(response: Response) -> Response:
        """When all is sent, or when the reader goes before."""
        if leave := g.pop("leave", None):
            response.response = _then(response.response, leave)
            response.call_on_close(leave)
        return response


def _once(action: Callable[[], None]) -> Callable[[], None]:
    left = [action]
    return lambda: left.pop()() if left else None


def _then(parts: Iterable[Any], action: Callable[[], None]) -> Iterator[Any]:
    yield from parts
    action()
