"""Whose list it is: the people whose names documents print in bold."""

from collections.abc import Callable, Iterable

from ..config import Settings
from ..records import Person
from .members import Members, comparable_name


def own_person(settings: Settings) -> Callable[[Person], bool]:
    """Return whether a person is the owner of the site, or a member if it has no owner."""
    members = Members(settings.everyone)
    names = [settings.owner] if settings.owner else [member.name for member in settings.members]
    return named(spelling for name in names for spelling in members.spellings(name))


def named(names: Iterable[str]) -> Callable[[Person], bool]:
    """Return whether a person has one of these names."""
    known = {comparable_name(name) for name in names}
    return lambda person: comparable_name(person.name) in known
