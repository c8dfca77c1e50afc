"""One exchange with a host: connect, send, read within limits. Nothing is repeated here.

DESIGN: urllib3 without its own retries, redirects and proxies, because these follow the rules of
`client`. The connection goes to an address that was checked, and TLS checks the certificate for
the name, so a name that leads elsewhere later changes nothing. Bytes are counted after
decompression.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import urllib3
from urllib3.connectionpool import HTTPConnectionPool

from .addresses import resolve
from .clock import Clock
from .hosts import Host

MOST_BYTES: Final = 20_000_000
MOST_SECONDS: Final = 120.0  # for an answer that comes in drips
_CONNECT_SECONDS: Final = 10
_PIECE: Final = 65_536


class AnswerTooLargeError(Exception):
    """An answer has more than MOST_BYTES."""


class AnswerTooSlowError(Exception):
    """An answer took more than MOST_SECONDS."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a host answered to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Transport:
    """The connections of one run: one for each host."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pools: dict[str, HTTPConnectionPool] = {}

    def get(self, name: str, host: Host, target: str, headers: Mapping[str, str]) -> Response:
        """Send one GET to the host with a name. `target` is the path with its query.

        Raises HTTPError of urllib3, OSError, UnsafeAddressError, AnswerTooLargeError and
        AnswerTooSlowError.
        """
        pool = self._pools.get(name)
        if pool is None:
            pool = self._pools[name] = self._connect(name, host)
        response = pool.urlopen(
            "GET",
            target,
            headers={"Host": name, "Accept-Encoding": "gzip", **headers},
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=host.timeout),
            preload_content=False,
            assert_same_host=False,
        )
        try:
            body = self._read(response)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return Response(response.status, response.headers, body)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """The certificates of the system, which take a while to read."""
        return ssl.create_default_context()

    def close(self) -> None:
        """Close the connections."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        start = self._clock.monotonic()
        pieces: list[bytes] = []
        length = 0
        while piece := response.read1(_PIECE):
            pieces.append(piece)
            length += len(piece)
            if length > MOST_BYTES:
                raise AnswerTooLargeError
            if self._clock.monotonic() - start > MOST_SECONDS:
                raise AnswerTooSlowError
        return b"".join(pieces)

    def _connect(self, name: str, host: Host) -> HTTPConnectionPool:
        """Return connections to a checked address of a host, or to a proxy for it."""
        origin = urlsplit(host.origin)
        where, port = origin.hostname or name, origin.port or 443
        proxy = getproxies_environment().get("https")
        if proxy and not proxy_bypass(where):
            manager = urllib3.ProxyManager(proxy, ssl_context=self._tls)
            return manager.connection_from_host(where, port, scheme="https")
        address = _first_reachable(resolve(where, port, host.allowed_addresses), port)
        if origin.scheme == "http":
            return HTTPConnectionPool(address, port, maxsize=1)
        return urllib3.HTTPSConnectionPool(
            address,
            port,
            maxsize=1,
            ssl_context=self._tls,
            server_hostname=name,
            assert_hostname=name,
        )


def _first_reachable(addresses: list[str], port: int) -> str:
    """Return the first address that accepts a connection: not every network has IPv6."""
    for address in addresses[:-1]:
        try:
            socket.create_connection((address, port), _CONNECT_SECONDS).close()
        except OSError:
            continue
        return address
    return addresses[-1]
