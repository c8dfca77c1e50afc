"""Lists name works; other services describe them, as politely as they allow."""

import gzip
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.services.clocks import FakeClock
from tests.services.fake import Fake
from tests.services.faults import body, redirect
from tests.services.speakers import DBLP, MANY, MANY_ORCID
from webapp.errors import ConfigurationError, NotFetchedError
from webapp.orcids import read_orcid
from webapp.services.client import ITEM_AGE, Client
from webapp.services.listing import Listing
from webapp.services.lists import READERS, read_list
from webapp.services.works import Work

ORCID = "0000-0002-1825-0097"


def read(client: Client, kind: str, value: str, folder: Path | None = None) -> Listing:
    return read_list(client, SimpleNamespace(kind=kind, value=value), folder)


def works(listing: Listing) -> dict[str, Work]:
    return {work.identifier: work for work in listing.works}


def test_a_record_of_orcid_is_described_by_others(client: Client) -> None:
    listing = read(client, "orcid", ORCID)
    complete = {name for name, work in works(listing).items() if not work.is_incomplete}
    assert complete == {
        *("10.5555/plain", "10.5555/chapter", "10.5555/retracted", "10.5072/data"),
        *("arXiv:2207.04296", "pmid:102"),
    }
    assert works(listing)["10.5555/plain"].record.title == "Sorting sand by hand"


def test_what_only_orcid_knows_is_incomplete(client: Client, fake: Fake) -> None:
    listing = read(client, "orcid", ORCID)
    incomplete = {n: w.record for n, w in works(listing).items() if w.is_incomplete}
    assert set(incomplete) == {"orcid:4", "10.9999/nowhere", "orcid:10"}
    talk = incomplete["orcid:4"]
    assert (talk.title, talk.date) == ("A talk about sieves: With slides", "2019-07")
    assert [person.name for person in talk.authors] == ["Ada Grain", "Ben van Dune"]
    assert incomplete["orcid:10"].doi == ""
    assert fake.count("pub.orcid.org") == 2


def test_a_group_of_orcid_is_one_work_without_the_book_around_it(client: Client) -> None:
    listing = read(client, "orcid", ORCID)
    assert listing.listed is not None
    assert "10.5555/book" not in listing.listed
    assert len(listing.listed) == 10
    (failure,) = listing.failures
    assert failure.what == "orcid:5"  # it has no title


def test_300_works_take_a_request_for_50(client: Client, fake: Fake, clock: FakeClock) -> None:
    listing = read(client, "orcid", MANY_ORCID)
    assert len(listing.works) == MANY
    assert listing.failures == []
    assert fake.count("pub.orcid.org") == 1 + 2  # 100 works have no DOI
    assert fake.count("api.crossref.org") == 4
    assert min(clock.waits) > 0.1
    assert clock.time - 1_800_000_000 > 2 * 0.2 + 3 * 0.5 - 0.2


def test_the_second_time_only_changes_are_asked_for(client: Client, fake: Fake) -> None:
    first = read(client, "orcid", MANY_ORCID)
    fake.requests.clear()
    fake.headers.clear()
    second = read(client, "orcid", MANY_ORCID)
    assert works(first) == works(second)
    assert len(fake.requests) == 3
    assert all("If-None-Match" in headers for headers in fake.headers)


def test_works_are_asked_for_again_after_a_month(
    client: Client, fake: Fake, clock: FakeClock
) -> None:
    read(client, "orcid", MANY_ORCID)
    clock.time += ITEM_AGE + 1
    fake.requests.clear()
    read(client, "orcid", MANY_ORCID)
    assert fake.count("api.crossref.org") == 4


@pytest.mark.parametrize(
    ("orcid", "expected"),
    [
        *((orcid, True) for orcid in (ORCID, MANY_ORCID, "0000-0002-1694-233X")),
        *((orcid, False) for orcid in ("0000-0002-1825-0098", "0000-0002-1694-2330", "", "0000")),
        ("0000-0002-1825-009X", False),
    ],
)
def test_the_last_sign_of_an_orcid_is_checked(orcid: str, expected: bool) -> None:
    assert bool(read_orcid(orcid)) is expected


def test_dblp_describes_its_works_itself(client: Client, fake: Fake) -> None:
    listing = read(client, "dblp", "64/7659")
    assert len(listing.works) == 12
    assert listing.listed == {work.identifier for work in listing.works}
    assert works(listing)["dblp:journals/corr/abs-2207-04296"].record.arxiv == "2207.04296"
    assert len(fake.requests) == 1


def test_openalex_names_works_on_several_pages(client: Client, fake: Fake) -> None:
    listing = read(client, "openalex", "A1")
    assert set(works(listing)) == {
        *("10.5555/plain", "10.5555/retracted", "pmid:102", "arXiv:2207.04296", "openalex:W2")
    }
    songs = works(listing)["openalex:W2"]
    assert songs.is_incomplete
    assert songs.record.abstract == "We sing and We dig."
    assert [person.name for person in songs.record.authors] == ["Ada Grain", "Ben van Dune"]
    assert [failure.what for failure in listing.failures] == ["openalex:W5"]
    assert fake.count("cursor=") == 2


