"""The formats beside BibTeX: what they give, what they can hold, and how they are told apart."""

import json
from contextlib import suppress
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import formats
from webapp.config import ROOT
from webapp.formats.reading import Reading, UnreadableFile
from webapp.records import Person, Record

OTHERS = [name for name in formats.FORMATS if name != "bibtex"]

SOURCE = r"""
@article{zola2020, title = {On {BERT} \& $x^2$}, author = {Zola, {\'E}mile and van Gogh, Vincent
  and {Nex-AGI Team} and King, Jr., Martin}, journal = {The Journal}, shortjournal = {TJ},
  date = {2020-03-14}, volume = {3}, number = {4}, pages = {10--19}, doi = {10.1234/x.y_z},
  abstract = {Some 5\% of "it" --- all.

  TY  - In two paragraphs.}, keywords = {one, two words}, langid = {english},
  issn = {1234-5678}, publisher = {House}, url = {https://example.org/a_b?c=d&e=f},
  note = {So there}, shorttitle = {On}}
@inproceedings{doe2021, title = {A paper}, author = {Doe, Jane}, editor = {Roe, Richard},
  booktitle = {Proceedings of It}, year = {2021}, pages = {7}, publisher = {House},
  address = {Paris}, isbn = {978-3-16-148410-0}, series = {LNCS}, volume = {12}}
@book{b, title = {A book}, author = {Plato}, year = {1999}, publisher = {House},
  address = {Rome}, edition = {2}}
@phdthesis{t, title = {A thesis}, author = {Roe, Ann}, school = {ETH}, year = {2011}}
@mastersthesis{m, title = {Another}, author = {Roe, Ann}, school = {ETH}, year = {2009}}
@techreport{r, title = {A report}, author = {Roe, Ann}, institution = {INRIA}, year = {2010}}
@misc{p, title = {A preprint}, author = {Roe, Ann}, year = {2022}, eprint = {2207.04296},
  eprinttype = {arXiv}}
@article{q, title = {Another preprint}, author = {Roe, Ann}, year = {2023}, rights = {Hers},
  journal = {arXiv preprint arXiv:2301.04296}, license = {https://example.org/by/4.0/}}
@inbook{c, title = {A chapter}, author = {Roe, Ann}, year = {2001}, booktitle = {A book}}
@manual{w, title = {The manual}, organization = {Makers}, year = {2002}, howpublished = {Print}}
"""

