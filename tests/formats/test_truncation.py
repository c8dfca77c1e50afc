"""Files that end inside an entry are recognized, and complete files are not taken for such."""

import pytest

from webapp.errors import UnreadableFileError
from webapp.formats import registry
from webapp.formats.reading import Reading

BOTH_WAYS = sorted(registry.READERS.keys() & registry.WRITERS.keys())
BIBTEX = """@string{j = "Journal"}
@article{one, title = {A {Title}}, author = "X Y", year = 2020, journal = j}

@article(two, title = {B (again)}, author = "X (Y) Z", year = 2021)
% the end, me@example.org (office)
"""
ISI = "FN Clarivate\nVR 1.0\nPT J\nAU Doe, J\nTI A\nPY 2020\nER\n\nPT J\nTI B\nPY 2021\nER\n\nEF\n"
ENDNOTE_XML = (
    "<xml><records><record><ref-type name='Book'>6</ref-type><titles><title>A</title></titles>"
    "</record><record><ref-type name='Book'>6</ref-type><titles><title>B</title></titles>"
    "</record></records></xml>"
)


def is_whole(reading: Reading) -> bool:
    """Return whether no entry may be missing, which an import with --prune requires."""
    unnamed = [problem for problem in reading.problems if problem.rejected and not problem.key]
    return not reading.cut_short and not unnamed


def incomplete(text: str) -> bool:
    try:
        return not is_whole(registry.read(text.encode()))
    except UnreadableFileError:
        return True


def written(format_: str) -> str:
    records = registry.read(BIBTEX.encode()).records
    return "".join(registry.write(records, format_))


@pytest.mark.parametrize(
    "text",
    [
        BIBTEX,
        ISI,
        ENDNOTE_XML,
        *map(written, BOTH_WAYS),
    ],
)
def test_a_complete_file_is_complete(text: str) -> None:
    assert is_whole(registry.read(text.encode()))


@pytest.mark.parametrize("sign", ["{", "("])
def test_bibtex_cut_anywhere_in_its_last_entry(sign: str) -> None:
    closing = {"{": "}", "(": ")"}[sign]
    first = "@article{one, title = {A}, author = {X Y}, year = 2020}\n\n"
    last = (
        f'@article{sign}two,\n title = {{B {{(b)}} \\{{x}},\n author = "X {{Y}}",\n'
        f" abstract = {{See\n@x{{y}} there}},\n year = 2021\n{closing}"
    )
    for length in range(1, len(last)):
        reading = registry.read((first + last[:length]).encode())
        assert reading.cut_short == 3, last[:length]
    assert is_whole(registry.read((first + last).encode()))


def test_bibtex_cut_inside_an_entry_of_an_unlisted_type() -> None:
    first = "@article{one, title = {A}, author = {X Y}, year = 2020}\n\n"
    last = "@whitepaper{two,\n title = {B},\n year = 2021\n}"
    for length in range(1, len(last)):
        assert registry.read((first + last[:length]).encode()).cut_short == 3, last[:length]
    assert is_whole(registry.read((first + last).encode()))


def test_an_address_in_a_last_comment_is_not_a_truncation() -> None:
    first = "@article{one, title = {A}, author = {X Y}, year = 2020}\n\n"
    for comment in ("see me@home (a, b", "@home at night (mostly", "% @whitepaper{two,"):
        assert registry.read((first + comment).encode()).cut_short == 0, comment


def test_bibtex_cut_after_another_entry_in_the_line() -> None:
    text = "@misc{a, title={A}, year=2020} @misc{b, title={B}, ye"
    assert registry.read(text.encode()).cut_short == 1


def test_a_missing_brace_before_the_last_entry_is_not_a_truncation() -> None:
    text = "@misc{a,\n title={A,\n year=2020\n}\n\n@misc{b, title={B}, year=2020}\n"
    assert registry.read(text.encode()).cut_short == 0


def test_a_backslash_before_the_last_brace_is_not_a_truncation() -> None:
    text = "@misc{a, title={A}, year=2020, file={C:\\dir\\}}\n"
    assert registry.read(text.encode()).cut_short == 0


@pytest.mark.parametrize("format_", ["csl-json", "zotero"])
def test_json_cut_anywhere(format_: str) -> None:
    text = written(format_)
    end = text.rindex("]")
    assert all(incomplete(text[:length]) for length in range(2, end))


