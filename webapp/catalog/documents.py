"""The document that the index has of a publication."""

import re
from collections.abc import Iterable

from ..formats.inline import without_tags
from ..formats.labels import labels
from ..search.engine import Document, FullText
from ..store.publications import Stored
from .choices import OwnerChoices

_NUMBERS = ("pmid", "pmcid", "eprint")  # fields that identify the publication
_SEPARATOR = re.compile(r"[,;]\s*")


def document(
    stored: Stored,
    choices: OwnerChoices,
    identifiers: Iterable[str] = (),
    texts: tuple[FullText, ...] = (),
) -> Document:
    """Return the document of a publication.

    `identifiers` are those of its other versions, and `texts` those of its PDFs.
    """
    record = stored.record
    listed = choices.apply(record)
    addresses = (link.url for link in record.links if "://" in link.url)
    numbers = (record.fields.get(name, "") for name in _NUMBERS)
    isbns = (f"isbn {isbn}" for isbn in _SEPARATOR.split(record.fields.get("isbn", "")) if isbn)
    names = dict.fromkeys((record.container, record.venue))
    return Document(
        id=stored.id,
        position=stored.position,
        title=without_tags(record.title),
        authors=choices.members.searched_names(record),
        venue=listed.venue,
        venue_names=tuple(name for name in names if name and name != listed.venue),
        tags=record.tags,
        labels=tuple(without_tags(text) for label in labels(record) for text in label),
        abstract=without_tags(record.abstract),
        forthcoming=record.is_forthcoming,
        identifiers=tuple(
            filter(
                None,
                (record.doi, record.arxiv, record.key, *numbers, *isbns, *addresses, *identifiers),
            )
        ),
        facets=choices.facet_values(record),
        texts=texts,
    )
