"""nginx's cache of pages, as deploy/nginx-cache.conf configures it."""

import gzip
import json
import shutil
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.site import BEHIND_NGINX, Front, deployed
from tests.conftest import running
from tests.fronts import Answer, require_nginx
from tests.fronts import get as receive
from webapp.catalog.indexing import synchronise
from webapp.records import Record
from webapp.site import site
from webapp.store.edits import Edit

TYPING = {"HX_Request": "true", "HX_Source": "form#search"}
LINK = {"HX_Request": "true", "HX_Source": "a"}
TABLES = ("catalog_state", "publications")
PUBLICATION = "/publications/feng2023tensorir"


@pytest.fixture(scope="module", params=["", "/pubs"], ids=["root", "subpath"])
def front(
    request: pytest.FixtureRequest, seed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    require_nginx()
    instance = Path(shutil.copytree(seed, tmp_path_factory.mktemp("front") / "instance"))
    (instance / "files").mkdir()
    (instance / "files" / "paper.pdf").write_bytes(b"%PDF-1.4")
    settings = {**BEHIND_NGINX, "OCTAVO_LOG_REQUESTS": "true"}
    with deployed(instance, request.param, settings) as front:
        yield front


def get(front: Front, path: str, method: str = "GET", **headers: str) -> Answer:
    """Return the response to a request that nginx has finished with.

    nginx stores a page after it sent it, with HEAD even after the first bytes of the page, and
    another of its processes may answer the next request. It writes its log last.
    """
    answer = receive(front, path, method, **headers)
    logged(front.log, answer)
    return answer


def logged(log: Path, answer: Answer) -> str:
    """Return the line of a response in a log. It is written after the response was sent."""
    request_id = str(answer.headers["X-Request-ID"])
    while True:
        for line in log.read_text().splitlines():
            if request_id in line:
                return line


def cache_status(front: Front, answer: Answer) -> str:
    """Return what nginx's log says of the cache for a response."""
    return logged(front.log, answer).rpartition(" ")[2]


def validation(front: Front, answer: Answer) -> str | None:
    """Return what Octavo's log says of the validation for a response."""
    line = logged(front.log.parent / "instance" / "server.log", answer)
    return str(json.loads(line)["validation"])


@pytest.mark.parametrize(
    "path", ["/?q=tensor&page=1", "/healthz", "/readyz", "/metrics", "/nowhere"]
)
def test_redirects_states_and_errors_are_never_stored(front: Front, path: str) -> None:
    for _ in range(2):
        assert cache_status(front, get(front, path)) == "MISS"


@pytest.mark.parametrize("path", ["/publications.bib", "/files/paper.pdf"])
def test_exports_and_files_do_not_pass_through_the_cache(front: Front, path: str) -> None:
    for _ in range(2):
        answer = get(front, path)
        assert answer.status == 200
        assert cache_status(front, answer) == "-"


@pytest.mark.parametrize("path", ["/?q=learning", "/publications/chen2025respec", "/facets/author"])
def test_a_stored_page_is_validated_at_every_use(front: Front, path: str) -> None:
    first = get(front, path, Accept_Encoding="gzip")
    assert cache_status(front, first) == "MISS"
    for _ in range(2):
        again = get(front, path, Accept_Encoding="gzip")
        assert cache_status(front, again) == "REVALIDATED"
        assert validation(front, again) == "validated"
        assert (again.status, again.body) == (200, first.body)
        different = {"Date", "Connection", "X-Request-ID"}
        for name in set(first.headers.keys()) - different:
            assert again.headers.get_all(name) == first.headers.get_all(name), name
        assert again.headers["Cache-Control"] == "no-cache"
        assert "X-Accel-Expires" not in again.headers


def test_pages_and_fragments_are_stored_apart(front: Front) -> None:
    kinds: list[dict[str, str]] = [{}, TYPING, LINK, {**LINK, "HX_History_Restore_Request": "true"}]
    rendered = [get(front, "/?q=compiler", **headers) for headers in kinds]
    page, typing, link, restored = (answer.body for answer in rendered)
    assert restored == page
    assert page.startswith(b"<!doctype html>")
    assert typing == link != page
    assert rendered[1].headers["HX-Replace-Url"] == f"{front.prefix}/?q=compiler"
    assert rendered[2].headers["HX-Push-Url"] == f"{front.prefix}/?q=compiler"
    for headers, answer in zip(kinds, rendered, strict=True):
        again = get(front, "/?q=compiler", **headers)
        assert cache_status(front, again) == "REVALIDATED"
        assert again.body == answer.body
        assert again.headers["HX-Push-Url"] == answer.headers["HX-Push-Url"]


def test_no_header_makes_nginx_store_a_page_as_a_fragment(front: Front) -> None:
    """Octavo and nginx would read these differently, so nginx passes on what it understood."""
    fragment = get(front, "/?q=relax", **TYPING).body
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for lines in (
        "HX-Request: true\r\nHX-Source: form#search\r\nHX-History-Restore-Request:\r\n",
        "HX-Request: true\r\nHX-Request: false\r\nHX-Source: form#search\r\n",
        "HX-Request: true\r\nHX-Source: form#search\r\nHX-Source: a\r\n",
        "HX-Request: true::form\r\n",
    ):
        head = f"GET {front.prefix}/?q=relax HTTP/1.1\r\nHost: localhost:{front.port}\r\n"
        with (
            socket.create_connection(("127.0.0.1", front.port)) as plain,
            closing(context.wrap_socket(plain)) as connection,
        ):
            connection.sendall(f"{head}{lines}Connection: close\r\n\r\n".encode())
            while connection.recv(65536):
                pass
        assert get(front, "/?q=relax", **TYPING).body == fragment
        assert get(front, "/?q=relax").body.startswith(b"<!doctype html>")


def test_each_encoding_is_stored_by_itself(front: Front) -> None:
    for _ in range(2):
        compressed = get(front, "/?q=each", Accept_Encoding="gzip")
        plain = get(front, "/?q=each")
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert plain.headers["Content-Encoding"] is None
        assert gzip.decompress(compressed.body) == plain.body
    assert cache_status(front, plain) == "REVALIDATED"


def test_another_format_of_a_stored_page_is_still_offered(front: Front) -> None:
    for _ in range(2):
        assert get(front, PUBLICATION, Accept="text/html").status == 200
        answer = get(front, PUBLICATION, Accept="application/x-bibtex")
        assert (answer.status, answer.headers["Location"]) == (
            303,
            f"{front.prefix}{PUBLICATION}.bib",
        )


def test_head_is_answered_from_the_stored_page(front: Front) -> None:
    head = get(front, "/?q=head", "HEAD")
    page = get(front, "/?q=head")
    assert cache_status(front, page) == "REVALIDATED"
    assert (head.status, head.body) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length"):
        assert head.headers[name] == page.headers[name], name


def test_a_visitor_with_the_current_etag_gets_304(front: Front) -> None:
    tag = get(front, "/?q=known", "HEAD", Accept_Encoding="br").headers["ETag"]
    for encoding, statuses in (("identity", {"MISS"}), ("br", {"REVALIDATED"})):
        answer = get(front, "/?q=known", If_None_Match=tag, Accept_Encoding=encoding)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag)
        assert cache_status(front, answer) in statuses
        assert validation(front, answer) == "validated"


