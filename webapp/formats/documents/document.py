"""A document: sections with numbered citations, ready to be written in any format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ...records import Person, Record
from ..csl.citations import cite_in_runs
from ..csl.styling.runs import Run
from ..direction import direction

NUMBERINGS: Final = ("up", "down", "none")

# Whose names are printed in bold in the citation of a record.
OwnPeople = Callable[[Record], frozenset[Person]]
Cite = Callable[[Record, str, frozenset[Person], bool], tuple[Run, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered citation."""

    number: int  # counted through the whole document; 0 without numbers
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The citation without typography."""
        return "".join(run.plain for run in self.runs)

    @property
    def direction(self) -> str:
        """The direction of the paragraph, "ltr" or "rtl"."""
        return direction(self.text)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the publications below it."""

    heading: str  # "" if the document is not grouped
    level: int  # 1, or 2 for a year below a type
    first: int  # the number of the first publication; 0 without numbers
    records: tuple[Record, ...]  # none for a type whose years are sections


@dataclass(frozen=True, slots=True)
class Document:
    """A document. Citations are made when a format asks for them, because that takes long."""

    title: str
    sections: tuple[Section, ...]
    style: str  # one of STYLES
    numbering: str  # one of NUMBERINGS
    own_people: OwnPeople
    language: str = "en"  # of the headings; a BCP 47 tag
    direction: str = "ltr"  # of the headings
    subtitle: str = ""  # what the list was searched for
    author: str = ""
    note: str = ""  # the last line, for a list that was cut
    all_people: bool = False  # whether citations name everyone
    cite: Cite = cite_in_runs

    @property
    def records(self) -> Iterator[Record]:
        """All publications, in order."""
        return (record for section in self.sections for record in section.records)

    def entries(self, section: Section) -> Iterator[Entry]:
        """Yield the citations of a section."""
        step = {"up": 1, "down": -1}.get(self.numbering, 0)
        for place, record in enumerate(section.records):
            runs = self.cite(record, self.style, self.own_people(record), self.all_people)
            yield Entry(section.first + step * place, runs)
