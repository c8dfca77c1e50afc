"""Requests and their answers, as the protocol document and validators have them.

The cases are those of the document of 2015-01-08 and of BASE's validator OVAL.
"""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.harvested import NAMES, texts, valid
from tests.sites import Site, site
from webapp.views.oai import tokens
from webapp.views.oai.errors import ProtocolError

__all__ = ["site"]  # the fixture

OAI = {"oai": True, "oai_admin": "ada@example.org", "oai_id": "oai:pubs.example.org"}
RECORDS = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
NEXT = "oai:resumptionToken"


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site(**OAI, oai_page_size=20)


def ask(client: FlaskClient, arguments: Any, method: str = "get") -> Any:
    """Return the root of a valid answer to a request; `arguments` are pairs or a dict."""
    query = arguments if isinstance(arguments, str) else urlencode(arguments)
    if method == "post":
        kind = "application/x-www-form-urlencoded"
        answer = client.post("/oai", data=query, content_type=kind)
    else:
        answer = client.get(f"/oai?{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    return valid(answer.data)


def error_code(root: Any) -> str:
    found = root.find("oai:error", NAMES)
    return "" if found is None else found.get("code")


GET = {"verb": "GetRecord", "metadataPrefix": "oai_dc"}
CASES: list[tuple[Any, str]] = [
    # no verb, an unknown one, in another case, twice
    ({}, "badVerb"),
    ({"verb": ""}, "badVerb"),
    ({"verb": "nastyVerb"}, "badVerb"),
    ({"verb": "identify"}, "badVerb"),
    ("verb=Identify&verb=Identify", "badVerb"),
    ("verb=Identify&verb=ListSets", "badVerb"),
    ({"metadataPrefix": "oai_dc"}, "badVerb"),
    # arguments that are not the verb's, missing ones, repeated ones
    ({"verb": "Identify", "set": "type"}, "badArgument"),
    ({"verb": "Identify", "extra": "1"}, "badArgument"),
    ({"verb": "ListMetadataFormats", "metadataPrefix": "oai_dc"}, "badArgument"),
    ({"verb": "ListSets", "set": "type"}, "badArgument"),
    ({"verb": "GetRecord"}, "badArgument"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
    ({"verb": "GetRecord", "identifier": "oai:pubs.example.org:1"}, "badArgument"),
    ({**GET, "identifier": ""}, "badArgument"),
    ({"verb": "ListRecords"}, "badArgument"),
    ({"verb": "ListIdentifiers"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": ""}, "badArgument"),
    ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
    ({**RECORDS, "identifier": "x"}, "badArgument"),
    ({**RECORDS, "resumptionToken": "x"}, "badArgument"),
    ({"verb": "ListRecords", "resumptionToken": "x", "from": "2020-01-01"}, "badArgument"),
    # formats
    ({**RECORDS, "metadataPrefix": "really_wrong"}, "cannotDisseminateFormat"),
    ({**RECORDS, "metadataPrefix": "oai dc"}, "badArgument"),
    ({"verb": "ListIdentifiers", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
    (
        {**GET, "metadataPrefix": "marc21", "identifier": "oai:pubs.example.org:1"},
        "cannotDisseminateFormat",
    ),
    # identifiers
    ({**GET, "identifier": "really_wrong_id"}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:pubs.example.org:9999"}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:pubs.example.org:0"}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:pubs.example.org:01"}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:pubs.example.org:99999999999999999999"}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:pubs.example.org:١"}, "idDoesNotExist"),
    ({**GET, "identifier": "oai:other.example.org:1"}, "idDoesNotExist"),
    ({**GET, "identifier": "1"}, "idDoesNotExist"),
    ({**GET, "identifier": "\0"}, "idDoesNotExist"),
    ({"verb": "ListMetadataFormats", "identifier": "really_wrong_id"}, "idDoesNotExist"),
    # times
    ({**RECORDS, "from": "junk"}, "badArgument"),
    ({**RECORDS, "until": "junk"}, "badArgument"),
    ({**RECORDS, "from": ""}, "badArgument"),
    ({**RECORDS, "from": "2025-02-30"}, "badArgument"),
    ({**RECORDS, "from": "2025-13-01"}, "badArgument"),
    ({**RECORDS, "from": "0000-01-01"}, "badArgument"),
    ({**RECORDS, "from": "2016-12-31T23:59:60Z"}, "badArgument"),
    ({**RECORDS, "from": "2016-12-31T24:00:00Z"}, "badArgument"),
    ({**RECORDS, "from": "2020-01-01T00:00Z"}, "badArgument"),
    ({**RECORDS, "from": "2020-01-01T00:00:00"}, "badArgument"),
    ({**RECORDS, "from": "2020-01-01T00:00:00.5Z"}, "badArgument"),
    ({**RECORDS, "from": "2020-01-01T00:00:00+01:00"}, "badArgument"),
    ({**RECORDS, "from": "2020-1-1"}, "badArgument"),
    ({**RECORDS, "from": "2020"}, "badArgument"),
    ({**RECORDS, "from": "٢٠٢٠-٠١-٠١"}, "badArgument"),
    ({**RECORDS, "from": "2001-01-01", "until": "2002-01-01T00:00:00Z"}, "badArgument"),
    ({**RECORDS, "from": "2002-01-01", "until": "2001-01-01"}, "badArgument"),
    ({**RECORDS, "until": "1990-01-10"}, "noRecordsMatch"),
    ({**RECORDS, "until": "0001-01-01"}, "noRecordsMatch"),
    ({**RECORDS, "from": "9999-12-31"}, "noRecordsMatch"),
    ({**RECORDS, "from": "0001-01-01", "until": "9999-12-31"}, ""),
    ({**RECORDS, "from": "2000-01-01T00:00:00Z", "until": "9999-12-31T23:59:59Z"}, ""),
    # sets
    ({**RECORDS, "set": "really_wrong_set"}, "noRecordsMatch"),
    ({**RECORDS, "set": "really wrong"}, "badArgument"),
    ({**RECORDS, "set": "type:"}, "badArgument"),
    ({**RECORDS, "set": "type:article:new"}, "noRecordsMatch"),
    ({**RECORDS, "set": "year:99999999999999999999"}, "noRecordsMatch"),
    # tokens
    ({"verb": "ListRecords", "resumptionToken": "junktoken"}, "badResumptionToken"),
    ({"verb": "ListRecords", "resumptionToken": ""}, "badResumptionToken"),
    ({"verb": "ListRecords", "resumptionToken": "é\0"}, "badResumptionToken"),
    ({"verb": "ListIdentifiers", "resumptionToken": "a" * 5000}, "badResumptionToken"),
    ({"verb": "ListSets", "resumptionToken": "junktoken"}, "badResumptionToken"),
    # what is right
    ({"verb": "Identify"}, ""),
    ({"verb": "ListSets"}, ""),
    ({"verb": "ListMetadataFormats"}, ""),
    ({"verb": "ListMetadataFormats", "identifier": "oai:pubs.example.org:1"}, ""),
    ({**RECORDS, "metadataPrefix": "mods"}, ""),
    ({"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": "type"}, ""),
    ({**GET, "identifier": "oai:pubs.example.org:1"}, ""),
]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_request_has_the_answer_of_the_protocol(client: FlaskClient, method: str) -> None:
    for arguments, code in CASES:
        root = ask(client, arguments, method)
        assert error_code(root) == code, arguments
        request = root.find("oai:request", NAMES)
        assert request.text == "http://localhost/oai"
        if code in ("badVerb", "badArgument"):
            assert not request.attrib
        else:
            assert request.attrib["verb"] == dict(arguments)["verb"]


def test_the_site_describes_itself(client: FlaskClient) -> None:
    identity = ask(client, {"verb": "Identify"}).find("oai:Identify", NAMES)
    values = {child.tag.rpartition("}")[2]: child.text for child in identity}
    earliest = values.pop("earliestDatestamp")
    del values["description"]
    assert values == {
        "repositoryName": client.application.extensions["octavo"].settings.title,
        "baseURL": "http://localhost/oai",
        "protocolVersion": "2.0",
        "adminEmail": "ada@example.org",
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
        "compression": "deflate",
    }
    first = texts(ask(client, RECORDS), ".//oai:datestamp")[0]
    assert first == earliest


def test_without_the_setting_there_is_no_such_address(site: Site) -> None:
    client = site()
    assert client.get("/oai?verb=Identify").status_code == 404
    assert "/oai" not in client.get("/robots.txt").text
    assert "Disallow: /oai\n" in site(**OAI).get("/robots.txt").text


def test_behind_a_proxy_and_below_a_path_the_addresses_are_those_of_visitors(site: Site) -> None:
    client = site(**OAI, proxies=1)
    headers = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "pubs.example.org",
        "X-Forwarded-Prefix": "/pubs",
    }
    root = valid(client.get("/oai?verb=Identify", headers=headers).data)
    assert texts(root, "oai:Identify/oai:baseURL") == ["https://pubs.example.org/pubs/oai"]
    root = valid(client.get(f"/oai?{urlencode(RECORDS)}", headers=headers).data)
    for identifier in texts(root, ".//dc:identifier"):
        assert identifier.startswith("https://")
    assert all(
        "https://pubs.example.org/pubs/publications/" in "".join(record.itertext())
        for record in root.iterfind(".//oai:record", NAMES)
    )


def test_a_list_in_pages_names_its_size_and_ends_with_an_empty_token(site: Site) -> None:
    client = site(**OAI)
    site_settings = client.application.extensions["octavo"].settings
    object.__setattr__(site_settings, "oai_page_size", 3)  # smaller than settings allow
    whole = texts(ask(site(**OAI), RECORDS), ".//oai:identifier")
    seen: list[str] = []
    arguments: dict[str, str] = RECORDS
    sizes = []
    while arguments:
        root = ask(client, arguments)
        assert ask(client, arguments).find(f".//{NEXT}", NAMES).text == (
            root.find(f".//{NEXT}", NAMES).text
        )
        seen += texts(root, ".//oai:header/oai:identifier")
        token = root.find(f".//{NEXT}", NAMES)
        sizes.append((token.get("completeListSize"), token.get("cursor"), bool(token.text)))
        arguments = {"verb": "ListRecords", "resumptionToken": token.text} if token.text else {}
    assert sizes == [("7", "0", True), ("7", "3", True), ("7", "6", False)]
    assert seen == [text for text in whole if text.startswith("oai:")]


def test_a_list_of_one_page_has_no_token(client: FlaskClient) -> None:
    assert ask(client, RECORDS).find(f".//{NEXT}", NAMES) is None


def test_days_mean_their_first_and_their_last_second(client: FlaskClient) -> None:
    day = texts(ask(client, RECORDS), ".//oai:datestamp")[0][:10]
    for arguments in ({"from": day}, {"until": day}, {"from": day, "until": day}):
        root = ask(client, {**RECORDS, **arguments})
        assert len(texts(root, ".//oai:header/oai:identifier")) == 7


def test_an_answer_is_compressed_if_the_harvester_asks(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "gzip"}
    answer = client.get(f"/oai?{urlencode(RECORDS)}", headers=headers)
    assert answer.headers["Content-Encoding"] == "gzip"


def test_a_large_body_is_refused(client: FlaskClient) -> None:
    answer = client.post("/oai", data={"verb": "Identify", "x": "a" * 1_000_000})
    assert answer.status_code == 413


TOKEN = tokens.Token("ListRecords", "oai_dc", "type:article", "2020-01-01", "", (3, 4), 20)


def test_a_token_is_read_as_it_was_written() -> None:
    text = TOKEN.write("pubs.example.org")
    assert re.fullmatch("[A-Za-z0-9_-]+", text)
    assert tokens.read(text, "pubs.example.org", "ListRecords") == TOKEN


def test_a_token_of_another_verb_or_site_is_refused() -> None:
    text = TOKEN.write("pubs.example.org")
    for site_, verb in (("other.example", "ListRecords"), ("pubs.example.org", "ListIdentifiers")):
        with pytest.raises(ProtocolError, match="token"):
            tokens.read(text, site_, verb)


@given(st.data())
def test_a_mutated_token_is_refused(data: st.DataObject) -> None:
    text = TOKEN.write("pubs.example.org")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    mutated = text[:start] + data.draw(st.text(max_size=5)) + text[end:]
    if mutated != text:
        with pytest.raises(ProtocolError):
            tokens.read(mutated, "pubs.example.org", "ListRecords")


def test_thousands_of_single_changes_of_a_token_are_refused() -> None:
    text = TOKEN.write("pubs.example.org")
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ "
    for place in range(len(text)):
        for sign in signs:
            mutated = text[:place] + sign + text[place + 1 :]
            if mutated != text:
                with pytest.raises(ProtocolError):
                    tokens.read(mutated, "pubs.example.org", "ListRecords")
