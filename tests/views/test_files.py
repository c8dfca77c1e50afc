"""The owner's files: which are served and how, and that slow readers block no one."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bench.server import serving
from bench.site import gunicorn, listening
from tests.owner_files import REFUSED, fill
from tests.sites import Site, site
from tests.torture.site import ask
from webapp.config import ROOT
from webapp.errors import ConfigurationError
from webapp.site_file import load_settings
from webapp.views.http.limits import MAX_FILES
from webapp.views.http.responses import SECURITY_HEADERS

__all__ = ["site"]  # the fixture

ACCEL = {"proxies": 1, "accel_location": "/octavo-files/"}
SIZE = 300 << 20  # of a large file; a sparse one, so it takes no disk space
SLOW = 30  # readers, more than all threads of two workers


@pytest.fixture
def files(instance: Path) -> Path:
    return fill(instance)


@pytest.mark.parametrize("settings", [{}, ACCEL], ids=["direct", "accel"])
@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.usefixtures("files")
def test_hidden_files_and_links_out_of_the_folder_are_not_found(
    site: Site, settings: dict[str, object], name: str
) -> None:
    answer = site(**settings).get(f"/files/{name}", follow_redirects=True)
    assert answer.status_code == 404
    assert "secret" not in answer.text
    assert "X-Accel-Redirect" not in answer.headers


@pytest.mark.parametrize("name", ["same.pdf", "sorting.pdf", "lectures/slides.txt"])
def test_links_within_the_folder_are_followed(files: Path, client: FlaskClient, name: str) -> None:
    with client.get(f"/files/{name}") as answer:
        assert answer.status_code == 200
        assert answer.data == (files / name).read_bytes()


def test_the_folder_itself_may_be_a_link(instance: Path, client: FlaskClient) -> None:
    (instance / "public").mkdir()
    (instance / "public" / "a.txt").write_text("public")
    (instance / "files").symlink_to("public")
    with client.get("/files/a.txt") as answer:
        assert answer.text == "public"
    assert client.get("/files/../site.toml").status_code == 404


Get = Callable[..., TestResponse]


@pytest.fixture
def sorting(files: Path, client: FlaskClient) -> Iterator[Get]:
    """A function that requests a file of 109 bytes."""
    assert (files / "sorting.pdf").stat().st_size == 109
    with ExitStack() as stack:
        yield lambda **headers: stack.enter_context(
            client.get("/files/sorting.pdf", headers=headers)
        )


def test_a_range_of_a_file_can_be_requested(sorting: Get) -> None:
    part = sorting(Range="bytes=1-3")
    assert (part.status_code, part.data) == (206, b"PDF")
    assert part.headers["Content-Range"] == "bytes 1-3/109"
    assert sorting(Range="bytes=500-").status_code == 416


def test_an_unchanged_file_is_not_sent_again(sorting: Get) -> None:
    known = sorting()
    for header, validator in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        again = sorting(**{header: known.headers[validator]})
        assert (again.status_code, again.data) == (304, b"")


def test_a_file_has_the_security_headers(files: Path, client: FlaskClient) -> None:
    with (
        client.get("/files/sorting.pdf", base_url="https://localhost") as file,
        client.get("/", base_url="https://localhost") as page,
    ):
        assert files.exists()
        for name in (*SECURITY_HEADERS, "Strict-Transport-Security"):
            assert name in page.headers
            if name not in ("Content-Security-Policy", "Cross-Origin-Resource-Policy"):
                assert file.headers[name] == page.headers[name]


def test_a_file_is_never_compressed(files: Path, client: FlaskClient) -> None:
    (files / "page.html").write_text("<p>long</p>" * 1000)
    with client.get("/files/page.html", headers={"Accept-Encoding": "gzip, br"}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.content_length == 11_000


def test_an_unreadable_file_is_not_found(files: Path, client: FlaskClient) -> None:
    (files / "sorting.pdf").chmod(0)
    if os.access(files / "sorting.pdf", os.R_OK):
        pytest.skip("root can read every file")
    assert client.get("/files/sorting.pdf").status_code == 404


def test_nginx_gets_the_file_name_and_headers(site: Site, files: Path) -> None:
    client = site(**ACCEL)
    answer = client.get("/files/lectures/slides.txt", headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["X-Accel-Redirect"] == "/octavo-files/talks/slides.txt"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "object-src" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    (files / "a b?.html").touch()
    answer = client.get("/files/a%20b%3f.html")
    assert answer.headers["X-Accel-Redirect"] == "/octavo-files/a%20b%3F.html"
    assert answer.headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('accel_location = "/octavo-files/"', "proxies"),
        ('proxies = 1\naccel_location = "octavo-files"', "accel_location"),
        ('proxies = 1\naccel_location = "/octavo\\nfiles/"', "accel_location"),
        ('proxies = 1\naccel_location = "//evil.example/"', "accel_location"),
    ],
)
def test_an_invalid_accel_location_is_rejected(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "site.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        load_settings(tmp_path, {})


def test_large_files_are_sent_to_few_visitors_at_a_time(files: Path, client: FlaskClient) -> None:
    os.truncate(files / "sorting.pdf", SIZE)
    reading = [client.get("/files/sorting.pdf") for _ in range(MAX_FILES)]
    assert client.get("/files/sorting.pdf").status_code == 503
    for free in ({"method": "HEAD"}, {"headers": {"Range": "bytes=0-99"}}):
        with client.open("/files/sorting.pdf", **free) as answer:  # type: ignore[arg-type]
            assert answer.status_code in (200, 206)
    with client.get("/files/talks/slides.txt") as small:
        assert small.status_code == 200
    for answer in reading:
        answer.close()
    with client.get("/files/sorting.pdf") as answer:
        assert answer.status_code == 200


def begin(address: tuple[str, int] | str, request: str) -> socket.socket:
    """Return a connection that has sent a request and does not read the response."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    connection = socket.socket(family)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(30)
    connection.connect(address)
    connection.sendall(f"{request}\r\nHost: localhost\r\n\r\n".encode())
    return connection


