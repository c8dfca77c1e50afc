"""Criteria: read from URLs, and written as canonical ones."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.catalog.criteria import MAX_MORE, MAX_PAGE, MAX_QUERY_LENGTH, MAX_VALUES, Criteria


def test_defaults_are_left_out_of_the_canonical_address() -> None:
    args = {"q": [""], "page": ["1"], "sort": [""], "venue": [], "unknown": ["x"]}
    assert Criteria.from_args(args).query_string() == ""


def test_the_canonical_address_has_all_parameters_in_a_fixed_order() -> None:
    args = {
        "open": ["a"],
        "page": ["3"],
        "year": ["2019..2023", "2025"],
        "q": ["deep nets"],
        "venue": ["ASPLOS"],
        "sort": ["newest"],
    }
    assert Criteria.from_args(args).query_string() == (
        "?q=deep+nets&year=2019..2023&year=2025&venue=ASPLOS&sort=newest&page=3&open=a"
    )


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"page": ["-1"]}, Criteria()),
        ({"page": ["0"]}, Criteria()),
        ({"page": ["٣"]}, Criteria()),
        ({"more": ["99"]}, Criteria(more=MAX_MORE)),
        ({"page": ["999999"]}, Criteria(page=MAX_PAGE)),
        ({"page": ["1" * 5000]}, Criteria()),
        ({"year": ["abc", "..", "20234", "2020..x"]}, Criteria()),
        ({"year": ["..2020", "2019.."]}, Criteria(filters={"year": ("..2020", "2019..")})),
        ({"year": ["-300", "-50..", "--5", "5-"]}, Criteria(filters={"year": ("-300", "-50..")})),
        ({"year": ["0800", "800", "-0044..0012"]}, Criteria(filters={"year": ("800", "-44..12")})),
        ({"year": ["2023..2019"]}, Criteria(filters={"year": ("2019..2023",)})),
        ({"from": ["14"], "to": ["-43"]}, Criteria(filters={"year": ("-43..14",)})),
        ({"from": ["2019..2020"], "to": ["2021"]}, Criteria()),
        ({"sort": ["rank; drop table"]}, Criteria()),
        ({"q": ["a\x00b\ud800\n"]}, Criteria(q="a b  ")),
        ({"q": ["first", "second"]}, Criteria(q="first")),
        ({"venue": [" A ", "A", ""]}, Criteria(filters={"venue": ("A",)})),
    ],
)
def test_invalid_values_are_left_out(args: dict[str, list[str]], expected: Criteria) -> None:
    assert Criteria.from_args(args) == expected


def test_lengths_and_numbers_are_bounded() -> None:
    args = {"q": ["x" * 10_000], "tag": [str(n) for n in range(1000)]}
    criteria = Criteria.from_args(args)
    assert len(criteria.q) == MAX_QUERY_LENGTH
    assert len(criteria.selected("tag")) == MAX_VALUES


@given(
    st.dictionaries(
        st.sampled_from(["q", "year", "venue", "sort", "page", "open"]), st.lists(st.text())
    )
)
def test_a_canonical_address_is_read_as_the_same_criteria(args: dict[str, list[str]]) -> None:
    criteria = Criteria.from_args(args)
    again = Criteria.from_args(parse_qs(criteria.query_string().removeprefix("?")))
    assert again.query_string() == criteria.query_string()


def test_selecting_a_value_starts_at_the_first_page() -> None:
    criteria = Criteria(q="nets", page=4)
    assert criteria.toggled("venue", "WWW") == Criteria(q="nets", filters={"venue": ("WWW",)})
    assert criteria.toggled("venue", "WWW").toggled("venue", "WWW") == Criteria(q="nets")


def test_removing_all_filters_keeps_the_words() -> None:
    criteria = Criteria(q="nets", filters={"venue": ("WWW",), "year": ("2019",)}, page=2)
    assert criteria.without_filters() == Criteria(q="nets")
