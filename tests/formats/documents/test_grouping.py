"""Publications are grouped by type and year, and numbered through the whole document."""

import pytest

from webapp.formats.documents.grouping import GROUPINGS, HEADINGS, OTHERS, PREPRINTS, make_sections
from webapp.formats.documents.options import DocumentOptions

from .works import document, texts, work

WORKS = (
    work("old", 1, year=2001),
    work("book", 2, type="book", year=2020),
    work("new", 3, year=2024),
    work("soon", 4, year=None, date="forthcoming"),
    work("undated", 5, year=None, date=""),
    work("preprint", 6, type="misc", arxiv="2207.04296", container="", doi=""),
    work("also new", 7, year=2024),
    work("song", 8, type="audio"),
)


def outline(grouping: str, numbering: str = "up", **options: bool) -> list[tuple[str, int, str]]:
    sections = make_sections(WORKS, grouping, numbering, **options)
    return [
        (section.heading, section.first, " ".join(record.title for record in section.records))
        for section in sections
    ]


def test_types_have_an_order_and_their_years_the_newest_first() -> None:
    assert outline("type,year") == [
        ("Journal articles", 1, ""),
        ("Forthcoming", 1, "soon"),
        ("2024", 2, "new also new"),
        ("2001", 4, "old"),
        ("Undated", 5, "undated"),
        ("Books", 6, ""),
        ("2020", 6, "book"),
        (PREPRINTS, 7, ""),
        ("2020", 7, "preprint"),
        (OTHERS, 8, ""),
        ("2020", 8, "song"),
    ]


def test_years_alone_may_begin_with_the_oldest() -> None:
    assert outline("year", oldest_first=True) == [
        ("2001", 1, "old"),
        ("2020", 2, "book preprint song"),
        ("2024", 5, "new also new"),
        ("Forthcoming", 7, "soon"),
        ("Undated", 8, "undated"),
    ]


def test_numbers_count_down_to_one() -> None:
    assert outline("type", "down") == [
        ("Journal articles", 8, "old new soon undated also new"),
        ("Books", 3, "book"),
        (PREPRINTS, 2, "preprint"),
        (OTHERS, 1, "song"),
    ]
    assert {first for _, first, _ in outline("type", "none")} == {0}


def test_without_groups_there_is_one_list_in_the_order_of_the_site() -> None:
    assert outline("none") == [("", 1, " ".join(record.title for record in WORKS))]
    assert make_sections((), "none", "up") == ()


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_no_publication_is_lost(grouping: str) -> None:
    made = document(WORKS, grouping=grouping)
    assert sorted(record.key for record in made.records) == sorted(work.key for work in WORKS)
    numbers = [entry.number for section in made.sections for entry in made.entries(section)]
    assert numbers == list(range(1, len(WORKS) + 1))


def test_headings_are_translated() -> None:
    sections = make_sections(WORKS, "type", "up", translate=str.upper)
    assert {section.heading for section in sections} <= {heading.upper() for heading in HEADINGS}


def test_wrong_options_are_the_usual_ones() -> None:
    wrong = {"style": "vogue", "group": "colour", "number": "-1", "people": "few"}
    assert DocumentOptions.from_args(wrong) == DocumentOptions()
    right = {"style": "nlm", "group": "type", "number": "down", "people": "all"}
    assert dict(DocumentOptions.from_args(right).pairs()) == right


def test_everyone_is_named_on_request() -> None:
    many = (work("a", authors=WORKS[0].authors * 6),)
    (short,) = texts(document(many, style="ieee"))
    (long,) = texts(document(many, style="ieee", all_people=True))
    assert "et al." in short
    assert long.count("Lovelace") == 6
    assert "et al." not in long
