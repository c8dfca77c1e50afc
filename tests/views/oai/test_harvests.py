"""A harvester that follows the rules ends with exactly the catalog, also if that changes."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import BOTH_DATABASES, running
from tests.harvested import NAMES, texts, valid
from tests.views.oai.conftest import with_oai
from webapp.catalog import Catalog
from webapp.config import ROOT
from webapp.curation.undo import undo
from webapp.errors import CannotUndoError
from webapp.records import Record
from webapp.site import site
from webapp.store import queries
from webapp.store.connections import reading
from webapp.store.edits import Edit

DATABASES = BOTH_DATABASES


@dataclass
class Harvester:
    """A copy of a site that follows it as the protocol says."""

    client: FlaskClient
    arguments: dict[str, str] = field(default_factory=dict)
    copy: dict[str, str] = field(default_factory=dict)  # the title by identifier
    since: str = ""  # the time of the first answer of the last harvest

    def harvest(self, between: Callable[[], None] = lambda: None) -> None:
        """Ask for all that changed since the last harvest; `between` is called after a page."""
        first = ""
        query = {"verb": "ListRecords", "metadataPrefix": "oai_dc", **self.arguments}
        query |= {"from": self.since} if self.since else {}
        while query:
            answer = self.client.get(f"/oai?{urlencode(query)}")
            assert answer.status_code == 200
            root = valid(answer.data)
            first = first or texts(root, "oai:responseDate")[0]
            for record in root.iterfind(".//oai:record", NAMES):
                self._take(record)
            between()
            token = "".join(texts(root, ".//oai:resumptionToken"))
            query = {"verb": "ListRecords", "resumptionToken": token} if token else {}
        self.since = first

    def _take(self, record: Any) -> None:
        (identifier,) = texts(record, "oai:header/oai:identifier")
        if record.find("oai:header", NAMES).get("status") == "deleted":
            self.copy.pop(identifier, None)
        else:
            (self.copy[identifier],) = texts(record, ".//dc:title")


@pytest.fixture
def provider(instance: Path) -> Iterator[Flask]:
    """A site with two records on a page, fewer than settings allow."""
    with running(with_oai(instance)) as app:
        object.__setattr__(site(app).settings, "oai_page_size", 2)
        yield app


def present(catalog: Catalog) -> dict[str, str]:
    """Return the titles of the publications of the list by identifier."""
    with reading(catalog.database) as connection:
        ids = [row.id for row in queries.listed_positions(connection, also=0)]
    return {
        f"oai:pubs.example.org:{stored.id}": stored.record.title for stored in catalog.load(ids)
    }


def act(catalog: Catalog, kind: str, number: int) -> None:
    """Change the catalog in one of several ways."""
    with reading(catalog.database) as connection:
        ids = queries.ids_in_order(connection)
    target = ids[number % len(ids)] if ids else None
    (stored,) = catalog.load([target]) if target else (None,)
    if kind == "add" or stored is None:
        new = Record(f"k{catalog.state().revision.counter}", "misc", f"Title {number}")
        catalog.save([Edit(new)], "test")
    elif kind == "change":
        catalog.save([Edit(replace(stored.record, title=f"Title {number}"), stored.id)], "test")
    elif kind == "hide":
        source = {**stored.record.source, "hidden": "" if stored.record.is_hidden else "yes"}
        catalog.save([Edit(replace(stored.record, source=source), stored.id)], "test")
    elif kind == "join":
        other = ids[(number + 1) % len(ids)]
        (published,) = catalog.load([other])
        key = "" if stored.record.version_of else published.record.key
        catalog.save([Edit(replace(stored.record, version_of=key), stored.id)], "test")
    elif kind == "remove":
        catalog.save([Edit(None, stored.id)], "test")
    else:
        with suppress(CannotUndoError):
            undo(catalog, catalog.state().revision.counter)


ACTIONS = st.tuples(
    st.sampled_from(["add", "change", "hide", "join", "remove", "undo"]), st.integers(0, 50)
)
STEPS = st.lists(st.one_of(ACTIONS, st.just("harvest")), max_size=10)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.lists(st.lists(ACTIONS, max_size=2), max_size=4))
def test_a_harvester_ends_with_exactly_the_catalog(
    provider: Flask, steps: list[Any], pages: list[list[Any]]
) -> None:
    """`pages` are what happens after each page of the second harvest."""
    catalog, harvester = site(provider).catalog, Harvester(provider.test_client())
    if not present(catalog):
        act(catalog, "add", 0)
    harvester.harvest()
    waiting = iter(pages)

    def between() -> None:
        for kind, number in next(waiting, ()):
            act(catalog, kind, number)

    for step in steps:
        if step == "harvest":
            harvester.harvest(between)
        else:
            act(catalog, *step)
    harvester.harvest(between)
    harvester.harvest()
    assert harvester.copy == present(catalog)


def test_a_writer_whose_commits_take_long_in_another_process_is_not_missed(
    provider: Flask,
) -> None:
    catalog, harvester = site(provider).catalog, Harvester(provider.test_client())
    environment = {**os.environ, "OCTAVO_INSTANCE": provider.instance_path}
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.views.oai.slow_writer"], cwd=ROOT, env=environment
    )
    harvests = 0
    while writer.poll() is None:
        harvester.harvest()
        harvests += 1
    assert writer.returncode == 0
    harvester.harvest()
    assert harvests > 1
    assert "Changed slowly" in harvester.copy.values()
    assert harvester.copy == present(catalog)
