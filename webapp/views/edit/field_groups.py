"""The groups of the form's fields: which field is where, and its label."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ...curation.merging import meaning
from ...formats.public_fields import PUBLIC_FIELDS
from ...formats.vocabulary import ALIASES, LINK_FIELDS, container_fields
from ...records import LINK_KINDS

# Labels of fields beside those in the tables of links and public fields.
FIELD_LABELS: Final[Mapping[str, str]] = {
    "title": "Title",
    "subtitle": "Subtitle",
    "year": "Year",
    "month": "Month",
    "date": "Date",
    "abstract": "Abstract",
    "keywords": "Keywords",
    "langid": "Language",
    "author": "Authors",
    "editor": "Editors",
    "journal": "Journal",
    "booktitle": "Book or proceedings",
    "abbr": "Short name of the venue",
    "doi": "DOI",
    "eprint": "Preprint number",
}
PEOPLE: Final = ("author", "editor")  # edited as one line for each person

_WHAT: Final = ("title", "subtitle", "year", "month", "day", "date", "abstract", "keywords", "tags",
                "langid", "language", "note", "pubstate", "award")  # fmt: skip
_WHERE: Final = ("journal", "booktitle", "abbr", "series", "volume", "number", "issue", "chapter",
                 "pages", "eid", "edition", "publisher", "organization", "institution", "school",
                 "address", "eventtitle", "venue", "howpublished", "isbn", "issn")  # fmt: skip
_LINKS: Final = ("doi", "eprint", "arxiv", "pdf", "url", "code", "website", "slides", "video",
                 "poster", "data", "supp")  # fmt: skip
# Shown even if the publication does not have them, unless it has another field of that meaning.
_ALWAYS: Final = ("title", "year", "abstract", "keywords", "abbr", "doi", "pdf", "url", "code")


@dataclass(frozen=True, slots=True)
class FieldGroups:
    """The names of a publication's fields in the groups of the form, in order."""

    what: tuple[str, ...]
    where: tuple[str, ...]
    links: tuple[str, ...]
    other: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        return iter((*self.what, *self.where, *self.links, *self.other))


def group_fields(kind: str, names: tuple[str, ...]) -> FieldGroups:
    """Return the groups of a publication of a type with these fields, people left out."""
    meanings = set(map(meaning, names))
    always = (*_ALWAYS, container_fields(kind)[0])
    shown = (*names, *(name for name in always if meaning(name) not in meanings))

    def group(table: tuple[str, ...]) -> tuple[str, ...]:
        ranks = {name: rank for rank, name in enumerate(table)}
        own = [name for name in shown if ALIASES.get(name, name) in ranks]
        return tuple(sorted(own, key=lambda name: ranks[ALIASES.get(name, name)]))

    what, where, links = group(_WHAT), group(_WHERE), group((*_LINKS, *LINK_FIELDS))
    grouped = {*what, *where, *links, *PEOPLE}
    return FieldGroups(what, where, links, tuple(name for name in names if name not in grouped))


def label_of(name: str) -> str:
    """Return the English label of a field; "" for one that has only its name."""
    name = ALIASES.get(name, name)
    if name in LINK_FIELDS:
        return LINK_KINDS[LINK_FIELDS[name]]
    row = PUBLIC_FIELDS.get(name)
    return FIELD_LABELS.get(name) or (row.label if row else "")
