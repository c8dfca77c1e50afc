"""What services know of a work beside its bibliography."""

import pytest

from tests.services.clocks import FakeClock
from tests.services.fake import Fake
from tests.services.faults import body
from webapp.errors import NotFetchedError
from webapp.services.client import Client
from webapp.services.enrichment import (
    UPDATE_AGE,
    Enrichment,
    fetch_enrichment,
    fetch_open_url,
    prefetch,
)


def test_the_gravest_update_counts(client: Client) -> None:
    assert fetch_enrichment(client, "10.5555/retracted") == Enrichment(
        "retracted", "10.5555/notice", "2016-03-04", "retraction-watch"
    )


def test_where_a_work_is_free_to_read(client: Client, fake: Fake) -> None:
    assert fetch_enrichment(client, "10.5555/PLAIN").open_url == "https://example.org/plain"
    assert fake.count("email=ada%40example.org") == 1
    assert fetch_open_url(client, "10.5555/unknown") == ""
    assert fetch_open_url(client, "10.5555/script") == ""


def test_citations_are_counted_only_on_request(client: Client) -> None:
    assert fetch_enrichment(client, "10.5555/plain").citations is None
    enrichment = fetch_enrichment(client, "10.5555/plain", with_citations=True)
    assert (enrichment.citations, enrichment.citations_source) == (17, "Crossref")
    assert fetch_enrichment(client, "10.5555/nulls", with_citations=True).citations is None


def test_many_works_are_asked_for_at_once_and_each_week(
    client: Client, fake: Fake, clock: FakeClock
) -> None:
    dois = [f"10.5555/many.{number}" for number in range(60)]
    for _ in range(2):
        prefetch(client, dois)
        for doi in dois:
            fetch_enrichment(client, doi)
        assert fake.count("api.crossref.org") == 2
        fake.requests.clear()
        clock.time += UPDATE_AGE + 1


def test_a_work_that_neither_knows_has_nothing(client: Client) -> None:
    assert fetch_enrichment(client, "10.9999/none", with_citations=True) == Enrichment()


def test_an_answer_about_another_work_is_not_taken(client: Client, fake: Fake) -> None:
    fake.faults["api.unpaywall.org", ""] = body(
        '{"doi": "10.5555/other", "best_oa_location": null}'
    )
    with pytest.raises(NotFetchedError, match=r"Unpaywall answered with 10\.5555/other"):
        fetch_open_url(client, "10.5555/plain")


@pytest.mark.parametrize(
    "notice", ["null", '{"type": null}', '{"type": "retraction", "updated": {"timestamp": 1e99}}']
)
def test_notices_of_any_shape_are_read(notice: str, client: Client, fake: Fake) -> None:
    fake.faults["api.crossref.org", ""] = body(
        f'{{"message": {{"DOI": "10.5555/1", "title": [], "updated-by": [{notice}]}}}}'
    )
    assert fetch_enrichment(client, "10.5555/1").update_date == ""
