"""The works of a source that its settings want: those of a member, in certain years."""

from collections.abc import Sequence

from ..config import Settings
from ..formats.entries import build
from ..records import OTHERS, Record
from ..services.works import Work
from ..source_settings import Source
from .comparison import contributors, share_people


def split_works(
    source: Source, works: Sequence[Work], settings: Settings
) -> tuple[list[Work], list[Work]]:
    """Return the works that a source is to bring in, and the others.

    A work without a year is in any period, and one without complete names may be of anyone.
    """
    names = _names(source.member, settings)
    wanted: list[Work] = []
    others: list[Work] = []
    for work in works:
        is_wanted = _is_in_period(source, work.record.year) and _names_one(work.record, names)
        (wanted if is_wanted else others).append(work)
    return wanted, others


def _names(member: str, settings: Settings) -> list[Record]:
    """Return each spelling of the name of a member as the author of a record."""
    spellings = {
        name
        for person in settings.everyone
        if member and member in person.names
        for name in person.names
    }
    return [build("", "misc", {"author": name}).record for name in sorted(spellings)]


def _is_in_period(source: Source, year: int | None) -> bool:
    if year is None:
        return True
    return (source.from_year or year) <= year <= (source.until or year)


def _names_one(record: Record, names: Sequence[Record]) -> bool:
    people = contributors(record)
    if not names or not people or OTHERS in people:
        return True
    return any(share_people(name, record) for name in names)
