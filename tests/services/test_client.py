"""The client asks only known hosts, at their pace, and survives what they answer."""

import os
import socket
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from tests.services.clocks import FakeClock
from tests.services.fake import Fake
from tests.services.faults import FAULTS, status
from webapp.errors import ConfigurationError, NotFetchedError
from webapp.services.addresses import is_public
from webapp.services.client import ITEM_AGE, Client
from webapp.services.hosts import HOSTS

HOST = "api.crossref.org"
URL = f"https://{HOST}/works/10.5555/many.1"
# What the client itself cannot know, because the status and the bytes are in order.
ABOUT_CONTENT = {"page", "half a JSON", "empty", "null", "list of null", "no keys", "text",
                 "nested", "bytes"}  # fmt: skip


def test_a_contact_is_required(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Set contact"):
        Client("", "", tmp_path)


def test_the_client_says_who_asks(client: Client, fake: Fake) -> None:
    client.get(URL)
    agent = fake.headers[0]["User-Agent"]
    assert agent.startswith("Octavo/")
    assert agent.endswith("(+https://ada.example.org; mailto:ada@example.org)")
    assert fake.headers[0]["Host"] == HOST


def test_requests_keep_the_pace_of_the_host(client: Client, fake: Fake, clock: FakeClock) -> None:
    for number in range(4):
        client.get(f"https://dblp.org/rec/{number}.bib")
    assert clock.waits == pytest.approx([1.5] * 3)


def test_the_pace_follows_the_headers(client: Client, fake: Fake, clock: FakeClock) -> None:
    headers = {"X_Rate_Limit_Limit": "5", "X_Rate_Limit_Interval": "1s"}
    fake.faults[HOST, ""] = [status(200, **headers), status(200), status(200)]
    for number in range(4):
        client.get(f"{URL}{number}")
    assert clock.waits == pytest.approx([0.5, 0.22, 0.22])


def test_a_break_that_a_service_asks_for_is_kept(
    client: Client, fake: Fake, clock: FakeClock
) -> None:
    fake.faults[HOST, ""] = [status(200, Backoff="20")]
    client.get(URL)
    client.get(f"{URL}2")
    assert clock.waits == [20]


@pytest.mark.parametrize(
    "headers",
    [{"Backoff": "9999999"}, {"X_Rate_Limit_Limit": "1", "X_Rate_Limit_Interval": "99999m"}],
)
def test_no_header_makes_the_client_wait_for_hours(
    headers: dict[str, str], client: Client, fake: Fake, clock: FakeClock
) -> None:
    fake.faults[HOST, ""] = [status(200, **headers)] * 3
    client.get(URL)
    if "Backoff" in headers:
        with pytest.raises(NotFetchedError, match="asked to wait longer than a minute"):
            client.get(f"{URL}2")
    else:
        client.get(f"{URL}2")
        client.get(f"{URL}3")
    assert sum(clock.waits) <= 120


@pytest.mark.parametrize("is_date", [False, True])
def test_retry_after_is_obeyed(is_date: bool, client: Client, fake: Fake, clock: FakeClock) -> None:
    wait = formatdate(clock.time + 7, usegmt=True) if is_date else "7"
    fake.faults[HOST, ""] = [status(429, Retry_After=wait), status(503, Retry_After="9")]
    assert client.get(URL).status == 200
    assert clock.waits[0] == pytest.approx(7)
    assert clock.waits[1] == 9


def test_without_retry_after_the_waits_double(client: Client, fake: Fake, clock: FakeClock) -> None:
    fake.faults[HOST, ""] = status(503)
    with pytest.raises(NotFetchedError, match="tried 5 times"):
        client.get(URL)
    for wait, seconds in zip(clock.waits, (2, 4, 8, 16), strict=True):
        assert seconds <= wait <= seconds * 1.25


def test_an_overloaded_host_is_left_alone_and_others_are_asked(client: Client, fake: Fake) -> None:
    fake.faults["dblp.org", ""] = status(429)
    with pytest.raises(NotFetchedError):
        client.get("https://dblp.org/pid/1/1.bib")
    count = len(fake.requests)
    with pytest.raises(NotFetchedError, match=r"was left alone after it answered 429"):
        client.get("https://dblp.org/pid/1/2.bib")
    assert len(fake.requests) == count
    assert client.get(URL).status == 200


def test_a_disturbed_host_is_left_alone_after_three_failures(client: Client, fake: Fake) -> None:
    fake.faults[HOST, ""] = status(500)
    for number in range(4):
        with pytest.raises(NotFetchedError):
            client.get(f"{URL}{number}")
    assert len(fake.requests) == 9


@pytest.mark.parametrize("name", [name for name in FAULTS if name not in ABOUT_CONTENT])
def test_every_fault_has_a_message_with_host_and_remedy(
    name: str, client: Client, fake: Fake, clock: FakeClock
) -> None:
    fault, words = FAULTS[name]
    clock.tick = 1.0 if name == "drips" else 0.0
    fake.faults[HOST, ""] = fault
    with pytest.raises(NotFetchedError) as error:
        client.get(URL)
    message = str(error.value)
    assert words in message
    assert "Crossref" in message or "not among" in message or "not asked" in message
    assert message.endswith(".")
    assert "SECRET" not in message
    assert not list((Path(str(client._cache._folder))).glob("*"))  # noqa: SLF001


def test_a_silent_host_is_not_waited_for(fake: Fake, clock: FakeClock, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        origin = f"http://127.0.0.1:{server.getsockname()[1]}"
        host = replace(fake.hosts[HOST], origin=origin, timeout=0.01)
        client = Client("ada@example.org", "", tmp_path, {HOST: host}, clock)
        with pytest.raises(NotFetchedError, match=r"did not answer in time \(tried 2 times\)"):
            client.get(URL)
        client.close()


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        ("http://127.0.0.1:1", "cannot be connected to"),
        ("http://no-such-host.invalid", "was not found"),
        ("http://127.0.0.2:1", "has an address in a private network"),
        ("http://[::1]:1", "has an address in a private network"),
        ("http://[::ffff:127.0.0.1]:1", "has an address in a private network"),
        ("http://localhost:1", "cannot be connected to|private network"),
    ],
)
def test_a_host_without_a_public_address_is_not_asked(
    origin: str, message: str, fake: Fake, clock: FakeClock, tmp_path: Path
) -> None:
    host = replace(fake.hosts[HOST], origin=origin)
    client = Client("ada@example.org", "", tmp_path, {HOST: host}, clock)
    with pytest.raises(NotFetchedError, match=message):
        client.get(URL)
    with pytest.raises(NotFetchedError, match="left alone"):
        client.get(URL)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "socks5://127.0.0.1:1"])
