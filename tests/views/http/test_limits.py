"""Proxies, hosts, security headers, and limits on expensive responses."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.sites import Site, site
from webapp.views.http.limits import MAX_LISTS, RETRY_AFTER, Slots, network_of

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
        (3, "http://localhost/visitor", "127.0.0.1"),  # fewer than configured: none is trusted
    ],
)
def test_exactly_the_configured_number_of_proxies_is_trusted(
    site: Site, proxies: int, url: str, address: str
) -> None:
    answer = site(proxies=proxies).get("/visitor", headers=FORWARDED)
    assert answer.json == [url, address]


@pytest.mark.parametrize("prefix", ["//evil.example", "/a b", "/a?b", "pubs", "/\\evil.example"])
def test_an_invalid_prefix_is_ignored(site: Site, prefix: str) -> None:
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
def test_requests_for_other_hosts_are_refused_if_the_setting_names_some(
    site: Site, host: str, status: int
) -> None:
    client = site(hosts="pubs.example.org, .example.net")
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == status
    assert "evil" not in answer.text


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/site.css", "/theme.css", "/healthz"])
def test_every_response_has_the_security_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path, base_url="https://localhost", buffered=True)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Set-Cookie" not in answer.headers


def test_without_tls_there_is_no_hsts(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_only_get_and_head_are_allowed(client: FlaskClient, method: str) -> None:
    assert client.open("/", method=method, data=b"x").status_code == 405


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7"])
@pytest.mark.parametrize("path", ["/publications.bib", "/print", "/sitemap.xml"])
def test_a_second_download_of_an_address_is_refused_and_others_are_not(
    site: Site, address: str, path: str
) -> None:
    client = site(proxies=1)

    def get(address: str) -> TestResponse:
        return client.get(path, headers={"X-Forwarded-For": f"198.51.100.1, {address}"})

    first = get(address)
    neighbour = f"{address[:-1]}8" if ":" in address else address  # in the same /64
    refused = get(neighbour)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(RETRY_AFTER))
    assert "Another download" in refused.text
    with get("203.0.113.5") as other:
        assert other.status_code == 200
        assert get("203.0.113.6").status_code == 503  # all slots are taken
    first.close()
    with get(neighbour) as again:
        assert again.status_code == 200


@pytest.mark.parametrize(
    ("address", "proxies", "counted"),
    [
        ("192.0.2.1", 1, "192.0.2.1/32"),
        ("10.1.2.3", 1, "10.1.2.3/32"),
        ("8.8.8.8", 0, "8.8.8.8/32"),
        ("2a00:1450:4001:81b::200e", 1, "2a00:1450:4001:81b::/64"),
        ("::ffff:8.8.8.8", 0, "8.8.8.8/32"),
        ("127.0.0.1", 0, ""),
        ("172.17.0.1", 0, ""),
        ("", 1, ""),
        (None, 0, ""),
        ("nonsense", 1, ""),
        ("fe80::1%eth0", 1, "fe80::/64"),
    ],
)
def test_visitors_are_distinguished_by_network_where_possible(
    address: str | None, proxies: int, counted: str
) -> None:
    assert network_of(address, proxies) == counted


def test_addresses_without_slots_use_no_memory() -> None:
    slots = Slots(2, 1)
    for number in range(50):
        slots.take(f"192.0.2.{number}")()
    assert not slots._taken  # noqa: SLF001


def test_few_complete_lists_are_sent_at_a_time(client: FlaskClient) -> None:
    reading = [client.get("/publications.bib") for _ in range(MAX_LISTS)]
    refused = client.get("/publications.bib")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, str(RETRY_AFTER))
    assert client.get("/").status_code == 200
    for answer in reading:
        answer.close()
    assert client.get("/publications.bib", buffered=True).status_code == 200
