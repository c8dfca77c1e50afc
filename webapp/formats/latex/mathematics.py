"""Mathematics in text: TeX between dollar signs.

MATH is the rule: no blank inside next to a dollar, no digit after the closing one. A dollar that
only looks like one of mathematics is followed by a word joiner.
"""

import re
from typing import Final

from .symbols import SUBSCRIPTS, SUPERSCRIPTS, shifted

MATH: Final = re.compile(r"\$(?![\s\u2060])((?:[^$\\]|\\.)++)(?<!\s)\$(?!\d)", re.DOTALL)
JOINER: Final = "\u2060"
MAX_SIGNS: Final = 1_000  # dollar signs in a text; with more, formulas stay as written
MARK: Final = "\ue000"  # replaces a dollar of mathematics until the whole text is known

_SCRIPT = re.compile(
    r"(?<!\\)(?P<mark>[_^])(?:\{(?P<group>[^{}\\]{1,40})\}|(?P<character>[^\s{}\\]))"
)
_SHIFTS: Final = {"_": shifted(SUBSCRIPTS), "^": shifted(SUPERSCRIPTS)}


def has_formulas(text: str) -> bool:
    """Return whether a text may have formulas that are shown as such."""
    return 0 < text.count("$") <= MAX_SIGNS


def spans(decoded: str) -> list[str]:
    """Return the formulas in a text, with their dollars."""
    return [formula.group() for formula in MATH.finditer(decoded)] if "$" in decoded else []


def with_dollars(marked: str) -> str:
    """Return text with formulas between dollars; no other dollar is taken for one of these."""
    candidate = marked.replace(MARK, "$")
    parts = marked.split(MARK)
    if "$" not in candidate or spans(candidate) == [f"${part}$" for part in parts[1::2]]:
        return candidate
    shown = []
    for index, part in enumerate(parts):
        if index % 2:
            shown.append(f"${part}$")
        else:
            safe = re.sub(rf"\${JOINER}*", "$" + JOINER, part)
            digit = index > 0 and safe[:1].isdecimal()
            shown.append(JOINER + safe if digit else safe)
    return "".join(shown)


def with_small_characters(decoded: str) -> str:
    """Return text with the characters that Unicode has for scripts: `H$₂$O` for `H$_2$O`."""
    if not has_formulas(decoded):
        return decoded
    return MATH.sub(lambda formula: _SCRIPT.sub(_small, formula[0]), decoded)


def _small(script: re.Match[str]) -> str:
    written = script["group"] or script["character"]
    small = _SHIFTS[script["mark"]](written)
    return script[0] if small == written else small
