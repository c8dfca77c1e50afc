"""Uploading files: by content, never by name; large, empty and hostile ones are refused."""

import io
import stat
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.editors import SAME_ORIGIN, editing_site, form_token, post, sign_in, site
from tests.importing import do, records
from tests.reading import one, soup
from webapp.catalog import Catalog
from webapp.curation.uploads import MAX_SIZE
from webapp.site import site as parts_of

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\2\0\0\0\3\x08\2\0\0\0" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xc0\0\x11\x08\0\3\0\2\3\1\x22\0\2\x11\1\3\x11\1\xff\xd9"
ODP = b"application/vnd.oasis.opendocument.presentation"
FILE = """
@article{a, title = {On sorting}, year = 2020}
@article{b, title = {On lists}, year = 2020, slides = {https://example.org/b.pdf}, pdf = {a-2.pdf}}
@misc{h, title = {Draft}, hidden = {true}}
"""


def archive(**entries: bytes | str) -> bytes:
    """Return a ZIP archive with these entries, whose names have / for each __."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name.replace("__", "/").replace("_types", "[Content_Types].xml"), content)
    return buffer.getvalue()


PPTX = archive(_types="<Types/>", **{"ppt__presentation.xml": "<p/>"})
PRESENTATIONS = {
    "pptx": PPTX,
    "odp": archive(mimetype=ODP, **{"content.xml": "<office/>"}),
    "key": archive(**{"Index__Document.iwa": b"\0"}),
}


@pytest.fixture
def client(editing_site: Editing) -> FlaskClient:
    client = editing_site()
    sign_in(client)
    do(catalog_of(client), FILE, prune=True)
    return client


def catalog_of(client: FlaskClient) -> Catalog:
    return parts_of(client.application).catalog


def send(
    client: FlaskClient, content: bytes, kind: str = "pdf", name: str = "x.pdf", slug: str = "a"
) -> TestResponse:
    """Send the form, as bytes: the test client would leave a large file open."""
    fields = {"csrf_token": form_token(client), "kind": kind, f'file"; filename="{name}': content}
    parts = (
        b'--part\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (field.encode(), value.encode() if isinstance(value, str) else value)
        for field, value in fields.items()
    )
    return client.post(
        f"/edit/{slug}/files",
        data=b"".join([*parts, b"--part--\r\n"]),
        content_type="multipart/form-data; boundary=part",
        headers=SAME_ORIGIN,
    )


def stored(client: FlaskClient) -> list[str]:
    folder = catalog_of(client).files.folder
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_is_stored_and_linked_as_one_revision(client: FlaskClient) -> None:
    before = catalog_of(client).state().revision.counter
    answer = send(client, PDF, name="../../Mein Aufsatz (final).exe")
    assert answer.status_code == 303
    assert stored(client) == ["a.pdf"]
    assert [link.url for link in records(catalog_of(client))["a"].links] == ["a.pdf"]
    assert catalog_of(client).state().revision.counter == before + 1
    with client.get("/files/a.pdf") as file:
        assert (file.data, file.mimetype) == (PDF, "application/pdf")
    mode = (catalog_of(client).files.folder / "a.pdf").stat().st_mode
    assert stat.S_IMODE(mode) == 0o644
    page = soup(client.get(answer.headers["Location"]))
    assert one(page, "[role=status]").text.startswith("Saved: upload a.pdf")
    post(client, str(one(page, ".edit-saved form")["action"]))
    assert records(catalog_of(client))["a"].links == ()


@pytest.mark.parametrize(
    ("kind", "content", "name"),
    [
        *(("slides", content, f"a-slides.{kind}") for kind, content in PRESENTATIONS.items()),
        *(("slides", PDF, "a-slides.pdf"), ("poster", PNG, "a-poster.png")),
        *(("poster", JPEG, "a-poster.jpg"), ("supplement", PDF, "a-supplement.pdf")),
    ],
)
def test_other_kinds_have_names_of_their_own(
    client: FlaskClient, kind: str, content: bytes, name: str
) -> None:
    assert send(client, content, kind).status_code == 303
    assert stored(client) == [name]
    (link,) = records(catalog_of(client))["a"].links
    assert (link.kind, link.url) == (kind, name)


def test_an_image_for_the_list_is_its_preview(client: FlaskClient) -> None:
    send(client, PNG, "preview")
    assert records(catalog_of(client))["a"].fields["preview"] == "a.png"


def test_a_file_is_replaced(client: FlaskClient) -> None:
    send(client, PDF)
    revision = catalog_of(client).state().revision
    answer = send(client, PDF + b"%second")
    assert "replaced" in one(soup(client.get(answer.headers["Location"])), "[role=status]").text
    assert catalog_of(client).state().revision == revision
    with client.get("/files/a.pdf") as file:
        assert file.data.endswith(b"%second")


def test_a_link_elsewhere_is_replaced_and_files_of_others_are_not(client: FlaskClient) -> None:
    send(client, PDF, "slides", slug="b")
    links = {link.kind: link.url for link in records(catalog_of(client))["b"].links}
    assert links == {"slides": "b-slides.pdf", "pdf": "a-2.pdf"}
    do(catalog_of(client), FILE.replace("a-2.pdf", "a.pdf"))
    send(client, PDF)
    assert stored(client) == ["a-2.pdf", "b-slides.pdf"]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", "pdf", "The file is empty"),
        (b"<!doctype html><script>alert(1)</script>", "pdf", "This is a web page"),
        (b"\n  <HTML>", "pdf", "This is a web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "poster", "This is a web page"),
        (b"\x7fELF\2\1\1", "pdf", "This is no PDF"),
        (b"#!/bin/sh\n", "supplement", "This is no PDF"),
        (b"GIF89a\1\0\1\0", "preview", "This is no PDF"),
        (PNG, "pdf", "This is a PNG"),
        (PDF, "preview", "This is a PDF"),
        (PPTX, "pdf", "This is a PPTX"),
        (PNG[:14], "poster", "The image is damaged"),
        (archive(a="x"), "slides", "no presentation"),
        (archive(mimetype=ODP + b"x"), "slides", "no presentation"),
        (PPTX[:-5], "slides", "its end is missing"),
        (b"PK\3\4" + b"\0" * 100, "slides", "its end is missing"),
        (PPTX.replace(b"PK\1\2", b"PK\1\3"), "slides", "damaged"),
        (archive(_types="", **{"ppt__presentation.xml": "", "ppt__vbaProject.bin": "x"}),
         "slides", "has macros"),
        (archive(**{f"{n:08}": "" for n in range(90_000)}), "slides", "too many entries"),
        (archive(_types=b"\0" * 1_000, **{"ppt__presentation.xml": ""})
         .replace((1_000).to_bytes(4, "little"), (2 << 30).to_bytes(4, "little")),
         "slides", "unpack to too much"),
    ],
)  # fmt: skip
def test_other_content_is_refused_in_words(
    client: FlaskClient, content: bytes, kind: str, words: str
) -> None:
    before = catalog_of(client).state().revision
    answer = send(client, content, kind, name="paper.pdf")
    assert answer.status_code == 422
    page = soup(answer)
    assert words in one(page, "[role=alert]").text
    assert one(page, "option[selected]")["value"] == kind
    assert stored(client) == []
    assert catalog_of(client).state().revision == before


def test_a_file_of_more_than_fifty_megabytes_is_refused(client: FlaskClient) -> None:
    answer = send(client, PDF + b"\0" * (MAX_SIZE + (1 << 20)))
    assert answer.status_code == 413
    assert "up to 50 MB" in one(soup(answer), "[role=alert]").text
    answer = send(client, PDF + b"\0" * MAX_SIZE)
    assert answer.status_code == 422
    assert "larger than 50 MB" in one(soup(answer), "[role=alert]").text
    assert stored(client) == []


def test_an_upload_without_a_session_is_sent_again(client: FlaskClient) -> None:
    visitor = client.application.test_client()
    data = {"kind": "slides", "file": (io.BytesIO(PDF), "a.pdf")}
    answer = visitor.post("/edit/a/files", data=data, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    form = one(soup(answer), 'form[action="/edit/a/files"]')
    assert form["enctype"] == "multipart/form-data"
    assert one(form, "textarea[name=kind]").text.strip() == "slides"
    assert one(form, "input[type=file]")["name"] == "file"


def test_a_large_upload_without_a_session_is_not_read(client: FlaskClient) -> None:
    visitor = client.application.test_client()
    large = {"CONTENT_LENGTH": str(9 << 20), "CONTENT_TYPE": "multipart/form-data; boundary=a"}
    answer = visitor.post("/edit/a/files", environ_overrides=large, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    page = soup(answer)
    assert "the file was not stored" in one(page, "main").text
    assert page.select('main a[href="/edit/a/files"]')


def test_a_form_without_a_file_is_refused(client: FlaskClient) -> None:
    assert post(client, "/edit/a/files", kind="pdf").status_code == 422
    assert send(client, PDF, "nothing").status_code == 422
    assert send(client, PDF, name="").status_code == 422
    assert send(client, PDF, slug="gone").status_code == 404


def test_nothing_is_left_if_the_link_cannot_be_saved(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.curation.editing._ATTEMPTS", 0)
    assert send(client, PDF).status_code == 503
    assert stored(client) == []


def test_files_of_hidden_publications_are_for_editors_alone(client: FlaskClient) -> None:
    send(client, PDF, slug="h")
    assert client.get("/files/h.pdf").status_code == 404
    with client.get("/edit/files/h.pdf") as file:
        assert file.data == PDF
        assert "no-store" in file.headers["Cache-Control"]
        assert file.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert client.get("/edit/files/../site.toml").status_code == 404
    assert client.application.test_client().get("/edit/files/h.pdf").status_code == 303


def test_all_files_are_listed_with_what_names_them(client: FlaskClient) -> None:
    send(client, PDF)
    folder = catalog_of(client).files.folder
    (folder / "my talks").mkdir()
    (folder / "my talks" / "a&b.pdf").write_bytes(PDF)
    (folder / ".secret").write_bytes(PDF)
    items = soup(client.get("/edit/files")).select(".edit-list li")
    assert ["No publication names it" in item.text for item in items] == [False, True]
    link = str(items[1].select("a")[0]["href"])
    with client.get(link) as file:
        assert file.data == PDF
