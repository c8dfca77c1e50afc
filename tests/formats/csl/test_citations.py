"""Styled citations: equal to those of the reference processor, escaped, the same in all threads."""

import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from citeproc import model
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.formats.bibtex import bibtex
from webapp.formats.csl.citations import STYLES, cite, cite_item
from webapp.formats.csl.items import TYPES, item
from webapp.formats.latex.mathematics import MAX_SIGNS
from webapp.records import NAMED_PEOPLE, OTHERS, Person, Record

from .references import DATA, FILES, records, without_number

PAPER = """
@inproceedings{paper,
  title = {A quiet page: state-of-the-art lists of "things" by {arXiv}},
  author = {de la Cruz, Ana Lucía and Picard, Jean-Luc and {The Page Group}},
  booktitle = {Proceedings of the 3rd Conference on Pages},
  year = 2024, month = jan, pages = {1204--1211}, doi = {10.1000/182}
}
"""
ARTICLE = """
@article{article,
  title = {Is this read?},
  author = {Smith, Jr., John and 李, 小明},
  journal = {Journal of Pages}, year = 2021, volume = 8, number = 2, pages = {e12--e15}
}
"""
BOOK = """
@book{book,
  title = {Pages of others}, editor = {Ann Lee and Jörg Müller}, publisher = {Example Press},
  address = {Bern}, edition = {Second}, year = 2001
}
"""

EXPECTED = {
    PAPER: {
        "apa": "de la Cruz, A. L., Picard, J.-L., & The Page Group. (2024). A quiet page: "
        "state-of-the-art lists of “things” by arXiv. *Proceedings of the 3rd Conference on "
        "Pages*, 1204–1211. https://doi.org/10.1000/182",
        "ieee": "A. L. de la Cruz, J.-L. Picard, and The Page Group, “A quiet page: "
        "state-of-the-art lists of ‘things’ by arXiv,” in *Proceedings of the 3rd Conference on "
        "Pages*, Jan. 2024, pp. 1204–1211. doi: 10.1000/182.",
        "acm": "Ana Lucía de la Cruz, Jean-Luc Picard, and The Page Group. 2024. A quiet page: "
        "state-of-the-art lists of “things” by arXiv. In *Proceedings of the 3rd Conference on "
        "Pages*, January 2024. 1204–1211. https://doi.org/10.1000/182",
        "chicago": "Cruz, Ana Lucía de la, Jean-Luc Picard, and The Page Group. 2024. “A Quiet "
        "Page: State-of-the-Art Lists of ‘Things’ by arXiv.” *Proceedings of the 3rd Conference "
        "on Pages*, January, 1204–11. https://doi.org/10.1000/182.",
        "mla": "de la Cruz, Ana Lucía, et al. “A Quiet Page: State-of-the-Art Lists of ‘Things’ "
        "by arXiv.” *Proceedings of the 3rd Conference on Pages*, 2024, pp. 1204–11, "
        "https://doi.org/10.1000/182.",
        "nlm": "de la Cruz AL, Picard JL, The Page Group. A quiet page: state-of-the-art lists of "
        "“things” by arXiv. In: Proceedings of the 3rd Conference on Pages. 2024. p. 1204–11. "
        "doi:10.1000/182",
    },
    ARTICLE: {
        "apa": "Smith, J., Jr., & 李小明. (2021). Is this read? *Journal of Pages*, *8*(2), "
        "e12–e15.",
        "ieee": "J. Smith Jr. and 李小明, “Is this read?,” *Journal of Pages*, vol. 8, no. 2, pp. "
        "e12–e15, 2021.",
        "acm": "John Smith Jr. and 李小明. 2021. Is this read? *Journal of Pages* 8, 2 (2021), "
        "e12–e15.",
        "chicago": "Smith, John, Jr., and 李小明. 2021. “Is This Read?” *Journal of Pages* 8 (2): "
        "e12–15.",
        "mla": "Smith, John, Jr., and 李小明. “Is This Read?” *Journal of Pages*, vol. 8, no. 2, "
        "2021, pp. e12–15.",
        "nlm": "Smith J Jr, 李小明. Is this read? Journal of Pages. 2021;8(2):e12–5.",
    },
    BOOK: {
        "apa": "Lee, A., & Müller, J. (Eds.). (2001). *Pages of others* (2nd ed.). Example Press.",
        "ieee": "A. Lee and J. Müller, Eds., *Pages of others*, 2nd ed. Bern: Example Press, 2001.",
        "acm": "Ann Lee and Jörg Müller (Eds.). 2001. *Pages of others* (2nd ed.). Example Press, "
        "Bern.",
        "chicago": "Lee, Ann, and Jörg Müller, eds. 2001. *Pages of Others*. 2nd ed. Example "
        "Press.",
        "mla": "Lee, Ann, and Jörg Müller, editors. *Pages of Others*. 2nd ed., Example Press, "
        "2001.",
        "nlm": "Lee A, Müller J, editors. Pages of others. 2nd ed. Bern: Example Press; 2001.",
    },
}


