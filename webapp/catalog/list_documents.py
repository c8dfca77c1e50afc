"""Lists of the catalog as documents, for pages and for the command."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..config import Settings
from ..formats.bibliography import bibliography
from ..formats.bibtex.bibtex import public
from ..formats.csl.citations import cite_in_runs
from ..formats.documents.document import Cite, Document, OwnPeople
from ..formats.documents.grouping import make_sections
from ..formats.documents.options import DocumentOptions
from ..records import Record
from ..translation import Translation


@dataclass(frozen=True, slots=True)
class ListText:
    """What a document says about its list."""

    title: str
    subtitle: str = ""  # what the list was searched for
    note: str = ""  # the last line, for a list that was cut
    author: str = ""  # whose list it is, if not the owner's


def make_document(
    records: Iterable[Record],
    text: ListText,
    options: DocumentOptions,
    own_people: OwnPeople,
    settings: Settings,
    translation: Translation,
    *,
    oldest_first: bool = False,
    cite: Cite = cite_in_runs,
) -> Document:
    """Return a document of what visitors see of records, in the language of the site."""
    added = settings.public_fields
    shown = tuple(bibliography(public(record, added), added) for record in records)
    return Document(
        title=text.title,
        sections=make_sections(
            shown,
            options.grouping,
            options.numbering,
            oldest_first=oldest_first,
            translate=translation.gettext,
        ),
        style=options.style,
        numbering=options.numbering,
        own_people=own_people,
        language=translation.language,
        direction=translation.direction,
        subtitle=text.subtitle,
        author=text.author or settings.owner,
        note=text.note,
        all_people=options.all_people,
        cite=cite,
    )
