"""The table of facets: the values of a record, and their labels."""

from dataclasses import replace

import pytest

from webapp.facets import FACETS, facet_values
from webapp.records import OTHERS, Person, Record

ADA, BOB = Person(family="Lovelace", given="Ada"), Person(family="Bo", given="Bob")
RECORD = Record(
    key="a",
    type="inproceedings",
    authors=(ADA, BOB, ADA, OTHERS),
    venue="ASPLOS",
    year=2023,
    tags=("compilers", "", "tensors", "compilers"),
)


def test_values_of_a_record_are_in_order_without_empty_and_repeated_ones() -> None:
    assert facet_values(RECORD) == {
        "year": ("2023",),
        "venue": ("ASPLOS",),
        "author": ("Ada Lovelace", "Bob Bo"),
        "type": ("inproceedings",),
        "tag": ("compilers", "tensors"),
        "selected": (),
        "retracted": (),
        "corrected": (),
        "openaccess": (),
    }


def test_a_record_without_values_has_an_empty_tuple_for_each_facet() -> None:
    assert facet_values(Record(key="a", type="")) == dict.fromkeys(FACETS, ())


def test_editors_are_authors_of_a_record_without_authors() -> None:
    edited = replace(RECORD, authors=(), editors=(BOB,))
    assert facet_values(edited)["author"] == ("Bob Bo",)


@pytest.mark.parametrize(
    ("facet", "value", "label"),
    [
        ("type", "inproceedings", "Conference paper"),
        ("year", "2023", "2023"),
        ("venue", "A..B", "A..B"),
    ],
)
def test_a_value_has_a_label_for_visitors(facet: str, value: str, label: str) -> None:
    assert FACETS[facet].value_label(value) == label
