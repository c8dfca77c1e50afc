"""Whose list it is: the people whose names documents print in bold."""

from collections.abc import Iterable

from ..config import Settings
from ..formats.documents.document import OwnPeople
from .members import Members, comparable_name


def own_people(settings: Settings) -> OwnPeople:
    """Return who of a record is the owner of the site, or a member if it has no owner."""
    members = Members(settings.everyone)
    names = [settings.owner] if settings.owner else [member.name for member in settings.members]
    return people_named(spelling for name in names for spelling in members.spellings(name))


def people_named(names: Iterable[str]) -> OwnPeople:
    """Return who of a record has one of these names."""
    known = {comparable_name(name) for name in names}
    return lambda record: frozenset(
        person
        for person in (*record.authors, *record.editors)
        if comparable_name(person.name) in known
    )
