"""Corrections from visitors: the fields they see, what they propose, and deciding about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..catalog import Catalog
from ..errors import CorrectionRefusedError
from ..formats.building import source_of
from ..formats.encoding import remove_controls
from ..formats.inline import decode, to_plain
from ..records import Record
from ..store import corrections, publications
from ..store.connections import reading, writing
from ..store.corrections import Correction
from ..store.publications import Stored
from .editing import FieldChange, Outcome, save_changes
from .field_values import people_lines

MAX_A_DAY: Final = 5  # of one address
MAX_WAITING: Final = 500  # in the inbox
PEOPLE: Final = ("author", "editor")
# The fields that visitors can correct: those that a publication has, and the first ones always.
FIELDS: Final = (
    *("title", "author", "year", "doi", "editor", "journal", "booktitle", "volume", "number"),
    *("pages", "publisher", "school", "institution", "series", "isbn", "abstract", "keywords"),
)
ALWAYS: Final = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction in the inbox, and its publication; None if that was removed."""

    correction: Correction
    stored: Stored | None


def shown_fields(record: Record) -> dict[str, str]:
    """Return the fields that visitors can correct, as plain text; of people one a line."""
    names = (name for name in FIELDS if name in record.source or name in FIELDS[:ALWAYS])
    return {name: _shown(name, record.source.get(name, "")) for name in names}


def propose(
    catalog: Catalog, stored: Stored, values: Mapping[str, str], name: str, email: str, address: str
) -> None:
    """Store what a visitor at an address proposes. Raises CorrectionRefusedError.

    `values` are the fields of `shown_fields` as the visitor left them.
    """
    changes = list(_changes(stored.record, values))
    if not changes:
        raise CorrectionRefusedError("unchanged")
    correction = Correction(stored.id, changes, name, email)
    with writing(catalog.database) as connection:
        if corrections.count(connection) >= MAX_WAITING:
            raise CorrectionRefusedError("full")
        if corrections.count_of_sender(connection, address) > MAX_A_DAY:
            raise CorrectionRefusedError("too many")
        corrections.add(connection, correction)


def waiting(catalog: Catalog, limit: int) -> list[Proposal]:
    """Return the corrections that wait for a decision, the oldest first."""
    with reading(catalog.database) as connection:
        found = corrections.latest(connection, limit)
        loaded = publications.load(connection, [item.publication_id for item in found])
    return [Proposal(item, loaded.get(item.publication_id)) for item in found]


def accept(catalog: Catalog, number: int, who: str) -> Outcome | None:
    """Make a correction as one revision; None if there is no such correction any more.

    A correction in conflict with later changes stays in the inbox.
    """
    with reading(catalog.database) as connection:
        correction = corrections.get(connection, number)
    if correction is None:
        return None
    changes = [FieldChange(*change) for change in correction.changes]
    command = f"accept correction {number} in the browser"
    outcome = save_changes(catalog, correction.publication_id, changes, command, who)
    if not outcome.conflicts:
        refuse(catalog, number)
    return outcome


def refuse(catalog: Catalog, number: int) -> None:
    """Remove a correction."""
    with writing(catalog.database) as connection:
        corrections.remove(connection, number)


def _shown(name: str, source: str) -> str:
    if name in PEOPLE:
        return "\n".join(_plain(person) for person in people_lines(source))
    return _plain(source)


def _plain(source: str) -> str:
    return " ".join(to_plain(decode(source).text).split())


def _changes(record: Record, values: Mapping[str, str]) -> Sequence[tuple[str, str, str]]:
    changes = []
    for name, shown in shown_fields(record).items():
        value = remove_controls(values.get(name, shown))
        lines = [" ".join(line.split()) for line in value.splitlines() if line.strip()]
        if lines == shown.splitlines():
            continue
        loaded = record.source.get(name, "")
        changes.append((name, loaded, _source(name, lines, loaded)))
    return changes


def _source(name: str, lines: Sequence[str], loaded: str) -> str:
    """Return the source of a corrected field. People who were there stay as they are written."""
    if name not in PEOPLE:
        return source_of(name, " ".join(lines))
    written = {_plain(person): person for person in people_lines(loaded)}
    return " and ".join(written.get(line) or source_of("title", line) for line in lines)
