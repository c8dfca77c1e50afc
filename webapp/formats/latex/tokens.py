"""The tokens of LaTeX that `decoding` reads, and the characters that some of them are."""

import re
from typing import Final

_URL: Final = r"https?://[^\s{}\\]*+(?:\\[_%#&~$][^\s{}\\]*+)*+"
TOKEN: Final = re.compile(
    rf"""(?P<url>{_URL})
    |\\(?:url|nolinkurl|path)\s*\{{(?P<raw>[^{{}}]*+)\}}
    |\\(?:url|path|verb)(?P<fence>[|!+"=/])(?P<verbatim>[^\n]{{0,500}}?)(?P=fence)
    |\$(?P<display>\$(?:[^$\\]|\\.)++\$)\$
    |\$(?P<math>(?:[^$\\\n]|\n(?![ \t]*\n)|\\.)++)\$
    |\\\((?P<paren>(?:[^\\]|\\[^)]){{0,400}}+)\\\)
    |\\(?P<macro>[A-Za-z]+)\*?(?P<blank>\s*+)
    |\\(?P<symbol>.)
    |(?P<open>\{{)
    |(?P<close>\}})
    |(?P<ligature>---?|``|''|[?!]`)
    |(?P<tie>~)
    |(?P<gap>\n[ \t]*\n\s*+)
    |(?P<lone>[\\$])""",
    re.VERBOSE | re.DOTALL,
)
LIGATURES: Final = {"---": "—", "--": "–", "``": "“", "''": "”", "?`": "¿", "!`": "¡"}
ONE_CHARACTER: Final = {
    **dict.fromkeys(",;: \t\n>", " "),
    **dict.fromkeys("!/-@()[]", ""),
}
ORDINAL: Final = re.compile(r"\s*(?:\{\})?\^\{?(?:\\[a-z]+\s*)?\{?(st|nd|rd|th)\}*\s*")  # 5$^{th}$
OPERATOR: Final = re.compile(r"[<>=+*/|:&-]|\\(?P<macro>[A-Za-z]++)")  # after a symbol and a space
URL_ESCAPE: Final = re.compile(r"\\([_%#&~$])")
# In BibTeX, braces before a command are no protection: {\"o}, {\em x}. They are around \emph{x}.
SPECIAL: Final = re.compile(r"\s*+(?:\}|\\(?!(?:emph|text[a-z]{2,20}|mkbib[a-z]{2,20})\s*+\{))")
