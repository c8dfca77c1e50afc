"""Notes in formats that have one place for BibTeX's two fields.

`note` is part of the reference, `annote` is private to the owner. Programs export the notes of
their users to the same place, so a note counts as private unless Octavo marked it as public.
"""

from collections.abc import Iterable

from ..records import Record
from .latex import decoding


def separate_notes(notes: Iterable[str], public: str) -> list[tuple[str, str]]:
    """Return the fields `note` and `annote` for the notes of an entry; `public` is the former."""
    words = " ".join(public.split())
    private = [note for note in notes if " ".join(note.split()) != words]
    return [("note", public), ("annote", "; ".join(private))]


def private_note(record: Record) -> str:
    """Return the private note. `public` removes it from a record before visitors export it."""
    return decoding.text(record.source.get("annote", ""))
