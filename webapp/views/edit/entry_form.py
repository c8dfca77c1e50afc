"""The form with a publication as a BibTeX entry."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from ...curation.editing import changes_between
from ...curation.entry_text import read_entry, write_entry
from ...records import Record
from .submission import Submission, with_choices


@dataclass(frozen=True, slots=True)
class EntryForm:
    """The two fields of the form: the entry as the editor has it, and as it was loaded."""

    entry: str
    loaded: str

    @classmethod
    def of_record(cls, record: Record) -> Self:
        entry = write_entry(record)
        return cls(entry, entry)

    @classmethod
    def of_request(cls, form: Mapping[str, str]) -> Self:
        return cls(form.get("entry", ""), form.get("loaded", ""))

    def submission(self, present: Record, form: Mapping[str, str]) -> Submission:
        """Return what the form changes of a publication."""
        edited, loaded = read_entry(self.entry), read_entry(self.loaded)
        if edited.record is None:
            return Submission(faults=edited.faults, doubts=edited.doubts)
        before = loaded.record or Record("", "")
        changes = with_choices(changes_between(before, edited.record), form)
        moved = [*before.source] != [name for name in edited.record.source if name in before.source]
        return Submission(
            changes=tuple(changes),
            record=replace(edited.record, slug=present.slug),
            order=tuple(edited.record.source) if moved else (),
            faults=edited.faults,
            doubts=edited.doubts,
        )

    @property
    def text(self) -> str:
        """What the editor entered, to copy it."""
        return self.entry

    def line(self, number: int) -> str:
        """Return the start of a line of the entry, to find it by."""
        lines = self.entry.splitlines()
        return lines[number - 1].strip()[:60] if 0 < number <= len(lines) else ""
