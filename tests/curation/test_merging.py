"""What a file of another format changes of a publication that is known, and what it leaves."""

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
def test_an_export_changes_nothing(known: Record, format_: str) -> None:
    assert merge(known, exported(known, format_), format_) == known


@pytest.mark.parametrize("format_", OTHERS)
def test_what_is_changed_in_an_export_is_changed_and_nothing_else(
    known: Record, format_: str
) -> None:
    edited = replace(known, title="Another title", year=2021, date="2021-05")
    result = merge(known, exported(edited, format_), format_)
    assert (result.title, result.year, result.date[:4]) == ("Another title", 2021, "2021")
    assert result.source.keys() == known.source.keys() - {"year", "month"} | {"date"}
    untouched = ("authors", "venue", "container", "links", "tags", "fields", "key", "type")
    for name in untouched:
        assert getattr(result, name) == getattr(known, name)


def test_people_and_tags_are_replaced_whole(known: Record) -> None:
    edited = replace(known, authors=(Person("Poe", "Anna"),), tags=("three",))
    result = merge(known, exported(edited, "ris"), "ris")
    assert (result.authors, result.tags) == ((Person("Poe", "Anna"),), ("three",))
    assert result.source["keywords"] == "three"


def test_what_is_not_said_stays(known: Record) -> None:
    (said,) = registry.read(b"TY  - JOUR\nID  - doe\nVL  - 12\nER  - \n").records
    result = merge(known, said, "ris")
    assert (result.title, result.authors) == (known.title, known.authors)
    assert result.fields == {**known.fields, "volume": "12"}


def test_a_format_that_is_only_read_changes_what_it_says(known: Record) -> None:
    said = replace(exported(known, "ris"), source={"volume": "12"})
    result = merge(known, said, "isi")
    assert (result.title, result.fields["volume"]) == (known.title, "12")


def test_bibtex_has_the_last_word(known: Record) -> None:
    (said,) = registry.read(b"@misc{doe, title = {Short}}").records
    assert merge(known, said, "bibtex") is said


def test_the_second_time_nothing_is_new(known: Record) -> None:
    for format_ in OTHERS:
        said = exported(replace(known, title="Another title", tags=("three",)), format_)
        once = merge(known, said, format_)
        assert merge(once, said, format_) == once
