"""How many harvesters are answered at once, and what they get while the database is away."""

from pathlib import Path

from tests.conftest import running
from tests.sites import Site, site
from tests.views.oai.conftest import with_oai
from tests.views.oai.test_protocol import OAI
from webapp.views.http.limits import HARVESTS, MAX_HARVESTS, RETRY_AFTER

__all__ = ["site"]  # the fixture


def test_too_many_harvests_at_once_get_503_and_a_number_of_seconds(site: Site) -> None:
    """Even from one address: clients give up at 429."""
    client = site(**OAI, proxies=1)
    slots = client.application.extensions["limits"][HARVESTS]
    released = [slots.take("192.0.2.1/32") for _ in range(MAX_HARVESTS)]
    headers = {"X-Forwarded-For": "192.0.2.1"}
    refused = client.get("/oai?verb=Identify", headers=headers)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, str(RETRY_AFTER))
    assert client.get("/", headers=headers).status_code == 200
    released[0]()
    for _ in range(2 * MAX_HARVESTS):  # a slot is free again after each answer
        with client.get("/oai?verb=Identify", headers=headers) as answer:
            assert answer.status_code == 200


def test_without_a_database_harvesters_get_503(instance: Path) -> None:
    with running(with_oai(instance)) as app:
        (instance / "octavo.db").rename(instance / "away.db")
        answer = app.test_client().get("/oai?verb=Identify")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"].isdecimal()
