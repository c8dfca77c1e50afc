"""The document that the index has of a publication."""

from collections.abc import Iterable

from ..facets import author_names, facet_values
from ..search.engine import Document
from ..store.publications import Stored


def document(stored: Stored, identifiers: Iterable[str] = ()) -> Document:
    """Return the document of a publication; `identifiers` are those of its other versions."""
    record = stored.record
    addresses = (link.url for link in record.links if "://" in link.url)
    return Document(
        id=stored.id,
        position=stored.position,
        title=record.title,
        authors=author_names(record),
        venue=record.venue,
        container=record.container,
        tags=record.tags,
        abstract=record.abstract,
        identifiers=tuple(
            filter(None, (record.doi, record.arxiv, record.key, *addresses, *identifiers))
        ),
        facets=facet_values(record),
    )
