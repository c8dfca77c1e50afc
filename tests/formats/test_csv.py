"""CSV for spreadsheets, without formulas."""

import csv
from io import StringIO

import pytest

from webapp.formats import csv as table
from webapp.formats.exporting import without_abstract
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


def rows(*records: Record) -> list[dict[str, str]]:
    text = "".join(table.write(records))
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
    assert rows(without_abstract(RECORD))[0]["abstract"] == ""


def test_lines_end_as_in_the_standard() -> None:
    assert all(line.endswith("\r\n") for line in table.write([RECORD]))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    title = f"{start}HYPERLINK(1)"
    row = rows(Record(key="k", type="misc", title=title, authors=(Person(literal=title),)))[0]
    assert row["title"] == row["authors"] == f"'{title}"
