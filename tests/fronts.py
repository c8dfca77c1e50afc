"""Visitors of a running nginx."""

import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPSConnection

from bench.site import Front


@dataclass
class Answer:
    status: int
    headers: Message
    body: bytes


def connect(front: Front, source: str = "127.0.0.1", wait: float = 30) -> HTTPSConnection:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return HTTPSConnection(
        "127.0.0.1", front.port, context=context, source_address=(source, 0), timeout=wait
    )


def get(
    front: Front, path: str, method: str = "GET", source: str = "127.0.0.1", **headers: str
) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(connect(front, source)) as connection:
        connection.request(
            method, front.prefix + path, headers={"Host": f"localhost:{front.port}", **named}
        )
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def begin(front: Front, path: str, source: str) -> HTTPSConnection:
    """A visitor who asks for something and does not read it."""
    connection = connect(front, source)
    connection.connect()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.request("GET", front.prefix + path, headers={"Host": "localhost"})
    return connection
