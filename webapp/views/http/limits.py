"""How many expensive answers a worker sends at a time: the others' threads stay free.

One address gets a part of the places, so that no visitor's downloads refuse those of others: who
asks for more gets 429, and 503 is for when all places are taken. Everyone behind one address
(a university's) shares its part; where visitors cannot be told apart, as behind a proxy that the
settings do not know of, only the places are counted.
"""

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from time import sleep, thread_time
from typing import Any, Final

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from ...site import site

# Each holds its thread for as long as its reader takes. How many a worker sends at a time, of the
# threads that gunicorn.conf.py gives it:
AT_A_TIME: Final = 2  # whole lists and site maps, which cost processor time too
FILES_AT_A_TIME: Final = 6  # large files
EACH: Final = 1  # of the lists, for one address
FILES_EACH: Final = 3
RETRY_AFTER: Final = 5  # seconds
LONGEST_PAUSE: Final = 0.1  # seconds


class Places:
    """Places for answers that hold a thread, and how many of them each address has."""

    def __init__(self, size: int, each: int) -> None:
        self._size = size
        self._each = each
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    def enter(self, address: str) -> Callable[[], None]:
        """Take a place for an address, "" for an unknown one; what is returned gives it back, once.

        Raises TooManyRequests when the address has its part already, else ServiceUnavailable when
        no place is free.
        """
        with self._lock:
            if address and self._taken[address] >= self._each:
                raise TooManyRequests(retry_after=RETRY_AFTER)
            if self._taken.total() >= self._size:
                raise ServiceUnavailable(retry_after=RETRY_AFTER)
            self._taken[address] += 1
        return _once(lambda: self._leave(address))

    def _leave(self, address: str) -> None:
        with self._lock:
            self._taken[address] -= 1
            self._taken += Counter()  # without those that have none


def init_app(app: Flask) -> None:
    """Bound the expensive answers of the application."""
    lists, computing = Places(AT_A_TIME, EACH), Lock()
    app.extensions["limits"] = {
        "exports.export_list": lists,
        "feeds.sitemap": lists,
        "feeds.sitemap_part": lists,
        "files.file": Places(FILES_AT_A_TIME, FILES_EACH),
    }

    @app.before_request
    def _enter() -> None:
        if request.endpoint in ("exports.export_list", "feeds.sitemap", "feeds.sitemap_part"):
            g.leave = _enter_place(request.endpoint)

    @app.after_request
    def _leave(response: Response) -> Response:
        """When all is sent, or when the reader goes before."""
        if leave := g.pop("leave", None):
            response.response = _then(_in_turns(response.response, computing), leave)
            response.call_on_close(leave)
        return response


def hold(endpoint: str, response: Response) -> None:
    """Count an answer whose body is a file, until that is closed. Raises as Places.enter does.

    The body stays the server's own wrapper of the file, which the system sends by itself.
    """
    body: Any = response.response
    close = body.close
    try:
        leave = _enter_place(endpoint)
    except (ServiceUnavailable, TooManyRequests):
        close()
        raise

    def close_and_leave() -> None:
        close()
        leave()

    body.close = close_and_leave


def _enter_place(endpoint: str) -> Callable[[], None]:
    """Take a place for the one who asks; what is returned gives it back, once."""
    places: Places = current_app.extensions["limits"][endpoint]
    settings = site().settings
    behind_unknown = not settings.proxies and "X-Forwarded-For" in request.headers
    return places.enter("" if behind_unknown else visitor(request.remote_addr, settings.proxies))


def visitor(address: str | None, proxies: int) -> str:
    """Whose places are counted together: an IPv4 address, or the /64 of an IPv6 one.

    "" where an address may be anyone's: of a socket, or without known proxies one of this network.
    """
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    if not proxies and not found.is_global:
        return ""
    bits = 32 if found.version == 4 else 64
    return str(ipaddress.ip_network((found.packed, bits), strict=False))


def _once(action: Callable[[], None]) -> Callable[[], None]:
    left = [action]
    return lambda: left.pop()() if left else None


def _in_turns(parts: Iterable[Any], computing: Lock) -> Iterator[Any]:
    """The parts, each made when no other list is, and with a pause as long as making it took.

    Lists take no more than half of a worker's processor time: searches come in between.
    """
    remaining = iter(parts)
    while True:
        with computing:
            start = thread_time()
            part = next(remaining, None)
            sleep(min(thread_time() - start, LONGEST_PAUSE))
        if part is None:
            return
        yield part


def _then(parts: Iterable[Any], action: Callable[[], None]) -> Iterator[Any]:
    yield from parts
    action()
