"""The labels of a publication beside its venue: its award and its note."""

import re
from typing import Final, NamedTuple

from ..records import Record
from .bibliography import explains_marks

_YES: Final = frozenset({"true", "yes", "1"})
_EMPHASIS = re.compile(r"\*+")  # of Markdown, which al-folio reads in awards


class Label(NamedTuple):
    """A label: what lists show, and a text that visitors can unfold."""

    name: str
    text: str = ""


def labels(record: Record) -> tuple[Label, ...]:
    """Return the labels of a record. `award_name` names what `award` describes."""
    award = _EMPHASIS.sub("", record.fields.get("award", "")).strip()
    if award.lower() in _YES:
        award = ""
    name, note = record.fields.get("award_name", ""), record.fields.get("note", "")
    candidates = [Label(name, award) if name and name != award else Label(award)]
    if not explains_marks(note):
        candidates.append(Label(note))
    return tuple(label for label in candidates if label.name)
