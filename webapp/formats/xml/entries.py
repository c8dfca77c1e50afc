"""The entries of an XML file, each with its line. No entity is resolved, nothing is fetched."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from ..reading import Problem

Element = Any  # lxml has no types


def elements(text: str, *tags: str) -> Iterator[Element | Problem]:
    """Every element of these names; what is behind a fault in the XML is read as far as it goes."""
    found = etree.iterparse(
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
        for _, element in found:
            yield element
            element.clear()
    except etree.XMLSyntaxError:
        pass  # told below, as every fault is
    if found.error_log:
        fault = found.error_log[0]
        message = f"The XML is broken here ({fault.message}), so something may be missing."
        yield Problem(fault.line, "", "broken-xml", message, rejected=True)


def line_of(element: Element) -> int:
    """The line where an element ends its first tag, from 1."""
    return element.sourceline or 1


def words(element: Element, path: str) -> str:
    """The text of the first element at `path`, whatever marks stand in it; "" without one."""
    return next(filter(None, each(element, path)), "")


def each(element: Element, path: str) -> list[str]:
    """The text of every element at `path`."""
    return [" ".join("".join(found.itertext()).split()) for found in element.iterfind(path)]
