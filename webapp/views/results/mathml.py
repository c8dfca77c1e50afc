"""TeX -> MathML, by latex2mathml, of which only what is known to be harmless gets through.

DESIGN: a formula takes 0.15 ms and up to 0.035 ms for each character (14 ms for 500 characters;
`process_time` of `mathml` without its cache, November 2026), so what one page draws is bounded by
characters and not by a clock: the same page always draws the same formulas. Formulas beyond the
bound are shown as their TeX. Commands that let few characters stand for many are not drawn at all.
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

MAX_LENGTH: Final = 500  # characters of one formula; in a title it has some 20
MAX_DEPTH: Final = 30  # of its braces: the library recurses
TEXT_LIMIT: Final = 1_000  # characters of TeX in one title or paragraph; ACL's abstracts have 200
PAGE_LIMIT: Final = 5_000  # likewise of a whole page: 0.2 s
FORMULA_COST: Final = 5  # characters that a formula costs beside its own
CACHED: Final = 2_048  # formulas; the longest takes 14 kB

# A definition can double itself at each use, and \sideset writes its operator twice.
_MULTIPLYING: Final = re.compile(
    r"\\(?:def|[a-z]*newcommand|newenvironment|DeclareMathOperator|let|sideset)"
    r"(?![a-zA-Z])"
)

TAGS: Final = frozenset(
    [
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "msup",
        "msub",
        "msubsup",
        "mover",
        "munder",
        "munderover",
        "mfrac",
        "msqrt",
        "mroot",
        "mtable",
        "mtr",
        "mtd",
        "mpadded",
        "mphantom",
        "mstyle",
        "menclose",
    ]
)
ATTRIBUTES: Final = frozenset(
    [
        "display",
        "stretchy",
        "fence",
        "form",
        "accent",
        "mathvariant",
        "linethickness",
        "columnalign",
        "width",
        "notation",
        "displaystyle",
    ]
)


THIN_SPACE: Final = Markup('<mspace width="0.167em"></mspace>')


class _Unknown(Exception):  # noqa: N818
    """Something that a page cannot show."""


class FormulaBudget:
    """The TeX that one page can still draw, in characters. Not safe between threads."""

    def __init__(self, limit: int = PAGE_LIMIT) -> None:
        self._left = limit

    def drawn(self, text: str) -> Iterator[tuple[re.Match[str], Markup]]:
        """Each formula of a text that becomes MathML, up to the first that costs too much."""
        left = min(self._left, TEXT_LIMIT)
        for found in MATH.finditer(text):
            cost = _cost(found[1])
            if cost > left:
                break
            left -= cost
            self._left -= cost
            if formula := mathml(found[1]):
                yield found, formula


def tex_cost(text: str) -> int:
    """What all formulas of a text cost, in the characters of a FormulaBudget."""
    return sum(_cost(found[1]) for found in MATH.finditer(text)) if "$" in text else 0


def _cost(tex: str) -> int:
    return FORMULA_COST + min(len(tex), MAX_LENGTH)


@lru_cache(maxsize=CACHED)
def mathml(tex: str) -> Markup | None:
    """The MathML of what stands between dollars; None where it is not understood or too large."""
    if len(tex) > MAX_LENGTH or _MULTIPLYING.search(tex):
        return None
    if not is_balanced(tex) or _depth(tex) > MAX_DEPTH:
        return None
    try:
        return _written(convert_to_element(tex))
    except Exception:
        return None


def _depth(tex: str) -> int:
    """How deep the braces of a formula are nested."""
    depth = deepest = 0
    for brace in re.findall(r"[{}]", tex):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    return deepest


def _written(element: Element) -> Markup:
    """An element as HTML, without a namespace and without what could act or style."""
    text = html.unescape(element.text or "")
    if element.tag not in TAGS or "\\" in text:
        raise _Unknown(element.tag)
    attributes = [
        Markup(' {}="{}"').format(name, value)
        for name, value in element.attrib.items()
        if name in ATTRIBUTES
    ]
    parts = [escape(text)]
    previous: Element | None = None
    for child in element:
        if element.tag == "mrow" and previous is not None and _apart(previous, child):
            parts.append(THIN_SPACE)
        parts.append(_written(child))
        previous = child
    inside = Markup().join(parts)
    tag = Markup(element.tag)  # noqa: S704  one of TAGS
    return Markup("<{}{}>{}</{}>").format(tag, Markup().join(attributes), inside, tag)


def _apart(left: Element, right: Element) -> bool:
    """Whether a function's name, as in n log n, needs a space the library does not put."""
    tags = {left.tag, right.tag}
    return "mo" not in tags and any(
        each.tag == "mi" and len(each.text or "") > 1 and (each.text or "").isalpha()
        for each in (left, right)
    )
