"""TeX to MathML: the output of latex2mathml, restricted to harmless elements and attributes.

DESIGN: a formula takes 0.15 ms and up to 0.035 ms a character (14 ms for 500 characters;
`process_time` of `mathml` without its cache, November 2026). A page therefore has a budget of
characters. A budget of time would render other formulas at each visit. Formulas beyond the budget
are shown as their TeX, as are all with a command that multiplies its argument.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape

from ...formats.braces import is_balanced
from ...formats.latex.mathematics import MATH

MAX_LENGTH: Final = 500  # characters of one formula; one in a title has some 20
MAX_DEPTH: Final = 30  # of nested braces: the library is recursive
TEXT_LIMIT: Final = 1_000  # characters of TeX in one title or paragraph; ACL's abstracts have 200
PAGE_LIMIT: Final = 5_000  # the same for a whole page: 0.2 s
FORMULA_COST: Final = 5  # characters that a formula costs in addition to its own
CACHED: Final = 2_048  # formulas; the longest takes 14 kB

# A definition can double itself with each use, and \sideset repeats its operator.
_MULTIPLYING: Final = re.compile(
    r"\\(?:def|[a-z]*newcommand|newenvironment|DeclareMathOperator|let|sideset)"
    r"(?![a-zA-Z])"
)

TAGS: Final = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "mover",
     "munder", "munderover", "mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd", "mpadded",
     "mphantom", "mstyle", "menclose"}
)  # fmt: skip
ATTRIBUTES: Final = frozenset(
    {"display", "stretchy", "fence", "form", "accent", "mathvariant", "linethickness",
     "columnalign", "width", "notation", "displaystyle"}
)  # fmt: skip
THIN_SPACE: Final = Markup('<mspace width="0.167em"></mspace>')


class _UnsupportedError(Exception):
    """An element or text that a page must not contain."""


class FormulaBudget:
    """The TeX that one page can still render, in characters. Not safe between threads."""

    def __init__(self, limit: int = PAGE_LIMIT) -> None:
        self._left = limit

    def render(self, text: str) -> Iterator[tuple[re.Match[str], Markup]]:
        """Yield each formula of a text with its MathML, up to the first that costs too much."""
        left = min(self._left, TEXT_LIMIT)
        for match in MATH.finditer(text):
            cost = _cost(match[1])
            if cost > left:
                break
            left -= cost
            self._left -= cost
            if formula := mathml(match[1]):
                yield match, formula


def tex_cost(text: str) -> int:
    """Return what all formulas of a text cost, in characters of a FormulaBudget."""
    return sum(_cost(match[1]) for match in MATH.finditer(text)) if "$" in text else 0


def _cost(tex: str) -> int:
    return FORMULA_COST + min(len(tex), MAX_LENGTH)


@lru_cache(maxsize=CACHED)
def mathml(tex: str) -> Markup | None:
    """Return the MathML of TeX without its dollars; None if it is unsupported or too large."""
    if len(tex) > MAX_LENGTH or _MULTIPLYING.search(tex):
        return None
    if not is_balanced(tex) or _depth(tex) > MAX_DEPTH:
        return None
    try:
        return _render(convert_to_element(tex))
    except Exception:  # the library raises many kinds for TeX that it does not support
        return None


def _depth(tex: str) -> int:
    """Return how deep the braces of a formula are nested."""
    depth = deepest = 0
    for brace in re.findall(r"[{}]", tex):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    return deepest


def _render(element: Element) -> Markup:
    """Return an element as HTML, without its namespace and without scripts and styles.

    Raise _UnsupportedError for a tag that is not in TAGS and for TeX that was not converted.
    """
    text = html.unescape(element.text or "")
    if element.tag not in TAGS or "\\" in text:
        raise _UnsupportedError(element.tag)
    attributes = [
        Markup(' {}="{}"').format(name, value)
        for name, value in element.attrib.items()
        if name in ATTRIBUTES
    ]
    parts = [escape(text)]
    previous: Element | None = None
    for child in element:
        if element.tag == "mrow" and previous is not None and _needs_space(previous, child):
            parts.append(THIN_SPACE)
        parts.append(_render(child))
        previous = child
    return Markup("<{0}{1}>{2}</{0}>").format(
        element.tag, Markup().join(attributes), Markup().join(parts)
    )


def _needs_space(left: Element, right: Element) -> bool:
    """Return whether a function name, as in n log n, needs a space that the library omits."""
    tags = {left.tag, right.tag}
    return "mo" not in tags and any(
        element.tag == "mi" and len(element.text or "") > 1 and (element.text or "").isalpha()
        for element in (left, right)
    )
