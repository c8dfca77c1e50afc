r"""Commands of TeX in exports: those that only print stay, all others become text.

DESIGN: a document that cites a publication runs what its entry says, so an entry may read files
(`\input{/etc/passwd}`), write them and, by `\csname` or `^^5c`, spell any command otherwise. No
list of dangerous commands is complete, so every command is text unless it is known to print.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from latex2mathml import commands as mathematics
from latex2mathml.symbols_parser import SYMBOLS as MATHEMATICAL_SYMBOLS

from .symbols import ACCENTS, ARGUMENTS, IGNORED, SYMBOLS

# In the tables of symbols, but do more than print.
_ACTIVE_NAMES = """
def newcommand newenvironment DeclareMathOperator renewcommand unicode class style input
include let csname endcsname catcode special write read openin openout immediate
"""
_ACTIVE: Final = frozenset(_ACTIVE_NAMES.split())
# Only print, but are in no table.
_PRINTING_NAMES = """
href url nolinkurl path textquotesingle textasciigrave textasciiacute textleaf hphantom par
newline linebreak nolinebreak mathrm mathop limits nolimits mathchar bigl bigr Bigl Bigr biggl
biggr Biggl Biggr biggm Biggm bigm Bigm lvert rvert lVert rVert lfloor rfloor lceil rceil langle
rangle newblock bysame MR arxiv doi eprint citenamefont bibfield bibinfo textcite parencite
autocite footcite citeauthor citeyear nocite textsuperscript textsubscript autocap mkbibparens
mkbibbrackets addcomma adddot addspace bibstring ac gls acs acl acf enquote enquote* textquote
footnote thanks emphasize ul st hl so uppercase lowercase mathsfit textgreek textcyrillic
cyrchar cyr CYRA lower raise kern hskip vskip textit textsl
"""
_PRINTING: Final = frozenset(_PRINTING_NAMES.split())
_ENVIRONMENTS_NAMES = """
itemize enumerate description quote quotation center equation displaymath math align aligned
gather gathered array matrix pmatrix bmatrix vmatrix Vmatrix Bmatrix smallmatrix cases split
multline eqnarray subequations verse tabular flushleft flushright small
"""
_ENVIRONMENTS: Final = frozenset(_ENVIRONMENTS_NAMES.split())
_COMMAND = re.compile(
    r"\\(?P<name>[A-Za-z]++|@[A-Za-z@]++)(?P<environment>\*?+\s*+\{[A-Za-z]*+\*?+\})?+|\\?\^\^|\\.",
    re.DOTALL,
)


@cache
def _printing() -> frozenset[str]:
    """Return the names of all commands that only print."""
    tables = (ACCENTS, ARGUMENTS, IGNORED, SYMBOLS, _PRINTING)
    constants = (value for value in vars(mathematics).values() if isinstance(value, str))
    of_mathematics = (*constants, *MATHEMATICAL_SYMBOLS)
    named = {name.removeprefix("\\").rstrip("*") for name in of_mathematics if name[:1] == "\\"}
    return frozenset(name for table in tables for name in table) | named - _ACTIVE


def neutralize(source: str) -> str:
    r"""Return LaTeX whose commands only print.

    `\input x` becomes `\textbackslash{}input x`, `\input{x}` becomes `{x}`, as pages show them.
    """
    if "\\" not in source and "^^" not in source:
        return source
    return "".join(_neutralize_commands(source))


def _neutralize_commands(source: str) -> Iterator[str]:
    position = 0
    for command in _COMMAND.finditer(source):
        yield source[position : command.start()]
        position = command.end()
        if _prints(command):
            yield command.group()
        elif not _has_argument(command):
            yield _as_text(command.group())
    yield source[position:]


def _has_argument(command: re.Match[str]) -> bool:
    """Return whether the argument of a command remains as text without it: `\\input{x}`."""
    follows = command.string[command.end() : command.end() + 2]
    is_name = command["name"] and not command["environment"]
    return bool(is_name) and follows[:1] == "{" and follows != "{}"


def _prints(command: re.Match[str]) -> bool:
    name = command["name"]
    if name is None:
        return not command.group().endswith("^^")
    if name in ("begin", "end"):
        environment = (command["environment"] or "").strip("* \t\n{}")
        return environment in _ENVIRONMENTS
    return name in _printing()


def _as_text(command: str) -> str:
    name = command.removeprefix("\\")
    backslash = r"\textbackslash{}" if name != command else ""
    return backslash + name.replace("^^", r"\^{}\^{}")


def only_prints(source: str) -> bool:
    """Return whether all commands in the source only print."""
    return "^^" not in source and all(map(_prints, _COMMAND.finditer(source)))
