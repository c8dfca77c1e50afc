"""Pages around the editing of publications, in every state that has texts of its own."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.editors import SAME_ORIGIN, index, post
from tests.importing import do, records
from webapp.curation.corrections import FIELDS
from webapp.site import site
from webapp.store import queries
from webapp.store.connections import reading, writing
from webapp.store.edits import Edit
from webapp.store.source_records import note_answer


def history_pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield the pages of the history."""
    catalog = site(client.application).catalog
    if known := records(catalog):
        (key, record), *_ = known.items()
        with reading(catalog.database) as connection:
            (id_,) = queries.ids_of_keys(connection, [key]).values()
        changed = replace(record, source={**record.source, "volume": "α"})
        catalog.save([Edit(changed, id_, position=7)], "α", who="άννα")
        yield "a change", client.get("/edit/history/2").text
        catalog.save([Edit(record, id_)], "β", who="άννα")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.views.edit.history.PAGE", 1)
        yield "a long history", client.get("/edit/history?before=3").text
        yield "a long revision", client.get("/edit/history/1?first=1").text
    yield "the history", client.get("/edit/history").text
    yield "a revision", client.get("/edit/history/1").text
    yield "a part of a revision", client.get("/edit/history/1?first=5").text
    yield "an unknown revision", client.get("/edit/history/999").text
    yield "an undo", post(client, "/edit/history/1/undo").text
    latest = catalog.state().revision.counter
    yield "after an undo", client.get(f"/edit/history?undone={latest}&before=9").text
    yield "a revision that was undone", client.get("/edit/history/1").text
    yield "a removal", client.get(f"/edit/history/{latest}").text
    yield "a second undo", post(client, "/edit/history/1/undo").text
    yield "a redo", post(client, f"/edit/history/{latest}/undo").text


def action_pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield the pages of what is done with a publication besides changing its fields."""
    catalog = site(client.application).catalog
    entries = (
        "@misc{αα, title = {Αα}, ids = {aa}, pdf = {α.pdf}}@misc{bb, title = {Ββ}}"
        "@misc{cc, title = {Γγ}, versionof = {bb}}@misc{dd, title = {Δδ}, hidden = {ναι}}"
    )
    do(catalog, entries.replace("αα", "aa"))
    yield "a hidden publication", client.get("/edit/dd").text
    for slug in ("aa", "bb", "cc"):
        yield f"the removal of {slug}", client.get(f"/edit/{slug}/remove").text
    yield "a wrong redirect", post(client, "/edit/aa/remove", redirect="other").text
    if client.get("/edit/aa/position").status_code != 200:
        return
    index(catalog)
    for query in ("", "?q=Αα", "?q=Ωω", "?unchanged=1"):
        yield f"a place {query}", client.get(f"/edit/bb/position{query}").text
    moved = post(client, "/edit/bb/position", to="first").headers["Location"]
    yield "a move", client.get(moved).text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.curation.ordering._ATTEMPTS", 0)
        yield "a move while others save", post(client, "/edit/bb/position", to="last").text


def selection_pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield the pages for several publications, and those of sources and settings."""
    parts = site(client.application)
    do(parts.catalog, "@misc{ss, title = {Σσ}}@misc{tt, title = {Ττ}, hidden = {true}}")

    def send(slugs: str, action: str, **fields: str) -> str:
        return post(client, "/edit/selection", slug=slugs, action=action, **fields).text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.views.edit.history.is_file_behind", lambda: True)
        yield "a file that is behind", client.get("/edit/history").text
    yield "no selection", send("", "hide")
    yield "a selection to hide", send("ss tt zz", "hide")
    yield "a selection to join", send("ss tt", "join")
    yield "a selection to remove", send("ss", "remove")
    yield "a wrong selection", send("ss", "tag")
    yield "an outdated selection", send("ss", "hide", save="1", revision="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.views.edit.selection.SHOWN", 1)
        yield "a large selection", send("ss tt", "select")
    yield "sources without an answer", client.get("/edit/sources").text
    if sources := parts.settings.sources:
        with writing(parts.catalog.database) as connection:
            note_answer(connection, sources[0].id, 3, 1)
    yield "sources", client.get("/edit/sources").text
    yield "settings", client.get("/edit/settings").text


def file_pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield the pages of files."""
    catalog = site(client.application).catalog
    do(catalog, "@misc{ff, title = {Φφ}}@misc{gg, title = {Γγ}, slides = {α.pdf}}")
    pdf = b"%PDF-1.7"

    def send(content: bytes) -> str:
        file = (BytesIO(content), "α.pdf")
        answer = post(client, "/edit/ff/files", kind="pdf", file=file)
        return client.get(answer.headers["Location"]).text if answer.location else answer.text

    yield "no files", client.get("/edit/ff/files").text
    yield "absent files", client.get("/edit/gg/files").text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.owner_files.OwnerFiles.find", lambda *_: None)
        yield "an empty folder", client.get("/edit/files").text
    yield "a refused file", send(b"")
    yield "an upload", send(pdf)
    yield "a replaced file", send(pdf)
    (catalog.files.folder / "β.pdf").write_bytes(pdf)
    yield "all files", client.get("/edit/files").text
    large = {"CONTENT_LENGTH": str(60 << 20), "CONTENT_TYPE": "multipart/form-data; boundary=a"}
    for path in ("/edit/ff/files", "/edit/sign-out"):
        answer = client.post(path, environ_overrides=large, headers=SAME_ORIGIN)
        yield f"a large body for {path}", answer.text


def correction_pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield the form for corrections and the inbox, if the site has them; else an empty inbox."""
    parts = site(client.application)
    yield "an empty inbox", client.get("/edit/inbox").text
    if not parts.settings.corrections:
        return
    fields = "".join(f"{name} = {{α}}," for name in FIELDS if name not in ("title", "year"))
    do(parts.catalog, f"@misc{{kk, title = {{Κκ}}, year = 2020, {fields}}}")
    path = "/publications/kk/correct"
    yield "a form", client.get(path).text
    for year in range(2021, 2027):
        yield f"a correction {year}", client.post(path, data={"year": year, "name": "α"}).text
    yield "thanks", client.get(f"{path}?sent=1").text
    yield "no correction", client.post(path).text
    yield "a long correction", client.post(path, data={"title": "1" * 21_000}).text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.curation.corrections.MAX_WAITING", 0)
        yield "a full inbox", client.post(path, data={"year": "2030"}).text
    yield "an inbox", client.get("/edit/inbox").text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.curation.editing._ATTEMPTS", 0)
        yield "a correction while others save", post(client, "/edit/inbox/1/accept").text
    accepted = post(client, "/edit/inbox/1/accept").headers["Location"]
    yield "an accepted correction", client.get(accepted).text
    yield "a correction that is gone", post(client, "/edit/inbox/1/accept").text
    yield "a correction in conflict", post(client, "/edit/inbox/2/accept").text
    post(client, "/edit/kk/remove", redirect="")
    yield "a correction of a removed publication", client.get("/edit/inbox").text
