"""Names of people in the forms of BibTeX."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.formats import building, doubts, names
from webapp.records import OTHERS, Person


@pytest.mark.parametrize(
    ("source", "person"),
    [
        ("Donald E. Knuth", Person("Knuth", "Donald E.")),
        ("Knuth, Donald~E.", Person("Knuth", "Donald E.")),
        ("Ludwig van Beethoven", Person("Beethoven", "Ludwig", "van")),
        ("van der Maaten, Laurens", Person("Maaten", "Laurens", "van der")),
        (r"de la Vall{\'e}e Poussin, Charles", Person("Vallée Poussin", "Charles", "de la")),
        ("{van Gogh}, Vincent", Person("van Gogh", "Vincent")),
        ("King, Jr., Martin Luther", Person("King", "Martin Luther", suffix="Jr.")),
        ("King, Martin Luther, Jr.", Person("King", "Martin Luther", suffix="Jr.")),
        ("Martin Luther King Jr.", Person("King", "Martin Luther", suffix="Jr.")),
        ("Neville C. {Luhmann, Jr.}", Person("Luhmann", "Neville C.", suffix="Jr.")),
        ("{Nex-AGI Team}", Person(literal="Nex-AGI Team")),
        (r"{\"O}zg{\"u}r Y{\i}lmaz", Person("Yılmaz", "Özgür")),
        ("{Barnes and Noble, Inc.}", Person(literal="Barnes and Noble, Inc.")),
        ("bell hooks", Person("hooks", "bell")),
        ("Plato", Person("Plato")),
        ("王小明", Person("王小明")),
        ("王 小明", Person("王", "小明")),
        ("family=Gogh, given=Vincent, prefix=van", Person("Gogh", "Vincent", "van")),
        (r"Johnson \& Johnson", Person("Johnson", "Johnson &")),
    ],
)
def test_one_name(source: str, person: Person) -> None:
    assert names.people(source) == (person,)


@pytest.mark.parametrize(
    "source",
    ["Ada Lovelace*", "Lovelace*, Ada", "Lovelace, Ada$^*$", r"Ada Lovelace\textsuperscript{*}",
     r"Lovelace$^{\ast}$, Ada", "Ada Lovelace{*}"],
)  # fmt: skip
def test_marks_of_equal_contribution(source: str) -> None:
    (person,) = names.people(source)
    assert (person.name, person.equal, person.marks) == ("Ada Lovelace", True, "*")


def test_marks_are_separated_from_names() -> None:
    people = names.people(r"Albert Einstein*† and Boris Podolsky$^\dagger$ and Nathan Rosen")
    assert [(person.marks, person.equal) for person in people] == [
        ("*†", True),
        ("†", True),
        ("", False),
    ]


def test_people_are_split_at_and_outside_of_braces() -> None:
    people = names.people("{Foo and Bar} and\n  Sands, Anderson AND Brandt and  others")
    assert [person.name for person in people] == [
        "Foo and Bar",
        "Anderson Sands",
        "Brandt",
        "et al.",
    ]
    assert people[-1] == OTHERS


@pytest.mark.parametrize("source", ["", " and ", "and", "and and", ",", "{}", "Knuth and", "{a"])
def test_odd_lists_are_read(source: str) -> None:
    assert all(person.name for person in names.people(source))


@pytest.mark.parametrize(
    ("source", "two"),
    [
        ("A. Smith; B. Jones", True),
        ("Smith, J., Doe, K.", True),
        ("John Smith & Jane Doe", True),
        ("{John Smith and Jane Doe}", True),
        ("{Department of Physics and Astronomy}", False),
        ("{National Aeronautics and Space Administration}", False),
        ("{Marine Survey and Climate Change Office}", False),
        ("{Ann Lee and Bo Survant}", True),
        ("John Smith", False),
        ("Smith, Jr., John", False),
    ],
)
def test_a_person_that_looks_like_two(source: str, two: bool) -> None:
    assert doubts.looks_like_two(names.parse(source)) is two


def test_chinese_names_are_written_family_first() -> None:
    assert Person("王", "小明").name == "王小明"


_WORD = st.text(alphabet="AbcÖé -.,{}$*'", max_size=9).map(lambda word: " ".join(word.split()))


@given(st.builds(Person, _WORD, _WORD, _WORD, _WORD, _WORD))
def test_a_person_of_another_format_is_one_person_in_bibtex(person: Person) -> None:
    source = building.people_source([person])
    assert len(names.people(source)) <= 1


@given(st.text(alphabet="Ab ,{}\\~*$^& \nand", max_size=60))
def test_any_text_is_read(source: str) -> None:
    names.people(source)
