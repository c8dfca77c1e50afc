"""Hostile files: each is read or refused in linear time, and affects no other entry."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import running
from tests.hostile_files import CFF, GROWING, chain, doubled, merges
from tests.pumping import is_linear
from webapp.errors import UnreadableFileError
from webapp.formats import dates, registry, time_limit
from webapp.formats.csl.citations import STYLES, cite
from webapp.formats.reading import Problem
from webapp.search import identifiers, query
from webapp.site import site


@pytest.mark.parametrize("year", ["²", "½", "Ⅻ", "①", "", "9" * 5_000, "²⁰²⁰", "-", "١" * 5_000])
@pytest.mark.parametrize("month", ["", "²", "9" * 5_000, "Ⅲ"])
def test_signs_that_look_like_digits_are_no_year(year: str, month: str) -> None:
    text = f"@misc{{k, title={{T}}, year={{{year}}}, month={{{month}}}, day={{{month}}}}}"
    (record,) = registry.read(text.encode()).records
    assert record.year is None
    assert record.source["title"] == "T"


@pytest.mark.parametrize("year", ["2020", "２０２０", "٢٠٢٠", "२०२०"])
def test_a_year_in_the_digits_of_any_script_is_a_year(year: str) -> None:
    assert dates.from_parts(year, "", "") == dates.Date("2020", 2020)
    assert dates.from_date(f"{year}-03") == dates.Date("2020-03", 2020)


@pytest.mark.parametrize("style", STYLES)
def test_any_number_can_be_cited(style: str) -> None:
    numbers = ("9" * 5_000, "²", "9" * 5_000 + "-" + "8" * 5_000, "Ⅻ-²")
    for number in numbers:
        names = ("volume", "number", "pages", "edition", "chapter", "pagetotal", "series")
        fields = "".join(f"{name}={{{number}}}," for name in names)
        text = f"@inbook{{k, title={{T}}, booktitle={{B}}, year=2020, {fields}}}"
        (record,) = registry.read(text.encode()).records
        assert "T" in cite(record, style).text


def test_only_the_identifier_of_an_address_is_searched_for() -> None:
    text = "see https://doi.org/10.1145/3575693.3576933, also arXiv:2207.04296 tensors"
    identified, rest = identifiers.extract(text)
    assert identified == ("10.1145/3575693.3576933", "2207.04296")
    assert rest.split() == ["see", "also", "tensors"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("@misc{k, title = {A {B} c}, year=2020}", "A B c"),
        ('title = "Words"', "Words"),
        ("title = {Words}\n", "Words"),
    ],
)
def test_the_title_of_pasted_bibtex_is_searched_for(typed: str, title: str) -> None:
    assert query.parse(typed).text == query.parse(title).text


# -- growth


def test_entries_that_inherit_from_each_other_are_read_once() -> None:
    (record,) = registry.read(chain(60).encode()).records
    assert record.title == "T"
    assert record.source["x59"] == "v"


def test_fields_are_inherited_over_many_generations() -> None:
    books = (f"@book{{b{n}, crossref = {{b{n + 1}}}}}\n" for n in range(2_000))
    text = "".join(books) + "@book{b2000, title = {T}, publisher = {P}, year = 2020}"
    reading = registry.read(text.encode())
    assert {record.fields["publisher"] for record in reading.records} == {"P"}


def test_a_cycle_of_parents_ends() -> None:
    text = "@book{a, crossref={b}, title={A}, year=2020}\n@book{b, crossref={a}, publisher={B}}"
    first, second = registry.read(text.encode()).records
    assert (first.fields["publisher"], second.title) == ("B", "A")


def test_macros_may_double_within_the_allowance() -> None:
    reading = registry.read(doubled(10).encode())
    assert (len(reading.records[0].title), reading.problems) == (2_048, ())


def test_macros_that_would_fill_the_memory_stay_names_and_are_reported() -> None:
    reading = registry.read(doubled(200).encode())
    assert sum(map(len, reading.records[0].source.values())) < 2_000_000
    assert {problem.reason for problem in reading.problems} == {"too-long-string"}
    assert reading.problems[0].message.startswith("“a")


def test_parents_that_would_fill_the_memory_are_reported() -> None:
    store = f"@xdata{{x, note = {{{'n' * 50_000}}}}}\n"
    children = "".join(f"@misc{{c{n}, title={{T}}, xdata={{x}}}}\n" for n in range(200))
    reading = registry.read((store + children).encode())
    assert len(reading.records) == 200
    assert (
        sum(len(value) for record in reading.records for value in record.source.values())
        < 3_000_000
    )
    assert "too-much-inherited" in {problem.reason for problem in reading.problems}


def test_merge_keys_that_multiply_are_rejected() -> None:
    reading = registry.read(merges(40).encode())
    assert reading.records == ()
    assert [(problem.reason, problem.rejected) for problem in reading.problems] == [
        ("broken-yaml", True)
    ]
    assert "merge keys" in reading.problems[0].message


def test_aliases_and_merge_keys_are_read() -> None:
    text = CFF + "base: &base {volume: '7'}\nauthors: &people\n  - name: A\n"
    text += "preferred-citation:\n  <<: *base\n  type: article\n  title: P\n  authors: *people\n"
    _, paper = registry.read(text.encode()).records
    assert (paper.fields["volume"], paper.authors[0].name) == ("7", "A")


@pytest.mark.parametrize(
    ("written", "version"),
    [("1.10", "1.10"), ("010", "010"), ("1:30", "1:30"), ("yes", "yes"), ("9" * 5_000, "9" * 5_000),
     ("2020-13-45", "2020-13-45"), ("~", ""), (".inf", ".inf"), ("1_000", "1_000")],
)  # fmt: skip
def test_yaml_scalars_are_read_as_text(written: str, version: str) -> None:
    (record,) = registry.read(f"{CFF}version: {written}\n".encode()).records
    assert record.fields.get("version", "") == version


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [x]", "!!python/name:os.system"])
def test_yaml_creates_no_objects(tag: str) -> None:
    reading = registry.read(f"{CFF}version: {tag}\n".encode())
    assert (reading.records, reading.problems[0].reason) == ((), "broken-yaml")


# -- XML and JSON


def endnote(title: str, declared: str = "", attribute: str = "Book") -> bytes:
    record = f"<record><rec-number>1</rec-number><ref-type name='{attribute}'>6</ref-type>"
    record += f"<titles><title>{title}</title></titles><dates><year>1999</year></dates></record>"
    return f"<?xml version='1.0'?>{declared}<xml><records>{record}</records></xml>".encode()


def laughs(levels: int) -> str:
    lines = (f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(levels))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{"".join(lines)}]>'


@pytest.mark.parametrize(
    "data",
    [
        endnote("A &l9; B", laughs(9)),
        endnote("A", laughs(9), "&l9;"),
        endnote("A &f; B", '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
        endnote("A", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
        endnote("A", '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'),
        endnote("<style>" * 20_000 + "A" + "</style>" * 20_000),
        endnote(f"<style a='{'x' * 3_000_000}'>A</style>"),
    ],
)
def test_xml_entities_are_not_resolved(data: bytes) -> None:
    reading = registry.read(data)
    text = repr(reading.records)
    assert "root:" not in text
    assert len(text) < 5_000
    assert not [problem for problem in reading.problems if problem.reason == "reader-fault"]


@pytest.mark.parametrize(
    "value",
    ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000, "9" * 5_000, "NaN",
     "-Infinity", "1e999999", '"\\ud800"', '"\\u0000"', '"a", "volume": "7"'],
)  # fmt: skip
def test_no_value_of_json_affects_the_other_items(value: str) -> None:
    good = '{"type": "book", "title": "Good", "issued": {"raw": "2020"}}'
    text = f'[{{"type": "book", "title": "Odd", "volume": {value}}},\n{good},\n{good}]'
    reading = registry.read(text.encode())
    assert [record.title for record in reading.records if record.title != "Odd"][-1:] == ["Good"]
    assert not [problem for problem in reading.problems if problem.reason == "reader-fault"]


# -- many, long or deep entries in every format


@pytest.mark.parametrize("what", GROWING)
def test_reading_takes_linear_time(what: str) -> None:
    assert is_linear(lambda text: registry.read(text.encode()), GROWING[what])


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "utf-32", "utf-8-sig", "cp037"])
@pytest.mark.parametrize("sign", ["", "\0", "\ufeff", "\ufffe", "\x1a", "\u2028"])
def test_any_encoding_is_read_or_refused(encoding: str, sign: str) -> None:
    data = f"@misc{{k, title={{A {sign}B}}, year=2020}}\n".encode(encoding, "ignore")
    try:
        records = registry.read(data).records
    except UnreadableFileError:
        return
    assert not any("\0" in record.title for record in records)


# -- the time limit


SLOW = "@misc{slow, title={" + "\\emph{a} " * 200_000 + "}, year=2020}\n"
QUICK = "@misc{{{}, title={{T}}, year=2020}}\n"


def test_an_entry_that_takes_too_long_is_reported_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time_limit, "SECONDS", 0.1)
    text = QUICK.format("before") + SLOW + QUICK.format("after")
    reading = registry.read(text.encode())
    assert [record.key for record in reading.records] == ["before", "after"]
    (problem,) = (problem for problem in reading.problems if problem.rejected)
    assert (problem.reason, problem.key, problem.line) == ("took-too-long", "slow", 2)


def test_a_regular_expression_is_interrupted() -> None:
    def make() -> object:
        return re.match(r"(a|a)*b", "a" * 40)

    problem = time_limit.guard(make, 3, "k", 0.05)
    assert isinstance(problem, Problem)
    assert (problem.reason, problem.line, problem.key) == ("took-too-long", 3, "k")


def test_a_fault_of_the_reader_is_reported() -> None:
    problem = time_limit.guard(lambda: int("x"), 3, "k")
    assert isinstance(problem, Problem)
    assert (problem.reason, problem.rejected) == ("reader-fault", True)
    assert "ValueError" in problem.message


def test_there_is_no_limit_in_other_threads() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(time_limit.guard, lambda: "done", 1, "k", 0.001).result() == "done"


def test_a_site_starts_with_such_entries_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_limit, "SECONDS", 0.1)
    odd = "@misc{odd, title={Odd}, year={²}}\n" + "@misc{arx, title={Arx}, note={arxiv%s}}\n"
    text = QUICK.format("before") + odd % (" " * 4_000) + chain(40) + "\n" + SLOW
    (tmp_path / "publications.bib").write_text(text + QUICK.format("after"), encoding="utf-8")
    with running(tmp_path) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        catalog = site(app).catalog
        assert catalog.count() == 5
        page = app.test_client().get("/").text
    assert "slow: Reading this entry took more than 0.1 seconds" in result.output
    assert 'id="pub-after"' in page
