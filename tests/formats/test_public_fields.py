"""Private fields reach no visitor; fields that describe a publication do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import running
from tests.private_fields import NAMES as PRIVATE
from webapp.catalog.indexing import synchronise
from webapp.curation.importing import carry_out, make_plan
from webapp.curation.library import read_files
from webapp.formats import registry
from webapp.formats.bibtex import bibtex
from webapp.formats.latex.commands import neutralize
from webapp.site import site as site_of

PUBLIC = {
    "note": "Accepted", "addendum": "Spotlight", "publisher": "House", "address": "Rome",
    "series": "LNCS", "isbn": "978-3-16-148410-0", "issn": "1234-5678",
    "titleaddon": "Extended", "mrnumber": "MR1", "shorttitle": "Short", "translator": "Roe, Ann",
    "eventtitle": "The Event", "urldate": "2024-01-02",
}  # fmt: skip
ONLY_ON_PAGES = {"award": "Prize", "annotation": "* Equal"}

BIBTEX = (
    "@inproceedings{own, title = {A zymurgy paper}, author = {Doe, Jane*}, year = {2024},\n"
    + "".join(f"  {name} = {{{value}}},\n" for name, value in (PUBLIC | ONLY_ON_PAGES).items())
    + "".join(f"  {name} = {{secret{number}q}},\n" for number, name in enumerate(PRIVATE))
    + "  file = {:/home/ada/secretpath.pdf:PDF}, pdf = {/home/ada/secretpath.pdf},\n"
    "  slides = {file:///home/ada/secretpath.pdf}, data = {C:\\secretpath\\x.csv},\n"
    "  video = {smb://nas/secretpath.mp4}, website = {zotero://select/secretpath},\n"
    "  poster = {~/secretpath.pdf}, booktitle = {Proceedings}, url-2 = {https://example.org/2}}\n"
).encode()
RIS = b"""TY  - JOUR
ID  - ris
TI  - A zymurgy article
N1  - secret of RIS
RN  - secret research note
U1  - secret one
L1  - file:///home/ada/secretpath.pdf
ER  -
"""
ENDNOTE = b"""%0 Journal Article
%F enw
%T A zymurgy letter
%Z secret of EndNote
%# secret
%< secret
"""

CSL = json.dumps([{
    "id": "csl", "type": "book", "title": "A zymurgy book", "note": "secret of CSL\nPMID: 1",
    "annote": "secret annote", "custom": {"x": "secret custom"},
}]).encode()  # fmt: skip
ZOTERO = json.dumps({"items": [
    {"itemType": "book", "title": "A zymurgy volume", "citationKey": "zot", "extra": "secret extra",
     "notes": [{"note": "secret note"}], "relations": {"x": "secret relation"}},
    {"itemType": "note", "note": "secret item"},
    {"itemType": "annotation", "annotationText": "secret annotation"},
]}).encode()  # fmt: skip
XML = b"""<xml><records><record><rec-number>1</rec-number><label>xml</label>
<titles><title>A zymurgy report</title></titles><notes>secret of XML</notes>
<research-notes>secret research</research-notes><custom1>secret custom</custom1></record></records>
</xml>"""
FILES = [("a.bib", BIBTEX), ("a.ris", RIS), ("a.enw", ENDNOTE), ("a.json", CSL),
         ("z.json", ZOTERO), ("a.xml", XML)]  # fmt: skip
KEYS = ("own", "ris", "enw", "csl", "zot", "xml")


def site_with(folder: Path, settings: str) -> Iterator[Flask]:
    (folder / "site.toml").write_text(settings)
    with running(folder) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        catalog = site_of(app).catalog
        carry_out(catalog, make_plan(catalog, read_files(FILES, 1 << 20)), "test")
        synchronise(catalog.database, catalog.search, choices=catalog.choices)
        yield app


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    yield from site_with(tmp_path_factory.mktemp("private"), "")


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()


def addresses() -> list[str]:
    lists = ["/", "/?q=zymurgy", "/publications.bib", "/publications.ris", "/publications.json"]
    lists += ["/publications.csv", "/publications.atom", "/facets/tag", "/facets/venue"]
    parts = ("", "/linkset", ".bib", ".ris", ".json")
    return lists + [f"/publications/{key}{part}" for key in KEYS for part in parts]


@pytest.mark.parametrize("address", addresses())
def test_no_response_has_private_fields(visitor: FlaskClient, address: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert "secret" not in answer.text


@pytest.mark.parametrize("key", KEYS)
def test_no_fragment_or_citation_has_private_fields(visitor: FlaskClient, key: str) -> None:
    for part in ("abstract", "cite"):
        answer = visitor.get(f"/publications/{key}/{part}", headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "secret" not in answer.text


@pytest.mark.parametrize("word", ["secret1q", "secret", "secretpath"])
def test_private_fields_cannot_be_searched(visitor: FlaskClient, word: str) -> None:
    answer = visitor.get(f"/?q={word}", headers={"HX-Request": "true"})
    assert "zymurgy" not in answer.text.lower().replace(f"q={word}", "")


def test_public_fields_are_in_the_bibtex(visitor: FlaskClient) -> None:
    (record,) = registry.read(visitor.get("/publications/own.bib").data).records
    assert {name: record.source.get(name) for name in PUBLIC} == PUBLIC
    assert record.source["url-2"] == "https://example.org/2"


def test_the_page_shows_public_fields(visitor: FlaskClient) -> None:
    page = visitor.get("/publications/own").text
    for shown in ("Accepted", "Spotlight", "Prize", "House", "LNCS", "* Equal"):
        assert shown in page


def test_the_owners_export_has_every_field(site: Flask) -> None:
    output = site.test_cli_runner().invoke(args=["export"]).output
    for number in range(len(PRIVATE)):
        assert f"secret{number}q" in output
    assert output.count("secretpath") == BIBTEX.count(b"secretpath") + 1
    for words in ("secret of RIS", "secret of EndNote", "secret of CSL", "secret extra"):
        assert words in output


@pytest.mark.parametrize("format_", ["ris", "endnote", "zotero", "csl-json"])
def test_both_notes_survive_an_export(format_: str) -> None:
    text = "@misc{k, title={T}, year={2020}, note={For all}, annote={For me}}"
    records = bibtex.read(text).records
    (again,) = registry.read("".join(registry.write(records, format_)).encode()).records
    assert (again.source["note"], again.source["annote"]) == ("For all", "For me")


def test_a_custom_field_of_endnote_is_not_a_public_note() -> None:
    text = b"%0 Book\n%T A Book\n%1 for my eyes\n%Z reread this\n"
    (record,) = registry.read(text).records
    assert (record.source.get("note"), record.source["annote"]) == (None, "reread this")


def test_the_annote_of_csl_is_private() -> None:
    text = b'[{"id": "k", "type": "book", "title": "A Book", "note": "one", "annote": "two"}]'
    (record,) = registry.read(text).records
    assert (record.source.get("note"), record.source["annote"]) == (None, "one two")


def test_the_setting_makes_fields_public(tmp_path: Path) -> None:
    for app in site_with(tmp_path, 'public_fields = ["Annote", "mynote"]\n'):
        client = app.test_client()
        page, export = (
            client.get("/publications/own").text,
            client.get("/publications/own.bib").text,
        )
        for text in (page, export):
            assert "secret0q" in text
            assert "secret2q" in text
            assert "secret1q" not in text
        assert re.search(r"<dt>Annotation</dt>\s*<dd[^>]*>secret0q", page)


# -- TeX with effects


@pytest.mark.parametrize(
    "command",
    [
        r"\input{/etc/passwd}", r"\input/etc/passwd ", r"\include{x}", r"\immediate\write18{id}",
        r"\openin5=x", r"\read5 to\x", r"\catcode`\@=11", r"\csname input\endcsname{x}",
        r"\def\x{}", r"\directlua{x}", r"\@@input x", r"\special{x}", r"\begin{input}x\end{input}",
        r"\begin{filecontents}{x}\end{filecontents}", "^^5cinput{x}", r"\^^69nput{x}",
        r"\in^^70ut{x}", r"\usepackage{x}", r"\ShellEscape{id}", r"\verbatiminput{x}",
        r"\expandafter\x", r"\let\a\b", r"\newcommand{\x}{}", "$\\input{x}$", "{\\input x}",
    ],
)  # fmt: skip
def test_a_command_that_does_more_than_print_is_text(command: str) -> None:
    made = neutralize(f"A {command} B")
    assert "^^" not in made
    names = set(re.findall(r"\\([A-Za-z]+)", made))
    assert names <= {"textbackslash", "in", "b"}  # a sign, an accent


@pytest.mark.parametrize(
    "source",
    [
        r"\'{E}mile \"o \c{c} \v s \i \ss{} \L",
        r"100\% \& \_ \# \$ \{ \} \~{} \^{}",
        r"a\\ b\,c~d",
        r"{\em x} \emph{x} \textbf{y} \textsc{z} \url{http://a.b/\~{}c}",
        r"$\mathcal{O}(n\log n)$",
        r"$\frac{\alpha}{\sqrt{2}} \leq \left(\sum_{i=1}^{n} x_i\right)$ \textquotedblleft x\dots",
        r"\begin{itemize} \item a \end{itemize} \href{http://a.b}{c} \LaTeX{} \noopsort{x}",
        r"$\begin{pmatrix} a & b \end{pmatrix} \in \mathbb{R}^{n \times m}$",
    ],
)
def test_commands_that_print_stay_as_they_are(source: str) -> None:
    assert neutralize(source) == source


def test_an_export_for_visitors_has_no_command_with_effects() -> None:
    text = r"@misc{a\input/x, title={T \input{/etc/passwd}}, note={$\write18{id}$}, year={2020}}"
    (record,) = bibtex.read(text).records
    export = "".join(bibtex.write([bibtex.public(record)]))
    assert not re.search(r"\\(?!textbackslash)[a-z]", export)
    (again,) = bibtex.read(export).records
    assert again.title == record.title
    assert "".join(bibtex.write([record])).count("\\input") == 1


HOSTILE = r"\input{/etc/passwd} $\write18{id}$ ^^5cinput{x} http://a.b/^^5cinput } @misc{x, y = {"


@pytest.mark.parametrize("format_", ["ris", "csl-json", "zotero", "endnote", "pubmed", "cff"])
def test_text_of_other_formats_is_text_in_bibtex(format_: str) -> None:
    """Also in the owner's export, because these formats have no TeX."""
    name = {"family": HOSTILE, "given": HOSTILE}
    item = {"id": HOSTILE, "type": "article-journal", "title": HOSTILE, "author": [name],
            "container-title": HOSTILE, "abstract": HOSTILE, "keyword": HOSTILE, "DOI": HOSTILE,
            "publisher": HOSTILE, "volume": HOSTILE, "issued": {"literal": HOSTILE},
            "URL": f"http://a.b/{HOSTILE}", "language": HOSTILE, "note": HOSTILE}  # fmt: skip
    records = registry.read(json.dumps([item]).encode()).records
    written = "".join(registry.write(records, format_))
    records = registry.read(written.encode()).records
    export = "".join(bibtex.write(records))
    assert len(bibtex.read(export).records) == 1
    assert "^^" not in export
    assert set(re.findall(r"\\([A-Za-z]+)", export)) <= {
        "textbackslash", "textbraceleft", "textbraceright", "textasciitilde",
    }  # fmt: skip
