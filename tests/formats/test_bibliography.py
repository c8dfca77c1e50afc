"""Visitors get bibliography: exports and citations leave out what only a page can use."""

import os
import re
import subprocess
from pathlib import Path

import bibtexparser
import pytest

from bench.server import SEED
from tests.conftest import require_program
from tests.entries import record_of
from webapp.config import ROOT
from webapp.formats import registry
from webapp.formats.bibliography import bibliography
from webapp.formats.bibtex import bibtex
from webapp.formats.csl.citations import cite
from webapp.formats.dates import MONTH_MACROS
from webapp.formats.public_fields import PUBLIC_FIELDS, is_exported
from webapp.formats.vocabulary import TYPES
from webapp.records import Record

# What programs and page builders write into entries for themselves.
_NOT_EXPORTED = """
selected preview bibtex_show abbr altmetric dimensions google_scholar_id inspirehep_id html pdf
code website blog slides video poster supp award award_name additional_info annotation
groups owner timestamp file comment printed priority ranking readstatus relevance qualityassured
creationdate modificationdate citationkey jabref-groups date-added date-modified bdsk-file-1
bdsk-url-1 annote extra itemid collection notes ids options biburl bibsource crossref xref versionof
"""
NOT_EXPORTED = _NOT_EXPORTED.split()
# Fields that entries of every type have in exports.
_OF_EVERY_TYPE = """
author editor translator title subtitle booktitle journal journaltitle series volume number issue
pages eid chapter edition publisher institution school organization address location howpublished
year month date note addendum doi url eprint eprinttype archiveprefix primaryclass isbn issn pmid
abstract keywords language langid urldate type version pubstate
"""
OF_EVERY_TYPE = _OF_EVERY_TYPE.split()
# By the type of entry: further fields, and fields of other types.
BY_TYPE = {
    "article": ("", "assignee repository director advisor department medium"),
    "inproceedings": ("", "assignee repository director advisor department medium"),
    "book": ("", "assignee repository director advisor department medium"),
    "phdthesis": ("advisor department", "assignee repository director medium"),
    "techreport": ("department", "assignee repository director advisor medium"),
    "patent": ("assignee nationality dayfiled yearfiled", "repository director advisor medium"),
    "software": ("repository swhid introducedin medium", "assignee director advisor department"),
    "dataset": ("repository swhid medium", "assignee director advisor department"),
    "movie": ("director performer runtime medium", "assignee repository advisor department"),
    "online": ("medium", "assignee repository director advisor department"),
    "misc": ("repository medium", "assignee director advisor department"),
}


def exported(text: str) -> Record:
    (record,) = bibtex.read(text).records
    return bibliography(bibtex.public(record))


def exported_bibtex(text: str) -> str:
    return "".join(bibtex.write([exported(text)]))


@pytest.mark.parametrize(
    ("written", "exported"),
    [
        ("family=Dijk, given=Jan, prefix=van, useprefix=true and Roe, A.",
         "van Dijk, Jan and Roe, A."),
        ("{family=Alembert, given=Jean, prefix=d'} and others", "d' Alembert, Jean and others"),
        ("Roe, A., Lee, B., & King, C.", "Roe, A. and Lee, B. and King, C."),
        ("{Roe, Lee, King, and Sons}", "{Roe, Lee, King, and Sons}"),
    ],
)  # fmt: skip
def test_other_programs_read_the_names(written: str, exported: str) -> None:
    record = record_of(f"title = {{T}}, author = {{{written}}}")
    assert bibliography(record).source["author"] == exported


@pytest.mark.parametrize("kind", BY_TYPE)
def test_the_fields_of_exports_by_type(kind: str) -> None:
    added, left_out = map(str.split, BY_TYPE[kind])
    names = [*OF_EVERY_TYPE, *added, *left_out, *NOT_EXPORTED]
    fields = "".join(f"  {name} = {{2020}},\n" for name in names)
    record = exported(f"@{kind}{{k,\n{fields}}}")
    assert set(record.source) == {*OF_EVERY_TYPE, *added}
    assert set(OF_EVERY_TYPE) <= set(PUBLIC_FIELDS)


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_no_type_exports_bookkeeping(kind: str) -> None:
    assert not [name for name in NOT_EXPORTED if is_exported(name, kind)]
    assert not [name for name in OF_EVERY_TYPE if not is_exported(name, kind)]


