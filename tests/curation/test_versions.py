"""Versions of one work: proposed, joined by the owner, and listed as one item."""

import csv
import json
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs

import bibtexparser
import extruct
import feedparser
import pytest
import rispy
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from tests.conftest import BOTH_DATABASES
from tests.reading import one, soup, text
from webapp.catalog.catalog import Catalog
from webapp.catalog.criteria import Criteria
from webapp.site import site

DATABASES = BOTH_DATABASES


TWO = """
@inproceedings{conf, title = {Zymurgy at Large Scale}, author = {Doe, Jane}, year = 2023,
  booktitle = {BREW}, doi = {10.1145/1}}
@misc{pre, title = {Zymurgy at large scale}, author = {Doe, Jane}, year = 2022,
  eprint = {2201.00001}, archiveprefix = {arXiv}}
"""


@pytest.fixture
def catalog(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> Catalog:
    """Return a catalog with two versions of one work that are not joined."""
    (tmp_path / "two.bib").write_text(TWO)
    runner.invoke(args=["import", "--prune=all", str(tmp_path / "two.bib")])
    return site(app).catalog


def listed(catalog: Catalog, words: str = "") -> list[str]:
    return [record.key for record in catalog.find(Criteria(q=words)).records]


def run(runner: FlaskCliRunner, *args: str) -> str:
    result = runner.invoke(args=list(args))
    assert result.exit_code == 0, result.output
    return str(result.output)


def test_an_import_proposes_joins_and_makes_none(
    catalog: Catalog, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    output = run(runner, "import", "--dry-run", str(tmp_path / "two.bib"))
    assert (
        "  octavo join conf pre  (the same title, people and nearby years)" in output.splitlines()
    )
    assert listed(catalog) == ["conf", "pre"]
    plan = json.loads(run(runner, "import", "--dry-run", "--json", str(tmp_path / "two.bib")))
    assert [pair["other"] for pair in plan["likenesses"]] == ["pre"]


def test_a_join_with_a_publication_outside_the_file_is_proposed(
    catalog: Catalog, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    (tmp_path / "one.bib").write_text(TWO[: TWO.index("@misc")])
    output = run(runner, "import", "--dry-run", str(tmp_path / "one.bib"))
    assert "  octavo join conf pre  (the same title, people and nearby years)" in output


def test_a_join_with_a_removed_publication_is_not_proposed(
    catalog: Catalog, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    (tmp_path / "one.bib").write_text(TWO[: TWO.index("@misc")])
    output = run(runner, "import", "--dry-run", "--prune", str(tmp_path / "one.bib"))
    assert "octavo join" not in output


def test_check_lists_possible_duplicates_until_they_are_joined(
    catalog: Catalog, runner: FlaskCliRunner
) -> None:
    proposal = "pre: This may be the same work as conf (the same title, people and nearby years)"
    assert proposal in runner.invoke(args=["check"]).output
    run(runner, "join", "conf", "pre")
    assert proposal not in runner.invoke(args=["check"]).output


def test_a_joined_work_is_one_item(catalog: Catalog, runner: FlaskCliRunner) -> None:
    run(runner, "join", "conf", "pre")
    page = catalog.find(Criteria(q="zymurgy"))
    assert [record.key for record in page.records] == ["conf"]
    assert page.total == 1
    (others,) = [item.versions for item in page.listed if item.record.key == "conf"]
    assert [record.key for record in others] == ["pre"]
    for slug, other in (("conf", "pre"), ("pre", "conf")):
        stored = catalog.get(slug)
        assert stored is not None
        assert [record.key for record in catalog.versions_of(stored.record)] == [other]


@pytest.fixture
def joined(app: Flask, catalog: Catalog, runner: FlaskCliRunner) -> FlaskClient:
    """Join both versions and return a client."""
    run(runner, "join", "conf", "pre")
    assert catalog.state().settled
    return app.test_client()


PLACE = "http://localhost/publications"


def test_lists_exports_and_feeds_have_a_joined_work_once(joined: FlaskClient) -> None:
    page = soup(joined.get("/?q=zymurgy"))
    (spans,) = page.select(".publication .Z3988")
    assert parse_qs(str(spans["title"]))["rft_id"] == ["info:doi/10.1145/1"]
    assert str(one(page, ".publication .version")["href"]) == "/publications/pre"
    data = extruct.extract(str(page), syntaxes=["json-ld"])["json-ld"][0]["mainEntity"]
    assert [item["url"] for item in data["itemListElement"]] == [f"{PLACE}/conf"]
    library = bibtexparser.parse_string(joined.get("/publications.bib").text)
    assert [(entry.key, entry.entry_type) for entry in library.entries] == [
        ("conf", "inproceedings")
    ]
    assert [entry["id"] for entry in rispy.loads(joined.get("/publications.ris").text)] == ["conf"]
    assert [item["id"] for item in json.loads(joined.get("/publications.json").data)] == ["conf"]
    (row,) = csv.DictReader(StringIO(joined.get("/publications.csv").text))
    assert row["doi"] == "10.1145/1"
    entries = feedparser.parse(joined.get("/publications.atom").data).entries
    assert [entry.link for entry in entries] == [f"{PLACE}/conf"]


def test_the_page_of_a_joined_work_links_to_its_preprint(
    joined: FlaskClient,
) -> None:
    answer = joined.get("/publications/conf")
    page = soup(answer)
    tags = {str(tag["name"]): tag["content"] for tag in page.select("meta[name^=citation_]")}
    assert (tags["citation_doi"], tags["citation_conference_title"]) == ("10.1145/1", "BREW")
    assert "citation_arxiv_id" not in tags
    data = extruct.extract(answer.text, syntaxes=["json-ld"])["json-ld"][0]
    assert (data["@id"], data["datePublished"]) == (f"{PLACE}/conf", "2023")
    assert '<https://doi.org/10.1145/1>; rel="cite-as"' in answer.headers["Link"]
    assert "BREW" in text(page, "#cite-conf-apa + label + .citation")
    assert "booktitle" in joined.get("/publications/conf.bib").text
    assert "eprint" not in joined.get("/publications/conf.bib").text
    assert text(page, ".versions") == "Other versions: Preprint (2022)"
    assert one(page, ".versions a")["href"] == "/publications/pre"


def test_the_page_of_a_preprint_links_to_its_published_version(joined: FlaskClient) -> None:
    page = soup(joined.get("/publications/pre"))
    assert text(page, ".published") == "Published version: BREW (2023)"
    assert one(page, ".published a")["href"] == "/publications/conf"
    assert one(page, "link[rel=canonical]")["href"] == f"{PLACE}/conf"
    assert one(page, "meta[name=citation_arxiv_id]")["content"] == "2201.00001"


def test_a_published_version_is_found_by_the_identifiers_of_its_preprint(
    catalog: Catalog, runner: FlaskCliRunner
) -> None:
    run(runner, "join", "conf", "pre")
    assert listed(catalog, "2201.00001") == ["conf"]


def test_a_join_survives_imports_reindexing_and_exports(
    catalog: Catalog, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    run(runner, "join", "conf", "pre")
    assert "2 unchanged" in run(runner, "import", str(tmp_path / "two.bib"))
    run(runner, "reindex")
    assert listed(catalog) == ["conf"]
    run(runner, "export", "-o", str(tmp_path / "out.bib"))
    assert "versionof = {conf}" in " ".join((tmp_path / "out.bib").read_text().split())
    assert "2 unchanged" in run(runner, "import", str(tmp_path / "out.bib"))


def test_versions_are_separated_by_part_by_undo_and_by_removing_the_published_version(
    catalog: Catalog, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    run(runner, "join", "conf", "pre")
    run(runner, "join", "--part", "conf", "pre")
    assert listed(catalog) == ["conf", "pre"]
    run(runner, "undo")
    assert listed(catalog) == ["conf"]
    (tmp_path / "pre.bib").write_text(TWO[TWO.index("@misc") :])
    run(runner, "import", "--prune=all", str(tmp_path / "pre.bib"))
    assert listed(catalog) == ["pre"]
    run(runner, "import", str(tmp_path / "two.bib"))
    assert listed(catalog) == ["conf"]


def test_joins_can_be_made_in_the_settings(
    runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined = {**catalog.settings.model_dump(), "joins": (("conf", "pre"),)}
    monkeypatch.setattr(catalog, "settings", type(catalog.settings).model_validate(joined))
    run(runner, "import", str(tmp_path / "two.bib"))
    assert listed(catalog) == ["conf"]


def test_joins_can_be_made_in_the_file(
    runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path
) -> None:
    (tmp_path / "two.bib").write_text(TWO.replace("@misc{pre,", "@misc{pre, versionof = {conf},"))
    run(runner, "import", str(tmp_path / "two.bib"))
    assert listed(catalog) == ["conf"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["conf", "nope"], "no publication with the key nope"),
        (["conf", "conf"], "version of itself"),
    ],
)
def test_an_impossible_join_is_refused(
    catalog: Catalog, runner: FlaskCliRunner, args: list[str], message: str
) -> None:
    result = runner.invoke(args=["join", *args])
    assert (result.exit_code, message in result.stderr) == (2, True)
    run(runner, "join", "conf", "pre")
    result = runner.invoke(args=["join", "pre", "conf"])
    assert "is itself a version of conf" in result.stderr
