"""Three independent clients of OAI-PMH harvest a running site."""

import shutil
import urllib.error
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import oaipmh.client
import oaipmh.error
import oaipmh.metadata
import pytest
from oaipmh_scythe import Scythe
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch

from tests.conftest import running
from tests.harvested import texts, valid
from tests.views.oai.conftest import served
from webapp.site import site
from webapp.store import queries
from webapp.store.connections import reading
from webapp.store.edits import Edit


@pytest.fixture(scope="module")
def running_site(
    harvested: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """An instance folder, and the address for harvesters of the site that serves it."""
    folder = Path(shutil.copytree(harvested, tmp_path_factory.mktemp("clients") / "instance"))
    with served(folder) as address:
        yield folder, address


def present(instance: Path) -> set[str]:
    """Return the identifiers of all publications of the list."""
    with running(instance) as app, reading(site(app).catalog.database) as connection:
        ids = [row.id for row in queries.listed_positions(connection, also=0)]
    return {f"oai:pubs.example.org:{id_}" for id_ in ids}


def identity(address: str) -> Any:
    with urlopen(f"{address}?verb=Identify") as answer:
        return valid(answer.read())


def test_sickle_harvests_everything_then_changes_and_deletions(
    running_site: tuple[Path, str],
) -> None:
    instance, address = running_site
    sickle = Sickle(address, max_retries=3)
    records = list(sickle.ListRecords(metadataPrefix="oai_dc"))
    assert {record.header.identifier for record in records} == present(instance)
    assert len(records) == 147
    assert all(record.metadata["identifier"][0].startswith("http") for record in records)
    since = identity(address)[0].text
    with running(instance) as app:
        catalog = site(app).catalog
        changed, gone = catalog.get("made1"), catalog.get("made2")
        assert changed
        assert gone
        catalog.save([Edit(changed.record, changed.id), Edit(None, gone.id)], "test")
    later = list(sickle.ListRecords(metadataPrefix="oai_dc", **{"from": since}))
    states = {record.header.identifier: record.deleted for record in later}
    assert states[f"oai:pubs.example.org:{changed.id}"] is False
    assert states[f"oai:pubs.example.org:{gone.id}"] is True
    headers = sickle.ListIdentifiers(metadataPrefix="mods", ignore_deleted=True)
    assert {header.identifier for header in headers} == present(instance)


def test_scythe_harvests_a_set_and_sees_formats_and_sets(running_site: tuple[Path, str]) -> None:
    _, address = running_site
    with Scythe(address) as scythe:
        assert scythe.identify().deletedRecord == "persistent"
        assert [row.metadataPrefix for row in scythe.list_metadata_formats()] == ["oai_dc", "mods"]
        specs = {row.setSpec for row in scythe.list_sets()}
        assert {"type", "type:article", "year:2003", "list", "list:made", "person"} <= specs
        made = list(scythe.list_records(metadata_prefix="mods", set_="list:made"))
        assert len(made) == 140
        assert all("list:made" in record.header.setSpecs for record in made)
        year = list(scythe.list_identifiers(metadata_prefix="oai_dc", set_="year:2003"))
        assert len(year) >= 28
        one = scythe.get_record(identifier=made[0].header.identifier, metadata_prefix="oai_dc")
        assert one.header.identifier == made[0].header.identifier


def test_the_client_of_eth_reads_every_record(running_site: tuple[Path, str]) -> None:
    instance, address = running_site
    registry = oaipmh.metadata.MetadataRegistry()
    registry.registerReader("oai_dc", oaipmh.metadata.oai_dc_reader)
    client = oaipmh.client.Client(address, registry)
    assert client.identify().adminEmails() == ["ada@example.org"]
    records = list(client.listRecords(metadataPrefix="oai_dc"))
    alive = [row for row in records if not row[0].isDeleted()]
    assert {header.identifier() for header, _, _ in alive} == present(instance)
    assert all(metadata["title"] for _, metadata, _ in alive)
    with pytest.raises(oaipmh.error.NoRecordsMatchError):
        client.listRecords(metadataPrefix="oai_dc", set="list:nothing")


def test_metha_asks_for_each_month_and_always_gets_200(running_site: tuple[Path, str]) -> None:
    """It stops at any other status, also where a month has no records."""
    _, address = running_site
    root = identity(address)
    first = datetime.fromisoformat(texts(root, "oai:Identify/oai:earliestDatestamp")[0])
    months = [(first.year - 1, month) for month in range(1, 13)]
    now = datetime.now(UTC)
    months += [(now.year, month) for month in range(1, now.month + 1)]
    identifiers: list[str] = []
    for year, month in months:
        days = {"from": f"{year}-{month:02}-01", "until": f"{year}-{month:02}-28"}
        query: dict[str, str] = {"verb": "ListRecords", "metadataPrefix": "oai_dc", **days}
        if (year, month) == (now.year, now.month):
            query["until"] = f"{year}-{month:02}-{now.day:02}"
        while query:
            with urlopen(f"{address}?{urlencode(query)}") as answer:
                assert answer.status == 200
                root = valid(answer.read())
            identifiers += texts(root, ".//oai:header/oai:identifier")
            token = "".join(texts(root, ".//oai:resumptionToken"))
            query = {"verb": "ListRecords", "resumptionToken": token} if token else {}
    assert len(identifiers) == len(set(identifiers)) == 147


def test_no_month_without_records_stops_sickle(running_site: tuple[Path, str]) -> None:
    _, address = running_site
    with pytest.raises(NoRecordsMatch):
        Sickle(address).ListRecords(metadataPrefix="oai_dc", until="1990-01-01")


def test_a_large_body_is_refused_by_the_server(running_site: tuple[Path, str]) -> None:
    _, address = running_site
    with pytest.raises(urllib.error.HTTPError) as refused:
        urlopen(Request(address, data=b"verb=Identify&x=" + b"a" * 1_000_000))
    with refused.value:
        assert refused.value.code == 413
