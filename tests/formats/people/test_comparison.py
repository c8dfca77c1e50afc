"""Whether two names are of one person: the table in tests/data/names.tsv, in both directions."""

from itertools import product
from pathlib import Path

import pytest

from webapp.formats import names
from webapp.formats.people.comparison import Agreement, compare
from webapp.records import Person

TABLE = Path(__file__).parents[2] / "data" / "names.tsv"
ROWS = [
    tuple(line.split("\t"))
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def agreement(first: str, second: str) -> Agreement:
    (left,), (right,) = names.people(first), names.people(second)
    return compare(left, right)


@pytest.mark.parametrize(("first", "second", "expected"), ROWS)
def test_names_are_of_one_person_or_not(first: str, second: str, expected: str) -> None:
    assert bool(agreement(first, second)) == (expected == "yes")
    assert agreement(second, first) == agreement(first, second)


def test_the_table_has_enough_rows() -> None:
    assert len(ROWS) >= 200


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("S. Feng", "Siyuan Feng", Agreement.INITIALS),
        ("Siyuan Feng", "Siyuan K. Feng", Agreement.GIVEN_NAME),
        ("Siyuan Feng", "Feng, Si-Yuan", Agreement.WHOLE_NAME),
        ("S. Feng", "S. Feng", Agreement.WHOLE_NAME),
        ("Harold Winters, Jr.", "Harold Winters", Agreement.GIVEN_NAME),
    ],
)
def test_fuller_names_agree_more(first: str, second: str, expected: Agreement) -> None:
    assert agreement(first, second) == expected


def test_an_orcid_counts_more_than_a_name() -> None:
    one, other = "0000-0002-1825-0097", "0000-0001-5109-3700"
    siyuan, shuo = Person("Feng", "Siyuan", orcid=one), Person("Feng", "Shuo", orcid=one)
    namesake, unknown = Person("Feng", "Siyuan", orcid=other), Person("Feng", "Siyuan")
    assert compare(siyuan, shuo) == Agreement.ORCID
    assert compare(siyuan, namesake) == Agreement.NONE
    assert compare(siyuan, unknown) == Agreement.WHOLE_NAME


LETTERLESS = ("", "-", ".", "…", "()", "’", " ", "\u200b", "--", "·")


@pytest.mark.parametrize("given", LETTERLESS)
def test_a_given_name_without_letters_is_none(given: str) -> None:
    assert compare(Person("Feng", given), Person("Feng")) == Agreement.WHOLE_NAME
    assert compare(Person("Feng", given), Person("Feng", "Siyuan")) == Agreement.NONE


def test_any_two_names_can_be_compared_in_both_directions() -> None:
    families = ("Feng", "-", "de", "", "O'", "’", "1", "李")
    others = ("S.", "S.-Y.", "- S", "S -", "Jr.", "de", "李", "1")
    people = [Person(*parts) for parts in product(families, (*LETTERLESS, *others))]
    assert all(compare(one, other) == compare(other, one) for one, other in product(people, people))