def test_works_that_openalex_has_twice_are_one(client: Client) -> None:
    listing = read(client, "openalex", "A3")
    assert set(works(listing)) == {
        *("10.5072/data", "arXiv:2207.04296", "10.5555/plain", "openalex:W13", "openalex:W16")
    }
    assert works(listing)["openalex:W16"].record.abstract == "x"
    assert works(listing)["openalex:W13"].record.doi == ""
    assert listing.failures == []


def test_openalex_gets_the_key_of_the_owner(
    client: Client, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCTAVO_OPENALEX_KEY", "abc")
    read(client, "openalex", "A1")
    assert fake.count("api_key=abc") == 2


@pytest.mark.parametrize("library", ["groups/1", "users/1/publications"])
def test_zotero_comes_in_three_pages(library: str, client: Client, fake: Fake) -> None:
    listing = read(client, "zotero", library)
    assert len(listing.works) == 247
    assert [failure.what for failure in listing.failures] == ["zotero:EMPT2345"]
    assert len(fake.requests) == 3
    assert all(headers["Zotero-Api-Version"] == "3" for headers in fake.headers)
    assert works(listing)["zotero:XTRA2345"].record.key == "grain2022sieves"
    assert "zotero:NOTE2345" not in (listing.listed or ())


def test_an_unchanged_library_of_zotero_is_not_sent_again(client: Client, fake: Fake) -> None:
    first = read(client, "zotero", "groups/1")
    fake.headers.clear()
    assert works(read(client, "zotero", "groups/1")) == works(first)
    assert all(headers["If-Modified-Since-Version"] == "12" for headers in fake.headers)


def test_a_search_in_pubmed_is_fetched_at_once(client: Client, fake: Fake) -> None:
    listing = read(client, "pubmed", "Grain A[Author]")
    numbers = {*range(101, 113)} - {106, 107}
    assert set(works(listing)) == {f"pmid:{number}" for number in numbers}
    assert {failure.what for failure in listing.failures} == {"pmid:106", "pmid:107"}
    assert fake.count("email=ada%40example.org") == len(fake.requests) <= 4


def test_a_search_without_hits_is_an_empty_list(client: Client) -> None:
    assert read(client, "pubmed", "Nobody") == Listing([], frozenset(), [])


def test_a_bibliography_at_an_address_is_read(client: Client, fake: Fake) -> None:
    listing = read(client, "bibtex", "https://pubs.example.org/mine.bib")
    assert len(listing.works) == 12
    assert "bibtex:DBLP:conf/sand/2017" in (listing.listed or ())
    fake.faults["pubs.example.org", ""] = body(
        gzip.compress(DBLP.encode()), Content_Encoding="gzip"
    )
    assert works(read(client, "bibtex", "https://pubs.example.org/mine.bib")) == works(listing)


def test_a_bibliography_may_redirect_only_to_its_own_host(client: Client, fake: Fake) -> None:
    fake.faults["pubs.example.org", "x.bib"] = redirect("/mine.bib")
    assert len(read(client, "bibtex", "https://pubs.example.org/x.bib").works) == 12
    fake.faults["pubs.example.org", "x.bib"] = redirect("https://other.example.org/mine.bib")
    with pytest.raises(NotFetchedError, match=r"other\.example\.org is not among"):
        read(client, "bibtex", "https://pubs.example.org/x.bib")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "0x7f.1", "169.254.169.254"])
def test_a_bibliography_on_a_private_network_is_not_read(host: str, client: Client) -> None:
    with pytest.raises(NotFetchedError, match=r"private network|was not found"):
        read(client, "bibtex", f"https://{host}/mine.bib")


def test_a_file_of_identifiers_is_fetched_line_by_line(client: Client, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text(
        "\ufeff# mine\n\n10.5555/plain\nhttps://doi.org/10.5555/PLAIN # again\nrubbish\n"
        "arXiv:2207.04296\npmid:101\n10.9999/none\n",
        encoding="utf-8",
    )
    listing = read(client, "list", "ids.txt", tmp_path)
    assert set(works(listing)) == {"10.5555/plain", "arXiv:2207.04296", "pmid:101"}
    assert [failure.what for failure in listing.failures] == ["ids.txt line 5", "10.9999/none"]
    assert listing.listed is None


def test_a_file_without_faults_is_a_complete_list(client: Client, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("10.5555/plain\n")
    assert read(client, "list", "ids.txt", tmp_path).listed == {"10.5555/plain"}
    with pytest.raises(ConfigurationError, match=r"none.txt: No such file"):
        read(client, "list", "none.txt", tmp_path)


def test_every_source_gives_the_same_twice(client: Client) -> None:
    values = {
        "orcid": ORCID, "dblp": "64/7659", "openalex": "A1", "zotero": "groups/1",
        "pubmed": "Grain", "bibtex": "https://pubs.example.org/mine.bib",
    }  # fmt: skip
    assert values.keys() == READERS.keys()
    for kind, value in values.items():
        assert read(client, kind, value) == read(client, kind, value)