def test_slow_readers_of_files_block_no_one_at_a_socket(
    instance: Path, files: Path, tmp_path: Path
) -> None:
    os.truncate(files / "sorting.pdf", SIZE)
    path = tmp_path / "octavo.sock"
    with listening(path) as listener, gunicorn(instance, listener), ExitStack() as stack:
        for number in range(SLOW):
            name = ("sorting.pdf", "same.pdf")[number % 2]
            stack.enter_context(begin(str(path), f"GET /files/{name} HTTP/1.1"))
        assert [ask(path, "/?q=tensor").status for _ in range(20)] == [200] * 20


def test_slow_readers_of_files_and_lists_block_no_one_at_a_port(
    instance: Path, files: Path
) -> None:
    os.truncate(files / "sorting.pdf", SIZE)
    with serving(instance) as server, ExitStack() as stack:
        for number in range(SLOW):
            address = ("/files/sorting.pdf", "/publications.bib")[number % 2]
            stack.enter_context(begin(("127.0.0.1", server.port), f"GET {address} HTTP/1.1"))
        for _ in range(20):
            with closing(HTTPConnection("127.0.0.1", server.port)) as connection:
                connection.request("GET", "/?q=tensor")
                assert connection.getresponse().status == 200


def test_a_reader_that_stalls_is_disconnected(instance: Path, files: Path, tmp_path: Path) -> None:
    os.truncate(files / "sorting.pdf", SIZE)
    configuration = tmp_path / "impatient.conf.py"
    configuration.write_text(f"{(ROOT / 'gunicorn.conf.py').read_text()}\nSEND_TIMEOUT = 0.5\n")
    with serving(instance, str(configuration)) as server, ExitStack() as stack:
        address = ("127.0.0.1", server.port)
        for _ in range(SLOW):
            stack.enter_context(begin(address, "GET /files/sorting.pdf HTTP/1.1"))
        for _ in range(2 * MAX_FILES + 1):  # more than the slots of both workers
            while True:
                connection = stack.enter_context(begin(address, "GET /files/sorting.pdf HTTP/1.1"))
                if connection.recv(12).endswith(b"200"):
                    break


def test_open_idle_connections_block_no_one(instance: Path) -> None:
    """gunicorn alone would wait two seconds for each, in its only accepting thread."""
    with serving(instance) as server, ExitStack() as stack:
        address = ("127.0.0.1", server.port)
        for _ in range(2 * SLOW):
            stack.enter_context(begin(address, "GET /healthz HTTP/1.1\r\nConnection: close"))
        with closing(HTTPConnection(*address, timeout=30)) as connection:
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
