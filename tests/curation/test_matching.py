"""Matching entries with publications: new keys for known works, known keys for other works."""

import json
import re
from itertools import permutations
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from tests.importing import do, plan_of, records, titles
from webapp.catalog.catalog import Catalog
from webapp.curation import importing
from webapp.formats.registry import READERS, WRITERS, write
from webapp.site import site

JOURNAL = "journal = {Graph Journal}, volume = 7, number = 2, pages = {11--19}"
PAPER = "title = {On Graphs with Many Edges}, author = {Rossi, Anna and Chen, Xi}, year = 2024"
PUBLISHED = f"@article{{conf, {PAPER}, {JOURNAL}, doi = {{10.5555/graph.1}}}}\n"
PREPRINT = (
    f"@misc{{pre, {PAPER}, eprint = {{2401.12345}}, archiveprefix = {{arXiv}},"
    " versionof = {conf}}\n"
)
ANNA = """
@article{shared1, title={A Shared Paper on Graphs}, author={Rossi, Anna and Rossi, Bruno},
  journal={Graph J.}, year=2024, doi={10.5555/graph.1}}
@misc{annaPre, title={Preprint of the Great Work}, author={Rossi, Anna and Chen, Xi}, year=2024,
  eprint={2401.12345}, archiveprefix={arXiv}}
"""
BRUNO = """
@article{rossi2024shared, title={A shared paper on graphs}, author={A. Rossi and B. Rossi},
  journal={Graph Journal}, year=2024, doi={https://doi.org/10.5555/GRAPH.1}}
@inproceedings{shared1, title={Another Thing Altogether}, author={Rossi, Bruno}, booktitle={B},
  year=2022}
@article{greatwork, title={The Great Work}, author={Rossi, Anna and Chen, Xi}, journal={Great J.},
  year=2025, note={Preprint: arXiv:2401.12345}}
"""


@pytest.fixture
def catalog(app: Flask) -> Catalog:
    """Return a catalog with only PUBLISHED."""
    catalog = site(app).catalog
    importing.carry_out(catalog, plan_of(catalog, PUBLISHED), "test", prune=True)
    return catalog


def new_keys(plan: importing.Plan) -> list[tuple[str, str]]:
    return [(change.old, change.new) for change in plan.new_keys]


def rekeyed(text: str, *keys: str) -> str:
    names = iter(keys)
    return re.sub(r"(@\w+\{)\w+", lambda match: match[1] + next(names), text)


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
    catalog: Catalog, entry: str
) -> None:
    plan = do(catalog, entry, prune=True)
    assert new_keys(plan) == [("conf", "other")]
    assert (plan.added, plan.missing) == ((), ())
    assert list(records(catalog)) == ["other"]
    assert records(catalog)["other"].slug == "conf"


def test_a_new_key_is_matched_by_the_field_ids(catalog: Catalog) -> None:
    with_ids = PUBLISHED.replace("year = 2024", "year = 2024, ids = {zotero7}")
    do(catalog, with_ids)
    other = "@book{zotero7, title = {On Graphs}, author = {A. Rossi and X. Chen}, year = 2026}"
    assert new_keys(do(catalog, other)) == [("conf", "zotero7")]


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
    catalog: Catalog, why: str, entry: str
) -> None:
    plan = do(catalog, entry)
    assert (new_keys(plan), len(plan.added)) == ([], 1), why
    assert titles(catalog)["conf"] == "On Graphs with Many Edges"


def test_a_common_title_matches_only_with_the_same_details_of_publication(catalog: Catalog) -> None:
    editorial = "@article{{{0}, title = {{Editorial}}, author = {{Rossi, Anna}}, year = 2024{1}}}\n"
    do(catalog, editorial.format("ed1", ""))
    assert new_keys(plan_of(catalog, editorial.format("x", ", note = {y}"))) == []
    there = ", journal = {G}, volume = {3}"
    do(catalog, editorial.format("ed2", there))
    plan = plan_of(catalog, editorial.format("x", there + ", note = {y}"))
    assert new_keys(plan) == [("ed2", "x")]


def test_two_entries_that_fit_one_publication_are_both_added(catalog: Catalog) -> None:
    bare = f"@article{{x, {PAPER}, journal = {{Graph Journal}}}}\n"
    plan = do(catalog, bare + bare.replace("{x,", "{y,").replace("year", "note = {z}, year"))
    assert new_keys(plan) == []
    assert len(plan.added) == 2


def test_identical_entries_get_new_keys_in_order(catalog: Catalog) -> None:
    do(catalog, PUBLISHED + rekeyed(PUBLISHED, "again"), prune=True)
    plan = do(catalog, rekeyed(PUBLISHED + PUBLISHED, "x", "y"), prune=True)
    assert new_keys(plan) == [("conf", "x"), ("again", "y")]


def test_former_slugs_and_that_of_the_new_key_redirect(catalog: Catalog, app: Flask) -> None:
    client: FlaskClient = app.test_client()
    do(catalog, rekeyed(PUBLISHED, "Zot:24"), prune=True)
    do(catalog, rekeyed(PUBLISHED, "third"), prune=True)
    assert client.get("/publications/conf").status_code == 200
    for slug in ("zot-24", "third"):
        response = client.get(f"/publications/{slug}")
        assert response.headers["Location"] == "/publications/conf"


