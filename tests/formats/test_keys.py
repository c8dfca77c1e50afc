"""Citation keys that BibTeX, biber and pybtex read, in place of those that they do not."""

import json
import re

import pytest

from webapp.formats import registry
from webapp.formats.keys import safe_key

BIBER_READS = re.compile(r"[!-~]+")  # without {},=%#\"'() and ~, which is a blank to TeX


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("with space 2009", "with-space-2009"),
        ("Müller2024a", "Muller2024a"),
        ("Ødegård ß", "Odegard-ss"),
        ("王2020", "Wang2020"),
        ("Иванов", "Ivanov"),
        ("O'hara2011", "O_hara2011"),
        ("conf/a(b):c+d", "conf/a_b_:c+d"),
        ('a"b"', "a_b_"),
        ("a{b}c", "a_b_c"),
        ("{one group}", "_one-group_"),
        (r"a\"{o}b", "a___o_b"),
        ("a#b%c~d", "a_b_c_d"),
        ("a^^5cb", "a__5cb"),
        ("a\u00a0b\u200b", "a-b"),
        ("DBLP:conf/x/Roe-9_1.2", "DBLP:conf/x/Roe-9_1.2"),
    ],
)
def test_a_key_becomes_one_that_programs_read(written: str, key: str) -> None:
    reading = registry.read(f"@misc{{{written}, title = {{T}}, year = 2001}}".encode())
    assert [record.key for record in reading.records] == [key]
    assert [p.reason for p in reading.problems] == ["unsafe-key"] * (key != written)
    again = registry.read("".join(registry.write(reading.records)).encode())
    assert (again.records, again.problems) == (reading.records, ())


@pytest.mark.parametrize(
    "identifier", ["Doe, J. {2010} 50%", "a\\input{x}", "Ω \"q\" 'r'", "x" * 300, "\n a \t b "]
)
def test_one_rule_makes_the_keys_of_all_formats(identifier: str) -> None:
    expected = safe_key(" ".join(identifier.split()))
    assert BIBER_READS.fullmatch(expected)
    item = {"type": "book", "title": "T", "id": identifier}
    files = [json.dumps([item])]
    one_line = " ".join(identifier.split())
    files.append(f"TY  - BOOK\nID  - {one_line}\nTI  - T\nER  - \n")
    files.append(f"%0 Book\n%T T\n%F {one_line}\n")
    for file in files:
        assert [record.key for record in registry.read(file.encode()).records] == [expected]


def test_safe_keys_that_collide_are_numbered() -> None:
    keys = ("a b", "a-b", "a\u200b b", "A  b")
    file = "\n".join(f"@misc{{{key}, title = {{T}}, year = 2001}}" for key in keys)
    reading = registry.read(file.encode())
    assert [record.key for record in reading.records] == ["a-b-2", "a-b", "a-b-3", "A-b-4"]


def test_what_refers_to_a_key_follows_it() -> None:
    file = """@book{the book, title = {B}, year = 2001, publisher = {P}}
    @inbook{c, title = {C}, crossref = {the book}, versionof = {Ä, b}}
    @misc{d, title = {D}, year = 2001, versionof = {the book}}"""
    records = {record.key: record for record in registry.read(file.encode()).records}
    assert records["c"].source["crossref"] == records["d"].version_of == "the-book"
    assert records["c"].fields["publisher"] == "P"


def test_the_key_as_written_stays_as_an_alias() -> None:
    file = "@misc{Müller 2020, title = {T}, year = 2001, ids = {m20}}"
    (record,) = registry.read(file.encode()).records
    assert record.source["ids"] == "m20, Müller 2020"


@pytest.mark.parametrize("key", ["", "   "])
@pytest.mark.parametrize("names", ["王, 伟", "Иванов, И.", "Roe, Jan"])
def test_an_empty_key_is_made_of_name_and_year(key: str, names: str) -> None:
    file = f"@misc{{{key}, author = {{{names}}}, title = {{T}}, year = 2001}}"
    key = registry.read(file.encode()).records[0].key
    assert re.fullmatch(r"(wang|ivanov|roe)2001", key)
