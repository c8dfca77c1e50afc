"""Merging entries of other formats into publications in the catalog."""

from dataclasses import replace

import pytest

from webapp.curation.merging import merge
from webapp.formats import registry
from webapp.records import Person, Record

WRITTEN = """@article{doe,
  title = {The {BERT} of {\\"U}bung},
  author = {Doe*, Jane and Roe*, Richard},
  annotation = {* the same share},
  journaltitle = {Journal of Things},
  abbr = {JoT},
  year = 2020,
  month = mar,
  code = {https://example.org/code},
  groups = {mine},
  award = {Best Paper},
  keywords = {one, two}
}"""
OTHERS = sorted((registry.READERS.keys() & registry.WRITERS.keys()) - {"bibtex"})


@pytest.fixture(scope="module")
def known() -> Record:
    (record,) = registry.read(WRITTEN.encode()).records
    return record


def exported(record: Record, format_: str) -> Record:
    (back,) = registry.read("".join(registry.write([record], format_)).encode()).records
    return back


@pytest.mark.parametrize("format_", OTHERS)
def test_importing_an_export_changes_nothing(known: Record, format_: str) -> None:
    assert merge(known, exported(known, format_), format_) == known


@pytest.mark.parametrize("format_", OTHERS)
def test_only_fields_edited_in_an_export_change(known: Record, format_: str) -> None:
    edited = replace(known, title="Another title", year=2021, date="2021-05")
    result = merge(known, exported(edited, format_), format_)
    assert (result.title, result.year, result.date[:4]) == ("Another title", 2021, "2021")
    assert result.source.keys() == known.source.keys() | {"date", "year", "month"}
    untouched = ("authors", "venue", "container", "links", "tags", "fields", "key", "type")
    for name in untouched:
        assert getattr(result, name) == getattr(known, name)


def test_people_and_tags_are_replaced_whole(known: Record) -> None:
    edited = replace(known, authors=(Person("Poe", "Anna"),), tags=("three",))
    result = merge(known, exported(edited, "ris"), "ris")
    assert (result.authors, result.tags) == ((Person("Poe", "Anna"),), ("three",))
    assert result.source["keywords"] == "three"


def test_fields_that_an_entry_lacks_stay(known: Record) -> None:
    (entry,) = registry.read(b"TY  - JOUR\nID  - doe\nVL  - 12\nER  - \n").records
    result = merge(known, entry, "ris")
    assert (result.title, result.authors) == (known.title, known.authors)
    assert result.fields == {**known.fields, "volume": "12"}


def test_a_format_without_export_changes_the_fields_that_it_has(known: Record) -> None:
    entry = replace(exported(known, "ris"), source={"volume": "12"})
    result = merge(known, entry, "isi")
    assert (result.title, result.fields["volume"]) == (known.title, "12")


def test_a_bibtex_entry_replaces_everything(known: Record) -> None:
    (entry,) = registry.read(b"@misc{doe, title = {Short}}").records
    assert merge(known, entry, "bibtex") is entry


def test_merging_twice_changes_nothing(known: Record) -> None:
    for format_ in OTHERS:
        entry = exported(replace(known, title="Another title", tags=("three",)), format_)
        once = merge(known, entry, format_)
        assert merge(once, entry, format_) == once
