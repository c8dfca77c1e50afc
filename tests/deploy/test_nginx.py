"""nginx as deploy/ configures it: files, static files, headers, limits and logs."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bench.site import Front, deployed
from tests.conftest import running
from tests.fronts import begin, connect, get, require_nginx
from tests.owner_files import REFUSED, fill
from webapp.config import ROOT
from webapp.views.http.responses import SECURITY_HEADERS, STRICT_TRANSPORT

ODD_NAMES = ("a b.pdf", "ä+ö.pdf", "100%.pdf", "what?.pdf", "no#1.pdf", "a&b;c='d'.pdf")
LARGE = 1_300_000_000  # bytes of a sparse file, which takes no disk space
SOUGHT = "Geheimnis"


@pytest.fixture(scope="module", params=["", "/pubs"], ids=["root", "subpath"])
def front(
    request: pytest.FixtureRequest, seed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """nginx in front of gunicorn; the instance is beside the log, with files in `files/`."""
    require_nginx()
    folder = tmp_path_factory.mktemp("front")
    instance = Path(shutil.copytree(seed, folder / "instance"))
    files = fill(instance)
    for name in ODD_NAMES:
        (files / name).write_text(name)
    (files / "large.pdf").touch()
    os.truncate(files / "large.pdf", LARGE)
    (files / "page.html").write_text("<script>alert(1)</script>" * 1000)
    shutil.copytree(ROOT / "static", folder / "static")
    static = {"/srv/octavo/static/": f"{folder}/static/"}
    with deployed(instance, request.param, changes=static) as front:
        yield front


COMPARED = (
    *SECURITY_HEADERS,
    *("Content-Type", "Content-Length", "Content-Disposition", "ETag", "Last-Modified"),
    *("Cache-Control", "Accept-Ranges", "Content-Encoding"),
)


@pytest.mark.parametrize("name", ["sorting.pdf", "lectures/slides.txt", "page.html"])
def test_nginx_sends_a_file_with_the_headers_that_the_site_would(front: Front, name: str) -> None:
    with (
        running(front.log.parent / "instance") as app,
        app.test_client().get(f"/files/{name}", headers={"Accept-Encoding": "gzip"}) as direct,
    ):
        sent = get(front, f"/files/{name}", Accept_Encoding="gzip")
        assert sent.status == direct.status_code
        assert sent.body == direct.data
        for header in COMPARED:
            assert sent.headers[header] == direct.headers.get(header), header
    assert sent.headers["Strict-Transport-Security"] == STRICT_TRANSPORT
    assert len(sent.headers["X-Request-ID"]) == 32
    assert "X-Accel-Redirect" not in sent.headers


def test_nginx_handles_range_head_and_conditional_requests(front: Front) -> None:
    path = "/files/sorting.pdf"
    whole = get(front, path)
    part = get(front, path, Range="bytes=1-3")
    assert (part.status, part.body, part.headers["Content-Range"]) == (206, b"PDF", "bytes 1-3/109")
    assert get(front, path, Range="bytes=500-").status == 416
    for header, validator in (("If_None_Match", "ETag"), ("If_Modified_Since", "Last-Modified")):
        assert get(front, path, **{header: whole.headers[validator]}).status == 304
    head = get(front, "/files/large.pdf", "HEAD")
    assert (head.status, head.headers["Content-Length"]) == (200, str(LARGE))


@pytest.mark.parametrize("name", ODD_NAMES)
def test_nginx_finds_files_with_unusual_names(front: Front, name: str) -> None:
    path = "".join(f"%{byte:02x}" for byte in name.encode())
    answer = get(front, f"/files/{path}")
    assert (answer.status, answer.body.decode()) == (200, name)


# What is left of "..": the list itself.
@pytest.mark.parametrize("name", [name for name in REFUSED if name != ".."])
def test_nginx_serves_no_file_that_the_site_refuses(front: Front, name: str) -> None:
    answer = get(front, f"/files/{name}")
    assert answer.status in (308, 400, 404), answer.status
    assert b"secret" not in answer.body


def test_files_have_no_second_address(front: Front) -> None:
    for prefix in (front.prefix, ""):
        at_root = Front(front.port, front.plain_port, prefix)
        answer = get(at_root, "/octavo-files/sorting.pdf", X_Accel_Redirect="/octavo-files/")
        assert b"%PDF" not in answer.body


def test_slow_readers_of_a_large_file_delay_no_other_visitor(front: Front) -> None:
    with ExitStack() as stack:
        for number in range(60):
            source = f"127.0.3.{number // 15 + 1}"
            reader = stack.enter_context(closing(begin(front, "/files/large.pdf", source)))
            assert reader.getresponse().status == 200
        for _ in range(20):
            assert get(front, "/?q=tensor", source="127.0.4.1").status == 200
            assert get(front, "/files/sorting.pdf", source="127.0.4.1").status == 200


def test_one_address_reads_twenty_files_at_a_time(front: Front) -> None:
    with ExitStack() as stack:
        statuses = []
        for _ in range(25):
            reader = stack.enter_context(closing(begin(front, "/files/large.pdf", "127.0.5.1")))
            statuses.append(reader.getresponse().status)
        assert statuses == [200] * 20 + [429] * 5
        assert get(front, "/", source="127.0.5.1").status == 200
        assert get(front, "/files/sorting.pdf", source="127.0.5.2").status == 200


def static_address(front: Front) -> str:
    """Return the address of the stylesheet that a page contains."""
    page = get(front, "/").body.decode()
    match = re.search(r'href="([^"]*/static/site\.css\?v=[^"]+)"', page)
    assert match
    return match[1].removeprefix(front.prefix)


def test_a_static_file_is_immutable_only_at_the_address_of_its_content(front: Front) -> None:
    address = static_address(front)
    path, _, version = address.partition("?v=")
    right = get(front, address, Accept_Encoding="gzip")
    assert right.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert get(front, address, "HEAD").headers["Cache-Control"] == right.headers["Cache-Control"]
    modified, size, digest = version.split("-")
    others = (
        *("", "1", "x", "*", "0-0-0", digest, f"{modified}-{size}", f"{modified}-{size}-"),
        *(f"{size}-{modified}-{digest}", f"{version} ", f"x{version}", f"{modified}-1-{digest}"),
        *(".*", f'{modified}-{size}-{digest}"', f"{version}%22"),
    )
    for other in others:
        answer = get(front, f"{path}?v={other.replace(' ', '%20')}")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache"), other
    assert get(front, path).headers["Cache-Control"] == "no-cache"


def test_before_the_restart_no_new_file_is_immutable_at_an_old_address(
    front: Front,
) -> None:
    """Pages still have the old address, while the file on disk is already another one."""
    file = front.log.parent / "static" / "site.css"
    address, old, times = static_address(front), file.read_bytes(), file.stat()
    try:
        file.write_bytes(old.replace(b"a", b"b"))
        answer = get(front, address)
        assert answer.body != old
        assert answer.headers["Cache-Control"] == "no-cache"
    finally:
        file.write_bytes(old)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("path", ["/static/site.css", "/static/nothing.css"])
def test_static_files_have_the_security_headers(front: Front, path: str) -> None:
    headers = get(front, path).headers
    for name, value in SECURITY_HEADERS.items():
        assert headers.get_all(name) == [value], name
    assert headers["Strict-Transport-Security"] == STRICT_TRANSPORT
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


REFUSED_BY_NGINX = {
    "a wrong Host": b"GET {}/ HTTP/1.1\r\nHost: a b\r\n\r\n",
    "an unknown transfer coding": b"POST {}/ HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n",
    "a long address": b"GET {}/?" + b"q" * 9000 + b" HTTP/1.1\r\n\r\n",
    "a large header": b"GET {}/ HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n",
    "a method that is not allowed": b"TRACE {}/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a large body": b"POST {}/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n",
}


@pytest.mark.parametrize("request_", REFUSED_BY_NGINX.values(), ids=REFUSED_BY_NGINX)
def test_error_pages_of_nginx_have_the_security_headers(front: Front, request_: bytes) -> None:
    if front.prefix and b"99999999" not in request_:
        pytest.skip("the other site's server decides that")
    headers = send(front, request_.replace(b"{}", front.prefix.encode())).lower()
    for name, value in {**SECURITY_HEADERS, "Strict-Transport-Security": STRICT_TRANSPORT}.items():
        assert headers.count(f"\r\n{name}: {value}\r\n".lower()) == 1, name


def test_a_304_of_the_site_has_the_security_headers(front: Front) -> None:
    for path in ("/", "/files/sorting.pdf"):
        page = get(front, path)
        answer = get(front, path, If_None_Match=page.headers["ETag"])
        assert answer.status == 304
        for name in (*SECURITY_HEADERS, "Strict-Transport-Security"):
            assert answer.headers.get_all(name) == page.headers.get_all(name), name


def send(front: Front, request: bytes) -> str:
    """Send a request as it is. Return the head of the response."""
    with closing(connect(front, "127.0.6.2")) as connection:
        connection.connect()
        connection.sock.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received and (block := connection.sock.recv(65536)):
            received += block
    return received.partition(b"\r\n\r\n")[0].decode("latin-1") + "\r\n"


def test_nginx_logs_no_query(front: Front) -> None:
    paths = [f"/?q={SOUGHT}", f"/facets/author?find={SOUGHT}", f"/publications.bib?q={SOUGHT}"]
    paths += [f"/static/site.css?v={SOUGHT}", f"/files/sorting.pdf?{SOUGHT}", f"/no?{SOUGHT}"]
    paths += [f"/?q={SOUGHT * 1000}"]  # too long
    referer = f"https://localhost/?q={SOUGHT}#{SOUGHT}"
    for path in paths:
        get(front, path, Referer=referer)
    get(front, f"/?q={SOUGHT}", "POST", Content_Length=str(1 << 30))
    with closing(connect(front, "127.0.6.1")) as connection:
        status = 200
        while status != 429:
            connection.request("GET", f"{front.prefix}/healthz?{SOUGHT}")
            answer = connection.getresponse()
            status = answer.status if answer.read() else 0
    folder = front.log.parent
    for odd in (b"\xd6", b"\x96", b" "):  # not in an address: gunicorn refuses some, nginx others
        send(
            front,
            f"GET {front.prefix}/?q={SOUGHT}".encode() + odd + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        )
    if not front.prefix:
        with closing(HTTPConnection("127.0.0.1", front.plain_port)) as connection:
            connection.request("GET", f"/?q={SOUGHT}", headers={"Host": "localhost"})
            assert connection.getresponse().status == 301
    logged = front.log.read_text()
    assert '"GET /pubs/ ' in logged or '"GET / ' in logged
    assert '" 429 ' in logged
    assert '"https://localhost/"' in logged
    for log in folder.rglob("*.log"):
        assert SOUGHT not in log.read_text(), log
