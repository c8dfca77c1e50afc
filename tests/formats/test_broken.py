"""Broken BibTeX: what can be understood is read, the rest is reported."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from webapp.errors import UnreadableFileError
from webapp.formats import registry
from webapp.formats.bibtex import bibtex
from webapp.formats.braces import Ends, end_of
from webapp.formats.reading import Reading

_BEFORE = "@article{before, title={Before}, year=2020}\n"
_AFTER = "\n@article{after, title={After}, year=2020}\n"
_WHOLE = {"title": "T", "author": "X Y", "year": "2020"}


def read(entry: str) -> Reading:
    return bibtex.read(_BEFORE + entry + _AFTER)


@pytest.mark.parametrize(
    ("entry", "line", "reason"),
    [
        ("@article{bad,\n title={T}\n author={X Y},\n year={2020}\n}", 4, "missing-comma"),
        ("@article{bad,\n title={T},\n author={X Y},\n year=2020 }}", 0, ""),
        ("@article{bad\n title={T},\n author={X Y},\n year={2020}\n}", 0, ""),
        ("@article{bad,\n title={T,\n author={X Y},\n year={2020}\n}", 3, "missing-brace"),
        ('@article{bad,\n title="T,\n author={X Y},\n year={2020}\n}', 3, "missing-quote"),
        ("@article{bad,\n title={T},\n author={X Y},\n year={2020}\n", 5, "unclosed-entry"),
        ("@article{bad,\n title={T}},\n author={X Y},\n year={2020}\n}", 3, "extra-brace"),
        ("@article{bad,\n title={T},\n author={X Y},\n so it\n year={2020}\n}", 5, "junk-in-entry"),
        ("@article{bad,\n title={T},\n author = X Y,\n year={2020}\n}", 4, "unquoted-value"),
        ("@article(bad,\n title={T},\n author={X Y},\n year={2020}\n)", 0, ""),
        ("@article\n{bad,\n title={T},\n author={X Y},\n year={2020},,\n}", 0, ""),
        ("@ARTICLE {bad,\n Title={T},\n% note={N},\n AUTHOR={X Y},\n year={2020}\n}", 0, ""),
        ("@article{bad,title={T},author={X Y},year={2020}} @comment{x}", 0, ""),
    ],
)  # fmt: skip
def test_a_broken_entry_is_read(entry: str, line: int, reason: str) -> None:
    reading = read(entry)
    before, bad, after = reading.records
    assert (before.title, after.title) == ("Before", "After")
    assert bad.key == "bad"
    assert bad.source == _WHOLE
    reported = [(problem.line, problem.reason) for problem in reading.problems]
    assert reported == ([(line, reason)] if reason else [])
    again = bibtex.read("".join(bibtex.write(reading.records)))
    assert again.records == reading.records
    assert again.problems == ()


def test_an_entry_without_a_key_gets_one() -> None:
    reading = read("@article{\n title={Some Words},\n author={Zoë Doe},\n year={2020}\n}")
    assert reading.records[1].key == "doe2020some"
    assert [(problem.line, problem.reason) for problem in reading.problems] == [(2, "no-key")]


@pytest.mark.parametrize("key", ["a:b/c.d_e+f", "DBLP:conf/x/Y-2"])
def test_odd_keys_are_kept(key: str) -> None:
    assert read(f"@article{{{key}, title={{T}}, year=2020}}").records[1].key == key


def test_signs_in_values_are_text() -> None:
    reading = read(
        "@misc{k, title={Mail me @ home}, note={see @misc{foo, bar}, a=b \\} c}, year=1999}"
    )
    assert reading.records[1].fields["note"] == "see @miscfoo, bar, a=b } c"
    assert reading.problems == ()


def test_a_backslash_before_the_brace() -> None:
    reading = read("@misc{k,\n file = {C:\\dir\\},\n title={T},\n year={2020}\n}")
    assert reading.records[1].source == {"file": "C:\\dir", "title": "T", "year": "2020"}


def test_text_between_entries_is_a_comment() -> None:
    reading = read(
        "<p>Junk with { a brace and @ a sign</p>\nfoo@example.org\n---\nlayout: x\n---\n"
    )
    assert [record.key for record in reading.records] == ["before", "after"]
    assert (reading.problems, reading.skipped) == ((), ())


def test_an_entry_that_is_commented_out_is_skipped() -> None:
    reading = read("% @article{hidden,\n% title={Hidden},\n% }\n")
    assert [record.key for record in reading.records] == ["before", "after"]
    assert [(problem.line, problem.key) for problem in reading.skipped] == [(2, "hidden")]


def test_a_start_without_a_brace_is_rejected_with_its_line() -> None:
    reading = read("@article this is not one\n")
    assert [(p.line, p.reason, p.rejected) for p in reading.problems] == [(2, "not-an-entry", True)]


def test_lines_are_counted_with_backslashes_and_windows_line_ends() -> None:
    data = b"@misc{a,\r\n title={x \\\\\r\n y},\r\n year=2020}\r\n\r\n@misc{b, title={T}}\r\n"
    assert registry.read(data).lines == (1, 6)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_encodings(encoding: str) -> None:
    data = "@misc{k, title={Grüße}, year=2020}\n".encode(encoding)
    assert registry.read(data).records[0].title == "Grüße"


def test_a_declared_encoding_comes_first() -> None:
    data = "% Encoding: ISO-8859-2\n@misc{k, title={Łódź}, year=2020}".encode("iso-8859-2")
    assert registry.read(data).records[0].title == "Łódź"


@pytest.mark.parametrize(
    "data",
    [b"", b" \n\t", b"---\n---\n", b"%PDF-1.7 ...", b"PK\x03\x04...", bytes(range(256)) * 9,
     b"just words\n", b"<html><body>x</body></html>", b'{"results": []}', b"[]", b"[1, 2]"],
)  # fmt: skip
def test_a_file_without_publications_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(UnreadableFileError) as refusal:
        registry.read(data)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


_VALID = (
    _BEFORE + "@string{s = {X}}\n@book{b, author = s # { and Y}, title = {A {B} c}}" + _AFTER
).encode()
_PIECES = (
    b"{",
    b"}",
    b'"',
    b",",
    b"=",
    b"#",
    b"\\",
    b"@",
    b"%",
    b"\n",
    b"@a{",
    b"\xff",
    b"$",
    b"(",
)


@given(st.binary(max_size=200))
@example(b"@a{k\\,}")
@example(b"@a{k, year = \\\\ \\\\}")
@example(b'@a{,t="{},\n}\n\n{@Comment{x}\n"}')
def test_any_bytes(data: bytes) -> None:
    check(data)


@given(st.lists(st.tuples(st.integers(0, len(_VALID)), st.sampled_from(_PIECES)), max_size=8))
@example([(70, b"@"), (72, b"(")])
@settings(max_examples=300)
def test_any_mutation(changes: list[tuple[int, bytes]]) -> None:
    data = _VALID
    for place, piece in changes:
        data = data[:place] + piece + data[place + place % 3 :]
    check(data)


def check(data: bytes) -> None:
    """Check that a file is read or refused, and that an export gives the same records."""
    try:
        reading = registry.read(data)
    except UnreadableFileError:
        return
    assert len(reading.records) == len(reading.lines)
    assert not any(problem.reason == "reader-fault" for problem in reading.problems)
    if reading.format == "bibtex" and reading.records:
        again = registry.read("".join(registry.write(reading.records)).encode())
        assert again.records == reading.records


@pytest.mark.parametrize(
    "bomb",
    ["@a{" * 3000, "@a{k," + "a=" * 3000, "@a{k,a=" + "#" * 3000, "@a{k," + "\n" * 9000 + "x",
     "@a{k,\n" + "t = {\n" * 50_000, '@a{k,\n' + 't = "{\n' * 50_000, "@a{\n" * 9000,
     "@a{k,a=b" + " # t = a" * 50_000,
     "@a(" * 3000, "@a{k,title={" + "{" * 9000, '@a{k,a="' + '"' * 3000, "@a{b} " * 2000,
     '@string{a="xxxxxxxxxx"}\n' + "@string{a=a#a}\n" * 60 + "@a{k,title=a}"],
)  # fmt: skip
def test_hostile_files_are_read_or_refused(bomb: str) -> None:
    check(bomb.encode())


@given(st.text(alphabet='{}"\\a', max_size=20))
def test_ends_of_one_pass_are_those_of_single_searches(text: str) -> None:
    ends = Ends(text)
    for place in (match.start() for match in re.finditer(r'(?<!\\)[{"]', text)):
        assert ends.of(place) == end_of(text, place)
        assert ends.of(place, escapes=False) == end_of(text, place, escapes=False)
