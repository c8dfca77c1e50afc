"""What an editor sent: the changes of a publication, and the problems of what was entered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ...curation.editing import Conflict, FieldChange
from ...curation.entry_text import plain_lines
from ...formats.reading import Problem
from ...records import Record

# Of a field in conflict, the form sends the choice, and the value that was there when it was shown.
CHOICE = "choice:"
PRESENT = "present:"
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Submission:
    """The changes that a form makes, and the problems because of which it is not saved."""

    changes: tuple[FieldChange, ...] = ()
    record: Record | None = None  # the publication with the changes, for the preview
    order: tuple[str, ...] = ()  # the names of fields as the editor ordered them; (): no order
    faults: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()


def with_choices(changes: Iterable[FieldChange], form: Mapping[str, str]) -> list[FieldChange]:
    """Return the changes after the editor's choices about fields in conflict.

    A field for which the value of another editor was chosen is not changed. For one's own value,
    that other value counts as the loaded one.
    """
    chosen = []
    for change in changes:
        choice = form.get(CHOICE + change.name)
        if choice == MINE:
            present = plain_lines(form.get(PRESENT + change.name, ""))
            chosen.append(replace(change, loaded=present))
        elif choice != THEIRS:
            chosen.append(change)
    return chosen


def choice_fields(conflict: Conflict) -> tuple[str, str]:
    """Return the names of the two fields of a form that decide a conflict."""
    return CHOICE + conflict.change.name, PRESENT + conflict.change.name
