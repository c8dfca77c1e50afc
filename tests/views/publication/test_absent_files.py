"""Links to files of the owner that are not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import soup
from webapp.curation.checks import check
from webapp.site import site

ENTRIES = """
@article{there, title={There}, author={Roe, Jan}, journal={J}, year=2001, pdf={there.pdf}}
@article{absent, title={Absent}, author={Roe, Jan}, journal={J}, year=2002, pdf={a b/absent.pdf},
  slides={absent.odp}, code={https://example.org/absent.zip}}
@article{hidden, title={Hidden}, author={Roe, Jan}, journal={J}, year=2003, pdf={talks/hidden.pdf},
  eprint={2001.00001}, eprinttype={arXiv}}
"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    (tmp_path / "publications.bib").write_text(ENTRIES)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "there.pdf").write_text("pdf")
    with running(tmp_path) as app:
        yield app


def links(client: FlaskClient, key: str) -> tuple[list[str], list[str], list[str]]:
    """Return the labels of links in the list and on the page, and the URLs of the PDF."""
    item = soup(client.get("/")).select(f"#pub-{key} .links a")
    page = soup(client.get(f"/publications/{key}"))
    pdf = [str(tag["content"]) for tag in page.select("[name=citation_pdf_url]")]
    on_page = [a.text for a in page.select(".publication-page .links a")]
    return [a.text for a in item], on_page, pdf


def test_pages_have_no_link_to_an_absent_file(app: Flask, tmp_path: Path) -> None:
    output = app.test_cli_runner().invoke(args=["prepare"]).output
    client = app.test_client()
    assert links(client, "there") == (["PDF"], ["PDF"], ["http://localhost/files/there.pdf"])
    assert links(client, "absent") == (["Code"], ["Code"], [])
    assert links(client, "hidden")[2] == ["https://arxiv.org/pdf/2001.00001"]
    assert "absent.pdf" not in client.get("/publications/absent").headers["Link"]
    assert "files/a b/absent.pdf" in output

    before = client.get("/").headers["ETag"]
    (tmp_path / "files" / "a b").mkdir()
    (tmp_path / "files" / "a b" / "absent.pdf").write_text("pdf")
    assert client.get("/", headers={"If-None-Match": before}).status_code == 200
    assert links(client, "absent")[:2] == (["PDF", "Code"], ["PDF", "Code"])
    (tmp_path / "files" / "a b" / "absent.pdf").unlink()
    assert links(client, "absent")[:2] == (["Code"], ["Code"])


def test_absent_files_are_named_by_import_and_check(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    output = runner.invoke(args=["import", str(tmp_path / "publications.bib"), "--yes"]).output
    for name in ("a b/absent.pdf", "absent.odp", "talks/hidden.pdf"):
        assert f"files/{name}" in output
    assert "no file files/there.pdf" not in output
    with app.app_context():
        problems = [p.key for p in check(site(app).catalog) if p.reason == "absent-file"]
    assert sorted(problems) == ["absent", "absent", "hidden"]