def record_of(source: str) -> Record:
    return bibtex.read(source).records[0]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("source", EXPECTED, ids=("paper", "article", "book"))
def test_a_record_in_every_style(source: str, style: str) -> None:
    citation = cite(record_of(source), style)
    expected = EXPECTED[source][style]
    assert re.sub("</?i>", "*", html.unescape(citation.html)) == expected
    assert citation.text == expected.replace("*", "")


@pytest.mark.parametrize("style", STYLES)
def test_citations_are_those_of_the_reference_processor(style: str, shared_data: Path) -> None:
    folder = shared_data / "citations"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    items = json.loads((folder / "items.json").read_text(encoding="utf-8"))
    reference = json.loads((folder / "citeproc_js.json").read_text(encoding="utf-8"))
    expected = {key: without_number(text) for key, text in reference[FILES[style]].items()}
    assert {item["id"]: without_number(cite_item(item, style).html) for item in items} == expected


# Italics in italics, which the stylesheet of the page sets upright: there are no style attributes.
UPRIGHT = re.compile(r'<span style="font-style:normal;">(.*?)</span>')

# Where citations differ from citeproc-js on purpose.
DIFFERENT = {
    # Initials without dots are all initials, as the reference has them with dots.
    ("undotted", "apa"): ("Caps, M., ", "Caps, M. R., "),
    ("undotted", "ieee"): ("M. Caps, ", "M. R. Caps, "),
    ("undotted", "nlm"): ("Caps M, ", "Caps MR, "),
    # A hyphen between initials stays in a style that makes none, too.
    ("undotted", "chicago"): ("J. L. Picard, and X. Y. Z. ", "J-L Picard, and X.-Y. Z. "),
    ("initials", "chicago"): ("J. L. Picard", "J.-L. Picard"),
    # ACM's style has a period for the pages even if there are none.
    ("article-number", "acm"): ("2018. . ", "2018. Article 640. "),
    ("least", "acm"): ("2011. .", "2011."),
    ("submitted", "acm"): ("submitted. .", "submitted."),
    # Styles without article numbers would lose them.
    ("article-number", "ieee"): ("2018. doi", "2018, p. 640. doi"),
    ("article-number", "nlm"): ("2018. doi", "2018. p. 640. doi"),
    ("article-number-of-journal", "acm"): ("(2022).", "(2022), Article 109."),
}


@pytest.mark.parametrize("style", STYLES)
def test_hard_entries_are_cited_as_by_the_reference_processor(style: str) -> None:
    """The entries of tests/data/citations.bib, and what references.py made of them."""
    reference = json.loads((DATA / "citations.json").read_text("utf-8"))
    expected = {
        key: UPRIGHT.sub(r"<i>\1</i>", texts[style]).replace(*DIFFERENT.get((key, style), ("", "")))
        for key, texts in reference.items()
    }
    assert {r.key: without_number(cite(r, style).html) for r in records()} == expected


@pytest.mark.parametrize("style", STYLES)
def test_letters_of_mathematics_keep_their_case(style: str) -> None:
    source = r"@book{k, title = {on $O(n^2)$ and $\alpha$-acid for \$5}, url = {http://a.test/$b$}}"
    record = record_of(source)
    for text in (cite(record, style).text, cite(record, style).html):
        assert re.search(r"on O\(n²\) and α-acid for \$5", text, re.IGNORECASE)
        assert "O(n²)" in text
        assert "α" in text
        assert "http://a.test/$b$" in text or style == "nlm"
    assert r"$\alpha$" in item(record)["title"]