# The attributes and fields that a format has no place for.
CANNOT_HOLD = {
    "ris": {"source"},
    "csl-json": {"source"},
    "zotero": {"source"},
    "endnote": {"source", "license", "rights", "howpublished", "organization", "type"},
    "pubmed": {
        "source", "type", "links", "arxiv", "note", "publisher", "license", "rights",
        "howpublished", "organization",
        "address", "edition", "school", "institution", "shorttitle", "venue",
        "shortjournal", "container",
    },
    "cff": {
        "source", "type", "rights", "howpublished", "organization", "venue", "shortjournal",
        "shorttitle", "series", "address", "edition",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def records() -> tuple[Record, ...]:
    return formats.read(SOURCE.encode()).records


def again(records: tuple[Record, ...], name: str) -> Reading:
    reading = formats.read("".join(formats.write(records, name)).encode())
    assert reading.format == name
    return reading


def differences(one: Record, other: Record) -> set[str]:
    """The names of attributes and fields that differ; fields that are more in `other` do not."""
    names = {each.name for each in fields(Record)} - {"fields", "slug"}
    found = {name for name in names if getattr(one, name) != getattr(other, name)}
    return found | {name for name, said in one.fields.items() if other.fields.get(name) != said}


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_format_can_hold_comes_back(name: str, records: tuple[Record, ...]) -> None:
    reading = again(records, name)
    assert len(reading.records) == len(records)
    for one, other in zip(records, reading.records, strict=True):
        assert (one.key, differences(one, other) - CANNOT_HOLD[name]) == (one.key, set())


@pytest.mark.parametrize("name", OTHERS)
def test_a_second_export_is_the_same(name: str, records: tuple[Record, ...]) -> None:
    once = again(records, name).records
    twice = again(once, name).records
    assert twice == once


@pytest.mark.parametrize("name", OTHERS)
def test_bibtex_holds_what_another_format_gave(name: str, records: tuple[Record, ...]) -> None:
    once = again(records, name).records
    assert again(once, "bibtex").records == once


@pytest.mark.parametrize("name", formats.FORMATS)
def test_nothing_is_written_for_nothing_that_breaks(name: str) -> None:
    with pytest.raises(UnreadableFile):
        formats.read("".join(formats.write([], name)).encode())


def test_the_seed_survives_every_format() -> None:
    seed = formats.read((ROOT / "instance" / "publications.bib").read_bytes()).records
    for name in OTHERS:
        for one, other in zip(seed, again(seed, name).records, strict=True):
            assert (other.key, other.title, other.authors) == (one.key, one.title, one.authors)
            assert (other.year, other.abstract, other.doi) == (one.year, one.abstract, one.doi)


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
    reading = formats.read(RIS)
    first, second, third = reading.records
    assert (first.key, first.title, first.year, first.doi) == ("k", "Words", 2012, "10.1000/182")
    assert first.authors == (Person("Doe", "Jane"), Person("Gogh", "Vincent", "van"))
    assert (first.venue, first.container) == ("T. J.", "The Journal")
    assert first.abstract == "An abstract of two lines"
    assert first.tags == ("a", "b")
    assert (second.type, second.container) == ("incollection", "Book")
    assert second.authors == (Person(literal="WHO"),)
    assert third.type == "phdthesis"
    assert [(each.line, each.reason) for each in reading.problems] == [(17, "unclosed-entry")]
    assert reading.lines == (3, 17, 23)


def test_an_entry_of_ris_without_a_type_is_taken() -> None:
    reading = formats.read(b"TY  - BOOK\nTI  - A\nER  -\nTY  -\nTI  - B\nER  -\n")
    assert [(each.type, each.title) for each in reading.records] == [("book", "A"), ("misc", "B")]


def test_csl_json_has_the_short_title_of_a_container_alone() -> None:
    source = """@misc{talk, title = {A talk}, author = {Roe, Ann}, year = 2024, abbr = {Lab day}}
    @misc{pre, title = {Early}, author = {Roe, Ann}, year = 2024, abbr = {Preprint},
      howpublished = {Preprint}, eprint = {2401.00001}, archiveprefix = {arXiv}}
    @inproceedings{conf, title = {Late}, author = {Roe, Ann}, year = 2025, abbr = {PAGES},
      booktitle = {Proceedings of the Conference on Pages}}"""
    written = formats.read(source.encode()).records
    items = json.loads("".join(formats.write(written, "csl-json")))
    assert [item.get("container-title-short") for item in items] == [None, None, "PAGES"]
    assert [item.get("container-title") for item in items][:2] == [None, None]
    assert [record.venue for record in again(written, "csl-json").records] == [
        *("Lab day", "Preprint", "PAGES")
    ]


def test_csl_json() -> None:
    item = {
        "id": "http://zotero.org/users/1/items/A=B", "type": "article-journal", "title": "T",
        "author": [{"family": "Gogh", "given": "V.", "non-dropping-particle": "van"},
                   {"literal": "WHO"}],
        "issued": {"date-parts": [["2019", 4, 28]]}, "DOI": "10/fqd6hj", "page": "1-9",
        "note": "citation key: gogh2019\nPMID: 123\nSo there",
    }  # fmt: skip
    (found,) = formats.read(json.dumps([item]).encode()).records
    assert (found.key, found.date, found.doi) == ("gogh2019", "2019-04-28", "10/fqd6hj")
    assert found.authors == (Person("Gogh", "V.", "van"), Person(literal="WHO"))
    assert found.fields == {"pages": "1–9", "pmid": "123", "note": "So there"}


def test_escapes_make_no_control_characters() -> None:
    (found,) = formats.read(b'[{"type": "book", "title": "a\\u0000b\\ud800c"}]').records
    assert found.title == "abc"


def test_a_broken_item_of_json_does_not_cost_the_others() -> None:
    text = '[\n{"type": "book", "title": "A"},\n{"type": "book", "title": oops},\n'
    text += '{"type": "book", "title": "C", "id": "c"}\n]'
    reading = formats.read(text.encode())
    assert [each.title for each in reading.records] == ["A", "C"]
    assert reading.lines == (2, 4)
    rejected = [(each.line, each.reason) for each in reading.problems if each.rejected]
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
    (found,) = formats.read(json.dumps({"config": {}, "items": items}).encode()).records
    assert (found.key, found.arxiv, found.venue) == ("k", "2008.02217", "ICLR")
    assert found.date == "2008-08"
    assert found.authors == (Person("Gaulle", "Charles", "de"), Person(literal="长孙无忌"))
    assert (found.tags, found.fields["note"]) == (("a, b",), "free words")


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
    reading = formats.read(ENDNOTE)
    (found,) = reading.records
    assert (found.key, found.doi, found.tags, found.venue) == ("k", "10.1000/182", ("a", "b"), "J")
    assert [(each.line, each.reason) for each in reading.problems] == [(11, "empty-entry")]


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
    (found,) = formats.read(PUBMED).records
    assert (found.key, found.title) == ("pmid23633646", "Words of two lines.")
    assert (found.date, found.fields["pages"], found.doi) == (
        "2013-11-07",
        "764–769",
        "10.3275/8949",
    )
    assert found.authors == (Person(literal="WHO"), Person("Gibb", "F W"))
    assert (found.venue, found.container, found.language) == ("J Endo", "Journal of Endo", "en")


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
    software, paper = formats.read(CFF).records
    assert (software.type, software.date) == ("software", "2024-05-06")
    assert software.authors == (Person("Smith", "Joe", "van"), Person(literal="WHO"))
    assert (paper.type, paper.venue, paper.date) == ("article", "TUGboat", "2023-11")
    assert paper.fields["pages"] == "441–447"


@pytest.mark.parametrize(
    ("data", "instead"),
    [
        (b"<?xml version='1.0'?>\n<feed></feed>", "XML of another kind.*BibTeX or RIS"),
        (b"<!DOCTYPE html><html></html>", "a web page.*BibTeX or RIS"),
        (b'{"total": 3}', "BibTeX"),
    ],
)
def test_formats_of_other_programs_are_refused_with_what_to_export(
    data: bytes, instead: str
) -> None:
    with pytest.raises(UnreadableFile, match=instead):
        formats.read(data)


_CHARACTERS = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
_TEXT = st.text(alphabet=_CHARACTERS | st.just(" "), max_size=30)


@pytest.mark.parametrize("name", OTHERS)
@given(title=_TEXT, family=_TEXT, note=_TEXT)
def test_any_words_are_written_and_read(name: str, title: str, family: str, note: str) -> None:
    record = Record("k", "article", title=f"T {title}", authors=(Person(family, "G"),), year=2020)
    record = replace(record, date="2020", abstract=note, fields={"note": note})
    assert len(again((record,), name).records) == 1


@given(st.text(alphabet='TY -\n%0AU{}[]":,ertilcmyp1', max_size=80))
def test_any_text_of_any_format(text: str) -> None:
    starts = ("TY  - JOUR\n", "%0 Book\n", "PMID- 1\n", "cff-version: 1\n", "[{", '{"items": [{')
    for start in starts:
        with suppress(UnreadableFile):
            formats.read((start + text).encode())
