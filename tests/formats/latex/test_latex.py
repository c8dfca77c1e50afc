"""Decoding LaTeX to text, and encoding text as LaTeX."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.formats.latex import decoding
from webapp.formats.latex.encoding import encode
from webapp.formats.latex.mathematics import spans


def test_macros_of_astronomy() -> None:
    assert decoding.text(r"\ion{H}{ii} at 5\arcsec{} in \rnaas") == "H ii at 5″ in RNAAS"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"{\"o} \"o \'{\i} \v c \c{S} \.z \H{o} \k{a} \r a \=o", "ö ö í č Ş ż ő ą å ō"),
        (r"Nguy{\~{\^e}}n \'\^e", "Nguyễn ế"),
        (r"Gro\ss{}mann, S\o ren, {\L}ukasz, {\AA}rhus", "Großmann, Søren, Łukasz, Århus"),
        (r"100% sure, 5\% off, AT&T, A \& B, C\#, a_b", "100% sure, 5% off, AT&T, A & B, C#, a_b"),
        ("pages 1--2 --- ``so''", "pages 1–2 — “so”"),
        ("Knuth~and~Plass, ~user, about ~5", "Knuth and Plass, ~user, about ~5"),
        (r"{{BERT}}: {P}re-training \emph{of} \textbf{\textit{x}}", "BERT: Pre-training of x"),
        (r"see https://a.b/c_d~e%20f--g", "see https://a.b/c_d~e%20f--g"),
        (r"\url{http://a.b/c\_d}", "http://a.b/c_d"),
        (r"\path|a\b_c| and \verb+x~y+", r"a\b_c and x~y"),
        (r"\href{http://a.b}{words} \textcolor{red}{red} {\relax Ch}ang", "words red Chang"),
        (r"10\textsuperscript{th}, m\textsuperscript{2}, H\textsubscript{2}O", "10th, m², H₂O"),
        (r"\uppercase{abc} \enquote{quoted} {\noopsort{1973}}1981", "ABC “quoted” 1981"),
        ("a\n  b\t c", "a b c"),
        ("<i>html</i> &amp; 線形 代数", "<i>html</i> &amp; 線形 代数"),
        ("unbalanced {brace and } two }", "unbalanced brace and two"),
        ("", ""),
        ("\\", "\\"),
    ],
)  # fmt: skip
def test_decodes(source: str, text: str) -> None:
    assert decoding.text(source) == text


@pytest.mark.parametrize(
    ("source", "text", "plain"),
    [
        (r"$\alpha$-acid", r"$\alpha$-acid", "α-acid"),
        (r"$ x^2 $ and \(\mathcal{L}_1\)", r"$x^2$ and $\mathcal{L}_1$", "x^2 and L_1"),
        (r"the 5$^{th}$ of 1${}^{\mbox{st}}$", "the 5th of 1st", "the 5th of 1st"),
        (r"$$\frac{a}{b}$$", r"$\frac{a}{b}$", "a/b"),
        (
            r"$O(n \log n)$, $2n\log\log(n)$",
            r"$O(n \log n)$, $2n\log\log(n)$",
            "O(n log n), 2n log log(n)",
        ),
        (r"$a \in B$, $\alpha \beta$", r"$a \in B$, $\alpha \beta$", "a ∈ B, αβ"),
        (r"$\varepsilon > 0$", r"$\varepsilon > 0$", "ε > 0"),
        (r"$\varepsilon \geq \alpha$", r"$\varepsilon \geq \alpha$", "ε ≥ α"),
        ("x $<$ y", "x $<$ y", "x < y"),
        ("costs $5 and $6", "costs $5 and $6", "costs $5 and $6"),
        (r"\$100 and \$200", "$100 and $200", "$100 and $200"),
    ],
)
def test_mathematics_stays(source: str, text: str, plain: str) -> None:
    assert decoding.text(source) == text
    assert decoding.plain(text) == plain


def test_a_dollar_sign_is_not_mathematics() -> None:
    decoded = decoding.text(r"between \$x\$ and $y$2")
    assert spans(decoded) == ["$y$"]
    assert decoding.plain(decoded) == "between $x$ and y2"


def test_unknown_macros_are_reported() -> None:
    assert decoding.decode(r"a \frobnicate{b} c") == decoding.Decoded("a b c", (r"\frobnicate",))


@pytest.mark.parametrize(
    "bomb",
    ["{" * 20_000, r"\'{" * 20_000, r"\emph{" * 20_000, "$" * 20_001, r"\(" * 5_000, "\\"],
)
def test_deep_and_long_input_is_decoded(bomb: str) -> None:
    decoding.decode(bomb)
    encode(bomb)
    decoding.plain(bomb)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\ue000\u2060")))
def test_text_survives_encoding(words: str) -> None:
    text = decoding.text(encode(" ".join(words.split())))
    assert decoding.text(encode(text)) == text


@given(st.text(alphabet=r"ab 1-`'?!~\{}&%#_^", max_size=40))
def test_signs_survive_encoding(words: str) -> None:
    bare = " ".join(words.split())
    assert decoding.text(encode(bare)) == bare


@given(st.text(alphabet=r"ab $\{}'\"`~^-_%&", max_size=60))
def test_never_raises(source: str) -> None:
    decoding.plain(decoding.text(source))


def test_pairs_of_the_test_data(shared_data: Path) -> None:
    folder = shared_data / "bib" if (shared_data / "bib").is_dir() else shared_data
    pairs = json.loads((folder / "latex_to_unicode.json").read_text("utf-8"))
    wrong = [pair for pair in pairs if decoding.plain(decoding.text(pair[0])) != pair[1]]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("One\n line.\n \t\n\n Two.", "One line.\n\nTwo."),
        (r"One.\par Two.\\Three.\newline{}Four.", "One.\n\nTwo.\n\nThree.\n\nFour."),
        ("\n\nOne \\LaTeX\n\n{\\it two\n\nthree} \\par", "One LaTeX\n\ntwo\n\nthree"),
        ("$a \\\\ b$ costs $5.\n\nThen $6.", "$a \\\\ b$ costs $5.\n\nThen $6."),
    ],
)
def test_paragraphs_on_request(source: str, text: str) -> None:
    assert decoding.decode(source, paragraphs=True).text == text
    assert decoding.text(source) == text.replace("\n\n", " ")
