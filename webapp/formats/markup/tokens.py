"""The tokens of markup in plain text and in LaTeX."""

import re
from typing import Final

from ..inline import ATTRIBUTE, NAMES, SHOWN
from ..latex.mathematics import MATH

COMMANDS: Final = {
    "i": "emph", "b": "textbf", "sub": "textsubscript", "sup": "textsuperscript", "sc": "textsc"
}  # fmt: skip
OPENINGS: Final = {name: f"\\{COMMANDS[shown]}{{" for name, shown in SHOWN.items()}
VOID: Final = frozenset({"br", "hr", "break", "p", "li"})  # need no end tag

# Private characters that replace parts of a value until the rest of it is LaTeX.
PRIVATE: Final = re.compile("[\ue020-\ue024]")
FORMULA: Final = "\ue020"
LESS: Final = "\ue021"  # a reference to "<", which begins no tag
AMPERSAND: Final = "\ue024"  # a reference to "&"
BREAK: Final = "\ue022"
BRACE: Final = "\ue023"  # a brace that protects case

HINT: Final = re.compile(r"<[/!A-Za-z]|&[#A-Za-z]|\\(?:text)?less|\{\\&\}|\$(?:<|\\lt)\$")
REFERENCE: Final = r"(?:#x[\da-f]{1,6}|#\d{1,7}|[a-z][a-z\d]{1,31});"
SEMICOLON: Final = re.compile(rf"(?P<reference>&{REFERENCE})|;", re.IGNORECASE)
NAME: Final = f"(?:{'|'.join(NAMES)})"
TAG_NAMES: Final = rf"(?:jats:)?(?P<name>{NAME}|(?<=jats:)[\w-]{{1,40}}+)"
REST_OF_TAG: Final = rf"(?P<attributes>(?:{ATTRIBUTE})*+)\s*+(?P<empty>/?)"
FORMULA_TOKEN: Final = rf"{FORMULA}|(?<!\\){MATH.pattern}"
TEXT_TOKEN: Final = re.compile(
    rf"<(?P<end>/?){TAG_NAMES}{REST_OF_TAG}>|(?P<reference>&{REFERENCE})"
    rf"|(?P<dropped><!--[^<>]{{0,500}}-->|<!\[CDATA\[|\]\]>)|(?P<formula>{FORMULA_TOKEN})",
    re.IGNORECASE | re.DOTALL,
)
LATEX_TOKEN: Final = re.compile(
    rf"(?:<|\{{\\textless\}}|\\textless\{{\}}|\\textless(?:\s|(?=/))|\$(?:<|\\less|\\lt)\$)"
    rf"(?P<end>/?){TAG_NAMES}{REST_OF_TAG}"
    rf"(?:>|\{{\\textgreater\}}|\\textgreater(?:\{{\}}|\b)|\$(?:>|\\greater|\\gt)\$)"
    rf"|(?P<reference>(?:\{{\\&\}}|\\{{0,2}}&)(?:(?:\{{\\\#\}}|\\\#)\w{{1,7}};|{REFERENCE}))"
    rf"|(?P<dropped><!--[^<>]{{0,500}}-->|<!\[CDATA\[|\]\]>)|(?P<formula>{FORMULA_TOKEN})",
    re.IGNORECASE | re.DOTALL,
)
FORMULA_START: Final = re.compile(
    r"<(?P<name>(?:\w{1,20}:)?(?:math|tex-math))(?:\s[^<>]*+)?>"
    r"|<(?P<span>span)\s[^<>]{0,200}?class=[\"']math[^<>]{0,200}>\s*+\\[(\[]",
    re.IGNORECASE,
)
FORMULA_END: Final = re.compile(
    r"</(?P<name>(?:\w{1,20}:)?(?:math|tex-math))\s*+>|\\[)\]]\s*+</(?P<span>span)>", re.IGNORECASE
)
# Before text that would make a reference of it.
BEGINS_REFERENCE: Final = re.compile(
    rf"{AMPERSAND}(?=(?:\{{\\\#\}}|\\\#)\w{{1,8}};|{REFERENCE})", re.IGNORECASE
)
BEGINS_TAG: Final = re.compile(rf"{LESS}(?=/?(?:jats:)?{NAME}\b)", re.IGNORECASE)
UNCONVERTED_TAG: Final = re.compile(
    rf"(?:<|\{{\\textless\}}|\\textless\{{\}}|\$(?:<|\\less|\\lt)\$)(?=/?(?:\w{{1,20}}:)?(?:{NAME}|math|tex-math)\b)",
    re.IGNORECASE,
)
SMALL_CAPS: Final = re.compile(
    r"font-variant\s*+:\s*+small-caps|class=[\"']?small-?caps", re.IGNORECASE
)
NO_CASE: Final = re.compile(r"class=[\"']?nocase", re.IGNORECASE)
ITALIC: Final = re.compile(r"font-style\s*+:\s*+italic", re.IGNORECASE)
AFFILIATION: Final = re.compile(
    r"<sup>[\d\s,]{1,20}</sup>", re.IGNORECASE
)  # the number of a footnote
REPEATED_AMPERSAND: Final = re.compile(r"\{?\\{0,2}&\}?(?:amp;)++", re.IGNORECASE)
ESCAPED_REFERENCE: Final = re.compile(rf"(?:\{{\\&\}}|\\{{0,2}}&){REFERENCE}", re.IGNORECASE)
REMOVED: Final = str.maketrans({"\xa0": " ", "\xad": "", "\0": ""})
