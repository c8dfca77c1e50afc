"""Requests to a running nginx."""

import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPSConnection

from bench.site import Front
from tests.conftest import require_program


@dataclass
class Answer:
    """A response."""

    status: int
    headers: Message
    body: bytes


def require_nginx() -> None:
    """Skip the test where nginx or openssl is not installed; fail it in CI."""
    require_program("nginx", package="nginx")
    require_program("openssl", package="openssl")


def connect(front: Front, source: str = "127.0.0.1", wait: float = 30) -> HTTPSConnection:
    """Return a connection from an address of the loopback network; `wait` is in seconds."""
    return HTTPSConnection(
        "127.0.0.1",
        front.port,
        context=insecure_context(),
        source_address=(source, 0),
        timeout=wait,
    )


def insecure_context() -> ssl.SSLContext:
    """Return a context that accepts any certificate, such as the self-signed one of a test."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the default one reads all authorities
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def get(
    front: Front, path: str, method: str = "GET", source: str = "127.0.0.1", **headers: str
) -> Answer:
    """Send a request and return its response. A keyword such as `If_None_Match` is a header."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(connect(front, source)) as connection:
        connection.request(
            method, front.prefix + path, headers={"Host": f"localhost:{front.port}", **fields}
        )
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def begin(front: Front, path: str, source: str) -> HTTPSConnection:
    """Send a request and read nothing of its response."""
    connection = connect(front, source)
    connection.connect()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.request("GET", front.prefix + path, headers={"Host": "localhost"})
    return connection
