"""The document that the index has of a publication."""

from collections.abc import Iterable

from ..facets import author_names, facet_values
from ..formats.inline import without_tags
from ..search.engine import Document
from ..store.publications import Stored
from ..venues import Venues


def document(stored: Stored, venues: Venues, identifiers: Iterable[str] = ()) -> Document:
    """Return the document of a publication; `identifiers` are those of its other versions."""
    record = stored.record
    listed = venues.shortened(record)
    addresses = (link.url for link in record.links if "://" in link.url)
    names = dict.fromkeys((record.container, record.venue))
    return Document(
        id=stored.id,
        position=stored.position,
        title=without_tags(record.title),
        authors=author_names(record),
        venue=listed.venue,
        venue_names=tuple(name for name in names if name and name != listed.venue),
        tags=record.tags,
        abstract=without_tags(record.abstract),
        identifiers=tuple(
            filter(None, (record.doi, record.arxiv, record.key, *addresses, *identifiers))
        ),
        facets=facet_values(listed),
    )
