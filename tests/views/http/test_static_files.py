"""Static files, which browsers cache for a year, and the owner's files."""

from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from flask.testing import FlaskClient

from tests.reading import soup
from webapp.config import ROOT

DATA = "application/ld+json"  # a block of data, which no browser runs


@pytest.fixture
def files(instance: Path) -> Path:
    """The owner's folder of files, with two files."""
    folder = instance / "files"
    folder.mkdir()
    (folder / "sorting.pdf").write_bytes(b"%PDF-1.4")
    (folder / "page.html").write_text("<script>alert(1)</script>")
    return folder


def test_files_of_the_owner_have_their_own_policies(files: Path, client: FlaskClient) -> None:
    with client.get("/files/sorting.pdf") as pdf, client.get("/files/page.html") as page:
        assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
        assert not pdf.headers.get("Content-Disposition", "").startswith("attachment")
        assert page.headers["Content-Disposition"].startswith("attachment")
        for policy in (pdf, page):
            policies = policy.headers.getlist("Content-Security-Policy")
            assert len(policies) == 1
            assert "object-src 'self'" in policies[0]
            assert "script-src" not in policies[0]
    for outside in ("/files/../site.toml", "/files/%2e%2e/site.toml", "/files/nothing.pdf"):
        assert client.get(outside).status_code == 404


def test_a_url_with_the_right_hash_is_immutable(client: FlaskClient) -> None:
    page = soup(client.get("/"))
    addresses = [str(tag["src"]) for tag in page.select("script[src]")]
    addresses += [str(tag["href"]) for tag in page.select("link[rel=stylesheet], link[rel=icon]")]
    assert len(addresses) == 5
    for address in addresses:
        with client.get(address) as right, client.get(f"{address}x") as wrong:
            assert right.status_code == 200
            assert right.cache_control.immutable
            assert not wrong.cache_control.immutable


def test_htmx_comes_with_its_licence() -> None:
    script = next((ROOT / "static").glob("htmx-*.min.js"))

    assert script.name.removeprefix("htmx-").removesuffix(".min.js") in script.read_text()
    assert "Permission to use" in (ROOT / "static" / "htmx-LICENSE.txt").read_text()


def test_no_page_needs_what_the_content_security_policy_forbids(client: FlaskClient) -> None:
    for address in ("/", "/?q=tensor", "/publications/feng2023tensorir", "/nobody"):
        page = soup(client.get(address))
        inline = [tag for tag in page.find_all(True) for name in tag.attrs if name[:2] == "on"]
        assert inline == []
        assert page.select("[style], style") == []
        assert {str(tag["type"]) for tag in page.select("script:not([src])")} <= {DATA}
        assert [
            name for tag in page.find_all(True) for name in tag.attrs if name[:3] == "hx-"
        ] == []


def test_scripts_and_styles_are_compressed_with_brotli(client: FlaskClient) -> None:
    for name in ("htmx-4.0.1.min.js", "site.js", "site.css"):
        response = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip, br, zstd"})
        plain = client.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
        assert response.headers["Content-Encoding"] == "br"
        assert "Accept-Encoding" in response.vary
        assert brotli.decompress(response.data) == plain.data


def test_scripts_and_styles_have_no_comments_or_indentation(client: FlaskClient) -> None:
    for name, comment in (
        ("site.css", "/*"),
        ("site.js", "//"),
        ("cite.js", "//"),
        ("edit.js", "//"),
    ):
        source = (ROOT / "static" / name).read_text()
        with client.get(f"/static/{name}") as response:
            assert comment in source
            assert comment not in response.text
            assert "\n  " not in response.text
            assert len(response.text) < len(source)


def test_a_minified_file_is_served_as_it_is(client: FlaskClient) -> None:
    with client.get("/static/htmx-4.0.1.min.js") as response:
        assert response.data == (ROOT / "static" / "htmx-4.0.1.min.js").read_bytes()


def test_a_browser_that_has_a_file_gets_304(client: FlaskClient) -> None:
    first = client.get("/static/site.css")
    again = client.get("/static/site.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
