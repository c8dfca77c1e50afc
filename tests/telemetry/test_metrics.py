"""Metrics for Prometheus: requests, outcomes of searches, and who may read them."""

import json
import re
from importlib.metadata import version
from subprocess import run
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import require_program
from tests.sites import Site, site
from webapp.config import ROOT
from webapp.site import site as site_of
from webapp.telemetry.metrics import BUCKETS, OUTCOMES, VALIDATIONS, Metrics

__all__ = ["site"]  # the fixture


def counts(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_requests_searches_and_validations_are_counted(client: FlaskClient) -> None:
    before = counts(client.get("/metrics").text)
    answer = client.get("/?q=tensor")
    client.get("/?q=tensor")
    client.get("/?q=tensor", headers={"If-None-Match": answer.headers["ETag"]})
    client.get("/nowhere")
    after = counts(client.get("/metrics").text)
    more = {name: value - before.get(name, 0) for name, value in after.items()}
    assert more['octavo_requests_total{endpoint="pages.index",status="2xx"}'] == 2
    assert more['octavo_requests_total{endpoint="pages.index",status="304"}'] == 1
    assert more['octavo_requests_total{endpoint="none",status="4xx"}'] == 1
    assert more['octavo_request_seconds_count{endpoint="pages.index"}'] == 3
    assert more['octavo_request_seconds_bucket{endpoint="pages.index",le="+Inf"}'] == 3
    assert more['octavo_searches_total{outcome="found"}'] == 3
    results = {name: more[f'octavo_validations_total{{result="{name}"}}'] for name in VALIDATIONS}
    assert results == {"validated": 1, "rendered": 2, "unsettled": 0}
    assert (after["octavo_index_lag"], after["octavo_index_up"]) == (0, 1)


SEARCHES = {
    "tensor": "found",
    "tensro": "corrected",
    "tensor zymurgical quuxes": "partial",
    "zymurgical": "nothing",
    "tensor year:1800": "nothing",
}


def outcomes(client: FlaskClient) -> dict[str, float]:
    values = counts(client.get("/metrics").text)
    return {name: values[f'octavo_searches_total{{outcome="{name}"}}'] for name in OUTCOMES}


@pytest.mark.parametrize(("words", "outcome"), SEARCHES.items())
def test_a_search_is_counted_by_its_outcome_also_for_a_304(
    site: Site, capfd: pytest.CaptureFixture[str], words: str, outcome: str
) -> None:
    """Rendered twice and validated once; the visitor sees the same each time."""
    client = site(log_requests=True)
    before = outcomes(client)
    address = f"/?{urlencode({'q': words})}"
    for headers in ({}, {"HX-Request": "true", "HX-Source": "form#search"}):
        answer = client.get(address, headers=headers)
        again = client.get(address, headers=headers)
        known = client.get(address, headers={**headers, "If-None-Match": answer.headers["ETag"]})
        assert [response.status_code for response in (answer, again, known)] == [200, 200, 304]
        assert known.headers["ETag"] == again.headers["ETag"] == answer.headers["ETag"]
    after = outcomes(client)
    assert {name: after[name] - before[name] for name in OUTCOMES} == {
        name: 6 * (name == outcome) for name in OUTCOMES
    }
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    lines = [line for line in lines if line["endpoint"] == "pages.index"]
    assert [line["validation"] for line in lines] == ["rendered", "rendered", "validated"] * 2
    assert {line["outcome"] for line in lines} == {outcome}
    shown = re.search(r'id="count"[^>]*>\s*([\d,]+)', client.get(address).text)
    assert {line["hits"] for line in lines} == {int(shown[1]) if shown else 0}


def test_requests_without_search_have_no_outcome(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    client = site(log_requests=True)
    before = outcomes(client)
    listed = client.get("/?year=2023")
    client.get("/?year=2023", headers={"If-None-Match": listed.headers["ETag"]})
    for path in ("/?q=+", "/?q=tensor&page=1", "/publications.bib?q=tensor", "/nowhere?q=tensor"):
        client.get(path, buffered=True)
    assert outcomes(client) == before
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()][1:-1]
    assert {line["outcome"] for line in lines} == {None}
    assert lines[0]["hits"] == lines[1]["hits"] > 0
    assert [line["hits"] for line in lines[2:]] == [None] * 4


@pytest.mark.parametrize("mark", ["x9", "n", "nn", "n123456789", "f1.5", "l-1", "n9 ", "n٣"])
def test_a_forged_etag_adds_no_metric(client: FlaskClient, mark: str) -> None:
    key = client.get("/?q=tensor").headers["ETag"].rpartition("-")[0]
    before = counts(client.get("/metrics").text)
    answer = client.get(
        "/?q=tensor", headers={"If-None-Match": f'{key}-{mark}"'.encode().decode("latin-1")}
    )
    assert answer.status_code in (200, 304)
    after = counts(client.get("/metrics").text)
    assert before.keys() | after.keys() == after.keys()
    assert {name for name in after if "searches" in name} == {
        f'octavo_searches_total{{outcome="{name}"}}' for name in OUTCOMES
    }


def test_the_guide_shows_how_many_searches_found_nothing(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its commands work with the metrics and the log of this site."""
    jq = require_program("jq", package="jq")
    guide = (ROOT / "deploy" / "README.md").read_text()
    client = site(log_requests=True)
    for words in ("tensor", "zymurgical", "quuxes"):
        client.get(f"/?q={words}")
    metrics = counts(client.get("/metrics").text)
    for series in re.findall(r"increase\((\w+\{.*?\})\[7d\]\)", guide):
        assert series in metrics

    program = re.search(r"^journalctl .* \| jq -nR '(.*)'$", guide, re.MULTILINE)
    assert program
    lines = capfd.readouterr().out + "a line of gunicorn\n"
    result = run([jq, "-nR", program[1]], input=lines, text=True, capture_output=True, check=True)
    assert json.loads(result.stdout) == {"found": 1, "nothing": 2}


def test_metrics_name_the_version_and_the_publications(client: FlaskClient, app: Flask) -> None:
    values = counts(client.get("/metrics").text)
    assert values[f'octavo_build_info{{version="{version("octavo")}"}}'] == 1
    assert values["octavo_publications"] == site_of(app).catalog.count() > 0
    assert "# TYPE octavo_build_info gauge" in client.get("/metrics").text


def test_metrics_add_up_the_rows_of_all_workers_also_after_their_end() -> None:
    metrics = Metrics(("page", "none"))
    for row in (1, 2, 2 + 64):
        metrics.use_row(row)
        metrics.count("page", 200, BUCKETS[2], "rendered", "found")
    metrics.count("unheard-of", 503, 99.0, None, "")
    values = counts(metrics.text({"lag": ("Lag.", 2.0)}))
    assert values['octavo_requests_total{endpoint="page",status="2xx"}'] == 3
    assert values['octavo_requests_total{endpoint="none",status="5xx"}'] == 1
    assert values['octavo_request_seconds_bucket{endpoint="page",le="0.0025"}'] == 0
    assert values['octavo_request_seconds_bucket{endpoint="page",le="0.005"}'] == 3
    assert values['octavo_request_seconds_bucket{endpoint="none",le="2.5"}'] == 0
    assert values['octavo_request_seconds_count{endpoint="none"}'] == 1
    assert values["lag"] == 2


@pytest.mark.parametrize(
    ("settings", "address", "forwarded", "status"),
    [
        ({}, "127.0.0.1", "", 200),
        ({}, "", "", 200),  # a Unix socket's own neighbour
        ({}, "192.0.2.1", "", 403),
        ({}, "127.0.0.1", "127.0.0.1", 403),  # a proxy that the settings do not know of
        ({"proxies": 1}, "127.0.0.1", "192.0.2.1", 403),
        ({"proxies": 1}, "127.0.0.1", "127.0.0.1, 192.0.2.1", 403),
        ({"proxies": 1}, "127.0.0.1", "192.0.2.1, 127.0.0.1", 200),
        ({"proxies": 1}, "127.0.0.1", "nonsense", 403),
        ({"metrics_from": "10.0.0.0/8"}, "10.9.8.7", "", 200),
    ],
)
def test_only_the_configured_networks_may_read_metrics(
    site: Site, settings: dict[str, Any], address: str, forwarded: str, status: int
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = site(**settings).get(
        "/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )
    assert answer.status_code == status