@pytest.mark.parametrize("format_", ["bibtex", "ris", "csl-json", "csv"])
def test_no_format_has_what_is_no_bibliography(format_: str) -> None:
    names = [name for name in NOT_EXPORTED if name != "abbr"]  # a short title of the container
    fields = "".join(f"{name} = {{zymurgy{number}}}," for number, name in enumerate(names))
    record = exported(f"@article{{k, title = {{T}}, year = 2020, {fields}}}")
    written = "".join(registry.write([record], format_))
    assert "zymurgy" not in written
    assert "zymurgy" not in cite(record, "apa").text


def test_the_setting_exports_fields() -> None:
    (record,) = bibtex.read("@misc{k, title={T}, year=2020, award={Prize}, html={x}}").records
    made = bibliography(bibtex.public(record, ["award"]), ["award"])
    assert list(made.source) == ["title", "year", "award"]


def test_the_entry_itself_stays_as_it_is() -> None:
    text = "@misc{k, title={T}, author={Doe, Jane*}, note={<b>x</b>}, selected={true}, year=2020}"
    (record,) = bibtex.read(text).records
    again = bibtex.read("".join(bibtex.write([record]))).records[0]
    assert again == record
    assert again.source["author"] == "Doe, Jane*"
    assert again.source["selected"] == "true"


def test_a_link_replaces_the_url_that_an_entry_lacks() -> None:
    start = "@misc{k, title={T}, year=2020, html={https://example.org/a_b}, pdf={k.pdf}"
    assert exported(start + "}").source["url"] == "https://example.org/a_b"
    assert "url" not in exported(start + ", doi={10.1000/1}}").source
    assert "url" not in exported("@misc{k, title={T}, year=2020, pdf={k.pdf}}").source


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Doe, Jane* and Roe, Ann", "Doe, Jane and Roe, Ann"),
        ("Jane Doe$^{*}$ and\n  Roe*, Ann and others", "Jane Doe and Roe, Ann and others"),
        (r"Doe, Jane\textsuperscript{\dag}", "Doe, Jane"),
        ("{Roe and Company}* and Ann Roe†", "{Roe and Company} and Ann Roe"),
        ("<b>Jane Doe</b><sup>*</sup> and Ann Roe<sup>1,2</sup>", "Jane Doe and Ann Roe"),
        ('M&uuml;ller, <u>J{\\"o}rg</u>', 'Müller, J{\\"o}rg'),
        ("{\\textless}b{\\textgreater}Jane Doe{\\textless}/b{\\textgreater}", "Jane Doe"),
    ],
)
def test_names_have_no_marks_and_no_html(written: str, names: str) -> None:
    record = exported(f"@misc{{k, title = {{T}}, year = 2020, author = {{{written}}}}}")
    assert record.source["author"] == names
    assert not [person for person in record.authors if re.search(r"[<>*†]", person.name)]


@pytest.mark.parametrize(
    ("written", "latex", "text"),
    [
        ("Best paper", "Best paper", "Best paper"),
        ("<b>Best</b> paper", r"\textbf{Best} paper", "Best paper"),
        ('See <a href="https://a.b/?c=1">the page</a>.<br>', "See the page.", "See the page."),
        (r"Smith &amp; Sons, \&lt;x", r"Smith \& Sons, <x", "Smith & Sons, <x"),
        ("a < b and c > d", "a < b and c > d", "a < b and c > d"),
        ("<i>open", "open", "open"),
        ("* Equal contribution", None, ""),
        ("<sup>*</sup> These authors contributed equally.", None, ""),
    ],
)
def test_notes_have_no_html_and_do_not_explain_marks(
    written: str, latex: str | None, text: str
) -> None:
    record = exported(f"@misc{{k, title = {{T}}, year = 2020, note = {{{written}}}}}")
    assert record.source.get("note") == latex
    assert record.fields["note"] == text


def test_html_in_titles_becomes_latex() -> None:
    record = exported("@misc{k, title={<i>E. coli</i> in H<sub>2</sub>O for <x>}, year=2020}")
    assert record.source["title"] == r"\emph{E. coli} in H\textsubscript{2}O for <x>"


def test_html_that_braces_cut_becomes_balanced_latex() -> None:
    record = exported("@misc{k, title={a <b>{x</b>} and {<i>y}</i>}, year=2020}")
    assert record.source["title"] == r"a \textbf{{x}} and {\emph{y}}"


