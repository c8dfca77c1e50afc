"""Requests to services: only to known hosts, at their pace, within limits, with a cache."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

from ..errors import ConfigurationError, NotFetchedError
from .cache import Cache, CachedAnswer
from .clock import SYSTEM_CLOCK, Clock
from .exchange import LATER, REDIRECTS, Exchanges
from .hosts import HOSTS, Host
from .transport import Response

logger = logging.getLogger(__name__)

JSON: Final = "application/json"
ITEM_AGE: Final = 30 * 24 * 3600.0  # seconds for which an answer about one work is used again
_MOST_REDIRECTS: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered. The status is 200, or says why it has no such item: 404, 410."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str]
    service: str  # its name in messages
    time: float  # when the service answered so, in seconds since the epoch


class Client:
    """The client of one run of a command."""

    def __init__(
        self,
        contact: str,
        site_url: str,
        cache: Path,
        hosts: Mapping[str, Host] = HOSTS,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        """Prepare a client without a request. Raises ConfigurationError if there is no contact."""
        if not contact:
            raise ConfigurationError(
                "Services want an address to write to if something goes wrong. Set "
                'contact = "name@example.org" in site.toml.'
            )
        self.contact = contact
        site = f"+{site_url}; " if site_url else ""
        self._agent = f"Octavo/{version('octavo')} ({site}mailto:{contact})"
        self._hosts = dict(hosts)
        self._clock = clock
        self._cache = Cache(cache)
        self._cache.remove_old(clock.now())
        self._exchanges = Exchanges(clock)

    def add_host(self, name: str) -> None:
        """Allow a host that the owner named in the settings."""
        self._hosts.setdefault(name, Host(name))

    def key(self, name: str) -> str:
        """Return the owner's key for a host; "" if there is none."""
        return os.environ.get(self._hosts[name].key_variable, "")

    def get(
        self,
        url: str,
        accept: str = JSON,
        max_age: float = 0.0,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return what a service answers.

        An answer in the cache that is younger than `max_age` seconds is returned without a request;
        an older one is used again if the service says that nothing changed. Raises NotFetchedError.
        """
        service = self._hosts[self._host_of(url)].service
        cached = self._cache.load(url, accept)
        if cached and self._clock.now() - cached.time < max_age:
            return Answer(200, cached.body, cached.headers, service, cached.time)
        conditions = cached.conditions() if cached else {}
        request_headers = {
            "User-Agent": self._agent,
            "Accept": accept,
            **conditions,
            **(headers or {}),
        }
        response = self._follow(url, request_headers)
        if response.status == 304:
            if not cached:
                raise NotFetchedError(f"{service} answered 304, but there is nothing yet. {LATER}")
            response = Response(200, cached.headers, cached.body)
        if response.status == 200:
            self._store(url, accept, response.body, response.headers)
        now = self._clock.now()
        return Answer(response.status, response.body, response.headers, service, now)

    def has_answer(self, url: str, accept: str = JSON, max_age: float = ITEM_AGE) -> bool:
        """Return whether the cache has an answer that is younger than `max_age` seconds."""
        cached = self._cache.load(url, accept)
        return cached is not None and self._clock.now() - cached.time < max_age

    def remember(self, url: str, body: bytes, accept: str = JSON) -> None:
        """Put a part of another answer into the cache, as if its own address had been asked."""
        self._store(url, accept, body, {})

    def forget(self, url: str, accept: str = JSON) -> None:
        """Remove an answer that turned out to be unusable from the cache."""
        self._cache.remove(url, accept)

    def close(self) -> None:
        """Close the connections."""
        self._exchanges.close()

    def _store(self, url: str, accept: str, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            self._cache.store(url, accept, CachedAnswer(body, headers, self._clock.now()))
        except OSError as error:
            logger.warning("Cannot keep an answer of %s: %s", self._host_of(url), error.strerror)

    def _follow(self, url: str, headers: Mapping[str, str]) -> Response:
        """Return the response at the end of the redirects, which lead to known hosts only."""
        service = self._hosts[self._host_of(url)].service
        for _ in range(_MOST_REDIRECTS + 1):
            name = self._host_of(url)
            response = self._exchanges.get(name, self._hosts[name], url, headers)
            if response.status not in REDIRECTS:
                return response
            location = response.headers.get("Location", "")
            if not location:
                raise NotFetchedError(f"{service} redirected to nowhere. {LATER}")
            url = urljoin(url, location)
        raise NotFetchedError(f"{service} redirected more than {_MOST_REDIRECTS} times. {LATER}")

    def _host_of(self, url: str) -> str:
        """Return the host of an address. Raises NotFetchedError if it may not be asked."""
        try:
            parts = urlsplit(url)
            name, port = parts.hostname or "", parts.port
        except ValueError:
            raise NotFetchedError("The address is not valid. Correct it.") from None
        if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc:
            raise NotFetchedError(
                f"{name or 'An address'} is not asked, because the address does not begin with "
                "https:// or has a port or a password. Use another address."
            )
        if name not in self._hosts:
            raise NotFetchedError(
                f"{name} is not among the hosts that Octavo asks, so a redirect to it was not "
                "followed. Enter this publication by hand, or name the address that it leads to."
            )
        return name
