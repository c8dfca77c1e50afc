"""Answers of any shape and size are a message or a work, never a traceback."""

import copy
import json
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final

import pytest

from tests.services import speakers
from tests.services.clocks import FakeClock
from tests.services.fake import Fake
from tests.services.faults import body
from tests.services.test_faults import Call, fetches, lists
from webapp.errors import NotFetchedError, OctavoError
from webapp.services import enrichment, identifiers
from webapp.services.client import Client

VALUES: Final[tuple[Any, ...]] = (
    *(None, [], {}, 5, -1, 1e300, "x", "", [None], [[]], [{}], {"a": None}, True),
    *("\0\x1b[31m\ud800", "9" * 5000, "٣", "../../x", "1,2?a=b#c"),
)
ORCID: Final = "0000-0002-1825-0097"

# By host and a part of the path: an answer in which each value is replaced, and who reads it.
CASES: Final[dict[tuple[str, str], tuple[Any, Call]]] = {
    ("api.crossref.org", "plain"): (
        {"message": speakers.CROSSREF["10.5555/plain"]},
        fetches("10.5555/plain"),
    ),
    ("api.crossref.org", "retracted"): (
        {"message": speakers.CROSSREF["10.5555/retracted"]},
        lambda client: enrichment.fetch_enrichments(client, ["10.5555/retracted"], True),
    ),
    ("api.crossref.org", "filter="): (
        {"message": {"items": [{"DOI": "10.5555/plain", "title": ["Sand"]}]}},
        lists("orcid", ORCID),
    ),
    ("api.datacite.org", ""): (
        {"data": {"attributes": speakers.DATACITE["10.5072/article"]}},
        fetches("10.5072/article"),
    ),
    ("doi.org", "doiRA"): ([{"DOI": "10.1400/1", "RA": "mEDRA"}], fetches("10.1400/1")),
    ("doi.org", "handles"): (
        {"values": speakers.OTHERS["handles"]["10/plain"]},
        fetches("10/plain"),
    ),
    ("data.medra.org", ""): (speakers.OTHERS["medra"]["10.1400/1"], fetches("10.1400/1")),
    ("openlibrary.org", ""): (
        {"ISBN:9783000000010": speakers.OTHERS["books"]["9783000000010"]},
        fetches("9783000000010"),
    ),
    ("api.unpaywall.org", ""): (
        speakers.OTHERS["unpaywall"]["10.5555/plain"],
        lambda client: enrichment.fetch_open_url(client, "10.5555/plain"),
    ),
    ("pub.orcid.org", "/works"): (
        {"group": speakers.ORCID[ORCID][:2], "path": f"/{ORCID}/works"},
        lists("orcid", ORCID),
    ),
    ("pub.orcid.org", "/works/"): (
        {"bulk": [{"work": speakers.ORCID_WORKS["4"]}]},
        lists("orcid", ORCID),
    ),
    ("api.openalex.org", ""): (
        {"meta": {"next_cursor": None}, "results": speakers.OPENALEX["A1"][1:2]},
        lists("openalex", "A1"),
    ),
    ("api.zotero.org", ""): (speakers.ZOTERO[:2], lists("zotero", "groups/1")),
    ("eutils.ncbi.nlm.nih.gov", "esearch"): (
        {"esearchresult": {"count": "1", "idlist": ["101"]}},
        lists("pubmed", "Grain"),
    ),
}


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each value in JSON."""
    yield place
    if isinstance(value, dict | list):
        for name in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[name], (*place, name))


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """Return JSON with another value at a path."""
    if not place:
        return new
    value = copy.deepcopy(value)
    parent = value
    for name in place[:-1]:
        parent = parent[name]
    parent[place[-1]] = new
    return value


@pytest.mark.parametrize("case", CASES)
def test_no_value_of_an_answer_breaks_a_reader(
    case: tuple[str, str], fake: Fake, clock: FakeClock, tmp_path: Path
) -> None:
    value, call = CASES[case]
    values, numbers = cycle(VALUES), count()
    for place in places(value):
        new = next(values)
        fake.faults[case] = body(json.dumps(replaced(value, place, new)))
        client = Client("ada@example.org", "", tmp_path / str(next(numbers)), fake.hosts, clock)
        try:
            call(client)
        except OctavoError as error:
            message = str(error)
            assert message.isprintable(), (place, new)
            assert message.endswith("."), (place, new)
            assert len(message) < 700, (place, new)
        client.close()


BOMB: Final = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{entities}
<!ENTITY file SYSTEM "file:///etc/passwd">]>"""
ENTITIES: Final = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("entity", ["i", "file", "unknown"])
def test_entities_of_xml_are_not_expanded(entity: str, client: Client, fake: Fake) -> None:
    start = BOMB.format(entities=ENTITIES)
    article = speakers.PUBMED["101"].replace("Sand in shoes", f"Sand &{entity}; in shoes")
    fake.faults["eutils.ncbi.nlm.nih.gov", ""] = body(
        f"{start}<PubmedArticleSet>{article}</PubmedArticleSet>"
    )
    try:
        title = identifiers.fetch(client, "pmid:101").record.title
    except NotFetchedError as error:
        title = str(error)
    assert len(title) < 200
    assert "root" not in title


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"])
def test_a_record_leads_only_to_web_addresses(link: str, client: Client, fake: Fake) -> None:
    work = {**speakers.CROSSREF["10.5555/plain"], "URL": link}
    fake.faults["api.crossref.org", ""] = body(json.dumps({"message": work}))
    links = identifiers.fetch(client, "10.5555/plain").record.links
    assert [link.url for link in links] == ["https://doi.org/10.5555/plain"]


def test_tex_in_an_answer_is_text(client: Client, fake: Fake) -> None:
    work = {**speakers.CROSSREF["10.5555/plain"], "title": ["\\input{/etc/passwd} {50%"]}
    fake.faults["api.crossref.org", ""] = body(json.dumps({"message": work}))
    record = identifiers.fetch(client, "10.5555/plain").record
    assert record.title == "\\input{/etc/passwd} {50%"
    assert "\\input" not in record.source["title"]
