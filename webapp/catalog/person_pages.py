"""The people who have pages: the owner and the members, and with `people = "authors"` authors too.

A member is known by the indexed facet `member`, which decides who is who. Another author is the
names that make one slug: "Zoë Brown" and "Zoe Brown".
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..config import Settings
from ..errors import IndexUnavailableError
from ..facets import MEMBER
from ..member_settings import Member, slug_of_name
from ..search.engine import SearchEngine, SearchRequest, Subset
from ..search.query import parse
from .members import Members

MIN_WORKS: Final = 2  # publications of an author who has a page


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person with a page; `member` is None for an author who is no member."""

    slug: str
    names: tuple[str, ...]  # as the facet of authors has them, the most frequent first
    works: int
    member: Member | None = None

    @property
    def name(self) -> str:
        return self.names[0]


class PersonPages:
    """The pages of people. Those of authors are counted once for each state of the index."""

    def __init__(self, settings: Settings, members: Members, search: SearchEngine) -> None:
        self.members = members
        self.has_authors = settings.people == "authors"
        self._search = search
        self._by_slug = {member.page_slug: member for member in members.all}
        self._counted: tuple[str | None, Mapping[str, PersonPage]] = (None, {})

    def member(self, slug: str) -> Member | None:
        """Return the member whose page has a slug."""
        return self._by_slug.get(slug)

    def author(self, slug: str) -> PersonPage | None:
        """Return the author whose name makes a slug; None if there is none in the index."""
        return self._authors().get(slug)

    def has(self, slug: str) -> bool:
        """Return whether there is a page with a slug."""
        if slug in self._by_slug:
            return True
        author = self.author(slug) if self.has_authors else None
        return author is not None and author.works >= MIN_WORKS

    def slug_of(self, name: str) -> str:
        """Return the slug of the page of everyone who has a name; "" without such a page."""
        if member := self.members.named(name):
            return member.page_slug
        if not self.has_authors or self.members.is_shared(name):
            return ""
        slug = slug_of_name(name)
        return slug if slug not in self._by_slug and self.has(slug) else ""

    def subset(self, slug: str) -> Subset:
        """Return the part of the catalog that a page has."""
        if slug in self._by_slug:
            return Subset(filters=((MEMBER, (slug,)),))
        author = self.author(slug)
        return Subset(filters=(("author", author.names if author else ()),))

    def of_members(self) -> list[PersonPage]:
        """Return the pages of the owner and the members, with the number of publications."""
        counts = dict(self._count(MEMBER))
        return [
            PersonPage(member.page_slug, (member.name,), counts.get(member.page_slug, 0), member)
            for member in self.members.all
        ]

    def of_authors(self) -> Iterator[PersonPage]:
        """Yield the pages of other authors, those with the most publications first."""
        for page in self._authors().values() if self.has_authors else ():
            if page.works >= MIN_WORKS and page.slug not in self._by_slug:
                yield page

    def _authors(self) -> Mapping[str, PersonPage]:
        revision = self._search.revision
        if self._counted[0] != revision or revision is None:
            counts: dict[str, list[tuple[str, int]]] = defaultdict(list)
            for name, works in self._count("author"):
                if slug := slug_of_name(name):
                    counts[slug].append((name, works))
            pages = (
                PersonPage(slug, tuple(name for name, _ in named), sum(works for _, works in named))
                for slug, named in counts.items()
            )
            ordered = sorted(pages, key=lambda page: (-page.works, page.slug))
            self._counted = (revision, {page.slug: page for page in ordered})
        return self._counted[1]

    def _count(self, facet: str) -> tuple[tuple[str, int], ...]:
        try:
            return self._search.facet_values(SearchRequest(parse("")), facet)
        except IndexUnavailableError:
            return ()