def test_exchanged_keys_keep_their_publications_and_urls(catalog: Catalog) -> None:
    second = (
        "@book{b, title = {A Book of Trees}, author = {Doe, Jane}, year = 2020, doi = {10.1/b}}\n"
    )
    do(catalog, PUBLISHED + second, prune=True)
    do(catalog, rekeyed(PUBLISHED, "b") + rekeyed(second, "conf"), prune=True)
    assert {record.slug: record.title for record in records(catalog).values()} == {
        "conf": "On Graphs with Many Edges",
        "b": "A Book of Trees",
    }


def test_exchanged_keys_of_the_same_people_are_matched(catalog: Catalog) -> None:
    second = rekeyed(PUBLISHED, "b").replace("On Graphs with", "On Trees without")
    second = second.replace("graph.1", "graph.2")
    for entries in (
        [PUBLISHED, second],
        [PUBLISHED.replace("doi", "x"), second.replace("doi", "y")],
    ):
        do(catalog, *entries, prune=True)
        plan = plan_of(catalog, rekeyed(entries[0], "b") + rekeyed(entries[1], "conf"))
        assert (plan.added, plan.changed, plan.missing) == ((), (), ())


def test_a_format_without_people_does_not_make_another_work(catalog: Catalog) -> None:
    plan = do(catalog, "TY  - JOUR\nID  - conf\nTI  - Renamed\nPY  - 2024\nER  - \n")
    assert plan.conflicts == ()
    assert records(catalog)["conf"].title == "Renamed"
    assert len(records(catalog)["conf"].authors) == 2


def test_a_preprint_that_gets_its_published_title_remains_a_preprint(
    catalog: Catalog,
) -> None:
    do(catalog, PUBLISHED + PREPRINT.replace("Many Edges", "Edges, Many of Them"), prune=True)
    plan = do(catalog, PUBLISHED + PREPRINT)
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
    catalog: Catalog, known: str, new: str
) -> None:
    do(catalog, known)
    assert new_keys(do(catalog, new)) == [("w", "w2")]


def test_keys_that_shift_by_one_keep_their_urls(catalog: Catalog) -> None:
    second = (
        "@book{b, title = {A Book of Trees}, author = {Doe, Jane}, year = 2020, doi = {10.1/b}}\n"
    )
    do(catalog, PUBLISHED + second, prune=True)
    do(catalog, rekeyed(PUBLISHED, "c") + rekeyed(second, "conf"), prune=True)
    assert {record.slug: record.title for record in records(catalog).values()} == {
        "conf": "On Graphs with Many Edges",
        "b": "A Book of Trees",
    }


def test_joins_follow_a_new_key(catalog: Catalog) -> None:
    do(catalog, PUBLISHED + PREPRINT, prune=True)
    do(catalog, rekeyed(PUBLISHED, "zot1"))
    assert records(catalog)["pre"].version_of == "zot1"
    do(catalog, rekeyed(PUBLISHED + PREPRINT.replace(", versionof = {conf}", ""), "z1", "z2"))
    assert records(catalog)["z2"].version_of == "z1"
    do(catalog, rekeyed(PUBLISHED, "z3") + rekeyed(PREPRINT, "z4"), prune=True)
    assert records(catalog)["z4"].version_of == "z3"


