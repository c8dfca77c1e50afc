"""Mathematics in text: TeX between dollars that follow one rule, MATH: no blank inside next to a
dollar, no digit after the closing one. A dollar that only looks so is followed by a word joiner.
"""

import re
from typing import Final

MATH: Final = re.compile(r"\$(?![\s\u2060])((?:[^$\\]|\\.)++)(?<!\s)\$(?!\d)", re.DOTALL)
JOINER: Final = "\u2060"
MAX_SIGNS: Final = 1_000  # dollar signs; where there are more, formulas stay as written
MARK: Final = "\ue000"  # stands for a dollar of mathematics until the whole text is known


def has_formulas(text: str) -> bool:
    """Whether a text may have mathematics to be shown as such."""
    return 0 < text.count("$") <= MAX_SIGNS


def spans(decoded: str) -> list[str]:
    """The mathematics in a text, dollars included."""
    return [found.group() for found in MATH.finditer(decoded)] if "$" in decoded else []


def with_dollars(marked: str) -> str:
    """Mathematics between dollars, every other dollar safe from being taken for such."""
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
