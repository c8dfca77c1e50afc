"""TeX -> MathML, by latex2mathml, of which only what is known to be harmless gets through."""

import html
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape

MAX_LENGTH: Final = 500  # characters of TeX; a title has some 20, and the library recurses

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


@lru_cache(maxsize=4096)
def mathml(tex: str) -> Markup | None:
    """The MathML of what stands between dollars; None where it is not understood."""
    if len(tex) > MAX_LENGTH:
        return None
    try:
        return _written(convert_to_element(tex))
    except Exception:
        return None


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
