"""LaTeX prints the citations, runs nothing that they contain, and compiles."""

import re
import subprocess
from pathlib import Path
from unicodedata import normalize

import pytest

from tests.conftest import require_program
from webapp.formats.characters import without_controls
from webapp.formats.documents import latex
from webapp.formats.latex import decoding

from .works import ALL_STYLES, TITLES, document, texts, work, written

PACKAGES = {
    *("iftex", "inputenc", "fontenc", "lmodern", "fontspec", "amsmath,amssymb"),
    *("babel", "geometry", "hyperref"),
}


def items(source: str) -> list[str]:
    body = source.split("\\begin{enumerate}\n")[1].split("\\end{enumerate}")[0]
    return [item.removeprefix("\\item ") for item in body.splitlines()]


@pytest.mark.parametrize("title", TITLES)
def test_escaped_text_is_read_back(title: str) -> None:
    text = " ".join(without_controls(title).split())
    read = decoding.plain(decoding.text(latex.escape(text)))
    assert " ".join(read.split()) == " ".join(normalize("NFC", text).split())


@pytest.mark.parametrize("style", ALL_STYLES)
def test_a_citation_has_no_command_of_its_own(style: str) -> None:
    source = written(document(style=style), "tex")
    commands = set(re.findall(r"\\([A-Za-z]+)", "".join(items(source))))
    printing = {"textbf", "emph", "href", "textsc", "textsubscript", "textsuperscript", "frac"}
    characters = {name for name in commands if name.startswith("text")}
    assert commands <= printing | characters
    assert "\\input{" not in source.split("\\begin{document}")[1]
    assert set(re.findall(r"\\usepackage(?:\[.*?\])?\{(.*?)\}", source)) == PACKAGES


def test_every_special_character_is_escaped() -> None:
    for item in items(written(document(), "tex")):
        outside = re.sub(r"\\href\{.*?\}\{|\$[^$]*\$(?!\d)", "", item.replace("\\$", ""))
        assert not re.search(r"(?<!\\)[#%&~^_$]", outside), item


def test_formulas_stay_formulas_if_they_only_print() -> None:
    titles = ("On $n^2$ and $\\alpha$", "On $\\input{x}$", "On $a & b$ and $x^$")
    first, second, third = items(written(document(tuple(map(work, titles))), "tex"))
    assert "$n^2$ and $\\alpha$" in first
    assert "$" not in second
    assert "$" not in third.replace("\\$", "")


def test_numbers_go_on_below_each_heading() -> None:
    works = (work("a"), work("b", type="book"), work("c", year=2010, type="book"))
    source = written(document(works, grouping="type,year"), "tex")
    assert re.findall(r"\\(?:sub)?section\{(.*)\}", source) == [
        "Journal articles", "2020", "Books", "2020", "2010",
    ]  # fmt: skip
    assert re.findall(r"\\setcounter\{enumi\}\{(\d+)\}", source) == ["1", "2"]
    down = written(document(works, grouping="type,year", numbering="down"), "tex")
    assert re.findall(r"\\item\[(\d+)\.\]", down) == ["3", "2", "1"]


@pytest.mark.parametrize(
    ("language", "name"),
    [("en-GB", "british"), ("de", "ngerman"), ("el", "greek"), ("zh", "english")],
)
def test_the_language_of_the_document_is_set(language: str, name: str) -> None:
    source = written(document((work("a"),), language=language), "tex")
    assert f"main={name}]{{babel}}" in source
    assert f"pdflang={{{language}}}" in source


def test_only_a_document_with_other_letters_needs_another_engine() -> None:
    assert "RequireTUTeX" not in written(document((work("Naïve “plain” – text"),)), "tex")
    assert "RequireTUTeX" in written(document((work("中文"),)), "tex")


def test_it_compiles(tmp_path: Path) -> None:
    lualatex = require_program("lualatex", package="texlive-luatex texlive-latex-recommended")
    made = document(subtitle=TITLES[1], note=TITLES[3], grouping="type,year", language="de")
    (tmp_path / "works.tex").write_text(written(made, "tex"))
    command = [lualatex, "-halt-on-error", "-interaction=nonstopmode", "works.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert run.returncode == 0, run.stdout.decode(errors="replace")[-2000:]
    assert len(texts(made)) == len(TITLES)
    assert (tmp_path / "works.pdf").exists()
