"""Documents in LaTeX: text without commands of their own, which compiles with the packages named.

DESIGN: every character that TeX gives a meaning to is written as a command of LaTeX, and the pairs
that fonts join, such as `--`, are separated. Formulas stay TeX if they only print; a command in
one that no package defines prints its name. pdfTeX has Latin letters only, so a document with
others asks for LuaLaTeX or XeLaTeX.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ..braces import is_balanced
from ..csl.styling.runs import Run
from ..latex.commands import only_prints
from ..vocabulary import LANGUAGES
from .document import Document, Entry
from .fields import in_ascii

_ESCAPES: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%",
    "#": r"\#", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "`": r"\textasciigrave{}", "'": r"\textquotesingle{}", "[": "{[}", "]": "{]}",
}  # fmt: skip
_ESCAPED = re.compile(r"[\\{}$&%#_^~\"<>|`'\[\]]|(?<=-)-|(?<=,),|(?<=[?!])`")
_SPECIAL_IN_URL = re.compile(r"[%#&_]")
_NOT_IN_URL = re.compile(r"[{}~^$\\]")
_COMMAND = re.compile(r"\\([A-Za-z]++)")
_UNFIT_FORMULA = re.compile(r"(?<!\\)[%#&]|\\(?:begin|end)\b|\\\\|[_^]\s*+\$")
# What pdfTeX prints in the encoding T1, beside ASCII.
_OF_PDFTEX = re.compile("[ -~\u00a0-\u017f‘’“”‚„…–—†‡•‰‹›€™]*+")

# The names of languages in the package babel by their tags. It lacks some of LANGUAGES.
_NOT_IN_BABEL: Final = ("chinese", "japanese", "korean", "hindi", "thai", "arabic", "persian")
_BABEL: Final = {
    tag: name for name, tag in reversed([*LANGUAGES.items()]) if name not in _NOT_IN_BABEL
} | {
    "en": "english", "de": "ngerman", "fr": "french", "es": "spanish", "pt": "portuguese",
    "hu": "magyar", "nb": "norsk", "no": "norsk",
}  # fmt: skip

_HEAD: Final = r"""\documentclass[11pt]{article}
\usepackage{iftex}
%(engine)s\ifPDFTeX
  \usepackage[utf8]{inputenc}
  \usepackage[T1]{fontenc}
  \usepackage{lmodern}
\else
  \usepackage{fontspec}
\fi
\usepackage{amsmath,amssymb}
\IfFileExists{%(language)s.ldf}{\usepackage[shorthands=off,main=%(language)s]{babel}}{}
\usepackage[a4paper,margin=25mm]{geometry}
\usepackage[hidelinks]{hyperref}
\hypersetup{pdflang={%(tag)s},pdftitle={%(title)s}}
\setcounter{secnumdepth}{0}
\emergencystretch=3em
%(commands)s\title{%(title)s}
\author{%(author)s}
\date{}
\begin{document}
\maketitle
"""
_ENGINE: Final = (
    "\\RequireTUTeX % LuaLaTeX or XeLaTeX, for letters that pdfTeX lacks\n"
    "% \\setmainfont{Noto Serif} would take another font, for letters that Latin Modern lacks.\n"
)
_FALLBACKS: Final = "% For formulas, in case that no package defines these:\n"
_COMMANDS: Final = ("section", "subsection")


def write(document: Document) -> Iterator[str]:
    """Yield a document that can be compiled.

    Its head depends on all of it, so the first pieces, while citations are made, are empty.
    """
    body = []
    for text in _body(document):
        body.append(text)
        yield ""
    formulas = sorted({name for text in body for name in _COMMAND.findall(text)} - _OWN_COMMANDS)
    texts = (document.title, document.subtitle, document.author, document.note)
    is_latin = all(map(_OF_PDFTEX.fullmatch, (*texts, *"".join(body).split("\n"))))
    yield _HEAD % {
        "engine": "" if is_latin else _ENGINE,
        "language": _babel_name(document.language),
        "tag": document.language,
        "title": escape(document.title),
        "author": escape(document.author),
        "commands": _FALLBACKS * bool(formulas) + "".join(map(_fallback, formulas)),
    }
    yield from body
    yield "\\end{document}\n"


def escape(text: str) -> str:
    """Return text as LaTeX that prints it."""
    return _ESCAPED.sub(lambda sign: _ESCAPES.get(sign[0]) or "{}" + sign[0], text)


def _body(document: Document) -> Iterator[str]:
    if document.subtitle:
        yield f"\n\\noindent {escape(document.subtitle)}\n"
    for section in document.sections:
        if section.heading:
            yield f"\n\\{_COMMANDS[section.level - 1]}{{{escape(section.heading)}}}\n"
        if section.records:
            yield "\\begin{enumerate}\n"
            if document.numbering == "up" and section.first > 1:
                yield f"\\setcounter{{enumi}}{{{section.first - 1}}}\n"
            yield from _items(document, document.entries(section))
            yield "\\end{enumerate}\n"
    if document.note:
        yield f"\n\\noindent {escape(document.note)}\n"


def _items(document: Document, entries: Iterable[Entry]) -> Iterator[str]:
    """Yield items: numbered by LaTeX if they count up, so that one can be inserted."""
    labels = {"up": "", "down": "[%d.]", "none": "[]"}
    for entry in entries:
        label = labels[document.numbering]
        label = label % entry.number if "%" in label else label
        yield f"\\item{label} {''.join(map(_run, entry.runs))}\n"


def _run(run: Run) -> str:
    is_formula = run.formula and _fits(run.formula)
    text = run.formula if is_formula else escape(run.text)
    if run.superscript:
        text = f"\\textsuperscript{{{text}}}"
    if run.subscript:
        text = f"\\textsubscript{{{text}}}"
    if run.small_caps:
        text = f"\\textsc{{{text}}}"
    if run.italic:
        text = f"\\emph{{{text}}}"
    if run.bold:
        text = f"\\textbf{{{text}}}"
    return f"\\href{{{_url(run.url)}}}{{{text}}}" if run.url else text


def _fits(formula: str) -> bool:
    """Return whether a formula can be written as it is, within a line."""
    only = only_prints(formula) and is_balanced(formula)
    return only and "\n\n" not in formula and not _UNFIT_FORMULA.search(formula)


def _url(url: str) -> str:
    encoded = _NOT_IN_URL.sub(lambda sign: f"%{ord(sign[0]):02X}", in_ascii(url))
    return _SPECIAL_IN_URL.sub(r"\\\g<0>", encoded)


def _fallback(name: str) -> str:
    """Return the definition of a command for the case that no package has it."""
    return f"\\providecommand{{\\{name}}}{{\\mathrm{{{name}}}}}\n"


def _babel_name(tag: str) -> str:
    """Return the language of Babel for a tag of BCP 47, by its first part if need be."""
    return _BABEL.get(tag) or _BABEL.get(tag.partition("-")[0]) or "english"


_OWN_COMMANDS: Final = frozenset(
    {name for text in _ESCAPES.values() for name in _COMMAND.findall(text)}
    | {"textsuperscript", "textsubscript", "textsc", "emph", "textbf", "href", "item", "begin"}
    | {"end", "setcounter", "noindent", *_COMMANDS}
)
