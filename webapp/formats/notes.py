"""Notes of other formats, which have one place for what BibTeX has two fields for.

`note` is a part of the reference; `annote` is the owner's own. Programs export what their users
noted in the same place, so a note is the owner's own unless Octavo wrote beside it that it is not.
"""

from collections.abc import Iterable

from ..records import Record
from .latex import decoding


def notes_apart(notes: Iterable[str], public: str) -> list[tuple[str, str]]:
    """The fields of the notes of an entry, of which `public` is known to be for everyone."""
    words = " ".join(public.split())
    own = [note for note in notes if " ".join(note.split()) != words]
    return [("note", public), ("annote", "; ".join(own))]


def private_note(record: Record) -> str:
    """The owner's own note, for the owner's own export: `public_fields.public` takes it out."""
    return decoding.text(record.source.get("annote", ""))
