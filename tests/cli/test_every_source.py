"""Each kind of source, from the settings to the catalog, and again without a change."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import running
from tests.services.fake import Fake
from webapp.cli.exits import NOT_FETCHED
from webapp.site import site
from webapp.source_settings import KINDS
from webapp.store.connections import current_revision

# The sources, and the publications that each brings in.
SOURCES = [
    ("orcid", "0000-0002-1825-0097", 9),
    ("orcid", "https://orcid.org/0000-0003-1234-5674", 4),
    ("dblp", "https://dblp.org/pid/64/7659.html", 12),
    ("openalex", "https://openalex.org/authors/A5023888391", 5),
    ("openalex", "0000-0002-1825-0097", 5),
    ("zotero", "groups/1", 247),
    ("zotero", "https://www.zotero.org/groups/1/sand/collections/COLL2345", 7),
    ("zotero", "users/1/publications", 247),
    ("pubmed", "Grain A[Author]", 10),
    ("bibtex", "https://pubs.example.org/mine.bib", 12),
    ("list", "ids.txt", 4),
]


def test_each_kind_is_among_them() -> None:
    assert {kind for kind, _, _ in SOURCES} == set(KINDS)


@pytest.mark.parametrize(("kind", "value", "count"), SOURCES)
def test_a_source_comes_in_once(
    kind: str, value: str, count: int, tmp_path: Path, services: Fake
) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    (instance / "ids.txt").write_text(
        "10.5555/plain  # and so on\nhttps://arxiv.org/abs/2207.04296v3\npmid:101\n"
        "https://pubmed.ncbi.nlm.nih.gov/101/\n978-3-00-000001-0\n"
    )
    (instance / "site.toml").write_text(
        f'contact = "ada@example.org"\n[[sources]]\n{kind} = "{value}"\nprune = true\n'
    )
    hosts = {name: replace(host, pace=0.0) for name, host in services.hosts.items()}
    with running(instance, hosts) as app:
        runner, database = app.test_cli_runner(), site(app).catalog.database
        result = runner.invoke(args=["refresh"])
        assert result.exit_code == (NOT_FETCHED if kind == "pubmed" else 0), result.output
        assert site(app).catalog.count() == count, result.output
        revision, requests = current_revision(database), len(services.requests)
        services.headers.clear()
        again = runner.invoke(args=["refresh", "--json"])
        assert again.exit_code == result.exit_code
        assert current_revision(database) == revision
        assert len(services.requests) - requests <= requests
        conditions = [
            headers
            for headers in services.headers
            if {"If-None-Match", "If-Modified-Since-Version"} & set(headers)
        ]
        assert kind == "list" or conditions
        assert '"added": []' in again.stdout
        assert '"removed": []' in again.stdout
        assert runner.invoke(args=["undo"]).exit_code == 0
        assert site(app).catalog.count() == 0
