"""Inline elements of HTML and JATS in text: a fixed set, all else is text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.formats import inline
from webapp.formats.exporting import in_plain_text
from webapp.records import Record


def shown(source: str) -> str:
    return inline.to_html(inline.parse(source))


@pytest.mark.parametrize(
    ("source", "html", "plain"),
    [
        ("H<sub>2</sub>O", "H<sub>2</sub>O", "H₂O"),
        ("10<sup>−5</sup> m<SUP>2</SUP>", "10<sup>−5</sup> m<sup>2</sup>", "10⁻⁵ m²"),
        ("x<sub>min</sub>", "x<sub>min</sub>", "xmin"),
        ("<em>E. coli</em>, <strong>a</strong>", "<i>E. coli</i>, <b>a</b>", "E. coli, a"),
        ("<jats:italic>in vivo</jats:italic>", "<i>in vivo</i>", "in vivo"),
        ("<scp>nasa</scp> <sc>esa</sc>", "nasa esa", "nasa esa"),
        ('<span class="nocase">A</span> <a href="x">b</a>', "A b", "A b"),
        ("<i onclick='alert(1)'>a</i>", "<i>a</i>", "a"),
        ("a<br/>b", "a b", "a b"),
        (r"$H_2O$ is $O(n \log n)$", "H₂O is O(n log n)", "H₂O is O(n log n)"),
        (r"<i>$\varepsilon > 0$</i>", "<i>ε &gt; 0</i>", "ε > 0"),
        ("$x^{10}$, $L_{max}$", "x¹⁰, L_max", "x¹⁰, L_max"),
        ("$a$<sub>2</sub>$b$", "a<sub>2</sub>b", "a₂b"),
    ],
)  # fmt: skip
def test_elements_of_the_set_are_shown(source: str, html: str, plain: str) -> None:
    assert shown(source) == html
    assert inline.to_plain(source) == plain


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "a <b and c> d",
        "The <sup> element",
        "<i>open",
        "close</i>",
        "<i>a <x>b</x>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<b onclick>c</b",
        "<iframe></iframe>",
    ],
)
def test_all_other_tags_are_text(text: str) -> None:
    assert inline.parse(text) == inline.InlineText(text)
    assert inline.to_plain(text) == text


def test_elements_that_overlap_show_the_outer_one() -> None:
    assert shown("<i>a <b>c</i> d</b>") == "<i>a &lt;b&gt;c</i> d&lt;/b&gt;"


def test_a_tag_in_a_formula_is_tex() -> None:
    assert shown("$x <b> y$ <i>z</i> $<b>$") == "x &lt;b&gt; y <i>z</i> &lt;b&gt;"


@pytest.mark.parametrize(
    ("start", "repeated", "plain"),
    [
        ("", "<i>", "<i>"),
        ("", "</i>", "</i>"),
        ("", "<i><b>", "<i><b>"),
        ("", "<sub>1</sub>", "₁"),
        ("<i ", 'a="b" ', 'a="b" '),
        ("<i", " ", " "),
    ],
)
def test_long_texts_take_linear_time(start: str, repeated: str, plain: str) -> None:
    """Quadratic time would be minutes here."""
    text = start + repeated * 50_000 + "."
    limit = inline.MAX_ELEMENTS if plain == "₁" else 50_000
    assert (
        inline.to_plain(text)[: len(plain * limit)] == (start + plain * limit)[: len(plain * limit)]
    )
    assert len(shown(text)) >= 50_000


def test_elements_are_nested_no_deeper_than_the_limit() -> None:
    html = shown("<i>" * 10_000 + "x" + "</i>" * 10_000)
    assert html == "<i>" * inline.MAX_DEPTH + "x" + "</i>" * inline.MAX_DEPTH


def test_paragraphs_end_at_blank_lines_and_at_elements() -> None:
    source = (
        "<jats:title>Aim</jats:title><jats:p>One <jats:bold>two</jats:bold>.</jats:p>\n\n<p>3</p>"
    )
    assert [part.text.strip() for part in inline.paragraphs(source)] == ["Aim", "One two.", "3"]
    assert [part.text for part in inline.paragraphs("a\nb\n \nc")] == ["a b", "c"]


def test_a_part_has_its_share_of_the_elements() -> None:
    text = inline.parse("<i>one <b>two</b> three</i> four")
    assert inline.to_html(text.part(4, 9)) == "<i><b>two</b> t</i>"
    assert inline.to_html(text.part(13, 18)) == " four"


def test_plain_records_have_no_tags_and_no_tex() -> None:
    record = Record(
        "k", "misc", title="H<sub>2</sub>O", abstract="$a_1$", fields={"note": "<b>!</b>"}
    )
    plain = in_plain_text(record)
    assert (plain.title, plain.abstract, plain.fields["note"]) == ("H₂O", "a₁", "!")


@given(st.lists(st.sampled_from(["<i>", "</i>", "<sub>", "</sub>", "<p>", "</p>", "a", "<", "$"])))
def test_every_start_tag_has_an_end_tag(parts: list[str]) -> None:
    html = shown("".join(parts))
    for name in ("i", "sub"):
        assert html.count(f"<{name}>") == html.count(f"</{name}>")
