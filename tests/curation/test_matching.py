"""Matching entries with known works that have new keys in the file."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from tests.curation.graph_paper import JOURNAL, PAPER, PREPRINT, PUBLISHED, new_keys, rekeyed
from tests.importing import do, plan_of, records, titles
from webapp.catalog.catalog import Catalog
from webapp.curation import importing
from webapp.curation.library import read_files
from webapp.formats.registry import READERS, WRITERS, write


@pytest.mark.parametrize(
    "entry",
    [
        PUBLISHED.replace("{conf,", "{other,"),
        f"@article{{other, {PAPER}, {JOURNAL}}}",
        (
            "@article{other, title = {{On} graphs with many edges.}, year = 2024, volume = 7,"
            " author = {X. Chen and A. Rossi}, journal = {Graph J.}, pages = {11-19}}"
        ),
        (
            "@article{other, title = {Renamed at Last}, author = {Rossi, Anna}, year = 2025,"
            " doi = {https://doi.org/10.5555/GRAPH.1}}"
        ),
        (
            "@article{other, title = {Renamed at Last}, author = {Rossi, Anna and Chen, Xi},"
            " year = 2025, ids = {old, conf}}"
        ),
    ],
)
def test_a_publication_with_a_new_key_in_the_file_changes_its_key(
    paper_catalog: Catalog, entry: str
) -> None:
    plan = do(paper_catalog, entry, prune=True)
    assert new_keys(plan) == [("conf", "other")]
    assert (plan.added, plan.missing) == ((), ())
    assert list(records(paper_catalog)) == ["other"]
    assert records(paper_catalog)["other"].slug == "conf"


def test_a_new_key_is_matched_by_the_field_ids(paper_catalog: Catalog) -> None:
    with_ids = PUBLISHED.replace("year = 2024", "year = 2024, ids = {zotero7}")
    do(paper_catalog, with_ids)
    other = "@book{zotero7, title = {On Graphs}, author = {A. Rossi and X. Chen}, year = 2026}"
    assert new_keys(do(paper_catalog, other)) == [("conf", "zotero7")]


@pytest.mark.parametrize(
    ("why", "entry"),
    [
        ("another DOI", PUBLISHED.replace("graph.1", "graph.2").replace("{conf,", "{other,")),
        ("a preprint", PREPRINT.replace("versionof", "note")),
        ("an erratum", PUBLISHED.replace("On G", "Erratum: On G").replace("{conf,", "{other,")),
        ("another volume", f"@article{{other, {PAPER}, {JOURNAL}}}".replace("7", "8")),
        ("another year", f"@article{{other, {PAPER}, {JOURNAL}}}".replace("2024", "2023")),
        ("other people", f"@article{{other, {PAPER}, {JOURNAL}}}".replace("Rossi", "Verdi")),
        (
            "another part",
            f"@article{{other, {PAPER}, {JOURNAL}}}".replace("Edges", "Edges, Part II"),
        ),
        ("a talk in proceedings", f"@inproceedings{{other, {PAPER}, booktitle = {{Trees 24}}}}"),
    ],
)
def test_an_entry_that_only_resembles_a_publication_is_added(
    paper_catalog: Catalog, why: str, entry: str
) -> None:
    plan = do(paper_catalog, entry)
    assert (new_keys(plan), len(plan.added)) == ([], 1), why
    assert titles(paper_catalog)["conf"] == "On Graphs with Many Edges"


def test_a_common_title_matches_only_with_the_same_details_of_publication(
    paper_catalog: Catalog,
) -> None:
    editorial = "@article{{{0}, title = {{Editorial}}, author = {{Rossi, Anna}}, year = 2024{1}}}\n"
    do(paper_catalog, editorial.format("ed1", ""))
    assert new_keys(plan_of(paper_catalog, editorial.format("x", ", note = {y}"))) == []
    there = ", journal = {G}, volume = {3}"
    do(paper_catalog, editorial.format("ed2", there))
    plan = plan_of(paper_catalog, editorial.format("x", there + ", note = {y}"))
    assert new_keys(plan) == [("ed2", "x")]


def test_two_entries_that_fit_one_publication_are_both_added(paper_catalog: Catalog) -> None:
    bare = f"@article{{x, {PAPER}, journal = {{Graph Journal}}}}\n"
    plan = do(paper_catalog, bare + bare.replace("{x,", "{y,").replace("year", "note = {z}, year"))
    assert new_keys(plan) == []
    assert len(plan.added) == 2


def test_identical_entries_get_new_keys_in_order(paper_catalog: Catalog) -> None:
    do(paper_catalog, PUBLISHED + rekeyed(PUBLISHED, "again"), prune=True)
    plan = do(paper_catalog, rekeyed(PUBLISHED + PUBLISHED, "x", "y"), prune=True)
    assert new_keys(plan) == [("conf", "x"), ("again", "y")]


def test_former_slugs_and_that_of_the_new_key_redirect(paper_catalog: Catalog, app: Flask) -> None:
    client: FlaskClient = app.test_client()
    do(paper_catalog, rekeyed(PUBLISHED, "Zot:24"), prune=True)
    do(paper_catalog, rekeyed(PUBLISHED, "third"), prune=True)
    assert client.get("/publications/conf").status_code == 200
    for slug in ("zot-24", "third"):
        response = client.get(f"/publications/{slug}")
        assert response.headers["Location"] == "/publications/conf"


def test_exchanged_keys_keep_their_publications_and_urls(paper_catalog: Catalog) -> None:
    second = (
        "@book{b, title = {A Book of Trees}, author = {Doe, Jane}, year = 2020, doi = {10.1/b}}\n"
    )
    do(paper_catalog, PUBLISHED + second, prune=True)
    do(paper_catalog, rekeyed(PUBLISHED, "b") + rekeyed(second, "conf"), prune=True)
    assert {record.slug: record.title for record in records(paper_catalog).values()} == {
        "conf": "On Graphs with Many Edges",
        "b": "A Book of Trees",
    }


def test_exchanged_keys_of_the_same_people_are_matched(paper_catalog: Catalog) -> None:
    second = rekeyed(PUBLISHED, "b").replace("On Graphs with", "On Trees without")
    second = second.replace("graph.1", "graph.2")
    for entries in (
        [PUBLISHED, second],
        [PUBLISHED.replace("doi", "x"), second.replace("doi", "y")],
    ):
        do(paper_catalog, *entries, prune=True)
        plan = plan_of(paper_catalog, rekeyed(entries[0], "b") + rekeyed(entries[1], "conf"))
        assert (plan.added, plan.changed, plan.missing) == ((), (), ())


def test_a_format_without_people_does_not_make_another_work(paper_catalog: Catalog) -> None:
    plan = do(paper_catalog, "TY  - JOUR\nID  - conf\nTI  - Renamed\nPY  - 2024\nER  - \n")
    assert plan.conflicts == ()
    assert records(paper_catalog)["conf"].title == "Renamed"
    assert len(records(paper_catalog)["conf"].authors) == 2


def test_a_preprint_that_gets_its_published_title_remains_a_preprint(
    paper_catalog: Catalog,
) -> None:
    do(paper_catalog, PUBLISHED + PREPRINT.replace("Many Edges", "Edges, Many of Them"), prune=True)
    plan = do(paper_catalog, PUBLISHED + PREPRINT)
    assert [(change.record.key, change.fields) for change in plan.changed] == [("pre", ("title",))]


@pytest.mark.parametrize(
    ("known", "new"),
    [
        (
            "@misc{w, title = {The Site}, year = 2020, url = {https://a.example/x}}",
            "@online{w2, title = {The site}, year = 2020, url = {https://a.example/x}}",
        ),
        (
            "@article{w, title={Trees}, author={Doe, Jane}, journal={Journal of Wood}, year=2020}",
            "@article{w2, title={Trees}, author={J. Doe}, journal={J. Wood}, date={2020-03}}",
        ),
    ],
)
def test_a_short_title_matches_with_the_same_container(
    paper_catalog: Catalog, known: str, new: str
) -> None:
    do(paper_catalog, known)
    assert new_keys(do(paper_catalog, new)) == [("w", "w2")]


def test_keys_that_shift_by_one_keep_their_urls(paper_catalog: Catalog) -> None:
    second = (
        "@book{b, title = {A Book of Trees}, author = {Doe, Jane}, year = 2020, doi = {10.1/b}}\n"
    )
    do(paper_catalog, PUBLISHED + second, prune=True)
    do(paper_catalog, rekeyed(PUBLISHED, "c") + rekeyed(second, "conf"), prune=True)
    assert {record.slug: record.title for record in records(paper_catalog).values()} == {
        "conf": "On Graphs with Many Edges",
        "b": "A Book of Trees",
    }


def test_joins_follow_a_new_key(paper_catalog: Catalog) -> None:
    do(paper_catalog, PUBLISHED + PREPRINT, prune=True)
    do(paper_catalog, rekeyed(PUBLISHED, "zot1"))
    assert records(paper_catalog)["pre"].version_of == "zot1"
    do(paper_catalog, rekeyed(PUBLISHED + PREPRINT.replace(", versionof = {conf}", ""), "z1", "z2"))
    assert records(paper_catalog)["z2"].version_of == "z1"
    do(paper_catalog, rekeyed(PUBLISHED, "z3") + rekeyed(PREPRINT, "z4"), prune=True)
    assert records(paper_catalog)["z4"].version_of == "z3"


def test_joins_in_the_settings_may_use_old_keys(
    paper_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose = PREPRINT.replace(", versionof = {conf}", "")
    do(paper_catalog, PUBLISHED + loose, prune=True)
    do(paper_catalog, rekeyed(PUBLISHED + loose, "z1", "z2"))
    joined = {**paper_catalog.settings.model_dump(), "joins": (("conf", "pre"),)}
    monkeypatch.setattr(
        paper_catalog, "settings", type(paper_catalog.settings).model_validate(joined)
    )
    do(paper_catalog, rekeyed(PUBLISHED + loose, "z1", "z2"))
    assert records(paper_catalog)["z2"].version_of == "z1"


def test_a_preprint_and_its_published_version_are_not_matched(paper_catalog: Catalog) -> None:
    both = PUBLISHED + PREPRINT.replace("pre,", "pre, doi = {10.5555/graph.1},")
    do(paper_catalog, both, prune=True)
    plan = do(paper_catalog, rekeyed(PUBLISHED, "zot1"))
    assert new_keys(plan) == [("conf", "zot1")]
    assert records(paper_catalog)["pre"].arxiv == "2401.12345"


def test_publications_with_new_keys_follow_the_order_of_the_file(paper_catalog: Catalog) -> None:
    second = "@book{b, title = {A Book of Trees}, author = {Doe, Jane}, year = 2020}\n"
    do(paper_catalog, PUBLISHED + second, prune=True)
    do(paper_catalog, rekeyed(second + PUBLISHED, "x", "y"), prune=True)
    assert list(records(paper_catalog)) == ["x", "y"]


@pytest.mark.parametrize("format_", sorted((READERS.keys() & WRITERS.keys()) - {"cff"}))
def test_entries_of_other_formats_are_matched_under_new_keys(
    paper_catalog: Catalog, format_: str
) -> None:
    do(paper_catalog, PUBLISHED, prune=True)
    (record,) = records(paper_catalog).values()
    (text,) = ["".join(write([record], format_))]
    plan = do(paper_catalog, text.replace("conf", "zotero2024"), prune=True)
    assert new_keys(plan) == [("conf", "zotero2024")]
    assert records(paper_catalog)["zotero2024"].doi == "10.5555/graph.1"


def test_undo_restores_a_former_key(paper_catalog: Catalog, runner: FlaskCliRunner) -> None:
    do(paper_catalog, PUBLISHED + PREPRINT, prune=True)
    before = records(paper_catalog)
    do(paper_catalog, rekeyed(PUBLISHED, "zot1"), prune=True)
    assert runner.invoke(args=["undo"]).exit_code == 0
    assert records(paper_catalog) == before


def test_a_corpus_under_new_keys_keeps_every_url(paper_catalog: Catalog, shared_data: Path) -> None:
    corpus = (shared_data / "corpora" / "acl_1k.bib").read_text("utf-8")
    limit = 1 << 25
    importing.carry_out(
        paper_catalog,
        importing.make_plan(paper_catalog, read_files([("a", corpus.encode())], limit)),
        "test",
        prune=True,
    )
    before = {record.title: record.slug for record in records(paper_catalog).values()}
    text = "".join(write(records(paper_catalog).values(), "csl-json"))
    items = json.loads(text)
    for number, item in enumerate(items):
        item |= {"id": f"zotero{number}", "citation-key": f"zotero{number}"}
    exported = json.dumps(items).encode()
    plan = importing.make_plan(paper_catalog, read_files([("b", exported)], limit))
    assert (len(plan.new_keys), plan.added, plan.missing) == (1000, (), ())
    importing.carry_out(paper_catalog, plan, "test", prune=True)
    assert {record.title: record.slug for record in records(paper_catalog).values()} == before
