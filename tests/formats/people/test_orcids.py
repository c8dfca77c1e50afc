"""ORCID iDs of people: from each format into the record, and back."""

import json

import pytest

from webapp.curation.editing import FieldChange, merge_changes
from webapp.curation.three_way import merge_source
from webapp.formats import registry
from webapp.formats.bibtex.bibtex import public
from webapp.orcids import read_orcid
from webapp.records import Record

ADA = "0000-0002-1825-0097"
BEA = "0000-0001-5109-3700"
WRONG = "0000-0002-1825-0098"


def entry(fields: str, authors: str = "Sand, Ada and Dune, Bea") -> str:
    return f"@article{{a, title = {{On sand}}, author = {{{authors}}}, year = 2001, {fields}}}"


def read(text: str) -> Record:
    (record,) = registry.read(text.encode()).records
    return record


def orcids(record: Record) -> list[str]:
    return [person.orcid for person in record.authors]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (f'author+an:orcid = {{1="{ADA}"; 2="{BEA}"}}', [ADA, BEA]),
        (f"author+an:orcid = {{2={BEA}}}", ["", BEA]),
        (f"author+an = {{1=highlight; 2:orcid={BEA}}}", ["", BEA]),
        (f'author+an:ids = {{1="https://orcid.org/{ADA}"}}', [ADA, ""]),
        (f"orcid = {{{ADA}, {BEA}}}", [ADA, BEA]),
        (f"orcid = {{{ADA} and {BEA}}}", [ADA, BEA]),
        (f"orcid = {{, {BEA}}}", ["", BEA]),
        (f"orcid = {{Dune, B./{BEA}; Sand, A./{ADA}}}", [ADA, BEA]),
        (f"orcid-numbers = {{{{Dune, Bea/{BEA}\n   Sand, Ada/{ADA}}}}}", [ADA, BEA]),
        (f"orcid = {{Bea Dune (https://orcid.org/{BEA})}}", ["", BEA]),
        ("author+an:orcid = {7=0000-0002-1825-0097}", ["", ""]),
        ("author+an = {1=corresponding}", ["", ""]),
    ],
)
def test_fields_of_bibtex(fields: str, expected: list[str]) -> None:
    record = read(entry(fields))
    assert orcids(record) == expected
    assert not any("orcid" in name for name in record.fields)


def test_what_is_wrong_is_reported() -> None:
    reading = registry.read(
        (entry(f'author+an:orcid = {{1="{WRONG}"}}') + entry(f"orcid = {{{ADA}}}")).encode()
    )
    reasons = [problem.reason for problem in reading.problems if "orcid" in problem.reason]
    assert reasons == ["bad-orcid", "unassigned-orcid"]
    assert [orcids(record) for record in reading.records] == [["", ""], ["", ""]]


def test_other_formats() -> None:
    people = [{"family": "Sand", "given": "A"}, {"family": "Dune", "given": "Bea"}]
    item = {"type": "article-journal", "title": "On sand", "author": people}
    people[1]["ORCID"] = f"http://orcid.org/{BEA}"
    assert orcids(read(json.dumps([item]))) == ["", BEA]
    names = [{"creatorType": "author", "lastName": "Sand", "firstName": "Ada"}]
    zotero = {"itemType": "book", "title": "On sand", "creators": names, "extra": f"ORCID: {ADA}"}
    assert orcids(read(json.dumps([zotero]))) == [ADA]
    nbib = f"PMID- 1\nTI  - On sand\nFAU - Sand, Ada\nAU  - Sand A\nAUID- ORCID: {ADA}\n"
    assert orcids(read(f"{nbib}FAU - Dune, Bea\nAU  - Dune B\n")) == [ADA, ""]
    isi = f"PT J\nAF Sand, Ada\n   Dune, Bea\nTI On sand\nOI Dune, Bea/{BEA};\nER\n"
    assert orcids(read(isi)) == ["", BEA]


@pytest.mark.parametrize("format_", ["bibtex", "pubmed", "cff", "zotero", "csl-json"])
def test_exports_read_back(format_: str) -> None:
    record = read(entry(f'author+an:orcid = {{2="{BEA}"}}'))
    text = "".join(registry.write([record], format_))
    assert orcids(read(text)) == ["", BEA]


def test_visitors_get_the_ids_without_other_annotations() -> None:
    record = public(read(entry(f"author+an = {{1=doubtful; 2:orcid={BEA}}}")))
    assert "author+an" not in record.source
    assert record.source["author+an:orcid"] == f'2="{BEA}"'


def test_an_orcid_follows_its_author_when_another_is_added() -> None:
    before = read(entry(f'author+an:orcid = {{1="{ADA}"; 2="{BEA}"}}'))
    authors = "Rock, Cleo and Dune, B. and Sand, Ada"
    change = FieldChange("author", before.source["author"], authors)
    after = merge_changes(before, [change]).record
    assert orcids(after) == ["", BEA, ADA]
    renamed = FieldChange("author", before.source["author"], "Sand, Ada and Other, Zoe")
    assert orcids(merge_changes(before, [renamed]).record) == [ADA, BEA]


def test_an_orcid_of_a_source_goes_to_the_author_whom_the_owner_has() -> None:
    ours = read(entry("note = {x}", "Dune, Bea and Sand, Ada"))
    theirs = read(entry(f'author+an:orcid = {{1="{ADA}"}}'))
    assert orcids(merge_source(ours, theirs, None, "orcid").record) == ["", ADA]


@pytest.mark.parametrize("written", [ADA, f"https://orcid.org/{ADA}", f"HTTP://ORCID.ORG/{ADA}/"])
def test_an_orcid_is_read_alone_or_as_an_address(written: str) -> None:
    assert read_orcid(written) == ADA
    assert read_orcid(written.replace("0097", "0098")) == read_orcid("0000") == ""
