"""The elements of an XML file that are entries, with their lines."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from ..reading import Problem

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
    """Return the text of every element at a path, without the markup in it."""
    return [" ".join("".join(child.itertext()).split()) for child in element.iterfind(path)]
