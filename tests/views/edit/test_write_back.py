"""Rewriting the owner's file after changes in the browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.editors import editing_site, post, sign_in, site
from tests.importing import do, plan_of, records
from tests.reading import soup
from webapp.catalog import Catalog
from webapp.curation.loaded_file import note_loaded
from webapp.curation.write_back import write_back
from webapp.errors import CannotWriteBackError
from webapp.formats.bibtex import bibtex
from webapp.formats.bibtex.replacing import replace_entries
from webapp.records import Record
from webapp.site import site as parts_of

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]

FILE = """% My publications, in git.
@string{jmlr = "Journal of Machine Learning Research"}
@comment{jabref-meta: grouping;}

@Article{a,
  title    = "On {S}orting",   % a comment
  author   = {Doe, Jane},
  journal  = jmlr,
  year     = 2020
}

Text that BibTeX ignores: a@b.example
@misc{b, title = {Lists}, year = {2021}}
@xdata{store, publisher = {P}}
% @misc{old, title = {Old}}
@misc{c, title = {Trees, xdata = {store}}, year = {2022}}

@misc{broken, title = {Not closed, year = 2023
"""


@pytest.fixture
def client(editing_site: Editing, instance: Path) -> FlaskClient:
    client = editing_site(write_back=True, order="file")
    sign_in(client)
    put(client, instance, FILE)
    return client


def catalog_of(client: FlaskClient) -> Catalog:
    return parts_of(client.application).catalog


def put(client: FlaskClient, instance: Path, text: str) -> None:
    """Write the owner's file and load it."""
    path = instance / "publications.bib"
    path.write_bytes(text.encode())
    do(catalog_of(client), text, prune=True)
    note_loaded(catalog_of(client), path)


def text_of(instance: Path) -> str:
    return (instance / "publications.bib").read_bytes().decode()


def keys(instance: Path) -> list[str]:
    return [record.key for record in bibtex.read(text_of(instance)).records]


def test_an_edit_changes_its_entry_alone(client: FlaskClient, instance: Path) -> None:
    post(client, "/edit/b/visibility", to="hidden")
    text = text_of(instance)
    before, _, after = FILE.partition("@misc{b, title = {Lists}, year = {2021}}")
    assert text.startswith(before)
    assert text.endswith(after)
    changed = text.removeprefix(before).removesuffix(after)
    assert bibtex.read(changed).records[0].source == {
        "title": "Lists",
        "year": "2021",
        "hidden": "true",
    }
    assert plan_of(catalog_of(client), text).changed == ()
    assert "was not" not in client.get("/edit/history").text


def test_an_undo_restores_the_entry(client: FlaskClient, instance: Path) -> None:
    post(client, "/edit/b/visibility", to="hidden")
    number = catalog_of(client).state().revision.counter
    post(client, f"/edit/history/{number}/undo")
    assert "hidden" not in text_of(instance)
    post(client, "/edit/a/visibility", to="hidden")
    assert text_of(instance).count("hidden") == 1


def test_a_removal_removes_the_entry_and_an_undo_brings_it_back(
    client: FlaskClient, instance: Path
) -> None:
    post(client, "/edit/b/remove", redirect="")
    text = text_of(instance)
    assert "Lists" not in text
    assert "Text that BibTeX ignores" in text
    assert "@xdata{store" in text
    number = catalog_of(client).state().revision.counter
    post(client, f"/edit/history/{number}/undo")
    assert "Lists" in text_of(instance)
    assert sorted(keys(instance)) == ["a", "b", "broken", "c"]


def test_a_file_with_changes_that_were_not_imported_is_left_alone(
    client: FlaskClient, instance: Path
) -> None:
    changed = FILE.replace("Lists", "Queues")
    (instance / "publications.bib").write_text(changed)
    post(client, "/edit/a/visibility", to="hidden")
    assert text_of(instance) == changed
    assert records(catalog_of(client))["a"].is_hidden
    assert "not rewritten" in soup(client.get("/edit/history")).text
    with pytest.raises(CannotWriteBackError, match="octavo import"):
        write_back(catalog_of(client), instance / "publications.bib")


def test_a_missing_file_is_written(client: FlaskClient, instance: Path) -> None:
    (instance / "publications.bib").unlink()
    post(client, "/edit/a/visibility", to="hidden")
    assert keys(instance) == ["a", "b", "c", "broken"]


def test_line_ends_mark_and_mode_stay(client: FlaskClient, instance: Path) -> None:
    path = instance / "publications.bib"
    text = "\ufeff" + FILE.replace("\n", "\r\n")
    put(client, instance, text)
    path.chmod(0o600)
    post(client, "/edit/b/visibility", to="hidden")
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf% My")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert not list(instance.glob(".octavo-*"))


def test_without_the_setting_the_file_is_not_touched(editing_site: Editing, instance: Path) -> None:
    client = editing_site()
    sign_in(client)
    put(client, instance, FILE)
    post(client, "/edit/b/visibility", to="hidden")
    assert text_of(instance) == FILE


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, title = {A}} @misc{b, title = {B}}\n",
        "@misc{a, title = {A}}\n@misc{b, title = {B}}@misc{c, title = {C}}\n",
    ],
)
def test_entries_that_share_a_line_are_refused(text: str) -> None:
    changed = [
        Record(record.key, record.type, source={"title": "New"})
        for record in bibtex.read(text).records
    ]
    with pytest.raises(CannotWriteBackError):
        replace_entries(text, changed, {}, [])


def test_a_file_in_another_encoding_is_left_alone(client: FlaskClient, instance: Path) -> None:
    path = instance / "publications.bib"
    path.write_bytes("@misc{a, title = {Für}}".encode("latin-1"))
    note_loaded(catalog_of(client), path)
    with pytest.raises(CannotWriteBackError, match="UTF-8"):
        write_back(catalog_of(client), path)


def test_every_part_of_a_file_that_is_no_changed_entry_stays() -> None:
    found = {record.key: record for record in bibtex.read(FILE).records}
    same = list(found.values())
    assert replace_entries(FILE, same, {}, []) == FILE
    new = Record("z", "misc", source={"title": "Zymurgy"})
    added = replace_entries(FILE, [*same, new], {}, [])
    assert added.startswith(FILE)
    assert "Zymurgy" in added
    renamed = Record("aa", "article", source=dict(found["a"].source))
    text = replace_entries(FILE, [renamed, *same[1:]], {"a": "aa"}, [])
    assert "@article{aa," in text
    assert text.count("@") == FILE.count("@")