def test_ris_cut_anywhere_in_an_entry() -> None:
    text = written("ris").rstrip()
    start = text.rindex("TY  - ")
    for length in range(start + len("T"), len(text) - len("ER  - ")):
        assert registry.read(text[:length].encode()).cut_short == 1 + text.count("\n", 0, start)


def test_web_of_science_cut_in_or_between_entries() -> None:
    end = ISI.index("\nEF")
    assert all(incomplete(ISI[:length]) for length in range(ISI.index("PT J") + 5, end))


def test_xml_cut_anywhere() -> None:
    start, end = ENDNOTE_XML.index("</title>"), len(ENDNOTE_XML) - len("</xml>")
    assert all(incomplete(ENDNOTE_XML[:length]) for length in range(start, end))


@pytest.mark.parametrize(
    ("format_", "end"), [("cff", "...\n"), ("endnote", "%F two\n"), ("pubmed", "ID  - two\n")]
)
def test_an_export_cut_anywhere_in_its_last_entry(format_: str, end: str) -> None:
    first = "".join(registry.write(registry.read(BIBTEX.encode()).records[:1], format_))
    text = written(format_).rstrip("\n") + "\n"
    assert text.startswith(first)
    assert text.endswith(end)
    for length in range(len(first) + 1, len(text) - 1):
        assert incomplete(text[:length]), text[len(first) : length]
    assert is_whole(registry.read(text.encode()))


@pytest.mark.parametrize("format_", ["cff", "endnote", "pubmed"])
def test_a_single_entry_cut_before_its_title(format_: str) -> None:
    text = "".join(registry.write(registry.read(BIBTEX.encode()).records[:1], format_))
    lines = text[: text.index("A Title")].splitlines(keepends=True)
    assert registry.read("".join(lines[:-1]).encode()).cut_short == 1


CITATION = """# This file was generated.
cff-version: 1.2.0
message: Cite it.
title: A
type: software
authors:
  - name: X
"""


@pytest.mark.parametrize(
    "text",
    [
        CITATION,
        f"---\n{CITATION}",
        f"{CITATION}---\n{CITATION}",
        CITATION.replace("type: software\n", ""),
        CITATION.replace("title:", '"title" :').replace("\n", "\r\n"),
    ],
)
def test_a_citation_file_without_end_marks_is_complete(text: str) -> None:
    assert is_whole(registry.read(text.encode()))


def test_a_citation_file_cut_before_what_the_format_requires() -> None:
    lines = CITATION.splitlines(keepends=True)
    for number in (2, 3, 4, 5):
        assert registry.read("".join(lines[:number]).encode()).cut_short == 1
        both = registry.read("".join((CITATION, "---\n", *lines[:number])).encode())
        assert both.cut_short == 1 + len(lines)


ARTICLE = """PMID- 1
OWN - NLM
DP  - 2020
TI  - A title
FAU - Doe, Jane
JT  - Journal
SO  - Journal. 2020 Mar;1(2):3-9. doi:
      10.1000/1.
"""
CHAPTER = "PMID- 2\nDP  - 2021\nTI  - A chapter\nBTI - A book\nAID - NBK7 [bookaccession]\n"


@pytest.mark.parametrize("text", [ARTICLE, CHAPTER, f"{ARTICLE}\n{CHAPTER}\n\n"])
def test_entries_of_pubmed_are_complete(text: str) -> None:
    assert is_whole(registry.read(text.encode()))


def test_pubmed_cut_after_any_line_before_the_source() -> None:
    for before in ("", f"{ARTICLE}\n", f"{ARTICLE}\n{CHAPTER}\n"):
        lines = ARTICLE.splitlines(keepends=True)
        for number in range(1, len(lines) - 2):
            assert registry.read((before + "".join(lines[:number])).encode()).cut_short, number


@pytest.mark.parametrize("last", ["%0 Web Page\n%T B\n%U http://b.example\n", "%0 Book\n%T C\n"])
def test_endnote_entries_with_other_tags_than_the_first_are_complete(last: str) -> None:
    text = f"%0 Book\n%A Doe, Jane\n%T A\n%D 2020\n%X Words\n\n{last}"
    assert is_whole(registry.read(text.encode()))
    assert registry.read((text + "\n%0 Book\n%A Doe, J\n").encode()).cut_short


@pytest.mark.parametrize("format_", ["endnote", "pubmed"])
def test_tagged_formats_cut_within_a_line(format_: str) -> None:
    text = written(format_)
    start = text.rindex("B (again)")
    assert all(incomplete(text[: start + length]) for length in range(1, 9))
