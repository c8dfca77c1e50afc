"""One request to one host, with as many attempts as are polite.

DESIGN: one request at a time, because the paces of all services are for one client. What a host
asks for (Retry-After, Backoff, its rate) is obeyed. A host that does not answer is left alone for
the rest of the run, so a disturbed service costs one wait, not one for each item. Messages name
the host, what happened and what to do; nothing of an error page of others is in them.
"""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NoReturn
from urllib.parse import urlsplit

from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from ..errors import NotFetchedError
from .addresses import UnsafeAddressError
from .clock import Clock
from .hosts import Host
from .pace import LONGEST_WAIT, WAITS, Pace, wait_before_attempt
from .transport import (
    MOST_BYTES,
    MOST_SECONDS,
    AnswerTooLargeError,
    AnswerTooSlowError,
    Response,
    Transport,
)

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
LATER: Final = "Run the command again later."

_OF_THE_ITEM: Final = frozenset({200, 304, 400, 404, 406, 409, 410})
_OVERLOADED: Final = frozenset({429, 503})
_DISTURBED: Final = frozenset({500, 502, 504})
_REFUSED: Final = frozenset({401, 403})
_MOST_FAILURES: Final = 3  # in a row, after which a host is left alone
_ATTEMPTS: Final = len(WAITS) + 1


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why an attempt has no response."""

    what: str
    remedy: str = LATER
    attempts: int = 1  # that are worth making
    retry_after: str = ""
    gives_up: bool = False  # if the last attempt fails too, the host is left alone at once


class Exchanges:
    """The requests of one run, and what is known of each host."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._transport = Transport(clock)
        self._paces: dict[str, Pace] = {}

    def get(self, name: str, host: Host, url: str, headers: Mapping[str, str]) -> Response:
        """Return the response of a host. Raises NotFetchedError."""
        pace = self._paces.setdefault(name, Pace(host.pace))
        for attempt in range(1, _ATTEMPTS + 1):
            if pace.given_up:
                raise NotFetchedError(pace.given_up)
            self._clock.wait(max(0.0, pace.next_start - self._clock.monotonic()))
            pace.note_start(self._clock.monotonic())
            outcome = self._attempt(name, host, url, headers)
            if isinstance(outcome, Response):
                pace.failures = 0
                self._note_headers(pace, outcome, name, host)
                return outcome
            self._wait_or_fail(outcome, attempt, name, host)
        raise AssertionError("every fault has an end")

    def _note_headers(self, pace: Pace, response: Response, name: str, host: Host) -> None:
        now = self._clock.monotonic()
        pace.note_headers(response.headers, now)
        if pace.next_start - now > LONGEST_WAIT:
            what = f"asked to wait longer than a minute. {LATER}"
            pace.given_up = f"{_place(name, host)} was left alone after it {what}"

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _wait_or_fail(self, fault: _Fault, attempt: int, name: str, host: Host) -> None:
        """Wait before the next attempt; raise NotFetchedError if there is none."""
        if attempt >= fault.attempts:
            tries = f" (tried {attempt} times)" if attempt > 1 else ""
            self._fail(name, host, f"{fault.what}{tries}. {fault.remedy}", fault.gives_up)
        seconds = wait_before_attempt(attempt, fault.retry_after, self._clock.now())
        if seconds is None:
            what = f"{fault.what} and asks to wait longer than a minute. {LATER}"
            self._fail(name, host, what, gives_up=True)
        self._clock.wait(seconds)

    def _fail(self, name: str, host: Host, what: str, gives_up: bool) -> NoReturn:
        pace = self._paces[name]
        pace.failures += 1
        place = _place(name, host)
        if gives_up or pace.failures >= _MOST_FAILURES:
            pace.given_up = f"{place} was left alone after it {what}"
        raise NotFetchedError(f"{place} {what}")

    def _attempt(
        self, name: str, host: Host, url: str, headers: Mapping[str, str]
    ) -> Response | _Fault:
        parts = urlsplit(url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            response = self._transport.get(name, host, target, headers)
        except Exception as error:
            if fault := _fault_of_connection(error):
                return fault
            raise
        return _fault_of_status(response, host) or response


def _place(name: str, host: Host) -> str:
    return name if host.service == name else f"{host.service} ({name})"


def _remedy_of_overload(host: Host) -> str:
    """Return what to do: a service may allow more to those who have a key."""
    has_no_key = host.key_variable and not os.environ.get(host.key_variable)
    return f"{LATER} {host.remedy}" if has_no_key else LATER


def _fault_of_status(response: Response, host: Host) -> _Fault | None:
    status = response.status
    if status in _OF_THE_ITEM or status in REDIRECTS:
        return None
    if status in _OVERLOADED:
        retry_after = response.headers.get("Retry-After", "")
        return _Fault(
            f"answered {status}", _remedy_of_overload(host), _ATTEMPTS, retry_after, gives_up=True
        )
    if status in _DISTURBED:
        return _Fault(f"answered {status}", LATER, 3, response.headers.get("Retry-After", ""))
    if status in _REFUSED:
        return _Fault(f"answered {status}", host.remedy, gives_up=True)
    return _Fault(f"answered {status}, which this version does not know")


_CHECK_PROXY: Final = "Check the variable https_proxy."
# In this order: some are kinds of others.
_FAULTS: Final = (
    (UnsafeAddressError, _Fault(
        "has an address in a private network", "Check the name servers of this machine.",
        gives_up=True)),
    (AnswerTooLargeError, _Fault(
        f"answered with more than {MOST_BYTES // 1_000_000} MB", "Ask for less at once.")),
    (AnswerTooSlowError, _Fault(f"took more than {MOST_SECONDS:.0f} seconds for an answer")),
    (socket.gaierror, _Fault(
        "was not found", "Check the network and the name servers of this machine.",
        gives_up=True)),
    (ProxyError, _Fault(
        "cannot be reached through the proxy", _CHECK_PROXY, attempts=2, gives_up=True)),
    (LocationValueError, _Fault(
        "cannot be reached through the proxy", _CHECK_PROXY, gives_up=True)),
    (SSLError, _Fault(
        "has no certificate that this machine trusts",
        "Check the clock and the certificates of this machine.", gives_up=True)),
    (ConnectTimeoutError, _Fault("cannot be connected to", attempts=2, gives_up=True)),
    (NewConnectionError, _Fault("cannot be connected to", attempts=2, gives_up=True)),
    (ReadTimeoutError, _Fault("did not answer in time", attempts=2)),
    (DecodeError, _Fault("answered with damaged compressed data", attempts=2)),
    (HTTPError, _Fault("sent half an answer", attempts=2)),
    (OSError, _Fault("broke the connection", attempts=2)),
)  # fmt: skip


def _fault_of_connection(error: Exception) -> _Fault | None:
    return next((fault for kind, fault in _FAULTS if isinstance(error, kind)), None)
