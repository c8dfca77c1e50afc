"""The people of a publication: members of the site, and the page that each name links to."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...catalog import Members, comparable_name
from ...config import Settings
from ...records import OTHERS, Person
from ..urls import Urls

EQUAL_MARK = "*"


@dataclass(frozen=True, slots=True)
class Name:
    """A person on the publication's own page."""

    name: str
    url: str  # of a member's own page, or of all that the person wrote; "" for "et al."
    member: bool
    marks: str  # "*†", for equal contribution, corresponding author and the like


class People:
    """The members and the owner of the site, as the settings name them."""

    def __init__(self, settings: Settings) -> None:
        self._names = Members(settings.everyone)
        self._owner = comparable_name(settings.owner)
        profiles = settings.profiles.values()
        self._orcid = next((url for url in profiles if "://orcid.org/" in url), "")
        self._members = {
            comparable_name(name): member.url or ""
            for member in settings.everyone
            for name in (member.name, *member.variants)
        }

    def is_member(self, name: str) -> bool:
        return bool(self._members) and comparable_name(name) in self._members

    def own_url(self, person: Person) -> str:
        """Return the page of a member or the ORCID of the owner, as set; "" without either."""
        name = comparable_name(person.name)
        return self._members.get(name) or (self._orcid if name == self._owner else "")

    def names(self, people: Iterable[Person], urls: Urls) -> list[Name]:
        """Return everyone as the publication's own page shows them."""
        return [
            Name(
                name=person.name,
                url=self._url(person, urls),
                member=self.is_member(person.name),
                marks=person.marks or (EQUAL_MARK if person.equal else ""),
            )
            for person in people
        ]

    def _url(self, person: Person, urls: Urls) -> str:
        works = self.works_url(person.name, urls)
        return works and (self._members.get(comparable_name(person.name)) or works)

    def works_url(self, name: str, urls: Urls) -> str:
        """Return the URL of all that the person of a name wrote; "" for "et al."."""
        if name == OTHERS.name:
            return ""
        return urls.filtered(author=self._names.spellings(name)[0])
