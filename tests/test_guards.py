"""Whom the site believes, whom it answers, and what every answer says to browsers."""

import pytest
from flask.testing import FlaskClient

from tests.sites import Site, site
from webapp.views.limits import AT_A_TIME, RETRY_AFTER

__all__ = ["site"]  # the fixture


FORWARDED = {
    "X-Forwarded-For": "192.0.2.9, 192.0.2.1",
    "X-Forwarded-Proto": "http, https",
    "X-Forwarded-Host": "evil.example, pubs.example.org",
    "X-Forwarded-Port": "666, 8443",
    "X-Forwarded-Prefix": "/evil, /pubs",
}


@pytest.mark.parametrize(
    ("proxies", "url", "address"),
    [
        (0, "http://localhost/visitor", "127.0.0.1"),
        (1, "https://pubs.example.org:8443/pubs/visitor", "192.0.2.1"),
        (2, "http://evil.example:666/evil/visitor", "192.0.2.9"),
        (3, "http://localhost/visitor", "127.0.0.1"),  # fewer than said: none is believed
    ],
)
def test_exactly_the_number_of_proxies_is_believed(
    site: Site, proxies: int, url: str, address: str
) -> None:
    answer = site(proxies=proxies).get("/visitor", headers=FORWARDED)
    assert answer.json == [url, address]


@pytest.mark.parametrize("prefix", ["//evil.example", "/a b", "/a?b", "pubs", "/\\evil.example"])
def test_a_prefix_that_is_no_path_is_left_out(site: Site, prefix: str) -> None:
    headers = {"X-Forwarded-Prefix": prefix, "X-Forwarded-Proto": "javascript"}
    answer = site(proxies=1).get("/visitor", headers=headers)
    assert answer.json[0] == "http://localhost/visitor"


def test_a_prefix_may_end_with_a_slash(site: Site) -> None:
    answer = site(proxies=1).get("/visitor", headers={"X-Forwarded-Prefix": "/pubs/"})
    assert answer.json[0] == "http://localhost/pubs/visitor"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("pubs.example.org", 200),
        ("pubs.example.org:8443", 200),
        ("a.example.net", 200),
        ("localhost", 200),
        ("evil.example", 400),
        ("pubs.example.org.evil.example", 400),
        ("pubs.example.org@evil.example", 400),
    ],
)
def test_other_hosts_are_not_answered_when_the_setting_names_some(
    site: Site, host: str, status: int
) -> None:
    client = site(hosts="pubs.example.org, .example.net")
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == status
    assert "evil" not in answer.text


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/site.css", "/theme.css", "/healthz"])
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    answer = client.get(path, base_url="https://localhost", buffered=True)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Set-Cookie" not in answer.headers


def test_without_tls_nothing_is_promised_of_it(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_nothing_can_be_sent(client: FlaskClient, method: str) -> None:
    assert client.open("/", method=method, data=b"x").status_code == 405


def test_whole_lists_are_made_for_a_few_at_a_time(client: FlaskClient) -> None:
    reading = [client.get("/publications.bib") for _ in range(AT_A_TIME)]
    refused = client.get("/publications.bib")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, str(RETRY_AFTER))
    assert client.get("/").status_code == 200
    for answer in reading:
        answer.close()
    assert client.get("/publications.bib", buffered=True).status_code == 200
