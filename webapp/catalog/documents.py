"""The document that the index gets of a publication."""

from collections.abc import Iterable

from ..records import OTHERS
from ..search.engine import Document
from ..store.publications import Stored


def document(stored: Stored, identifiers: Iterable[str] = ()) -> Document:
    """Return the document of a publication; `identifiers` are those of its other versions."""
    record = stored.record
    people = record.authors or record.editors
    addresses = (link.url for link in record.links if "://" in link.url)
    return Document(
        id=stored.id,
        position=stored.position,
        title=record.title,
        authors=tuple(person.name for person in people if person != OTHERS),
        venue=record.venue,
        container=record.container,
        year=record.year,
        type=record.type,
        tags=record.tags,
        abstract=record.abstract,
        identifiers=tuple(
            filter(None, (record.doi, record.arxiv, record.key, *addresses, *identifiers))
        ),
    )
