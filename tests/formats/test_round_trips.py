"""Exports in the other formats: what they can hold, and how files are recognized."""

import json
from contextlib import suppress
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.server import SEED
from webapp.errors import UnreadableFileError
from webapp.formats import registry
from webapp.formats.reading import Reading
from webapp.records import Person, Record

BOTH_WAYS = sorted(registry.READERS.keys() & registry.WRITERS.keys())
OTHERS = [name for name in BOTH_WAYS if name != "bibtex"]

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

# The attributes and fields that a format cannot hold.
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
    return registry.read(SOURCE.encode()).records


def again(records: tuple[Record, ...], name: str) -> Reading:
    reading = registry.read("".join(registry.write(records, name)).encode())
    assert reading.format == name
    return reading


def differences(original: Record, other: Record) -> set[str]:
    """Return the names of what differs in `other`, which may have additional fields."""
    names = {attribute.name for attribute in fields(Record)} - {"fields", "slug"}
    different = {name for name in names if getattr(original, name) != getattr(other, name)}
    missing = {name for name, value in original.fields.items() if other.fields.get(name) != value}
    return different | missing


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_format_can_hold_survives_an_export(name: str, records: tuple[Record, ...]) -> None:
    reading = again(records, name)
    assert len(reading.records) == len(records)
    for original, other in zip(records, reading.records, strict=True):
        assert (original.key, differences(original, other) - CANNOT_HOLD[name]) == (
            original.key,
            set(),
        )


@pytest.mark.parametrize("name", OTHERS)
def test_a_second_export_is_the_same(name: str, records: tuple[Record, ...]) -> None:
    once = again(records, name).records
    twice = again(once, name).records
    assert twice == once


@pytest.mark.parametrize("name", OTHERS)
def test_bibtex_holds_what_another_format_has(name: str, records: tuple[Record, ...]) -> None:
    once = again(records, name).records
    assert again(once, "bibtex").records == once


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_an_export_without_records_can_be_read(name: str) -> None:
    with pytest.raises(UnreadableFileError):
        registry.read("".join(registry.write([], name)).encode())


def test_the_seed_survives_every_format() -> None:
    seed = registry.read((SEED / "publications.bib").read_bytes()).records
    for name in OTHERS:
        for original, other in zip(seed, again(seed, name).records, strict=True):
            assert (other.key, other.title, other.authors) == (
                original.key,
                original.title,
                original.authors,
            )
            assert (other.year, other.abstract, other.doi) == (
                original.year,
                original.abstract,
                original.doi,
            )


def test_csl_json_has_only_the_short_title_of_a_container() -> None:
    source = """@misc{talk, title = {A talk}, author = {Roe, Ann}, year = 2024, abbr = {Lab day}}
    @misc{pre, title = {Early}, author = {Roe, Ann}, year = 2024, abbr = {Preprint},
      howpublished = {Preprint}, eprint = {2401.00001}, archiveprefix = {arXiv}}
    @inproceedings{conf, title = {Late}, author = {Roe, Ann}, year = 2025, abbr = {PAGES},
      booktitle = {Proceedings of the Conference on Pages}}"""
    written = registry.read(source.encode()).records
    items = json.loads("".join(registry.write(written, "csl-json")))
    assert [item.get("container-title-short") for item in items] == [None, None, "PAGES"]
    assert [item.get("container-title") for item in items][:2] == [None, None]
    assert [record.venue for record in again(written, "csl-json").records] == [
        *("Lab day", "Preprint", "PAGES")
    ]


@pytest.mark.parametrize(
    ("data", "instead"),
    [
        (b"<?xml version='1.0'?>\n<feed></feed>", "XML that neither.*BibTeX or RIS"),
        (b"<!DOCTYPE html><html></html>", "a web page.*BibTeX or RIS"),
        (b'{"total": 3}', "BibTeX"),
    ],
)
def test_unknown_formats_are_refused_with_advice(data: bytes, instead: str) -> None:
    with pytest.raises(UnreadableFileError, match=instead):
        registry.read(data)


_CHARACTERS = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
_TEXT = st.text(alphabet=_CHARACTERS | st.just(" "), max_size=30)


@pytest.mark.parametrize("name", OTHERS)
@given(title=_TEXT, family=_TEXT, note=_TEXT)
def test_any_text_survives_an_export(name: str, title: str, family: str, note: str) -> None:
    record = Record("k", "article", title=f"T {title}", authors=(Person(family, "G"),), year=2020)
    record = replace(record, date="2020", abstract=note, fields={"note": note})
    assert len(again((record,), name).records) == 1


@given(st.text(alphabet='TY -\n%0AU{}[]":,ertilcmyp1', max_size=80))
def test_any_text_of_any_format(text: str) -> None:
    starts = ("TY  - JOUR\n", "%0 Book\n", "PMID- 1\n", "cff-version: 1\n", "[{", '{"items": [{')
    for start in starts:
        with suppress(UnreadableFileError):
            registry.read((start + text).encode())
