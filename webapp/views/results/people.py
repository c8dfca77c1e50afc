"""The people of a publication: members of the site, and the page that each name links to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ...catalog import Match, PersonPages
from ...formats.web.jsonld import PersonAddress
from ...records import OTHERS, Person, Record
from ..urls import Urls

EQUAL_MARK = "*"


@dataclass(frozen=True, slots=True)
class Name:
    """A person on the publication's own page."""

    name: str
    url: str  # of the person's page, or of all that the person wrote; "" for "et al."
    member: bool
    marks: str  # "*†", for equal contribution, corresponding author and the like


@dataclass(frozen=True, slots=True)
class Attribution:
    """A person of a record, and the members who it is."""

    person: Person
    url: str
    member: bool


class People:
    """Who the people of records are. `pages` returns the pages of people of the site."""

    def __init__(self, pages: Callable[[], PersonPages]) -> None:
        self.pages = pages

    def attribute(
        self, record: Record, people: Sequence[Person], urls: Urls, limit: int | None = None
    ) -> list[Attribution]:
        """Return who some people of a record are, the first `limit` with the URL of their works."""
        pages = self.pages()
        matches = pages.members.attribute(record, people)
        return [
            Attribution(
                person,
                _url(pages, person, found, urls) if limit is None or index < limit else "",
                bool(found),
            )
            for index, (person, found) in enumerate(zip(people, matches, strict=True))
        ]

    def names(self, record: Record, people: Sequence[Person], urls: Urls) -> list[Name]:
        """Return everyone as the publication's own page shows them."""
        return [
            Name(
                name=item.person.name,
                url=item.url,
                member=item.member,
                marks=item.person.marks or (EQUAL_MARK if item.person.equal else ""),
            )
            for item in self.attribute(record, people, urls)
        ]

    def addresses(self, record: Record, urls: Urls) -> dict[tuple[Person, str], PersonAddress]:
        """Return the ORCID iD and the page of each person of a record who has either.

        People are known by themselves and their ORCID iDs.
        """
        return dict(_addresses(self.pages(), record, urls))


def _url(pages: PersonPages, person: Person, found: Sequence[Match], urls: Urls) -> str:
    """Return the URL of all that a person wrote; "" for "et al." and a member's namesake."""
    if person == OTHERS:
        return ""
    if len(found) == 1:
        member = pages.members.all[found[0].number]
        return urls.works_of(member.name, member.page_slug)
    if not found and pages.members.named(person.name):
        return ""
    return urls.works_of(person.name, pages.slug_of(person.name) if not found else "")


def _addresses(
    pages: PersonPages, record: Record, urls: Urls
) -> Iterator[tuple[tuple[Person, str], PersonAddress]]:
    for people in (record.authors, record.editors):
        matches = pages.members.attribute(record, people)
        for person, found in zip(people, matches, strict=True):
            member = pages.members.all[found[0].number] if len(found) == 1 else None
            slug = member.page_slug if member else ""
            orcid = person.orcid or ((member.orcid or "") if member else "")
            if orcid or slug:
                page = urls.person(slug) if slug else ""
                yield (person, person.orcid), PersonAddress(orcid, page)
