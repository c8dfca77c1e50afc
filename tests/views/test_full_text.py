"""Words in PDFs: where they are found and what the page shows, what is read, and when."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalog.test_indexing import cpu_seconds_of_children, wait_for_update
from tests.conftest import running
from tests.pdfs import encrypted, pdf, write_pdf
from tests.reading import soup
from webapp.catalog import Criteria, synchronise
from webapp.site import site
from webapp.store.edits import Edit

LIBRARY: Final = """
@article{whales, title = {Songs of whales}, author = {Melville, Ann}, year = 2020,
  pdf = {whales.pdf}, abstract = {We listen to humpbacks.}}
@article{otters, title = {Otters at play}, author = {Otter, Bea}, year = 2021,
  slides = {talks/otters.pdf}, abstract = {Tools of sea otters.}}
@article{krill, title = {Krill swarms and whales}, author = {Krill, Cy}, year = 2022}
@misc{krillpre, title = {Krill swarms, a preprint}, author = {Krill, Cy}, year = 2021,
  versionof = {krill}, pdf = {krill.pdf}}
@article{secret, title = {A secret}, hidden = {true}, year = 2022, pdf = {secret.pdf}}
@article{locked, title = {Locked words}, year = 2019, pdf = {locked.pdf}}
@article{broken, title = {Broken words}, year = 2018, pdf = {broken.pdf}}
@article{later, title = {A later file}, year = 2015, pdf = {later.pdf}}
@article{remote, title = {Elsewhere}, year = 2017, pdf = {https://example.org/a.pdf}}
@article{dots, title = {Dots}, year = 2016, pdf = {.private.pdf}}
"""
FILLER: Final = "Plain sentences follow one another without a point. " * 40


def fill(instance: Path) -> None:
    files = instance / "files"
    write_pdf(
        files / "whales.pdf",
        "First page. " + FILLER,
        FILLER + "Bioacoustic hydrophones hear \xfclula.",
    )
    write_pdf(files / "talks" / "otters.pdf", "Otters sing with whales near hydrophones.")
    write_pdf(files / "krill.pdf", "Krill escape from baleen filters.")
    write_pdf(files / "secret.pdf", "Never zyzzogeton.")
    write_pdf(files / ".private.pdf", "Never zyzzogeton.")
    write_pdf(files / "unnamed.pdf", "Never zyzzogeton.")
    (files / "locked.pdf").write_bytes(encrypted(pdf([["zyzzogeton"]]), "word"))
    (files / "broken.pdf").write_bytes(b"%PDF-1.7 zyzzogeton")


@pytest.fixture(scope="module")
def folder(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(copytree(seed, tmp_path_factory.mktemp("texts") / "instance"))
    fill(folder)
    return folder


@pytest.fixture(scope="module")
def texts_site(folder: Path) -> Iterator[Flask]:
    with running(folder) as app:
        (folder / "more.bib").write_text(LIBRARY)
        result = app.test_cli_runner().invoke(args=["import", "--yes", str(folder / "more.bib")])
        assert result.exit_code == 0, result.output
        app.config["OUTPUT"] = result.output
        yield app


@pytest.fixture
def page(texts_site: Flask) -> FlaskClient:
    return texts_site.test_client()


def keys(app: Flask, words: str) -> list[str]:
    with app.app_context():
        return [record.key for record in site(app).catalog.find(Criteria(q=words)).records]


def test_a_command_names_pdfs_that_it_could_not_read(texts_site: Flask) -> None:
    output = texts_site.config["OUTPUT"]
    assert "locked: files/locked.pdf needs a password, so searches miss its text." in output
    assert "broken: files/broken.pdf is damaged" in output
    result = texts_site.test_cli_runner().invoke(args=["check", "--all"])
    assert "files/locked.pdf needs a password" in result.output


def test_words_of_a_pdf_find_its_publication(texts_site: Flask) -> None:
    assert keys(texts_site, "bioacoustic") == ["whales"]
    assert keys(texts_site, "bioacoust") == ["whales"]
    assert keys(texts_site, "ulula") == ["whales"]  # with an accent in the PDF
    assert keys(texts_site, "hydrophones melville") == ["whales"]
    assert keys(texts_site, "baleen") == ["krill"]  # in the PDF of its preprint


def test_a_match_in_the_title_or_the_abstract_comes_before_one_in_a_pdf(texts_site: Flask) -> None:
    assert keys(texts_site, "whales") == ["krill", "whales", "otters"] or keys(
        texts_site, "whales"
    ) == ["whales", "krill", "otters"]
    assert keys(texts_site, "humpbacks") == ["whales"]


def test_the_field_pdf_is_only_searched_in_pdfs(texts_site: Flask) -> None:
    assert set(keys(texts_site, "pdf:hydrophones")) == {"whales", "otters"}
    assert keys(texts_site, 'pdf:"bioacoustic hydrophones"') == ["whales"]
    assert keys(texts_site, "PDF: hydrophones year:2021") == ["otters"]
    assert keys(texts_site, "hydrophones -otters") == ["whales"]
    assert keys(texts_site, "pdf:humpbacks") == []


def test_files_that_visitors_do_not_get_are_never_read(texts_site: Flask, folder: Path) -> None:
    assert keys(texts_site, "zyzzogeton") == []
    cached = b"".join(path.read_bytes() for path in (folder / "cache" / "full-text").iterdir())
    assert b"zyzzogeton" not in cached


def test_an_item_shows_the_words_and_the_page_of_the_pdf(page: FlaskClient) -> None:
    (item,) = soup(page.get("/?q=bioacoustic")).select(".publication")
    (snippet,) = item.select(".snippet")
    assert snippet.a.text == "In the PDF, page 2"
    assert snippet.a["href"] == "/files/whales.pdf#page=2"
    assert [mark.text for mark in snippet.select("mark")] == ["Bioacoustic"]
    assert len(snippet.text) < 400
    whales = soup(page.get("/?q=whales")).select_one("#pub-whales")
    assert whales is not None
    assert not whales.select(".snippet")  # its title has the word


def test_a_title_and_a_name_find_no_pdfs_that_mention_them(texts_site: Flask, folder: Path) -> None:
    assert keys(texts_site, "songs of whales") == ["whales"]
    write_pdf(folder / "files" / "krill.pdf", "As in Songs of Whales by Melville, krill swarm.")
    with texts_site.app_context():
        assert texts_site.test_cli_runner().invoke(args=["reindex", "--if-needed"]).exit_code == 0
    assert keys(texts_site, "songs of whales") == ["whales"]
    assert keys(texts_site, "melville") == ["whales"]
    assert keys(texts_site, "pdf:melville") == ["krill"]
    assert keys(texts_site, "baleen") == []


def test_a_changed_pdf_changes_the_validator_and_a_removed_one_is_forgotten(
    texts_site: Flask, page: FlaskClient, folder: Path
) -> None:
    former = page.get("/?q=hydrophones").headers["ETag"]
    talks = folder / "files" / "talks"
    (talks / "otters.pdf").rename(talks / "gone")
    app = texts_site
    with app.app_context():
        catalog = site(app).catalog
        assert synchronise(catalog.database, catalog.search, texts=site(app).full_texts)
        assert not synchronise(catalog.database, catalog.search, texts=site(app).full_texts)
    assert keys(app, "hydrophones") == ["whales"]
    assert page.get("/?q=hydrophones").headers["ETag"] != former


def test_a_serving_process_reads_a_pdf_that_appears(
    texts_site: Flask, page: FlaskClient, folder: Path
) -> None:
    assert page.get("/").status_code == 200  # the process knows the present files
    write_pdf(folder / "files" / "later.pdf", "Pterodactyls glide.")
    assert page.get("/").status_code == 200
    wait_for_update()
    assert keys(texts_site, "pterodactyls") == ["later"]


@pytest.mark.parametrize(("allowed", "elsewhere"), [(1, False), (0, True)])
def test_changed_publications_with_many_pdfs_are_indexed_in_another_process(
    texts_site: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch, allowed: int, elsewhere: bool
) -> None:
    monkeypatch.setattr("webapp.catalog.following.OWN_TEXTS", allowed)
    word = ("sextant", "quipu")[allowed]
    catalog = site(texts_site).catalog
    with texts_site.app_context():
        stored = catalog.get("whales")
        assert stored
        catalog.save([Edit(replace(stored.record, title=word), stored.id)], "test")
    before = cpu_seconds_of_children()
    site(texts_site).index_follower.notice()
    wait_for_update()
    assert (cpu_seconds_of_children() > before) is elsewhere
    assert keys(texts_site, f"{word} bioacoustic") == ["whales"]


def test_the_cache_may_be_deleted(texts_site: Flask, page: FlaskClient, folder: Path) -> None:
    for path in (folder / "cache" / "full-text").iterdir():
        path.unlink()
    (item,) = soup(page.get("/?q=bioacoustic")).select(".publication .snippet")
    assert item.text.strip() == "In the PDF"
    texts_site.test_cli_runner().invoke(args=["reindex"])
    assert "hydrophones" in soup(page.get("/?q=bioacoustic")).select_one(".snippet").text  # type: ignore[union-attr]


def test_the_setting_turns_it_off(texts_site: Flask, folder: Path) -> None:
    file = folder / "site.toml"
    file.write_text(f"full_text = false\n{file.read_text()}")
    with running(folder) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        assert keys(app, "bioacoustic") == keys(app, "pdf:hydrophones") == []
        assert keys(app, "humpbacks") == ["whales"]
