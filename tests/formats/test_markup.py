"""Markup of HTML, JATS and MathML in fields, which becomes LaTeX when a record is built."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.entries import cited, record_of
from webapp.formats import inline, registry
from webapp.formats.bibliography import bibliography
from webapp.formats.bibtex import bibtex
from webapp.formats.csl.citations import cite
from webapp.formats.markup import conversion
from webapp.records import Record

WITH_ELEMENTS = [
    ("<i>Homo naledi</i> and H<sub>2</sub>O<SUP>+</SUP>",) * 2,
    ("A <scp>GPS</scp> <b>bold</b> <em>em</em>", "A <sc>GPS</sc> <b>bold</b> <i>em</i>"),
    ("<jats:italic>p</jats:italic> <jats:sup>2</jats:sup>", "<i>p</i> <sup>2</sup>"),
    ('<span style="font-variant: small-caps">ad</span> <STRONG>x</STRONG>', "<sc>ad</sc> <b>x</b>"),
    ('<span class="nocase">k</span>-means <u>u</u> <a href="x">l</a>', "k-means u l"),
    ("<i>in <b>vivo</b></i><br/>two", "<i>in <b>vivo</b></i> two"),
    ("<p>One</p> <p>two", "One two"),
]
ANNOTATION = r"<annotation encoding='application/x-tex'>\kappa</annotation>"
AS_TEXT = [
    *("The <object> element", "p<0.05", "a<b and c>d", "vector<int>", "List<String>"),
    *("The <sup> element", "x < y", "Map<K, V>", "<T> and <U>", "A&B; C", "AT&T;"),
]


@pytest.mark.parametrize(("written", "title"), WITH_ELEMENTS)
def test_elements_are_the_same_from_every_format(written: str, title: str) -> None:
    title = title.replace("<SUP>", "<sup>").replace("</SUP>", "</sup>")
    assert record_of(f"title = {{{written}}}").title == title
    for record in from_other_formats(written):
        assert record.title == title


@pytest.mark.parametrize("written", AS_TEXT)
def test_other_signs_are_text(written: str) -> None:
    for record in (record_of(f"title = {{{written}}}"), *from_other_formats(written)):
        assert record.title == written


def test_line_breaks_of_xml_around_elements_are_left_out() -> None:
    written = "Seen (\n  <i>Puffinus</i>\n  ) again"
    (other,) = registry.read(json.dumps([{"type": "book", "title": written}]).encode()).records
    for record in (record_of(f"title = {{{written}}}"), other):
        assert record.title == "Seen (<i>Puffinus</i>) again"


def from_other_formats(title: str) -> list[Record]:
    """Return the record of a title in each format of plain text."""
    files = [
        f"TY  - JOUR\nTI  - {title}\nER  - \n",
        f"%0 Journal Article\n%T {title}\n",
        f"PMID- 1\nTI  - {title}\n",
        f"FN ISI\nPT J\nTI {title}\nER\n",
        json.dumps([{"type": "book", "title": title}]),
        json.dumps([{"type": "journal-article", "title": [title]}]),
        json.dumps({"items": [{"itemType": "book", "title": title}]}),
        json.dumps({"results": [{"mrnumber": 1, "titles": {"title": title}}]}),
        f"cff-version: 1.2.0\nauthors: []\ntitle: {json.dumps(title)}\n",
    ]
    return [registry.read(file.encode()).records[0] for file in files]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Flowers &amp; Places", "Flowers & Places"),
        (r"Flowers {\&}amp; Places", "Flowers & Places"),
        ("M&uuml;ller &#233;&#xE9; &ndash; &Alpha;", "Müller éé – Α"),
        (r"{\&}\#233; {\&}{\#}233;", "é é"),
        (r"p \&lt; 0.05 &gt; 0", "p < 0.05 > 0"),
        (r"Write \&amp; in HTML", "Write &amp; in HTML"),
        ("Write &amp;amp; in HTML", "Write &amp; in HTML"),
        ("a&nbsp;b&shy;c", "a bc"),
        ("&unknown; &T; R&D; x", "&unknown; &T; R&D; x"),
        (r"{\textless}i{\textgreater}x{\textless}/i{\textgreater}", "<i>x</i>"),
        ("$<$sub$>$2$<$/sub$>$", "<sub>2</sub>"),
        (r"$\less$sub$\greater$2$\less$/sub$\greater$", "<sub>2</sub>"),
        (r"\textless i\textgreater x\textless/i\textgreater", "<i> x</i>"),
    ],
)
def test_references_in_bibtex_are_decoded_once(written: str, title: str) -> None:
    record = record_of(f"title = {{{written}}}")
    assert record.title == title
    assert bibtex.read("".join(bibtex.write([record]))).records == (record,)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("&lt;i&gt;x&lt;/i&gt;", "<i>x</i>"),
        ("&amp;lt; &amp;amp; &amp;#38;", "&lt; &amp; &#38;"),
        ("&amp;amp;amp;", "&amp;amp;"),
        ("The &lt;sup&gt; and &lt;/sup&gt; tags", "The <sup> and </sup> tags"),
    ],
)
@pytest.mark.parametrize("format_", ["bibtex", "ris", "csl-json", "zotero", "endnote", "cff"])
def test_decoded_text_is_not_decoded_again(written: str, text: str, format_: str) -> None:
    record = record_of(f"title = {{{written}}}, abstract = {{{written}}}")
    for _ in range(2):
        assert inline.to_plain(record.title) == inline.to_plain(record.abstract) == text
        assert not inline.parse(record.title).elements
        (record,) = registry.read("".join(registry.write([record], format_)).encode()).records


def test_every_kind_of_field_is_decoded() -> None:
    record = record_of(
        "title = {T}, author = {M&uuml;ller, <b>Ann</b><sup>1,2</sup> and Roe, Jan},"
        "journal = {J. CO<sub>2</sub> &amp; <i>Drosophila</i>},"
        "keywords = {R&amp;D, <i>E. coli</i>, Q\\&amp;A},"
        "publisher = {Smith \\&amp; Sons}, note = {<i>Best</i> &quot;paper&quot;},"
        "url = {https://a.b/?c=1&amp;d=2}, pdf = {https://a.b/x.pdf?c={\\&}amp;d},"
        "doi = {10.1002/1097(199806)49:8&lt;693::AID&gt;3.0.CO;2-O}"
    )
    assert [person.name for person in record.authors] == ["Ann Müller", "Jan Roe"]
    assert record.container == record.venue == "J. CO₂ & Drosophila"
    assert record.tags == ("R&D", "E. coli", "Q&A")
    assert record.fields["publisher"] == "Smith & Sons"
    assert record.fields["note"] == '<i>Best</i> "paper"'
    urls = [link.url for link in record.links]
    assert "https://a.b/?c=1&d=2" in urls
    assert "https://a.b/x.pdf?c=&d" in urls
    assert record.doi == "10.1002/1097(199806)49:8<693::AID>3.0.CO;2-O"


def test_references_in_other_formats_separate_nothing() -> None:
    ris = (
        "TY  - JOUR\nTI  - T\nAU  - M&uuml;ller, A; King, B\nAU  - Gr&ouml;&szlig;e, C\n"
        "KW  - R&amp;D, and more\nUR  - https://a.b/?c=1&amp;d=2;https://c.d/\nER  - \n"
    )
    (record,) = registry.read(ris.encode()).records
    assert [person.family for person in record.authors] == ["Müller", "King", "Größe"]
    assert record.tags == ("R&D, and more",)
    assert [link.url for link in record.links] == ["https://a.b/?c=1&d=2", "https://c.d/"]


@pytest.mark.parametrize(
    ("written", "paragraphs"),
    [
        ("<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>", 2),
        ("<p>One.<p>Two.", 2),
        ("<jats:sec><jats:title>Aim</jats:title>\n<jats:p>One.</jats:p></jats:sec> Two.", 3),
        ("<div>One.</div>\n\n<ul><li>Two.<li>Three.</ul>", 3),
        ("One.<br><br/>Two.", 2),
    ],
)
def test_blocks_of_abstracts_are_paragraphs(written: str, paragraphs: int) -> None:
    crossref = [{"type": "journal-article", "title": ["T"], "abstract": written}]
    (other,) = registry.read(json.dumps(crossref).encode()).records
    for record in (record_of(f"title = {{T}}, abstract = {{{written}}}"), other):
        assert record.abstract.count("\n\n") == paragraphs - 1
        assert "<" not in record.abstract
        assert record.abstract.startswith(("One.", "Aim\n\nOne."))


@pytest.mark.parametrize(
    ("written", "title", "plain"),
    [
        ("<mml:math xmlns:mml='x'><mml:mi>k</mml:mi></mml:math>", "$k$", "k"),
        ("<math><msub><mi>α</mi><mn>1</mn></msub><mo>≤</mo><mn>2</mn></math>",
         r"$\alpha_{1}\leq2$", "α₁≤2"),
        ("<math><mfrac><mn>1</mn><msqrt><mi>x</mi></msqrt></mfrac></math>",
         r"$\frac{1}{\sqrt{x}}$", "1/√x"),
        ("<math><mover><mi>x</mi><mo>¯</mo></mover><mi>sin</mi><mi>y</mi></math>",
         r"$\bar{x}\sin y$", "x̄sin y"),
        ("<math><mstyle><mtext>if </mtext><mi mathvariant='double-struck'>R</mi></mstyle></math>",
         r"$\text{if }\mathbb{R}$", "if R"),
        (r"<jats:tex-math>\begin{document}$$ k $$\end{document}</jats:tex-math>", "$k$", "k"),
        (f"<math><semantics><mi>k</mi>{ANNOTATION}</semantics></math>", r"$\kappa$", "κ"),
        (r"<tex-math>$k$</tex-math> <mml:math><mml:mi>k</mml:mi></mml:math>", "$k$", "k"),
        (r'<span class="math inline">\(k\)</span>', "$k$", "k"),
        ("<math>unclosed", "<math>unclosed", "<math>unclosed"),
    ],
)  # fmt: skip
def test_mathml_becomes_tex(written: str, title: str, plain: str) -> None:
    for record in (
        record_of(f"title = {{On {written}}}"),
        *from_other_formats(f"On {written}")[:1],
    ):
        assert record.title == f"On {title}"
        assert inline.to_plain(record.title) == f"On {plain}"


def test_citations_and_exports_have_the_elements() -> None:
    record = record_of(
        "title = {<i>Homo</i> <b>b</b> H<sub>2</sub> m<sup>2</sup> <scp>gps</scp> &lt;x&gt;},"
        "author = {Roe, Jan}, year = 2017, journal = {J}"
    )
    html = cite(record, "apa").html
    assert "<i>Homo</i> <b>b</b> H<sub>2</sub> m<sup>2</sup>" in html
    assert '<span class="small-caps">gps</span> &lt;x&gt;' in html
    visible = bibliography(record)
    written = {
        name: "".join(registry.write_for_visitors([visible], name))
        for name in ("bibtex", "ris", "csl-json", "csv")
    }
    latex = r"\emph{Homo} \textbf{b} H\textsubscript{2} m\textsuperscript{2} \textsc{gps} <x>"
    assert latex in written["bibtex"]
    assert "Homo b H₂ m² gps <x>" in written["ris"]
    assert "Homo b H₂ m² gps <x>" in written["csv"]
    (item,) = json.loads(written["csl-json"])
    small_caps = '<span style="font-variant:small-caps;">gps</span>'
    assert item["title"] == f"<i>Homo</i> <b>b</b> H<sub>2</sub> m<sup>2</sup> {small_caps} <x>"
    assert "Homo b H₂ m² gps <x>" in "".join(registry.write([record], "ris"))


def test_latex_has_the_same_elements() -> None:
    record = record_of(
        r"title = {\emph{a} {\it b} \textbf{c} {\bf d} \textsc{e} {\sc f} x\textsubscript{2}}"
    )
    assert record.title == "<i>a</i> <i>b</i> <b>c</b> <b>d</b> <sc>e</sc> <sc>f</sc> x<sub>2</sub>"
    assert "Homo" in cited(r"title = {\textit{Homo}}, author = {Roe, Jan}, year = 2001", "mla")


_PARTS = ["<i>", "</i>", "<sub>", "</sub>", "<p>", "&amp;", "&lt;", "&gt;", "amp;", "<", ">", "a "]


@given(st.lists(st.sampled_from([*_PARTS, "$", "{", "}", "\\", "&#60;", "<br>", "sup>"])))
def test_conversion_is_applied_once(parts: list[str]) -> None:
    latex = conversion.from_text("title", "".join(parts))
    assert conversion.from_latex("title", latex) == latex


@given(st.lists(st.sampled_from([*_PARTS, "x", '<span class="nocase">', "</span>"])))
@pytest.mark.parametrize("format_", ["bibtex", "csl-json", "zotero"])
def test_importing_an_export_changes_nothing(format_: str, parts: list[str]) -> None:
    ris = f"TY  - BOOK\nID  - k\nTI  - T {''.join(parts)}\nPY  - 2001\nER  - \n"
    (record,) = registry.read(ris.encode()).records
    (again,) = registry.read("".join(registry.write([record], format_)).encode()).records
    assert again.title == record.title


@pytest.mark.parametrize(
    "part",
    ["<i>", "</i>", "<math>", "</math>", "&amp;", "&", "<i ", "{\\textless}", "<math><mi>", "$<$",
     "<span class='math'>\\(", "<!--", "(\n<i>", "<p>", "<mml:mrow>", "&amp;amp;"],
)  # fmt: skip
def test_hostile_values_take_linear_time(part: str) -> None:
    """Quadratic time would be minutes here."""
    assert conversion.from_text("abstract", part * 30_000 + "<math>")
    assert conversion.from_latex("title", "<math>" + part * 30_000 + "</math>x")


def test_elements_of_xml_formats_stay() -> None:
    pubmed = (
        "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>On <i>E. coli</i>, "
        "CO<sub>2</sub> &amp; <mml:math xmlns:mml='http://www.w3.org/1998/Math/MathML'>"
        "<mml:msup><mml:mi>k</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math></ArticleTitle>"
        "</Article></MedlineCitation></PubmedArticle>"
    )
    endnote = (
        '<xml><records><record><ref-type name="Book">6</ref-type><titles><title>'
        '<style face="normal">On </style><style face="italic">E. coli</style><style>, CO</style>'
        '<style face="subscript">2</style></title></titles>'
        '<publisher><style face="bold">House</style></publisher></record></records></xml>'
    )
    (article,), (book,) = (registry.read(file.encode()).records for file in (pubmed, endnote))
    assert article.title == "On <i>E. coli</i>, CO<sub>2</sub> & $k^{2}$"
    assert book.title == "On <i>E. coli</i>, CO<sub>2</sub>"
    assert book.source["publisher"] == "House"


@pytest.mark.parametrize("signs", ["$", "$" * 1_001])
def test_mathml_between_dollars_is_not_lost(signs: str) -> None:
    written = f"{signs}a <math><mi>k</mi></math> b$"
    for latex in (conversion.from_text("title", written), conversion.from_latex("title", written)):
        assert "k" in latex
        assert not [character for character in latex if "\ue000" <= character <= "\uf8ff"]
