"""The commands `fetch` and `refresh`, against the fake services."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner

from tests.cli.command_lines import assert_refused
from tests.cli.import_command import entries
from tests.conftest import running
from tests.services.fake import Fake
from tests.services.faults import status
from webapp.catalog import Catalog
from webapp.curation.fetch_queue import FetchQueue
from webapp.records import Record
from webapp.site import site
from webapp.store import publications, source_records
from webapp.store.connections import current_revision, reading
from webapp.store.edits import Edit

ORCID = "0000-0002-1825-0097"
VERSIONS_ORCID = "0000-0003-1234-5674"
SETTINGS = f"""
contact = "ada@example.org"
[[members]]
name = "Ada Grain"
[[sources]]
orcid = "{ORCID}"
[[sources]]
dblp = "64/7659"
name = "our dblp"
"""

Run = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An instance without publications."""
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "site.toml").write_text(SETTINGS)
    return folder


@pytest.fixture
def run(runner: FlaskCliRunner) -> Run:
    """Run a command that must not fail unexpectedly."""

    def run(*arguments: str) -> Result:
        result = runner.invoke(args=arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def sources(catalog: Catalog) -> dict[str, dict[str, str]]:
    """Return the fields of each publication, by key."""
    with reading(catalog.database) as connection:
        records = [stored.record for stored in publications.load_all(connection)]
    return {record.key: dict(record.source) for record in records}


def test_an_identifier_becomes_a_publication(run: Run, catalog: Catalog) -> None:
    result = run("fetch", "https://doi.org/10.5555/PLAIN.", "arXiv:2207.04296v2")
    assert result.exit_code == 0, result.output
    assert {fields.get("doi", "") for fields in sources(catalog).values()} >= {"10.5555/plain"}
    assert len(sources(catalog)) == 2
    assert "(octavo fetch https://doi.org/10.5555/PLAIN. arXiv" in run("history").output


def test_one_wrong_identifier_does_not_stop_the_others(run: Run, catalog: Catalog) -> None:
    result = run("fetch", "10.5555/missing", "10.5555/plain", "no identifier")
    assert result.exit_code == 3
    assert "2 not fetched" in result.output
    assert "10.5555/missing: No such DOI" in result.output
    assert len(sources(catalog)) == 1


def test_a_number_of_another_work_is_reported_and_not_merged(
    run: Run, catalog: Catalog, tmp_path: Path
) -> None:
    file = tmp_path / "a.bib"
    file.write_text(
        "@misc{tea, title={Brewing tea at altitude}, author={Grain, Ada}, doi={10.5555/plain}}"
    )
    run("import", str(file))
    before = sources(catalog)
    result = run("fetch", "10.5555/plain")
    assert result.exit_code == 1
    assert "10.5555/plain is “Sorting sand by hand” there, but “Brewing tea" in result.output
    assert sources(catalog) == before


def test_what_the_owner_removed_returns_only_when_fetched(
    run: Run, catalog: Catalog, tmp_path: Path
) -> None:
    run("fetch", "10.5555/plain")
    (tmp_path / "other.bib").write_text(entries("a"))
    run("import", str(tmp_path / "other.bib"))
    run("undo", "1")
    result = run("refresh", ORCID)
    assert "left out on purpose" in result.output
    assert "10.5555/plain" not in {f.get("doi") for f in sources(catalog).values()}
    run("fetch", "10.5555/plain")
    assert "10.5555/plain" in {f.get("doi") for f in sources(catalog).values()}


def test_each_source_is_a_revision_that_can_be_undone(run: Run, catalog: Catalog) -> None:
    assert run("refresh").exit_code == 0
    history = run("history").output
    assert "(octavo refresh 'our dblp')" in history
    assert f"(octavo refresh 'orcid {ORCID}')" in history
    assert run("undo").exit_code == 0
    assert "undone by 3" in run("history").output


def test_the_same_again_makes_no_revision(run: Run, catalog: Catalog) -> None:
    run("refresh")
    before = current_revision(catalog.database)
    assert "never fetched" in run("refresh").output
    assert run("refresh", "--quiet").output == ""
    assert current_revision(catalog.database) == before


def test_an_index_that_a_killed_command_left_behind_follows(run: Run, catalog: Catalog) -> None:
    run("refresh")
    catalog.save([Edit(Record(key="late", type="misc", title="Late"))], "test")  # and not indexed
    assert not catalog.state().settled
    assert "Nothing changed" in run("refresh").output
    assert catalog.state().settled


def test_versions_that_orcid_names_are_one_item(instance: Path, services: Fake) -> None:
    (instance / "site.toml").write_text(
        f'contact = "ada@example.org"\n[[sources]]\norcid = "{VERSIONS_ORCID}"\n'
    )
    with running(instance, services.hosts) as app:
        runner = app.test_cli_runner()
        assert runner.invoke(args=["refresh"]).exit_code == 0
        by_doi = {fields.get("doi", ""): fields for fields in sources(site(app).catalog).values()}
        assert len(by_doi) == 4
        assert site(app).catalog.count(listed=True) == 2
        for preprint in ("10.5555/preprint", ""):
            key = by_doi[preprint]["versionof"]
            assert "journal" in sources(site(app).catalog)[key]
        before = current_revision(site(app).catalog.database)
        assert "4 unchanged" in runner.invoke(args=["refresh"]).output
        assert current_revision(site(app).catalog.database) == before


def test_a_work_without_a_title_is_named_and_is_no_failure(run: Run) -> None:
    result = run("refresh", ORCID)
    assert result.exit_code == 0
    assert "1 never fetched: without a title\n  orcid:5: ORCID sent a record" in result.output
    assert run("fetch", "pmid:106").exit_code == 3


def test_a_dry_run_changes_nothing(run: Run, catalog: Catalog) -> None:
    result = run("refresh", "--dry-run", "our dblp")
    assert "12 added" in result.output
    assert "Dry run: nothing was changed." in result.output
    assert sources(catalog) == {}


def test_json_names_everything_and_saves_only_with_yes(run: Run, catalog: Catalog) -> None:
    (report,) = json.loads(run("refresh", "--json", "our dblp").stdout)["sources"]
    assert (report["source"], report["works"], report["saved"]) == ("our dblp", 12, None)
    assert len(report["added"]) == 12
    assert sources(catalog) == {}
    (report,) = json.loads(run("refresh", "--json", "--yes", "our dblp").stdout)["sources"]
    assert report["saved"] == 1


def test_a_field_that_both_changed_stays_until_it_is_taken(
    run: Run, catalog: Catalog, tmp_path: Path, services: Fake
) -> None:
    file = tmp_path / "a.bib"
    file.write_text(
        "@article{sand, title={Sorting Sand by Hand}, author={Grain, Ada and van Dune, Ben},"
        " journal={J. Sand}, year={2020}, volume={99}, doi={10.5555/plain}}"
    )
    run("import", str(file))
    result = run("refresh", "our dblp")
    assert "sand volume: here 99; dblp 64/7659: 12" in result.output
    assert sources(catalog)["sand"]["volume"] == "99"
    services.requests.clear()
    assert "No source has another year for sand" in run("refresh", "--take", "sand", "year").stderr
    assert run("refresh", "--dry-run", "--take", "sand", "volume").exit_code == 0
    assert sources(catalog)["sand"]["volume"] == "99"
    result = run("refresh", "--take", "sand", "volume")
    assert "sand volume (from dblp 64/7659)" in result.output
    assert sources(catalog)["sand"]["volume"] == "12"
    assert services.requests == []
    assert_refused(run("refresh", "our dblp", "--take", "sand", "volume"))
    assert_refused(run("refresh", "--take", "nothing", "volume"))


def test_an_import_takes_a_field_that_another_source_changed(
    run: Run, catalog: Catalog, tmp_path: Path
) -> None:
    file = tmp_path / "a.bib"
    entry = "@article{{sand, title={{Sorting Sand by Hand}}, volume={{{}}}, doi={{10.5555/plain}}}}"
    run("refresh", "our dblp")
    run("undo")  # which leaves what dblp stated
    file.write_text(entry.format(12))
    run("import", str(file))
    run("refresh", "our dblp")
    before = sources(catalog)["sand"]
    (tmp_path / "changed.bib").write_text(entry.format(12).replace("Sand by", "Dunes by"))
    assert run("import", str(tmp_path / "changed.bib")).exit_code == 0
    file.write_text(entry.format(99))
    run("undo")
    assert sources(catalog)["sand"] == before
    assert_refused(run("import", str(file), "--take", "nothing", "volume"))
    assert_refused(run("import", str(file), "--take", "sand", "pages"))
    assert sources(catalog)["sand"] == before
    result = run("import", str(file), "--take", "sand", "volume", "--take", "sand", "Title")
    assert result.exit_code == 0, result.output
    assert sources(catalog)["sand"]["volume"] == "99"
    assert f"(octavo import {file} --take sand volume --take sand Title)" in run("history").output
    assert "Nothing changed" in run("import", str(file), "--take", "sand", "volume").output


def test_a_source_that_fails_stops_no_other(run: Run, catalog: Catalog, services: Fake) -> None:
    services.faults["pub.orcid.org", "/"] = status(404)
    result = run("refresh")
    assert result.exit_code == 3
    assert f"orcid {ORCID}: ORCID" in result.output
    assert len(sources(catalog)) == 12


def test_names_and_settings_that_are_missing_are_explained(
    run: Run, instance: Path, runner: FlaskCliRunner
) -> None:
    result = run("refresh", "unknown")
    assert_refused(result)
    assert "our dblp" in result.stderr
    (instance / "site.toml").write_text("")
    with running(instance) as app:
        for arguments, words in ((["refresh"], "no sources"), (["fetch", "10.1/1"], "contact")):
            result = app.test_cli_runner().invoke(args=arguments)
            assert_refused(result)
            assert words in result.stderr


def test_only_works_of_a_member_in_certain_years_are_added(instance: Path, services: Fake) -> None:
    (instance / "site.toml").write_text(
        'contact = "ada@example.org"\n[[members]]\nname = "Ada Grain"\n'
        '[[sources]]\ndblp = "64/7659"\nmember = "Ada Grain"\nfrom = 2020\nuntil = 2021\n'
    )
    with running(instance, services.hosts) as app:
        result = app.test_cli_runner().invoke(args=["refresh"])
        records = sources(site(app).catalog)
    assert "of other people or years" in result.output
    assert [fields["year"] for fields in records.values()] == ["2020", "2021"]


def test_the_last_answer_of_each_source_is_noted(run: Run, catalog: Catalog) -> None:
    run("refresh")
    with reading(catalog.database) as connection:
        answers = source_records.answers(connection)
    assert answers["dblp 64/7659"].works == 12
    assert answers[f"orcid {ORCID}"].not_fetched == 1


def test_what_editors_requested_is_fetched_first_and_failures_wait(
    run: Run, catalog: Catalog, instance: Path, services: Fake
) -> None:
    queue = FetchQueue(instance)
    queue.add("10.5555/plain", "ada")
    queue.add("10.5555/missing", "grace")
    assert run("refresh", "--dry-run", "--requested").exit_code == 3
    assert len(list(queue.requests())) == 2
    run("refresh", "--yes", "our dblp")
    assert len(list(queue.requests())) == 2
    assert run("refresh", "--yes", "--requested").exit_code == 3
    assert "orcid" not in run("history").output
    assert "10.5555/PLAIN" in {fields.get("doi") for fields in sources(catalog).values()}
    (waiting,) = queue.requests()
    assert (waiting.identifier, waiting.who) == ("10.5555/missing", "grace")
    assert "No such DOI" in waiting.failure
    assert "(octavo refresh (requested by " in run("history").output


def test_requests_need_no_source(instance: Path, services: Fake) -> None:
    (instance / "site.toml").write_text('contact = "ada@example.org"\n')
    FetchQueue(instance).add("10.5555/plain", "ada")
    with running(instance, services.hosts) as app:
        result = app.test_cli_runner().invoke(args=["refresh", "--yes"])
        assert result.exit_code == 0, result.output
        assert len(sources(site(app).catalog)) == 1
        again = app.test_cli_runner().invoke(args=["refresh", "--yes", "--requested"])
        assert (again.exit_code, again.output) == (0, "")
    assert list(FetchQueue(instance).requests()) == []