def test_a_proxy_is_used_and_named_if_it_does_not_answer(
    proxy: str, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    client = Client("ada@example.org", "", tmp_path, HOSTS, clock)
    with pytest.raises(NotFetchedError, match="through the proxy"):
        client.get(URL)


def test_a_host_without_a_valid_certificate_is_not_asked(
    fake: Fake, clock: FakeClock, tmp_path: Path
) -> None:
    host = replace(fake.hosts[HOST], origin=fake.hosts[HOST].origin.replace("http", "https"))
    client = Client("ada@example.org", "", tmp_path, {HOST: host}, clock)
    with pytest.raises(NotFetchedError, match="no certificate that this machine trusts"):
        client.get(URL)
    assert fake.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://api.crossref.org/works/1",
        "https://api.crossref.org:8443/works/1",
        "https://api.crossref.org@evil.example/works/1",
        "https://evil.example/works/1",
        "https://127.0.0.1/works/1",
        "https://[::1/works/1",
        "file:///etc/passwd",
        "//api.crossref.org/",
    ],
)
def test_other_addresses_are_never_asked(url: str, client: Client, fake: Fake) -> None:
    with pytest.raises(NotFetchedError):
        client.get(url)
    assert fake.requests == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        *((address, True) for address in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8")),
        *(
            (address, False)
            for address in (
                *("10.1.2.3", "127.8.9.1", "169.254.169.254", "192.168.1.1", "::1"),
                *("::", "100.64.0.1", "224.0.0.1", "fe80::1%eth0", "fd00::1", "ff02::1"),
                *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "255.255.255.255"),
            )
        ),
    ],
)
def test_only_public_addresses_are_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def test_an_item_is_asked_once_in_a_month(client: Client, fake: Fake, clock: FakeClock) -> None:
    for _ in range(2):
        client.get(URL, max_age=ITEM_AGE)
    assert len(fake.requests) == 1
    clock.time += ITEM_AGE
    first = client.get(URL, max_age=ITEM_AGE)
    assert len(fake.requests) == 2
    assert "If-None-Match" in fake.headers[1]
    assert first.body == client.get(URL, max_age=ITEM_AGE).body
    assert len(fake.requests) == 2


def test_a_damaged_cache_is_no_error(client: Client, fake: Fake, tmp_path: Path) -> None:
    client.get(URL)
    (file,) = (tmp_path / "cache").iterdir()
    for content in (b"", b"{}", b"null\n", file.read_bytes()[:-1], b"\xff\n\xff"):
        file.write_bytes(content)
        assert client.get(URL, max_age=ITEM_AGE).status == 200
    assert len(fake.requests) == 6


def test_a_client_deletes_old_answers_and_no_other_file(
    client: Client, fake: Fake, tmp_path: Path
) -> None:
    client.get(URL)
    folder = tmp_path / "cache"
    (folder / "index-update.lock").touch()
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    Client("ada@example.org", "", folder, fake.hosts)
    assert [path.name for path in folder.iterdir()] == ["index-update.lock"]


def test_an_item_that_is_not_there_is_an_answer(client: Client, fake: Fake) -> None:
    fake.faults[HOST, ""] = status(404)
    assert client.get(URL).status == 404
    fake.faults.clear()
    assert client.get(URL).status == 200
