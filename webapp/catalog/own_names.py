"""Whose list it is: the people whose names documents print in bold."""

from collections.abc import Iterable

from ..config import Settings
from ..formats.documents.document import OwnPeople
from .members import comparable_name
from .person_pages import PersonPages
from .scopes import Scope


def own_people(settings: Settings, pages: PersonPages, scope: Scope | None = None) -> OwnPeople:
    """Return who of a record is the person whose list it is.

    Other lists are the owner's, or the members' if the site has no owner.
    """
    members = pages.members
    if scope and scope.kind == "people":
        member, author = pages.member(scope.slug), pages.author(scope.slug)
        if member is None:
            return people_named(author.names if author else ())
        own = {members.all.index(member)}
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