def test_a_title_with_too_many_formulas_is_cited_as_written() -> None:
    """As on the page: a megabyte of formulas took more than a second."""
    title = " ".join(["$n^2$"] * (MAX_SIGNS // 2))
    few, many = (Record(key="k", type="book", title=text) for text in (title, f"{title} $a$"))
    assert cite(few, "mla").text.startswith("n² n²")
    assert cite(many, "mla").text.startswith("$n^2$ $n^2$")


@pytest.mark.parametrize("style", STYLES)
def test_every_type_in_every_style(style: str) -> None:
    known = item(record_of(PAPER))
    for kind in {*TYPES.values(), "article", "thesis", "software", "document"}:
        assert "quiet page" in cite_item({**known, "type": kind}, style).text.lower()
        assert cite_item({"type": kind, "title": "Alone"}, style).text.count("Alone") == 1


@pytest.mark.parametrize("style", STYLES)
def test_text_is_escaped(style: str) -> None:
    hostile = "<script>alert(1)</script> <i onclick='x'>a</i> <i>b</i> & \ue000"
    record = Record(key="k", type="article", title=hostile, container=hostile, year=2020)
    soup = BeautifulSoup(cite(record, style).html, "html.parser")
    assert {tag.name for tag in soup.find_all(True)} <= {"i", "b", "sup", "sub"}
    assert all(not tag.attrs for tag in soup.find_all(True))
    assert "alert(1)" in soup.get_text().lower()


@pytest.mark.parametrize("style", STYLES)
@given(text=st.text(max_size=40))
@settings(max_examples=15)
def test_any_text_gives_a_citation(style: str, text: str) -> None:
    record = Record(
        key="k",
        type="article",
        title=text,
        authors=(Person(family=text, given=text), Person(literal=text)),
        container=text,
        date=text,
        fields={"pages": text, "edition": text, "volume": text},
    )
    assert not re.search("[\ue000-\ue00c]", cite(record, style).html)


@pytest.mark.parametrize(
    ("fields", "style", "expected"),
    [
        ({"page": "73-123"}, "apa", "(pp. 73–123)"),
        ({"page": "100-12"}, "apa", "(pp. 100–112)"),
        ({"page": "100-112"}, "nlm", "p. 100–12."),
        ({"page": "1204-1211"}, "mla", "pp. 1204–11."),
        ({"page": "121-119"}, "mla", "pp. 121–119."),
        ({"page": "5"}, "mla", "p. 5."),
        ({"container-title": "Pages '06: Owners' lists"}, "apa", "Pages ’06: Owners’ lists"),
        ({"author": [{"family": "Lee", "given": "D.A."}]}, "chicago", "Lee, D. A."),
        ({"author": [{"family": "Lee", "given": "Ann-marie"}]}, "apa", "Lee, A.-m."),
        (
            {"title": "life near lakes in 2nd and e-mail"},
            "mla",
            "Life near Lakes in 2nd and E-Mail",
        ),
        ({"title": "What? No. Yes..."}, "acm", "What? No. Yes... In"),
        ({"edition": "3., revised"}, "ieee", "3., Revised"),
    ],
)
def test_corrections_of_the_library(fields: dict[str, Any], style: str, expected: str) -> None:
    chapter = {"type": "chapter", "title": "T", "container-title": "Book", **fields}
    assert expected in cite_item(chapter, style).text


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("a <i>b <sub>c</sub></i> d", "A <i>B <sub>C</sub></i> D"),
        ("a <i>b <b>c</i> d</b>", "A &lt;i&gt;b &lt;b&gt;c"),
        ("'a' <i>unclosed", "&lt;i&gt;unclosed"),
        ("“a “b”", "“A “B.”"),
    ],
)
def test_only_nested_tags_are_markup(title: str, expected: str) -> None:
    html = cite_item({"type": "book", "title": title}, "mla").html
    assert expected in html
    assert BeautifulSoup(html, "html.parser").decode(formatter="minimal") == html


@pytest.mark.parametrize("part", ["’", "<i>", "<i></i>", "$", "“", '"', "a.", "- ", "\ue000"])
def test_odd_titles_take_linear_time(part: str) -> None:
    """Titles of 100,000 characters: quadratic time would take hours."""
    assert len(cite_item({"type": "book", "title": part * 50_000}, "chicago").text) < 10_000


def test_and_others_becomes_et_al() -> None:
    record = Record(key="k", type="misc", title="T", authors=(Person("Lee", "Ann"), OTHERS))
    texts = {style: cite(record, style).text.partition("T.")[0] for style in STYLES}
    assert all("et al." in text for text in texts.values())


def test_hundreds_of_people_become_et_al() -> None:
    people = tuple(Person(f"Family{number}", "Given") for number in range(NAMED_PEOPLE + 2))
    record = Record("key", "article", "Title", authors=people[:-2], year=2020)
    assert "et al." not in cite(record, "acm").text
    text = cite(replace(record, authors=people), "acm").text
    assert f"Family{NAMED_PEOPLE - 1}, et al." in text
    assert f"Family{NAMED_PEOPLE}" not in text


def test_a_title_in_another_language_keeps_its_case() -> None:
    record = Record(key="k", type="article", title="über die Seite", container="Blatt")
    english = cite(record, "chicago").text
    german = cite(Record(**{**_values(record), "language": "de"}), "chicago").text
    assert "Über Die Seite" in english
    assert "über die Seite" in german


def _values(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Record.__slots__}


def test_citations_are_the_same_in_all_threads() -> None:
    records = [record_of(source) for source in EXPECTED]
    jobs = [(record, style) for style in STYLES for record in records] * 3
    alone = [cite(*job) for job in jobs]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda job: cite(*job), jobs)) == alone


def test_the_library_itself_is_not_changed() -> None:
    cite(record_of(PAPER), "apa")
    modules = {element.__module__ for element in model.CitationStylesElement.__subclasses__()}
    assert modules == {"citeproc.model"}
