"""The form with a field for each field of a publication."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from werkzeug.datastructures import MultiDict

from ...curation.editing import FieldChange, fields_of
from ...curation.entry_text import plain_lines, write_entry
from ...curation.field_comparison import ENTRY_TYPE
from ...curation.field_values import (
    add_mark,
    find_faults,
    people_lines,
    people_value,
    read_changes,
    remove_mark,
    split_people,
)
from ...formats.names import parse
from ...formats.reading import Problem
from ...records import Record
from ...store.source_records import CITATION_KEY
from .field_groups import PEOPLE, FieldGroups, group_fields
from .submission import Submission, with_choices

# Before a field's name. EQUAL is a box for each line of people; its value is the line's number.
FIELD, LOADED, LINE, EQUAL, PASTED = "field:", "loaded:", "line:", "equal:", "pasted:"
NEW_NAME, NEW_VALUE = "new-name", "new-value"
MOVE: Final = "move"  # a button's field: "author 3 up"
EMPTY_ROWS: Final = 2  # for further fields
MOST_ROWS: Final = 50  # people with a row each; more are lines of one text area
ONE_LINE: Final = 70  # characters of a value in a field of one line


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person's row in the form: the name, and the box for an equal contribution."""

    text: str
    is_equal: bool
    has_box: bool  # whether the box decides; the text itself may have marks, or take none

    @classmethod
    def of(cls, line: str) -> Self:
        text, is_equal = remove_mark(line), parse(line).equal
        return cls(text, is_equal, not text or parse(add_mark(text)).equal > parse(text).equal)


@dataclass(frozen=True, slots=True)
class FieldForm:
    """What the form shows: values by the name of their field, as entered and as loaded."""

    values: Mapping[str, str]
    loaded: Mapping[str, str]
    people: Mapping[str, tuple[str, ...]]  # the lines of authors and editors
    pasted: Mapping[str, str]  # lists of people that are added when the form is saved
    new: tuple[tuple[str, str], ...] = ()  # name and value of further fields
    focus: str = ""  # the button that has the focus after one was pressed

    @classmethod
    def of_record(cls, record: Record) -> Self:
        fields = fields_of(record)
        people = {name: tuple(people_lines(fields.get(name, ""))) for name in PEOPLE}
        return cls(fields, fields, people, {})

    @classmethod
    def of_request(cls, form: MultiDict[str, str], present: Record) -> Self:
        """Return the form that was sent. Fields that it leaves out are as in `present`."""
        fields = fields_of(present)
        sent = {name: plain_lines(value) for name, value in form.items()}
        values = {**fields, **_with_prefix(sent, FIELD)}
        loaded = {**fields, **_with_prefix(sent, LOADED)}
        people = {
            name: _sent_people(form, name)
            if LINE + name in form or LOADED + name in form
            else tuple(people_lines(fields.get(name, "")))
            for name in PEOPLE
        }
        names, new = form.getlist(NEW_NAME), map(plain_lines, form.getlist(NEW_VALUE))
        rows = ((name.strip().lower(), value) for name, value in zip(names, new, strict=False))
        return cls(
            values=values,
            loaded=loaded,
            people=people,
            pasted=_with_prefix(sent, PASTED),
            new=tuple((name, value) for name, value in rows if name or value),
        )

    def moved(self, button: str) -> Self:
        """Return the form after a button of a person: up, down, remove, or the pasted list."""
        name, place, way = (*button.split(" "), "", "")[:3]
        if name not in PEOPLE:
            return self
        lines = [line for line in self.people[name] if line.strip()]
        index = int(place) if place.isdecimal() and len(place) < 6 else len(lines)
        pasted = self.pasted
        if way == "add":
            lines += split_people(pasted.get(name, ""))
            pasted = {**pasted, name: ""}
        elif index < len(lines):
            line = lines.pop(index)
            index = {"up": max(index - 1, 0), "down": index + 1}.get(way, index)
            if way != "remove":
                index = min(index, len(lines))
                lines.insert(index, line)
        people = {**self.people, name: tuple(lines)}
        focus = f"{name} {min(index, max(len(lines) - 1, 0))} {way}"
        return replace(self, people=people, pasted=pasted, focus=focus)

    def rows(self, name: str) -> list[PersonRow]:
        """Return the rows of a field of people."""
        return [PersonRow.of(line) for line in self.people[name]]

    def submission(self, present: Record, form: Mapping[str, str]) -> Submission:
        """Return what the form changes of a publication."""
        changes = [*self._changes()]
        faults = tuple(find_faults(changes, fields_of(present)))
        if faults:
            return Submission(record=None, faults=faults)
        changes, read = read_changes(present, changes)
        return Submission(
            changes=tuple(with_choices(changes, form)),
            record=replace(read.record, slug=present.slug) if read.record else None,
            faults=tuple(replace(fault, line=0) for fault in read.faults),
            doubts=tuple(replace(doubt, line=0) for doubt in read.doubts),
        )

    def new_faults(self) -> tuple[Problem, ...]:
        """Return what cannot be added. A new publication gets a key if it has none."""
        faults = find_faults(self._changes(), {})
        return tuple(fault for fault in faults if fault.reason != "no-key")

    @property
    def groups(self) -> FieldGroups:
        names = tuple(n for n in self.values if n not in (CITATION_KEY, ENTRY_TYPE, *PEOPLE))
        return group_fields(self.values.get(ENTRY_TYPE, ""), names)

    @property
    def text(self) -> str:
        """What the editor entered as an entry, to copy it."""
        changed = {change.name: change.value for change in self._changes()}
        fields = {**self.loaded, **changed}
        key, type_ = fields.pop(CITATION_KEY, ""), fields.pop(ENTRY_TYPE, "")
        return write_entry(Record(key, type_, source=fields))

    def is_long(self, name: str) -> bool:
        """Return whether a field needs more than one line."""
        value = self.values.get(name, "")
        return name in ("title", "abstract") or "\n" in value or len(value) > ONE_LINE

    def _changes(self) -> list[FieldChange]:
        changes = []
        for name, value in self.values.items():
            loaded = self.loaded.get(name, "")
            if name not in PEOPLE and value.strip() != loaded.strip():
                changes.append(FieldChange(name, loaded, value.strip()))
        for name, lines in self.people.items():
            loaded = self.loaded.get(name, "")
            value = people_value([*lines, *split_people(self.pasted.get(name, ""))], loaded)
            if value != loaded:
                changes.append(FieldChange(name, loaded, value))
        return [*changes, *(FieldChange(name, "", value.strip()) for name, value in self.new)]


def _sent_people(form: MultiDict[str, str], name: str) -> tuple[str, ...]:
    """Return the people of a field, a line each, with the marks of those whose box is ticked."""
    ticked = set(form.getlist(EQUAL + name))
    return tuple(
        add_mark(line) if str(number) in ticked else line
        for number, text in enumerate(form.getlist(LINE + name))
        for line in plain_lines(text).split("\n")
    )


def _with_prefix(sent: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name[len(prefix) :]: text for name, text in sent.items() if name.startswith(prefix)}
