"""The list as CSV: what a spreadsheet opens, and no formula in it."""

import csv
from io import StringIO

import pytest

from webapp.formats import csv as table
from webapp.records import Link, Person, Record

RECORD = Record(
    key="k",
    type="article",
    title='On "pages", twice',
    authors=(Person("Lee", "Ann"), Person(literal="The Group")),
    venue="JP",
    container="Journal of Pages",
    date="2025-03",
    year=2025,
    abstract="Two\nlines.",
    links=(Link("pdf", "k.pdf"), Link("url", "https://example.org/")),
    tags=("a", "b"),
    fields={"volume": "8"},
)


def rows(*records: Record, abstracts: bool = True) -> list[dict[str, str]]:
    text = "".join(table.write(records, abstracts=abstracts))
    assert text.startswith("\ufeffkey,")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_record_is_a_row() -> None:
    row = rows(RECORD)[0]
    assert row["title"] == 'On "pages", twice'
    assert row["authors"] == "Ann Lee; The Group"
    assert (row["year"], row["date"], row["volume"]) == ("2025", "2025-03", "8")
    assert row["abstract"] == "Two\nlines."
    assert (row["keywords"], row["url"]) == ("a; b", "https://example.org/")


def test_without_abstracts() -> None:
    assert "abstract" not in rows(RECORD, abstracts=False)[0]


def test_lines_end_as_the_standard_says() -> None:
    assert all(line.endswith("\r\n") for line in table.write([RECORD]))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    title = f"{start}HYPERLINK(1)"
    row = rows(Record(key="k", type="misc", title=title, authors=(Person(literal=title),)))[0]
    assert row["title"] == row["authors"] == f"'{title}"
