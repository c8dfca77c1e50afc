"""The titles of a record with the parts whose case is protected, as citations and exports have it.

The braces in the source say which parts these are. The texts of a record do not have them, because
only title case, as in Chicago's style, changes a title.
"""

from dataclasses import dataclass
from typing import Final

from ..records import Record
from . import entries
from .fields import Fields
from .inline import without_protection
from .vocabulary import TITLE_FIELDS

_SOURCES: Final = TITLE_FIELDS | {"journaltitle"}


@dataclass(frozen=True, slots=True)
class Titles:
    """The title and the container title of a record, with `<nc>` around what keeps its case."""

    title: str
    container: str


def with_protected_case(record: Record) -> Titles:
    """Return the titles of a record; as they are if its source has others."""
    written = (value for name, value in record.source.items() if name in _SOURCES)
    if not any("{" in value for value in written):
        return Titles(record.title, record.container)
    fields = Fields(entries.canonical(record.source), record.type, protects_case=True)
    title, container = entries.title_of(fields), entries.container_of(fields)
    return Titles(
        title if without_protection(title) == record.title else record.title,
        container if without_protection(container) == record.container else record.container,
    )
