"""A small HTTP client with little overhead: raw sockets, and whole requests as bytes."""

import re
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

# The headers that Chromium sends with every request, and those that htmx adds to a search.
BROWSER = {
    "Host": "127.0.0.1",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0",
    "Accept": "text/html",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-GB,en;q=0.9",
}
HTMX = {
    "HX-Request": "true",
    "HX-Request-Type": "partial",
    "HX-Source": "form#search",
    "HX-Target": "div#results",
}

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: bytes
    body: bytes  # possibly compressed

    @property
    def size(self) -> int:
        """Return the size of the body in bytes."""
        return len(self.body)

    def header(self, name: str) -> str:
        match = re.search(rf"\r\n{name}: *([^\r]*)".encode(), self.head, re.IGNORECASE)
        return match[1].decode() if match else ""


class Connection:
    """A keep-alive connection with at most one pending request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    @staticmethod
    def request(path: str, **headers: str) -> bytes:
        """Return a request as a browser sends it. Underscores in names become hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in {**BROWSER, **named}.items())
        return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()

    def send(self, request: bytes) -> None:
        self.socket.sendall(request)

    def receive(self) -> Answer | None:
        """Read once. Return the response if it is complete, else None."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionResetError("the server closed the connection")
        self._buffer += chunk
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._buffer[:end]
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if len(self._buffer) < end + 4 + size:
            return None
        body, self._buffer = self._buffer[end + 4 :], b""
        if _CLOSE.search(head):
            self.socket.close()
            self._open()
        return Answer(int(head[9:12]), head, body)

    def ask(self, request: bytes) -> Answer:
        self.send(request)
        while not (answer := self.receive()):
            pass
        return answer


def load(port: int, requests: Iterator[bytes], seconds: float, status: int = 200) -> float:
    """Return the requests per second on 16 connections that send again after each response."""
    connections = [Connection(port) for _ in range(16)]
    selector = selectors.DefaultSelector()
    for connection in connections:
        connection.send(next(requests))
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    done = 0
    start = time.perf_counter()
    while (now := time.perf_counter()) < start + seconds:
        for key, _ in selector.select(timeout=1):
            connection = key.data
            answer = connection.receive()
            if not answer:
                continue
            if answer.status != status:
                raise SystemExit(f"expected status {status}: {answer.head.decode()}")
            done += 1
            if connection.socket is not key.fileobj:  # the server closes after each response
                selector.unregister(key.fileobj)
                selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(requests))
    for connection in connections:
        connection.socket.close()
    return done / (now - start)