@pytest.mark.parametrize(
    ("written", "month"),
    [("mar", "mar"), ("{March}", "mar"), ("{3}", "mar"), ("{Sep.}", "sep"), ("{1--3 May}", None)],
)
def test_months_are_macros(written: str, month: str | None) -> None:
    text = exported_bibtex(f"@misc{{k, title = {{T}}, month = {written}}}")
    assert ("month = " + (month or written) + ",") in re.sub(" +=", " =", text)


# -- Other programs read the BibTeX that visitors get without a warning

SOURCES = {
    "seed": (SEED / "publications.bib").read_text("utf-8"),
    "odd": (ROOT / "tests" / "data" / "odd.bib").read_text("utf-8"),
    "page builder": (
        "@inproceedings{one, abbr={ICML}, title={A <i>title</i>}, author={Doe*, Jane and Roe, A},\n"
        " booktitle={Proc.}, month={July}, year=2024, html={https://example.org/1}, selected={1},\n"
        " pdf={one.pdf}, award={Best paper}, annotation={* Equal}, crossref={absent},\n"
        " preview={one.png}, bibtex_show={true}, google_scholar_id={x:y}, dimensions={true}}\n"
    ),
    "reference manager": (
        "@article{two, title={Two}, author={Roe, Ann}, journaltitle={J}, date={2024-03-05},\n"
        " groups={a;b}, owner={ann}, timestamp={2024-01-01}, file={:two.pdf:PDF}, priority={1},\n"
        " creationdate={2024-01-01T00:00:00}, langid={english}, urldate={2024-03-06},\n"
        " url={https://example.org/a_b?c=1&d=2}, xref={absent}, keywords={a, b}}\n"
    ),
}  # fmt: skip


@pytest.fixture(params=SOURCES)
def export(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The visitors' BibTeX of a file."""
    records = bibtex.read(SOURCES[request.param]).records
    file = tmp_path / "export.bib"
    public = (bibliography(bibtex.public(record)) for record in records)
    file.write_text("".join(bibtex.write(public)), "utf-8")
    return file


def test_bibtexparser_reads_the_export(export: Path) -> None:
    text = export.read_text("utf-8")
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    assert len(library.entries) == text.count("\n@") + 1


# Reads every entry, writes every field and every name.
STYLE = """ENTRY {{ {fields} }} {{}} {{}}
INTEGERS {{ number }}
FUNCTION {{names}} {{
  author missing$ {{ "" }} {{ author }} if$ num.names$ 'number :=
  {{ number #0 > }}
  {{ author number "{{ff }}{{vv }}{{ll}}{{ jj}}" format.name$ write$ newline$
    number #1 - 'number := }}
  while$
}}
{months}
{types}
READ
ITERATE {{call.type$}}
"""


def test_bibtex_reads_the_export(export: Path) -> None:
    program = require_program("bibtex", package="texlive-binaries")
    text = export.read_text("utf-8")
    fields = sorted(set(re.findall(r"^  (\S+) +=", text, re.MULTILINE)))
    types = set(re.findall(r"^@(\w+)", text, re.MULTILINE))
    functions = "\n".join(
        f"FUNCTION {{{kind}}} {{ cite$ write$ newline$ names }}" for kind in types
    )
    months = "\n".join(f'MACRO {{{month}}} {{"{month}"}}' for month in MONTH_MACROS)
    style = STYLE.format(fields=" ".join(fields), types=functions, months=months)
    export.with_name("all.bst").write_text(style)
    export.with_name("export.aux").write_text("\\citation{*}\n\\bibstyle{all}\n\\bibdata{export}\n")
    environment = {**os.environ, "BSTINPUTS": ".", "BIBINPUTS": "."}
    run = subprocess.run(
        [program, "export"],
        cwd=export.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, "Warning" in run.stdout) == (0, False), run.stdout
    written = export.with_name("export.bbl").read_bytes()
    assert b"*" not in written
    assert len(re.findall(rb"^@", text.encode(), re.MULTILINE)) <= written.count(b"\n")


def test_biber_reads_the_export(export: Path) -> None:
    program = require_program("biber", package="biber")
    text = export.read_text("utf-8")
    run = subprocess.run(
        [program, "--tool", "--nolog", "--output-file", "out.bib", "export.bib"],
        cwd=export.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    complaints = re.findall(r"^(?:WARN|ERROR).*", run.stdout + run.stderr, re.MULTILINE)
    unpublished = [line for line in complaints if "year field 'forthcoming'" in line]
    assert (run.returncode, complaints) == (0, unpublished)
    assert export.with_name("out.bib").read_text("utf-8").count("\n@") == text.count("\n@")
