"""The meaning of LaTeX macros: pylatexenc's symbols, and corrections and additions to them."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from pylatexenc import latex2text

from .journals import JOURNALS

Action = Callable[[str], str]  # returns what a macro makes of its argument

_COMBINING: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "h": "\u0309", "r": "\u030a", "H": "\u030b", "v": "\u030c",
    "G": "\u030f", "U": "\u030e", "f": "\u0311", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331", "t": "\u0361", "textcommabelow": "\u0326",
    "vec": "\u20d7", "not": "\u0338", "dot": "\u0307", "ddot": "\u0308", "hat": "\u0302",
    "check": "\u030c",
    "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "tilde": "\u0303", "bar": "\u0304",
}  # fmt: skip
_WITHOUT_LETTER: Final = {"`": "`", "'": "´", "^": "^", "~": "~", '"': "¨", "c": "¸", "=": "¯"}
_DOTLESS: Final = {"ı": "i", "ȷ": "j"}

SUPERSCRIPTS: Final = dict(zip("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ", strict=True))
SUBSCRIPTS: Final = dict(zip("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎", strict=True))


def _accent(name: str) -> Action:
    def add(unit: str) -> str:
        if not unit.strip():
            return _WITHOUT_LETTER.get(name, "") + unit
        end = 1
        while end < len(unit) and unicodedata.combining(unit[end]):
            end += 1
        return _DOTLESS.get(unit[0], unit[0]) + unit[1:end] + _COMBINING[name] + unit[end:]

    return add


def shifted(forms: Mapping[str, str]) -> Action:
    """Return the action that puts a unit into other characters, if there are some for all of it."""

    def shift(unit: str) -> str:
        return "".join(forms[c] for c in unit) if all(c in forms for c in unit) else unit

    return shift


def _keep(unit: str) -> str:
    return unit


def _drop(_unit: str) -> str:
    return ""


def _symbols() -> dict[str, str]:
    """Return the text of every macro that pylatexenc replaces by text, by name."""
    names: dict[str, str] = {}
    database = latex2text.get_default_latex_context_db()
    for category in ("advanced-symbols", "latex-base"):
        for spec in database.iter_macro_specs([category]):
            shown = spec.simplify_repl
            if isinstance(shown, str) and shown and "%" not in shown:
                names[spec.macroname] = shown
    return names


ACCENTS: Final[Mapping[str, Action]] = {name: _accent(name) for name in _COMBINING}

SYMBOLS: Final[Mapping[str, str]] = {
    **{macro: short for macro, (short, _) in JOURNALS.items()},
    **_symbols(),
    **dict.fromkeys(("linebreak", "quad", "qquad", "space", "hfill"), " "),
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "LaTeXe": "LaTeX2e",
    "copyright": "©", "textcopyright": "©", "texttrademark": "™", "textgreater": ">",
    "textless": "<", "textbar": "|", "textbraceleft": "{", "textbraceright": "}", "lbrace": "{",
    "rbrace": "}", "slash": "/", "textslash": "/", "textbackslash": "\\", "backslash": "\\",
    "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_", "textdollar": "$",
    "textquotesingle": "'", "textquotedbl": '"', "quotedblbase": "„", "glqq": "„", "grqq": "“",
    "flqq": "«", "frqq": "»", "guillemotleft": "«", "guillemotright": "»", "textellipsis": "…",
    "dots": "…", "ldots": "…", "textdegree": "°", "degree": "°", "textmu": "µ", "textnumero": "№",
    "arcmin": "′", "arcsec": "″", "arcdeg": "°", "degr": "°", "micron": "µm",
    "textperiodcentered": "·", "textbullet": "•", "item": "• ", "and": "and", "dash": "–",
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "lq": "‘", "rq": "’",
    "textquotedblright": "”", "textemdash": "—", "textendash": "–", "aa": "å", "AA": "Å",
    "textsection": "§", "textparagraph": "¶", "textpm": "±", "texttimes": "×", "textdiv": "÷",
    "euro": "€", "texteuro": "€", "pounds": "£", "ast": "*", "cprime": "ʹ", "cdprime": "ʺ",
    "textasteriskcentered": "*", "textdagger": "†", "textdaggerdbl": "‡", "lt": "<", "gt": ">",
    "textordfeminine": "ª", "textordmasculine": "º", "textvisiblespace": "␣", "tm": "™",
    "textthreequartersemdash": "—", "guilsinglleft": "‹", "guilsinglright": "›", "textmd": "",
    "og": "«", "fg": "»", "DH": "Ð", "dh": "ð", "DJ": "Đ", "dj": "đ", "NG": "Ŋ", "ng": "ŋ",
    "S": "§", "P": "¶", "Dash": "—", "bs": "\\", "MF": "METAFONT", "MP": "MetaPost", "AMS": "AMS",
    "AmS": "AMS", "ConTeXt": "ConTeXt", "LyX": "LyX", "XeTeX": "XeTeX", "LuaTeX": "LuaTeX",
    "emdash": "—", "endash": "–",
    "TH": "Þ", "th": "þ", "IJ": "Ĳ", "ij": "ĳ", "SS": "ẞ", "i": "ı", "j": "ȷ",
}  # fmt: skip

# The arguments of macros, in order, and what becomes of each.
ARGUMENTS: Final[Mapping[str, tuple[Action, ...]]] = {
    **dict.fromkeys(
        ("cite", "citep", "citet", "label", "ref", "vspace", "hspace", "color", "begin", "end"),
        (_drop,),
    ),
    **dict.fromkeys(("noopsort", "NOOPSORT", "SortNoop", "sortnoop", "switchargs"), (_drop,)),
    **dict.fromkeys(("fontsize",), (_drop, _drop)),
    **dict.fromkeys(
        ("href", "textcolor", "foreignlanguage", "texorpdfstring", "bibinfo", "htmladdnormallink"),
        (_drop, _keep),
    ),
    **dict.fromkeys(("uppercase", "MakeUppercase"), (str.upper,)),
    **dict.fromkeys(("lowercase", "MakeLowercase"), (str.lower,)),
    **dict.fromkeys(("frac", "nicefrac", "textfrac", "tfrac"), (lambda top: top + "/", _keep)),
    **dict.fromkeys(("enquote", "mkbibquote"), (lambda quoted: f"“{quoted}”",)),
    "sqrt": (lambda root: "√" + root,),
    "ion": (lambda element: element + " ",),  # `\ion{H}{ii}` of astronomy
    "textsuperscript": (shifted(SUPERSCRIPTS),),
    "textsubscript": (shifted(SUBSCRIPTS),),
}

# Elements that text may have, and the private characters that begin and end them until the whole
# text is known. Braces that protect the case of a title are the element "nc".
ELEMENT_MARKS: Final[Mapping[str, tuple[str, str]]] = {
    name: (chr(0xE010 + 2 * number), chr(0xE011 + 2 * number))
    for number, name in enumerate(("i", "b", "sub", "sup", "sc", "nc"))
}
ELEMENTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("emph", "textit", "textsl", "mkbibemph", "mkbibitalic"), "i"),
    **dict.fromkeys(("textbf", "mkbibbold"), "b"),
    "textsc": "sc",
    "textsuperscript": "sup",
    "textsubscript": "sub",
}
# Macros that begin an element, which lasts until the end of the group.
SWITCHES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("em", "it", "itshape", "sl", "slshape"), "i"),
    **dict.fromkeys(("bf", "bfseries"), "b"),
    **dict.fromkeys(("sc", "scshape"), "sc"),
}

# Macros that change how text looks, but not the text.
_IGNORED_NAMES = """
emph textbf textit textrm textsc textsf textsl texttt textup textnormal textmd textlf text mbox
hbox fbox underline uline bf it rm sc sf sl tt em bfseries itshape rmfamily scshape sffamily
slshape ttfamily upshape normalfont tiny scriptsize footnotesize small normalsize large Large
LARGE huge Huge mathrm mathbf mathit mathsf mathtt mathbb mathcal mathscr mathfrak mathnormal
boldsymbol bm operatorname ensuremath relax protect boldmath unboldmath left right big Big bigg
Bigg displaystyle textstyle scriptstyle limits nolimits nobreak allowbreak break noindent
bibnamefont bibfnamefont mkbibemph mkbibbold mkbibitalic selectfont centering raggedright
xspace ignorespaces unskip nocase penalty textls lsstyle sptext hyp overline widehat widetilde
acro smc title thinspace leavevmode null strut smash overbrace underbrace
pkg proglang code pgm prog file cls sty acronym
"""
IGNORED: Final = frozenset(_IGNORED_NAMES.split())
