"""What services know of a work beside its bibliography."""

import pytest

from tests.services.clocks import FakeClock
from tests.services.fake import Fake
from tests.services.faults import body, status
from webapp.errors import NotFetchedError
from webapp.services.client import Client
from webapp.services.enrichment import (
    UPDATE_AGE,
    fetch_enrichments,
    fetch_open_url,
)
from webapp.services.works import Enrichment


def fetch(client: Client, doi: str, with_citations: bool = False) -> Enrichment:
    """Return what is known of one work, which must be everything."""
    enrichments, failures = fetch_enrichments(client, [doi], with_citations)
    assert failures == []
    return enrichments[doi.lower()]


def test_the_gravest_update_counts(client: Client) -> None:
    enrichment = fetch(client, "10.5555/RETRACTED")
    assert enrichment.fields == {"retracted": "2016-03-04, 10.5555/notice"}
    assert enrichment.record
    assert enrichment.record.title == "Sand that flows uphill"


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        *(("retraction", "retracted"), ("Withdrawal", "retracted"), ("erratum", "corrected")),
        *(("expression_of_concern", "expressionofconcern"), ("corrigendum", "corrected")),
        *(("new_version", ""), ("", "")),
    ],
)
def test_kinds_of_updates_are_one_of_three_notices(
    client: Client, fake: Fake, kind: str, field: str
) -> None:
    fake.faults["api.crossref.org", ""] = body(
        f'{{"message": {{"DOI": "10.5555/1", "title": [], "updated-by": [{{"type": "{kind}"}}]}}}}'
    )
    assert fetch(client, "10.5555/1").fields == ({field: "true"} if field else {})


def test_where_a_work_is_free_to_read(client: Client, fake: Fake) -> None:
    assert fetch(client, "10.5555/PLAIN").fields == {"openaccess": "https://example.org/plain"}
    assert fake.count("email=ada%40example.org") == 1
    assert fetch_open_url(client, "10.5555/unknown") == ""
    assert fetch_open_url(client, "10.5555/script") == ""


def test_citations_are_counted_only_on_request(client: Client) -> None:
    fields = fetch(client, "10.5555/plain", with_citations=True).fields
    assert fields["citations"] == "17 (Crossref, 2027-01-15)"
    assert "citations" not in fetch(client, "10.5555/nulls", with_citations=True).fields


def test_many_works_are_asked_for_at_once_and_each_week(
    client: Client, fake: Fake, clock: FakeClock
) -> None:
    dois = [f"10.5555/many.{number}" for number in range(60)]
    for _ in range(2):
        for _ in range(2):
            fetch_enrichments(client, dois)
        assert fake.count("api.crossref.org") == 2
        fake.requests.clear()
        clock.time += UPDATE_AGE + 1


def test_a_work_that_neither_knows_has_nothing_and_is_not_asked_for_each_night(
    client: Client, fake: Fake
) -> None:
    assert fetch(client, "10.9999/none", with_citations=True) == Enrichment()
    fake.requests.clear()
    assert fetch(client, "10.9999/none", with_citations=True) == Enrichment()
    assert fake.requests == []


def test_a_service_that_fails_leaves_what_the_other_knows(client: Client, fake: Fake) -> None:
    fake.faults["api.unpaywall.org", ""] = status(500)
    enrichments, (failure,) = fetch_enrichments(client, ["10.5555/retracted"])
    assert set(enrichments["10.5555/retracted"].fields) == {"retracted"}
    assert enrichments["10.5555/retracted"].unknown == {"openaccess"}
    assert failure.what == "10.5555/retracted"
    assert "Unpaywall (api.unpaywall.org) answered 500" in failure.why
    fake.faults = {("api.crossref.org", ""): status(503)}
    enrichments, (failure,) = fetch_enrichments(client, ["10.5555/group"])
    assert "retracted" in enrichments["10.5555/group"].unknown


def test_an_answer_about_another_work_is_not_taken(client: Client, fake: Fake) -> None:
    fake.faults["api.unpaywall.org", ""] = body(
        '{"doi": "10.5555/other", "best_oa_location": null}'
    )
    with pytest.raises(NotFetchedError, match=r"Unpaywall answered with 10\.5555/other"):
        fetch_open_url(client, "10.5555/plain")


@pytest.mark.parametrize(
    "notice",
    [
        *("null", '{"type": null}', '{"type": ["retraction"]}', '"retraction"'),
        '{"type": "retraction", "updated": {"timestamp": 1e99}, "DOI": "}{\\\\x"}',
    ],
)
def test_notices_of_any_shape_are_read(notice: str, client: Client, fake: Fake) -> None:
    fake.faults["api.crossref.org", ""] = body(
        f'{{"message": {{"DOI": "10.5555/1", "title": [], "updated-by": [{notice}]}}}}'
    )
    assert fetch(client, "10.5555/1").fields.get("retracted", "true") == "true"
