"""Each fault of each service is a message, changes nothing, and never costs the good items."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest

from tests.services.clocks import FakeClock
from tests.services.fake import Fake
from tests.services.faults import FAULTS, body, status
from tests.services.speakers import DBLP
from webapp.errors import NotFetchedError, UnknownIdentifierError
from webapp.services import enrichment, identifiers
from webapp.services.client import Client
from webapp.services.listing import Listing
from webapp.services.lists import read_list

Call = Callable[[Client], object]


def fetches(identifier: str) -> Call:
    return lambda client: identifiers.fetch(client, identifier)


def lists(kind: str, value: str) -> Call:
    return lambda client: read_list(client, SimpleNamespace(kind=kind, value=value))


# By the name in messages: the host, and a call that needs it.
SERVICES: Final[Mapping[str, tuple[str, Call]]] = {
    "Crossref": ("api.crossref.org", fetches("10.5555/plain")),
    "DataCite": ("api.datacite.org", fetches("10.5072/data")),
    "doi.org": ("doi.org", fetches("10.1400/1")),
    "mEDRA": ("data.medra.org", fetches("10.1400/1")),
    "arXiv": ("export.arxiv.org", fetches("arXiv:2301.00001")),
    "PubMed": ("eutils.ncbi.nlm.nih.gov", fetches("pmid:101")),
    "Open Library": ("openlibrary.org", fetches("isbn:9783000000010")),
    "Unpaywall": (
        "api.unpaywall.org",
        lambda client: enrichment.fetch_open_url(client, "10.5555/plain"),
    ),
    "ORCID": ("pub.orcid.org", lists("orcid", "0000-0002-1825-0097")),
    "dblp": ("dblp.org", lists("dblp", "64/7659")),
    "OpenAlex": ("api.openalex.org", lists("openalex", "A1")),
    "Zotero": ("api.zotero.org", lists("zotero", "groups/1")),
    "pubs.example.org": ("pubs.example.org", lists("bibtex", "https://pubs.example.org/mine.bib")),
}
# Words about an answer that arrived whole, and cannot be used.
ABOUT_CONTENT: Final = (
    *("sent a web page", "sent half an answer", "sent an empty answer", "sent something that is"),
    *("in a way this version does not know", "sent no bibliography", "without a title"),
)


@pytest.mark.parametrize(
    ("service", "fault_name"),
    [
        (service, fault_name)
        for service in SERVICES
        for fault_name in FAULTS
        if (service, fault_name) != ("Open Library", "no keys")  # it says so of unknown books
    ],
)
def test_every_fault_of_every_service_has_a_message(
    service: str, fault_name: str, client: Client, fake: Fake, clock: FakeClock, tmp_path: Path
) -> None:
    host, call = SERVICES[service]
    fault, words = FAULTS[fault_name]
    clock.tick = 1.0 if fault_name == "drips" else 0.0
    fake.faults[host, ""] = fault
    with pytest.raises(NotFetchedError) as error:
        call(client)
    message = str(error.value)
    is_about_content = fault_name in CONTENT_FAULTS
    assert any(part in message for part in (ABOUT_CONTENT if is_about_content else (words,)))
    assert service in message or "is not among" in message or "is not asked" in message
    assert message.endswith(".")
    assert "SECRET" not in message
    assert "\n" not in message
    assert not cached(tmp_path, host, fake)


CONTENT_FAULTS: Final = frozenset(
    {"page", "half a JSON", "empty", "null", "list of null", "no keys", "text", "nested", "bytes"}
)


def cached(folder: Path, host: str, fake: Fake) -> list[Path]:
    """Return the files of the cache, if nothing but this host was asked."""
    others = [address for address in fake.requests if not address.startswith(f"{host}/")]
    return [] if others else list((folder / "cache").glob("*"))


@pytest.mark.parametrize("fault_name", FAULTS)
def test_one_bad_item_stops_no_other(
    fault_name: str, client: Client, fake: Fake, clock: FakeClock
) -> None:
    """ORCID names works of which Crossref can describe all but one; the batch fails too."""
    fake.faults["api.crossref.org", "filter="] = status(400)
    fake.faults["api.crossref.org", "10.5555/chapter"] = FAULTS[fault_name][0]
    clock.tick = 1.0 if fault_name == "drips" else 0.0
    listing = read_list(client, SimpleNamespace(kind="orcid", value="0000-0002-1825-0097"))
    assert "10.5555/plain" in {work.identifier for work in listing.works}
    assert "10.5555/chapter" not in {work.identifier for work in listing.works}
    assert "10.5555/chapter" in (listing.listed or ())
    (failure,) = [f for f in listing.failures if f.what == "10.5555/chapter (Grains at rest)"]
    assert failure.why


def test_an_overloaded_item_source_leaves_the_list_and_the_other_sources(
    client: Client, fake: Fake, clock: FakeClock
) -> None:
    fake.faults["api.crossref.org", ""] = status(429)
    listing = read_list(client, SimpleNamespace(kind="orcid", value="0000-0002-1825-0097"))
    assert {work.identifier for work in listing.works} >= {
        "arXiv:2207.04296",
        "pmid:102",
        "orcid:4",
    }
    assert fake.count("api.crossref.org") == 5
    assert sum(clock.waits) < 60
    assert len([f for f in listing.failures if "left alone after it answered 429" in f.why]) == 5


@pytest.mark.parametrize(
    "call",
    [
        *map(fetches, ("10.9999/none", "arXiv:9999.99999", "pmid:5", "isbn:9783161484100")),
        *map(fetches, ("dblp:conf/sand/None", "10/nothing", "10/site1")),
        lists("orcid", "0000-0002-1694-233X"),
        lists("orcid", "0000-0002-1825-0098"),
        *(lists("dblp", "1/1"), lists("openalex", "A2"), lists("zotero", "groups/2")),
    ],
)
def test_what_no_service_has_is_unknown(call: Call, client: Client) -> None:
    with pytest.raises(UnknownIdentifierError) as error:
        call(client)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (fetches("10.5555/wrong"), "Crossref answered with 10.5555/another"),
        (fetches("10.5072/wrong"), "DataCite answered with 10.5072/another"),
        (fetches("arXiv:2301.00005"), "arXiv answered with 2301.99999"),
        (fetches("pmid:107"), "PubMed answered with 999"),
        (fetches("pmid:106"), "without a title"),
        (fetches("10.5072/untitled"), "without a title"),
        (fetches("10.11501/1"), "registered with JaLC"),
        (fetches("10.1400/elsewhere"), "registered with ISTIC"),
        (lists("orcid", "0000-0002-9079-593X"), "ORCID answered 409: the record is deactivated"),
        (lists("pubmed", "everything"), "more than 9999 works"),
        (lists("bibtex", "https://pubs.example.org/none.bib"), "no such file"),
        (lists("bibtex", "http://pubs.example.org/mine.bib"), "does not begin with https://"),
    ],
)
def test_an_answer_about_something_else_is_not_taken(
    call: Call, words: str, client: Client, fake: Fake, tmp_path: Path
) -> None:
    with pytest.raises(NotFetchedError) as error:
        call(client)
    assert words in str(error.value)


def test_a_list_that_fails_on_a_later_page_is_no_shorter_list(client: Client, fake: Fake) -> None:
    fake.faults["api.zotero.org", "start=200"] = status(500)
    with pytest.raises(NotFetchedError, match="answered 500"):
        read_list(client, SimpleNamespace(kind="zotero", value="groups/1"))
    fake.faults.clear()
    assert _works(read_list(client, SimpleNamespace(kind="zotero", value="groups/1"))) == 247


def _works(listing: Listing) -> int:
    return len(listing.works)


def test_a_cut_bibliography_is_not_a_complete_list(client: Client, fake: Fake) -> None:
    fake.faults["pubs.example.org", ""] = body(DBLP[:-60])
    listing = read_list(client, SimpleNamespace(kind="bibtex", value="https://pubs.example.org/x"))
    assert listing.listed is None
    assert listing.failures
    assert len(listing.works) >= 6
