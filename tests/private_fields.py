"""Files with unique words in private fields, in every format that can be read."""

import json
import random
import string
from collections.abc import Callable
from typing import Final

from webapp.formats.public_fields import PUBLIC_FIELDS

# Fields of BibTeX for the owner's own use, written by owners or their programs.
NAMES: Final = (
    *("annote", "notes", "mynote", "private", "review", "comment", "internal-note", "x-remark"),
    *("owner", "timestamp", "groups", "rating", "ranking", "readstatus", "priority", "keywords+"),
    *("bdsk-file-1", "date-added", "mendeley-tags", "optnote", "execute", "todo", "researchnotes"),
)
TITLE: Final = "zymurgy"  # in the title of every publication
TYPES: Final = (
    "article",
    "inproceedings",
    "book",
    "phdthesis",
    "misc",
    "software",
    "patent",
    "xyz",
)
PATH: Final = "file:///home/ada/{}.pdf"


class PrivateWords:
    """Makes words that begin alike and occur nowhere else."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.prefix = "qx" + self._letters(6)
        self.made: list[str] = []

    def __call__(self) -> str:
        """Return a new word."""
        self.made.append(self.prefix + self._letters(6))
        return self.made[-1]

    def text(self) -> str:
        """Return a new word in one of the forms of a note."""
        forms = ("{}", "see {} again", "{{\\em {}}}", "Note: {}", "\\textbf{{{}}}, 2024", "{}?")
        return self.rng.choice(forms).format(self())

    def _letters(self, count: int) -> str:
        return "".join(self.rng.choices(string.ascii_lowercase, k=count))


def _tagged(lines: list[str], *tags: str, words: PrivateWords, line: str) -> str:
    return "".join(f"{text}\n" for text in [*lines, *(line.format(t, words()) for t in tags)])


def bibtex(words: PrivateWords) -> str:
    """Return an entry of each type, and notes between and around entries."""
    parent = f"title = {{A {TITLE} volume}}, year = 2020, review = {{{words()}}}"
    parts = [
        f"Text before the first entry: {words()}\n",
        f"@comment{{jabref-meta: grouping: {words()};}}\n",
        f'@string{{unused = "{words()}"}}\n@preamble{{"{words()}"}}\n',
        f"@xdata{{store, annote = {{{words()}}}, mynote = {{{words()}}}}}\n",
        f"@proceedings{{parent, {parent}}}\n",
    ]
    return "".join([*parts, *(_entry(kind, words) for kind in TYPES)])


def _entry(kind: str, words: PrivateWords) -> str:
    others = [name for name, row in PUBLIC_FIELDS.items() if row.types and kind not in row.types]
    unknown = [f"{words.rng.choice(('my', 'x-', 'opt', ''))}zz{number}" for number in range(5)]
    names = [words.rng.choice((name, name.upper(), name.title())) for name in NAMES]
    names += [*others, *unknown]
    words.rng.shuffle(names)
    fields = {name: words.text() for name in names}
    fields |= {"file": f":/home/ada/{words()}.pdf:PDF", "pdf": f"/home/ada/{words()}.pdf"}
    fields |= {"slides": PATH.format(words()), "data": f"C:\\{words()}\\x.csv"}
    fields |= {"poster": f"~/{words()}.pdf", "video": f"smb://nas/{words()}.mp4"}
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    known = f"title = {{A {TITLE} {kind}}}, author = {{Doe, Jane}}, year = 2020"
    return f"@{kind}{{b{kind},\n{lines}  {known}, xdata = {{store}}, crossref = {{parent}}}}\n"


def ris(words: PrivateWords) -> str:
    lines = ["TY  - JOUR", "ID  - ris", f"TI  - A {TITLE} article", "PY  - 2020"]
    lines += [f"L1  - {PATH.format(words())}", f"L4  - {PATH.format(words())}"]
    numbered = [*(f"U{n}" for n in range(1, 6)), *(f"C{n}" for n in range(1, 9))]
    body = _tagged(lines, "N1", "RN", *numbered, "AV", words=words, line="{}  - {}")
    return f"{body}ER  - \n"


def endnote(words: PrivateWords) -> str:
    lines = ["%0 Journal Article", "%F enw", f"%T A {TITLE} letter", "%D 2020"]
    lines += [f"%> {PATH.format(words())}", f"%> internal-pdf://{words()}.pdf"]
    return _tagged(lines, *"Z#<1234$^|", words=words, line="%{} {}")


def endnote_xml(words: PrivateWords) -> str:
    names = ("notes", "research-notes", *(f"custom{n}" for n in range(1, 8)), "reviewed-item")
    names += ("caption", "access-date", "remote-database-name")
    notes = "".join(f"<{name}><style>{words()}</style></{name}>" for name in names)
    urls = f"<pdf-urls><url>internal-pdf://{words()}.pdf</url><url>{PATH.format(words())}</url>"
    return (
        "<xml><records><record><rec-number>1</rec-number><ref-type name='Book'>6</ref-type>"
        f"<label>xml</label><titles><title>A {TITLE} report</title></titles>{notes}"
        f"<urls>{urls}</pdf-urls></urls></record></records></xml>"
    )


def csl_json(words: PrivateWords) -> str:
    item = {"id": "csl", "type": "book", "title": f"A {TITLE} book", "annote": words()}
    item["note"] = f"{words()}\nPMID: 1\ntex.mynote: {words()}\nRead: {words()}"
    hidden = {"custom": {"x": words()}, "x-note": words(), "attachments": [{"path": words()}]}
    return json.dumps([{**item, **hidden, "tags-private": [words()], "_status": words()}])


def zotero(words: PrivateWords) -> str:
    extra = f"{words()}\ntex.annote: {words()}\ntex.mynote: {words()}\nComment: {words()}"
    work = {"itemType": "book", "title": f"A {TITLE} volume", "citationKey": "zot", "extra": extra}
    work["notes"] = [{"note": f"<p>{words()}</p>"}]
    work["attachments"] = [{"title": words(), "path": PATH.format(words()), "url": words()}]
    work |= {"relations": {"dc:relation": words()}, "collections": [words()]}
    notes = [{"itemType": "note", "note": words()}]
    notes += [{"itemType": "annotation", "annotationText": words(), "annotationComment": words()}]
    return json.dumps({"items": [work, *notes]})


def pubmed(words: PrivateWords) -> str:
    lines = ["PMID- 77", "OWN - NLM", f"TI  - A {TITLE} trial", "DP  - 2020"]
    return _tagged(lines, "RN", "SI", "OID", "CIN", "GR", "XX", words=words, line="{:<4}- {}")


def pubmed_xml(words: PrivateWords) -> str:
    return (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>78</PMID><Article>"
        f"<ArticleTitle>A {TITLE} study</ArticleTitle></Article><CommentsCorrectionsList>"
        f"<CommentsCorrections><Note>{words()}</Note></CommentsCorrections>"
        f"</CommentsCorrectionsList><Private>{words()}</Private></MedlineCitation>"
        "</PubmedArticle></PubmedArticleSet>"
    )


def isi(words: PrivateWords) -> str:
    lines = ["FN Clarivate", "PT J", f"TI A {TITLE} survey", "PY 2020", "UT WOS:1"]
    body = _tagged(lines, "EM", "RP", "FX", "C3", "ZZ", "N1", words=words, line="{} {}")
    return f"{body}ER\nEF\n"


def mathscinet(words: PrivateWords) -> str:
    item = {"mrnumber": 12, "entryType": "J", "titles": {"title": f"A {TITLE} theorem"}}
    return json.dumps([{**item, "review": {"text": words()}, "comment": words()}])


def cff(words: PrivateWords) -> str:
    lines = ["cff-version: 1.2.0", f"title: A {TITLE} program", "message: Cite it"]
    return _tagged(lines, "private", "remark", "x-note", words=words, line="{}: {}")


# By name of the file that it is in.
FILES: Final[dict[str, Callable[[PrivateWords], str]]] = {
    "a.bib": bibtex, "a.ris": ris, "a.enw": endnote, "a.xml": endnote_xml, "a.json": csl_json,
    "z.json": zotero, "a.nbib": pubmed, "p.xml": pubmed_xml, "a.isi": isi, "m.json": mathscinet,
    "CITATION.cff": cff,
}  # fmt: skip
