"""Values of single fields as editors enter them."""

import pytest

from webapp.curation.editing import FieldChange, fields_of
from webapp.curation.entry_text import read_entry
from webapp.curation.field_values import (
    find_faults,
    people_lines,
    people_value,
    read_changes,
    split_people,
)
from webapp.store.source_records import CITATION_KEY


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("A. Turing and B. Russell; C. Shannon", ["A. Turing", "B. Russell", "C. Shannon"]),
        ("Turing, Alan\r\nRussell, Bertrand\r\n\r\n", ["Turing, Alan", "Russell, Bertrand"]),
        ("Turing, A., Russell, B., & Shannon, C.", ["Turing, A.", "Russell, B.", "Shannon, C."]),
        ("{Institute and Co} and Anna Roe", ["{Institute and Co}", "Anna Roe"]),
        ("Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        (" \n\0", []),
    ],
)
def test_a_pasted_list_is_split_as_the_reader_splits_it(pasted: str, names: list[str]) -> None:
    assert split_people(pasted) == names


def test_the_same_people_keep_the_source_as_it_is() -> None:
    loaded = "Doe,  Jane and\n Roe, Richard"
    assert people_value(people_lines(loaded), loaded) == loaded
    assert people_value(["Roe, Richard", " ", "Doe, Jane"], loaded) == "Roe, Richard and Doe, Jane"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (FieldChange("title", "A", "{"), "missing-brace"),
        (FieldChange("a b", "", "c"), "bad-name"),
        (FieldChange("@article{", "", "c"), "bad-name"),
        (FieldChange("year", "", "2021"), "duplicate-field"),
        (FieldChange(CITATION_KEY, "a", " "), "no-key"),
    ],
)
def test_a_fault_names_its_field(change: FieldChange, reason: str) -> None:
    record = read_entry("@misc{a, title = {A}, year = 2020}").record
    assert record
    (fault,) = find_faults([change], fields_of(record))
    assert (fault.reason, fault.key) == (reason, change.name)


@pytest.mark.parametrize(
    ("value", "saved"),
    [
        ("A\n@article{b, title = {C}}", "A @article{b, title = {C}}"),
        ("ends with \\", "ends with"),
        ("100% {\\LaTeX}", "100% {\\LaTeX}"),
        (" שלום ", "שלום"),
        ("", ""),
    ],
)
def test_a_value_is_saved_as_a_file_with_it_would_be_read(value: str, saved: str) -> None:
    record = read_entry("@misc{a, title = {A}, note = {B}}").record
    assert record
    changes, read = read_changes(record, [FieldChange("note", "B", value)])
    assert changes == [FieldChange("note", "B", saved)]
    assert read.faults == ()
