"""Checks of what harvesters get, with the schemas of their authors."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

_SCHEMAS: Final = Path(__file__).parent / "data" / "xsd"
NAMES: Final = {
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "mods": "http://www.loc.gov/mods/v3",
}


@cache
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(_SCHEMAS / "all.xsd"))


def valid(answer: bytes | str) -> Any:
    """Return the root element of an answer. Fails if a schema does not allow it."""
    root = etree.fromstring(answer.encode() if isinstance(answer, str) else answer)
    _schema().assertValid(root)
    return root


def texts(root: Any, path: str) -> list[str]:
    """Return the texts of the elements at a path with the prefixes in NAMES."""
    return [element.text or "" for element in root.iterfind(path, NAMES)]
