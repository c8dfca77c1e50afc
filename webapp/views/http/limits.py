"""Limits on expensive responses: how many a worker sends at a time, so that threads stay free.

One address gets only a part of the slots, so that one visitor's downloads do not refuse those of
others. A request beyond that part gets 429; 503 means that all slots are taken. Everyone behind one
address (of a university, say) shares its part. Where visitors cannot be distinguished, as behind a
proxy that the settings do not name, only all slots together are counted.
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

# Each response occupies a thread for as long as its reader takes. How many a worker sends at a
# time, of the threads that gunicorn.conf.py gives it:
MAX_LISTS: Final = 2  # complete lists and site maps, which need processor time as well
MAX_HARVESTS: Final = 2  # answers to harvesters
MAX_FILES: Final = 6  # large files
LISTS_PER_ADDRESS: Final = 1
FILES_PER_ADDRESS: Final = 3
RETRY_AFTER: Final = 5  # seconds
# The endpoints that return complete lists.
LISTS: Final = (
    *("exports.export_list", "pages.print_list", "documents.document"),
    *("feeds.sitemap", "feeds.sitemap_part"),
)
HARVESTS: Final = "oai.oai"
LONGEST_PAUSE: Final = 0.1  # seconds


class Slots:
    """Slots for responses that occupy a thread, limited in total and for each address."""

    def __init__(self, size: int, per_address: int | None = None) -> None:
        """Without `per_address`, one address may have all of them, and never gets 429."""
        self._size = size
        self._per_address = per_address
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, address: str) -> Callable[[], None]:
        """Take a slot for an address, "" if unknown; return a function that releases it once.

        Raises TooManyRequests if the address has its part already, ServiceUnavailable if no slot
        is free.
        """
        with self._lock:
            part = self._per_address
            if address and part is not None and self._taken[address] >= part:
                raise TooManyRequests(retry_after=RETRY_AFTER)
            if self._taken.total() >= self._size:
                raise ServiceUnavailable(retry_after=RETRY_AFTER)
            self._taken[address] += 1
        return _once(lambda: self._release(address))

    def _release(self, address: str) -> None:
        with self._lock:
            self._taken[address] -= 1
            self._taken += Counter()  # drops addresses without slots


def init_app(app: Flask) -> None:
    """Limit the expensive responses of an application."""
    lists, computing = Slots(MAX_LISTS, LISTS_PER_ADDRESS), Lock()
    app.extensions["limits"] = {
        **dict.fromkeys(LISTS, lists),
        HARVESTS: Slots(MAX_HARVESTS),  # clients of OAI-PMH wait after 503 only
        "files.file": Slots(MAX_FILES, FILES_PER_ADDRESS),
    }

    @app.before_request
    def _take() -> None:
        if request.endpoint in (*LISTS, HARVESTS):
            g.release = _take_slot(request.endpoint)

    @app.after_request
    def _release(response: Response) -> Response:
        """Release the slot when everything is sent, or when the reader disconnects."""
        if release := g.pop("release", None):
            response.response = _then(_in_turns(response.response, computing), release)
            response.call_on_close(release)
        return response


def hold(endpoint: str, response: Response) -> None:
    """Occupy a slot until the file in a response is closed. Raises what `Slots.take` raises.

    The body stays the server's own wrapper of the file, so that `sendfile` can send it.
    """
    body: Any = response.response
    close = body.close
    try:
        release = _take_slot(endpoint)
    except (ServiceUnavailable, TooManyRequests):
        close()
        raise

    def close_and_release() -> None:
        close()
        release()

    body.close = close_and_release


def _take_slot(endpoint: str) -> Callable[[], None]:
    """Take a slot for the current request; return a function that releases it once."""
    slots: Slots = current_app.extensions["limits"][endpoint]
    settings = site().settings
    behind_unknown = not settings.proxies and "X-Forwarded-For" in request.headers
    return slots.take("" if behind_unknown else network_of(request.remote_addr, settings.proxies))


def network_of(address: str | None, proxies: int) -> str:
    """Return what counts as one visitor: an IPv4 address, or the /64 of an IPv6 address.

    Return "" if the address may be anyone's: that of a socket, or a private one without proxies.
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    if not proxies and not parsed.is_global:
        return ""
    bits = 32 if parsed.version == 4 else 64
    return str(ipaddress.ip_network((parsed.packed, bits), strict=False))


def _once(action: Callable[[], None]) -> Callable[[], None]:
    pending = [action]
    return lambda: pending.pop()() if pending else None


def _in_turns(parts: Iterable[Any], computing: Lock) -> Iterator[Any]:
    """Yield the parts, computing one list at a time and pausing as long as each part took.

    So lists use at most half of a worker's processor time, and searches run in between.
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