def test_joins_in_the_settings_may_use_old_keys(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    loose = PREPRINT.replace(", versionof = {conf}", "")
    do(catalog, PUBLISHED + loose, prune=True)
    do(catalog, rekeyed(PUBLISHED + loose, "z1", "z2"))
    joined = {**catalog.settings.model_dump(), "joins": (("conf", "pre"),)}
    monkeypatch.setattr(catalog, "settings", type(catalog.settings).model_validate(joined))
    do(catalog, rekeyed(PUBLISHED + loose, "z1", "z2"))
    assert records(catalog)["z2"].version_of == "z1"


def test_a_preprint_and_its_published_version_are_not_matched(catalog: Catalog) -> None:
    both = PUBLISHED + PREPRINT.replace("pre,", "pre, doi = {10.5555/graph.1},")
    do(catalog, both, prune=True)
    plan = do(catalog, rekeyed(PUBLISHED, "zot1"))
    assert new_keys(plan) == [("conf", "zot1")]
    assert records(catalog)["pre"].arxiv == "2401.12345"


def test_publications_with_new_keys_follow_the_order_of_the_file(catalog: Catalog) -> None:
    second = "@book{b, title = {A Book of Trees}, author = {Doe, Jane}, year = 2020}\n"
    do(catalog, PUBLISHED + second, prune=True)
    do(catalog, rekeyed(second + PUBLISHED, "x", "y"), prune=True)
    assert list(records(catalog)) == ["x", "y"]


@pytest.mark.parametrize("format_", sorted((READERS.keys() & WRITERS.keys()) - {"cff"}))
def test_entries_of_other_formats_are_matched_under_new_keys(
    catalog: Catalog, format_: str
) -> None:
    do(catalog, PUBLISHED, prune=True)
    (record,) = records(catalog).values()
    (text,) = ["".join(write([record], format_))]
    plan = do(catalog, text.replace("conf", "zotero2024"), prune=True)
    assert new_keys(plan) == [("conf", "zotero2024")]
    assert records(catalog)["zotero2024"].doi == "10.5555/graph.1"


def test_undo_restores_a_former_key(catalog: Catalog, runner: FlaskCliRunner) -> None:
    do(catalog, PUBLISHED + PREPRINT, prune=True)
    before = records(catalog)
    do(catalog, rekeyed(PUBLISHED, "zot1"), prune=True)
    assert runner.invoke(args=["undo"]).exit_code == 0
    assert records(catalog) == before


def test_another_work_with_a_known_key_gets_a_key_of_its_own(catalog: Catalog) -> None:
    do(catalog, ANNA, prune=True)
    plan = do(catalog, BRUNO)
    assert [(entry.key, entry.imported_as) for entry in plan.conflicts] == [
        ("shared1", "shared1-2")
    ]
    assert titles(catalog) == {
        "shared1": "A shared paper on graphs",
        "shared1-2": "Another Thing Altogether",
        "greatwork": "The Great Work",
        "annaPre": "Preprint of the Great Work",
    }


def test_replacing_overwrites_the_publication_with_another_work(catalog: Catalog) -> None:
    other = "@misc{conf, title = {Another Thing}, author = {Doe, Jane}, year = 2020}"
    plan = do(catalog, other, replacing=("conf",))
    assert plan.conflicts == ()
    assert titles(catalog) == {"conf": "Another Thing"}


def test_pruning_keeps_a_work_whose_key_another_work_has_in_the_file(catalog: Catalog) -> None:
    other = "@misc{conf, title = {Another Thing}, author = {Doe, Jane}, year = 2020}"
    plan = do(catalog, other, prune=True)
    assert (plan.missing_keys, plan.not_removed) == ((), ("conf",))
    assert set(titles(catalog)) == {"conf", "conf-2"}


def test_an_entry_with_a_numbered_key_is_matched_when_it_changes(catalog: Catalog) -> None:
    other = "@misc{conf, title = {Another Thing}, author = {Doe, Jane}, year = 2020}"
    do(catalog, other)
    plan = do(catalog, other.replace("Thing", "Title"))
    assert [change.record.key for change in plan.changed] == ["conf-2"]


@pytest.mark.parametrize("order", list(permutations([ANNA, BRUNO, PUBLISHED])))
@pytest.mark.parametrize("first", [ANNA, BRUNO, PUBLISHED])
def test_the_order_of_files_does_not_matter(
    catalog: Catalog, first: str, order: tuple[str, ...]
) -> None:
    do(catalog, first, prune=True)
    plans = [plan_of(catalog, *files) for files in ([ANNA, BRUNO, PUBLISHED], order)]
    contents = [
        sorted((edit.record.key, edit.record.title) for edit in plan.edits(True) if edit.record)
        for plan in plans
    ]
    assert contents[0] == contents[1]
    assert not plans[0].missing


def test_an_entry_with_a_taken_key_is_matched_under_the_key_in_the_catalog(
    catalog: Catalog,
) -> None:
    other = BRUNO[BRUNO.index("@inproceedings") : BRUNO.index("@article{greatwork")]
    do(catalog, ANNA + rekeyed(other, "bruno22"), prune=True)
    for files in ([ANNA, other], [other, ANNA]):
        plan = plan_of(catalog, *files)
        assert (plan.added, plan.conflicts, plan.missing) == ((), (), ())
        assert [(change.old, change.new) for change in plan.other_keys] == [("bruno22", "shared1")]


def test_a_rejected_entry_is_not_missing(catalog: Catalog) -> None:
    plan = plan_of(catalog, '[{"type": "book", "id": "conf"}, {"type": "book", "title": "New"}]')
    assert (plan.missing_keys, plan.not_removed) == ((), ("conf",))


def test_a_corpus_under_new_keys_keeps_every_url(catalog: Catalog, shared_data: Path) -> None:
    corpus = (shared_data / "corpora" / "acl_1k.bib").read_text("utf-8")
    limit = 1 << 25
    importing.carry_out(
        catalog,
        importing.make_plan(catalog, importing.read_files([("a", corpus.encode())], limit)),
        "test",
        prune=True,
    )
    before = {record.title: record.slug for record in records(catalog).values()}
    text = "".join(write(records(catalog).values(), "csl-json"))
    items = json.loads(text)
    for number, item in enumerate(items):
        item |= {"id": f"zotero{number}", "citation-key": f"zotero{number}"}
    exported = json.dumps(items).encode()
    plan = importing.make_plan(catalog, importing.read_files([("b", exported)], limit))
    assert (len(plan.new_keys), plan.added, plan.missing) == (1000, (), ())
    importing.carry_out(catalog, plan, "test", prune=True)
    assert {record.title: record.slug for record in records(catalog).values()} == before
