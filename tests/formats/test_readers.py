"""Records of files in the other formats, as other programs write them."""

import json

from webapp.formats import registry
from webapp.records import Person

RIS = b"""Provider: X

TY  - JOUR
ID  - k
T1  - Words
AU  - Doe,Jane
A1  - van Gogh, Vincent
JF  - The Journal
JO  - T. J.
PY  - 2012///
N2  - An abstract
  of two lines
KW  - a
KW  - b
UR  - https://doi.org/10.1000/182
ER  -
TY  - CHAP
TI  - Chapter
T2  - Book
PY  - 2001
AU  - WHO

TY  - THES
TI  - T
PY  - 2000
ER  -
"""


def test_ris() -> None:
    reading = registry.read(RIS)
    first, second, third = reading.records
    assert (first.key, first.title, first.year, first.doi) == ("k", "Words", 2012, "10.1000/182")
    assert first.authors == (Person("Doe", "Jane"), Person("Gogh", "Vincent", "van"))
    assert (first.venue, first.container) == ("T. J.", "The Journal")
    assert first.abstract == "An abstract of two lines"
    assert first.tags == ("a", "b")
    assert (second.type, second.container) == ("incollection", "Book")
    assert second.authors == (Person(literal="WHO"),)
    assert third.type == "phdthesis"
    assert [(problem.line, problem.reason) for problem in reading.problems] == [
        (17, "unclosed-entry")
    ]
    assert reading.lines == (3, 17, 23)


def test_an_entry_of_ris_without_a_type_is_read() -> None:
    reading = registry.read(b"TY  - BOOK\nTI  - A\nER  -\nTY  -\nTI  - B\nER  -\n")
    assert [(record.type, record.title) for record in reading.records] == [
        ("book", "A"),
        ("misc", "B"),
    ]


def test_small_words_before_a_family_name_of_csl_are_a_particle() -> None:
    families = ("van Gogh", "van der Berg", "de la Cruz", "Gogh", "bell hooks", '"van Gogh"')
    item = {"type": "book", "title": "T", "author": [{"family": f, "given": "A"} for f in families]}
    (record,) = registry.read(json.dumps([item]).encode()).records
    assert [(person.particle, person.family) for person in record.authors] == [
        *(("van", "Gogh"), ("van der", "Berg"), ("de la", "Cruz"), ("", "Gogh")),
        *(("", "bell hooks"), ("", "van Gogh")),
    ]


def test_a_book_of_crossref_has_its_edition_and_place() -> None:
    work = {
        "type": "monograph", "title": ["T"], "edition-number": "2", "publisher-location": "Hamburg"
    }  # fmt: skip
    (record,) = registry.read(json.dumps({"message": work}).encode()).records
    assert (record.fields["edition"], record.fields["address"]) == ("2", "Hamburg")


def test_csl_json() -> None:
    item = {
        "id": "http://zotero.org/users/1/items/A=B", "type": "article-journal", "title": "T",
        "author": [{"family": "Gogh", "given": "V.", "non-dropping-particle": "van"},
                   {"literal": "WHO"}],
        "issued": {"date-parts": [["2019", 4, 28]]}, "DOI": "10/fqd6hj", "page": "1-9",
        "note": "citation key: gogh2019\nPMID: 123\nSo there",
    }  # fmt: skip
    (record,) = registry.read(json.dumps([item]).encode()).records
    assert (record.key, record.date, record.doi) == ("gogh2019", "2019-04-28", "10/fqd6hj")
    assert record.authors == (Person("Gogh", "V.", "van"), Person(literal="WHO"))
    assert record.fields == {"pages": "1–9", "pmid": "123"}
    assert record.source["annote"] == "So there"


def test_escapes_make_no_control_characters() -> None:
    (record,) = registry.read(b'[{"type": "book", "title": "a\\u0000b\\ud800c"}]').records
    assert record.title == "abc"


def test_a_broken_item_of_json_does_not_affect_the_others() -> None:
    text = '[\n{"type": "book", "title": "A"},\n{"type": "book", "title": oops},\n'
    text += '{"type": "book", "title": "C", "id": "c"}\n]'
    reading = registry.read(text.encode())
    assert [record.title for record in reading.records] == ["A", "C"]
    assert reading.lines == (2, 4)
    rejected = [(problem.line, problem.reason) for problem in reading.problems if problem.rejected]
    assert rejected == [(3, "broken-json")]


def test_zotero() -> None:
    items = [
        {"itemType": "attachment", "title": "x.pdf"},
        {"itemType": "preprint", "title": "T", "creators": [
            {"creatorType": "author", "lastName": "de Gaulle", "firstName": "Charles"},
            {"creatorType": "author", "name": "长孙无忌"}], "date": "2008-08",
         "archiveID": "arXiv:2008.02217", "extra": "Citation Key: k\ntex.abbr: ICLR\nfree words",
         "tags": [{"tag": "a, b"}]},
    ]  # fmt: skip
    (record,) = registry.read(json.dumps({"config": {}, "items": items}).encode()).records
    assert (record.key, record.arxiv, record.venue) == ("k", "2008.02217", "ICLR")
    assert record.date == "2008-08"
    assert record.authors == (Person("Gaulle", "Charles", "de"), Person(literal="长孙无忌"))
    assert (record.tags, record.source["annote"]) == (("a, b",), "free words")


ENDNOTE = b"""%0 Journal Article
%T Words
%A Doe, Jane
%D 2003
%J J
%K a
b
%R doi:10.1000/182
%F k

%0 Book
"""


def test_endnote() -> None:
    reading = registry.read(ENDNOTE)
    (record,) = reading.records
    assert (record.key, record.doi, record.tags, record.venue) == (
        "k",
        "10.1000/182",
        ("a", "b"),
        "J",
    )
    assert [(problem.line, problem.reason) for problem in reading.problems] == [(11, "empty-entry")]


PUBMED = b"""PMID- 23633646
TI  - Words of
      two lines.
PG  - 764-9
LID - 10.3275/8949 [doi]
CN  - WHO
FAU - Gibb, F W
AU  - Gibb FW
DP  - 2013 Nov 7
TA  - J Endo
JT  - Journal of Endo
LA  - eng
"""


def test_pubmed() -> None:
    (record,) = registry.read(PUBMED).records
    assert (record.key, record.title) == ("pmid23633646", "Words of two lines.")
    assert (record.date, record.fields["pages"], record.doi) == (
        "2013-11-07",
        "764–769",
        "10.3275/8949",
    )
    assert record.authors == (Person(literal="WHO"), Person("Gibb", "F W"))
    assert (record.venue, record.container, record.language) == ("J Endo", "Journal of Endo", "en")


CFF = b"""cff-version: 1.2.0
title: Tool
type: software
date-released: 2024-05-06
version: 1.0
authors:
  - family-names: Smith
    given-names: Joe
    name-particle: van
  - name: WHO
preferred-citation:
  type: article
  title: Paper
  year: 2023
  month: 11
  start: 441
  end: 447
  journal: TUGboat
"""


def test_cff() -> None:
    software, paper = registry.read(CFF).records
    assert (software.type, software.date) == ("software", "2024-05-06")
    assert software.authors == (Person("Smith", "Joe", "van"), Person(literal="WHO"))
    assert (paper.type, paper.venue, paper.date) == ("article", "TUGboat", "2023-11")
    assert paper.fields["pages"] == "441–447"
