"""Whatever a service answers, the catalog has the good works, and loses none."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.services.clocks import FakeClock
from tests.services.fake import Fake, serve_fake
from tests.services.faults import FAULTS, status
from webapp.catalog import Catalog
from webapp.curation import enriching, refreshing
from webapp.errors import NotFetchedError
from webapp.services.client import Client
from webapp.services.enrichment import fetch_enrichments
from webapp.services.listing import Listing
from webapp.services.lists import read_list
from webapp.store import publications
from webapp.store.connections import reading

ORCID = SimpleNamespace(kind="orcid", value="0000-0002-1825-0097")


@pytest.fixture(scope="module")
def fake() -> Iterator[Fake]:
    with serve_fake() as fake:
        yield fake


def dois(catalog: Catalog) -> set[str]:
    with reading(catalog.database) as connection:
        return {stored.record.doi for stored in publications.load_all(connection)} - {""}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_only_what_it_is_about(
    name: str, catalog: Catalog, fake: Fake, tmp_path: Path
) -> None:
    fault, _ = FAULTS[name]
    clock = FakeClock()
    fake.faults.clear()

    def client() -> Client:
        return Client("ada@example.org", "", tmp_path / "cache", fake.hosts, clock)

    def refresh(listing: Listing) -> None:
        plan = refreshing.make_refresh_plan(
            catalog, "orcid", listing.works, listing.listed, prunes=True
        )
        refreshing.carry_out(catalog, plan, "refresh")

    before = dois(catalog)
    clock.tick = 1.0 if name == "drips" else 0.0
    fake.faults = {
        ("api.crossref.org", "filter="): status(400),
        ("api.crossref.org", "10.5555/chapter"): fault,
    }
    refresh(read_list(client(), ORCID))
    good = dois(catalog)
    assert "10.5555/plain" in good - before
    assert "10.5555/chapter" not in good
    fake.faults = {("pub.orcid.org", ""): fault}
    with pytest.raises(NotFetchedError):
        read_list(client(), ORCID)
    fake.faults = {("api.unpaywall.org", ""): fault}
    enrichments, failures = fetch_enrichments(client(), ["10.5555/plain", "10.5555/retracted"])
    assert [failure.what for failure in failures] == ["10.5555/plain", "10.5555/retracted"]
    plan = enriching.make_enrichment_plan(catalog, enrichments)
    has_retracted = "10.5555/retracted" in good  # not if Crossref was left alone before it
    assert [change.fields for change in plan.changed] == [("retracted",)] * has_retracted
    assert dois(catalog) == good
    fake.faults.clear()
    clock.tick = 0.0
    refresh(read_list(client(), ORCID))
    assert dois(catalog) >= good | {"10.5555/chapter"}
