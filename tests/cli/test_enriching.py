"""`octavo refresh --enrich`: what was retracted, what is free to read, how often it is cited."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.conftest import running
from tests.services.fake import Fake
from tests.services.faults import body, status
from webapp.site import site
from webapp.store import publications
from webapp.store.connections import current_revision, reading

FILE = """
@article{uphill, title={Sand that flows uphill}, author={Slope, Ed}, year={2015},
  journal={Journal of Sand}, doi={10.5555/retracted}}
@article{sand, title={Sorting sand by hand}, author={Grain, Ada and van Dune, Ben}, year={2020},
  doi={https://doi.org/10.5555/PLAIN}}
@article{tea, title={Brewing tea}, author={Doe, Jane}, year={2021}}
"""

Run = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "site.toml").write_text('contact = "ada@example.org"\ncitations = true\n')
    (folder / "publications.bib").write_text(FILE)
    return folder


@pytest.fixture
def app(instance: Path, services: Fake) -> Iterator[Flask]:
    with running(instance, services.hosts) as app:
        app.test_cli_runner().invoke(args=["import", "--yes"])
        yield app


@pytest.fixture
def run(app: Flask) -> Run:
    def run(*arguments: str) -> Result:
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def fields(app: Flask, key: str) -> dict[str, str]:
    with reading(site(app).catalog.database) as connection:
        records = [stored.record for stored in publications.load_all(connection)]
    return next(dict(record.source) for record in records if record.key == key)


def answers(app: Flask) -> list[Path]:
    """Return the cached answers of services."""
    folder = Path(app.instance_path) / "cache"
    return [path for path in folder.iterdir() if path.is_file() and path.suffix != ".lock"]


def forget_answers(app: Flask) -> None:
    for file in answers(app):
        file.unlink()


def test_publications_get_what_services_know_once(app: Flask, run: Run, services: Fake) -> None:
    result = run("refresh", "--enrich")
    assert result.exit_code == 0, result.output
    assert "(octavo refresh --enrich)" in run("history").output
    assert fields(app, "uphill")["retracted"] == "2016-03-04, 10.5555/notice"
    assert fields(app, "uphill")["citations"].startswith("99 (Crossref, 20")
    assert fields(app, "sand")["openaccess"] == "https://example.org/plain"
    assert "retracted" not in fields(app, "tea")
    revision = current_revision(site(app).catalog.database)
    services.requests.clear()
    assert "2 unchanged" in run("refresh", "--enrich").output
    assert services.requests == []
    assert current_revision(site(app).catalog.database) == revision


def test_an_import_of_the_file_leaves_it_and_changes_the_rest(
    app: Flask, run: Run, instance: Path
) -> None:
    run("refresh", "--enrich")
    revision = current_revision(site(app).catalog.database)
    run("import", "--yes")
    assert current_revision(site(app).catalog.database) == revision
    file = instance / "publications.bib"
    file.write_text(FILE.replace("year={2015}", "year={2016}, note={New}").replace("Slope", "Hill"))
    run("import", "--yes")
    assert fields(app, "uphill")["year"] == "2016"
    assert fields(app, "uphill")["author"] == "Hill, Ed"
    assert fields(app, "uphill")["retracted"] == "2016-03-04, 10.5555/notice"
    file.write_text(FILE.partition("@article{sand")[0])
    assert "2 removed" in run("import", "--yes", "--prune=all").output
    assert run("refresh", "--enrich").exit_code == 0


def test_it_can_be_undone_and_stays_undone(app: Flask, run: Run) -> None:
    before = fields(app, "uphill")
    run("refresh", "--enrich")
    assert run("undo").exit_code == 0
    assert fields(app, "uphill") == before
    run("refresh", "--enrich")
    assert fields(app, "uphill") == before


def test_the_word_of_the_owner_counts(app: Flask, run: Run, instance: Path) -> None:
    file = instance / "publications.bib"
    file.write_text(FILE.replace("year={2015}", "year={2015}, retracted={no}"))
    run("import", "--yes")
    assert "uphill retracted: here no; enrichment: 2016-03-04" in run("refresh", "--enrich").output
    assert fields(app, "uphill")["retracted"] == "no"
    assert site(app).catalog.count() == 3
    assert run("refresh", "--take", "uphill", "retracted").exit_code == 0
    assert fields(app, "uphill")["retracted"] == "2016-03-04, 10.5555/notice"


def test_what_is_no_longer_so_is_removed(app: Flask, run: Run, instance: Path) -> None:
    run("refresh", "--enrich")
    (instance / "site.toml").write_text('contact = "ada@example.org"\nenrich = true\n')
    file = instance / "publications.bib"
    file.write_text(FILE.replace("doi={10.5555/retracted}", "note={It has no DOI}"))
    run("import", "--yes")
    with running(instance, app.extensions["octavo-services"]) as changed:
        assert changed.test_cli_runner().invoke(args=["refresh"]).exit_code == 0
        assert "citations" not in fields(changed, "sand")
        assert fields(changed, "sand")["openaccess"] == "https://example.org/plain"
        assert "retracted" not in fields(changed, "uphill")


def test_what_was_not_fetched_stays_and_is_named(app: Flask, run: Run, services: Fake) -> None:
    run("refresh", "--enrich")
    before = fields(app, "sand")
    forget_answers(app)
    services.faults = {("api.unpaywall.org", ""): status(503, Retry_After="3600")}
    result = run("refresh", "--enrich")
    assert result.exit_code == 3
    assert "not fetched\n  10.5555/retracted: Unpaywall (api.unpaywall.org)" in result.output
    assert fields(app, "sand") == before
    forget_answers(app)
    services.faults = {("api.crossref.org", ""): body("<html>SECRET")}
    result = run("refresh", "--enrich", "--quiet")
    assert result.exit_code == 3
    assert "Crossref sent a web page" in result.output
    assert "SECRET" not in result.output
    assert fields(app, "sand") == before


def test_a_doi_of_another_work_marks_nothing(app: Flask, run: Run, instance: Path) -> None:
    file = instance / "publications.bib"
    file.write_text(FILE.replace("Sand that flows uphill", "Brewing coffee at sea"))
    run("import", "--yes")
    assert "10.5555/retracted is “Sand that flows" in run("refresh", "--enrich").output
    assert "retracted" not in fields(app, "uphill")


def test_a_count_that_is_the_same_changes_nothing(app: Flask, run: Run, services: Fake) -> None:
    run("refresh", "--enrich")
    revision = current_revision(site(app).catalog.database)
    for file in answers(app):
        head, _, rest = file.read_bytes().partition(b"\n")
        old = json.loads(head) | {"time": 1_000_000_000}
        file.write_bytes(json.dumps(old).encode() + b"\n" + rest)
    services.requests.clear()
    run("refresh", "--enrich")
    assert services.count("api.crossref.org") == 1
    assert current_revision(site(app).catalog.database) == revision


def test_a_dry_run_and_json_save_nothing(app: Flask, run: Run) -> None:
    before = fields(app, "uphill")
    assert "2 changed" in run("refresh", "--enrich", "--dry-run").output
    (report,) = json.loads(run("refresh", "--enrich", "--json").stdout)["sources"]
    assert (report["source"], report["works"], report["saved"]) == ("enrichment", 2, None)
    assert fields(app, "uphill") == before


def test_pages_show_it_and_searches_find_it(app: Flask, run: Run) -> None:
    run("refresh", "--enrich")
    client = app.test_client()
    text = client.get("/").text
    assert '<li><a href="https://doi.org/10.5555/notice">Retracted</a></li>' in text
    assert '<a href="https://example.org/plain" aria-label="Open access: Sorting' in text
    assert "99 citations (20" in text
    page = client.get("/publications/uphill").text
    assert "<strong>Retracted</strong> (2016-03-04)" in page
    assert '"creativeWorkStatus":["Retracted"]' in page
    assert '"correction":["https://doi.org/10.5555/notice"]' in page
    assert "99 (Crossref, 20" in page
    assert '"isAccessibleForFree":true' in client.get("/publications/sand").text
    for query, title in (("is:retracted", "uphill"), ("is:open", "by hand"), ("is:OPEN", "hand")):
        found = client.get("/", query_string={"q": query}).text
        assert "1 result" in found
        assert title in found
    assert "No results for" in client.get("/?q=is:retracted+is:open").text
    assert "2 results" in client.get("/?q=-is:retracted").text
    assert "retracted = {2016-03-04" in client.get("/publications/uphill.bib").text
    assert "citations" not in client.get("/publications/uphill.bib").text


def test_citations_are_hidden_without_the_setting(
    app: Flask, run: Run, instance: Path, services: Fake
) -> None:
    run("refresh", "--enrich")
    (instance / "site.toml").write_text("")
    with running(instance, services.hosts) as changed:
        for path in ("/", "/publications/uphill", "/publications/uphill.json"):
            assert "Crossref" not in changed.test_client().get(path).text
            assert "citations (" not in changed.test_client().get(path).text


def test_the_last_answer_is_noted(app: Flask, run: Run) -> None:
    assert "sources" not in app.test_client().get("/readyz").json
    run("refresh", "--enrich")
    assert app.test_client().get("/readyz").json["sources"]["enrichment"].startswith("20")
    assert 'octavo_source_answered_seconds{source="enrichment"}' in (
        app.test_client().get("/metrics").text
    )
