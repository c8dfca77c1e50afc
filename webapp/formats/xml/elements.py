"""The elements of an XML file that are entries, with their lines."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from lxml import etree

from ..inline import NAMES
from ..reading import Problem

_FACES: Final = {"italic": "i", "bold": "b", "superscript": "sup", "subscript": "sub"}

Element = Any  # lxml has no types


def elements(text: str, *tags: str) -> Iterator[Element | Problem]:
    """Yield the elements with these names, then a problem if the XML is not well formed.

    What follows a fault is read as far as possible.
    """
    parser = etree.iterparse(
        BytesIO(text.encode()),
        tag=tags,
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in parser:
            yield element
            element.clear()
    except etree.XMLSyntaxError:
        pass  # reported below, as all faults are
    if parser.error_log:
        fault = parser.error_log[0]
        message = (
            f"The XML is not well formed here ({fault.message}), so entries may be missing. "
            "Export the file again."
        )
        yield Problem(fault.line, "", "broken-xml", message, rejected=True)


def line_of(element: Element) -> int:
    """Return the line where the start tag of an element ends, from 1."""
    return element.sourceline or 1


def first_text(element: Element, *paths: str) -> str:
    """Return the text of the first element with text at the first of these paths that has one."""
    return next((text for path in paths for text in texts(element, path) if text), "")


def texts(element: Element, path: str) -> list[str]:
    """Return the text of every element at a path, with the elements in it as tags."""
    return [" ".join("".join(_written(child)).split()) for child in element.iterfind(path)]


def _written(element: Element, in_formula: bool = False) -> Iterator[str]:
    """Yield the text of an element, with the tags that the conversion of markup knows."""
    yield element.text or ""
    for child in element:  # libxml2 limits the depth to 256
        name = _name(child, in_formula)
        yield f"<{name}>" if name else ""
        yield from _written(child, in_formula or name == "math")
        yield f"</{name}>" if name else ""
        yield child.tail or ""


def _name(element: Element, in_formula: bool) -> str:
    """Return the name of an element as a tag; "" if only its text counts.

    EndNote has `<style face="italic">`, also around the whole of a text.
    """
    if not isinstance(element.tag, str):  # a reference to an unknown entity
        return ""
    name: str = etree.QName(element).localname
    if name == "style":
        return _face(element)
    return name if in_formula or name in NAMES or name == "math" else ""


def _face(style: Element) -> str:
    parent = style.getparent()
    if len(parent) == 1 and not (parent.text or "").strip() and not (style.tail or "").strip():
        return ""
    faces = style.get("face", "").lower().split()
    return next((_FACES[face] for face in faces if face in _FACES), "")
