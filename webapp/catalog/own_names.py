"""Whose list it is: the people whose names documents print in bold."""

from collections.abc import Iterable

from ..config import Settings
from ..formats.documents.document import OwnPeople
from .members import Members, comparable_name


def own_people(settings: Settings, members: Members, slug: str = "") -> OwnPeople:
    """Return who of a record is the member whose page has a slug.

    By default it is the owner of the site, or a member if it has no owner.
    """
    if slug:
        own = {number for number, member in enumerate(members.all) if member.page_slug == slug}
    else:
        has_owner = settings.owner and members.named(settings.owner) in members.all[:1]
        own = {0} if has_owner else set(range(len(members.all)))
    return lambda record: frozenset(
        person
        for people in (record.authors, record.editors)
        for person, matches in zip(people, members.attribute(record, people), strict=True)
        if any(match.number in own for match in matches)
    )


def people_named(names: Iterable[str]) -> OwnPeople:
    """Return who of a record has one of these names."""
    known = {comparable_name(name) for name in names}
    return lambda record: frozenset(
        person
        for person in (*record.authors, *record.editors)
        if comparable_name(person.name) in known
    )