def test_timings_are_for_the_operator_who_asked(front: Front) -> None:
    timed = get(front, "/?q=timed", X_Server_Timing="1")
    assert "total;dur=" in timed.headers["Server-Timing"]
    for _ in range(2):
        assert get(front, "/?q=timed").headers["Server-Timing"] is None
    again = get(front, "/?q=timed", X_Server_Timing="1")
    assert cache_status(front, again) == "BYPASS"
    assert again.headers["Server-Timing"] is not None


def test_a_refused_list_is_never_stored_in_place_of_the_list(front: Front) -> None:
    path = "/?year=2019..2025&venue=ASPLOS&type=inproceedings"
    for _ in range(2):
        refused = get(front, path)
        assert (refused.status, cache_status(front, refused)) == (429, "MISS")
        assert refused.headers.get_all("Retry-After") == ["86400"]
    shown = get(front, path, Referer=f"{front.url}/?q=a")
    assert (shown.status, cache_status(front, shown)) == (200, "MISS")
    # What nginx has stored costs the site no more than a refusal.
    again = get(front, path)
    assert (again.status, again.body) == (200, shown.body)
    assert (cache_status(front, again), validation(front, again)) == ("REVALIDATED", "validated")


def test_a_change_of_the_catalog_is_in_the_next_response(front: Front) -> None:
    with running(front.log.parent / "instance") as app:
        catalog = site(app).catalog
        for number in range(3):
            stored = get(front, "/?sort=newest")
            assert cache_status(front, get(front, "/?sort=newest")) == "REVALIDATED"
            record = Record(key=f"z{number}", type="misc", title=f"Zymurgy {number}", year=3000)
            catalog.save([Edit(record)], "test")
            synchronise(catalog.database, catalog.search, choices=catalog.choices)
            answer = get(front, "/?sort=newest", If_None_Match=str(stored.headers["ETag"]))
            assert answer.status == 200
            assert f"Zymurgy {number}" in answer.body.decode()
            assert cache_status(front, answer) == "EXPIRED"


def test_nothing_is_stored_while_the_database_is_away(front: Front) -> None:
    assert get(front, "/?q=broken").status == get(front, "/sitemap.xml").status == 200
    database = front.log.parent / "instance" / "octavo.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} RENAME TO {table}_elsewhere")
        try:
            for path in ("/?q=broken", "/sitemap.xml") * 2:
                answer = get(front, path)
                assert answer.headers["Cache-Control"] == "no-store"
                is_known = "reach its database" in answer.body.decode()
                assert answer.status == 503 or (is_known and path == "/?q=broken")
        finally:
            for table in TABLES:
                connection.execute(f"ALTER TABLE {table}_elsewhere RENAME TO {table}")
    assert get(front, "/?q=broken").status == 200
