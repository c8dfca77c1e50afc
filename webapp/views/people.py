"""The pages of people: who there are, and the heading of the list of each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..catalog import Criteria, PersonPage, PersonPages, Scope, comparable_name
from ..formats.web import jsonld
from ..member_settings import Member
from ..orcids import ADDRESS
from ..site import site
from .http.responses import cached_by_revision, catalog
from .language import gettext
from .markup import EMPTY, from_markdown
from .templating import shortened
from .urls import absolute_urls

blueprint = Blueprint("people", __name__)

MAX_AUTHORS: Final = 500  # on the page of all people; the facet has all


@dataclass(frozen=True, slots=True)
class PersonHeading:
    """The heading of the list of a person: name, role, years, picture, links, text."""

    title: str
    text: Markup = EMPTY
    role: str = ""
    years: str = ""  # "2018–2022", "since 2018"
    photo: str = ""  # a file below files/
    links: tuple[tuple[str, str], ...] = ()  # label and address
    member: Member | None = None
    page: PersonPage | None = field(default=None, compare=False)

    @property
    def description(self) -> str:
        """The beginning of the text, or who it is, for search engines."""
        words = " ".join(self.text.striptags().split())
        return shortened(words) or ", ".join(filter(None, (self.title, self.role)))


@dataclass(frozen=True, slots=True)
class Person:
    """A line of the page of all people."""

    page: PersonPage
    role: str
    years: str
    photo: str


@blueprint.get("/people")
@cached_by_revision
def index() -> ResponseReturnValue:
    """Return the people who have pages: present members, former ones, and authors."""
    pages = catalog().scopes.people
    members, authors = pages.of_members(), list(islice(pages.of_authors(), MAX_AUTHORS))
    if not (members or authors):
        abort(404)
    return render_template(
        "people/index.html",
        absolute_urls=absolute_urls(),
        updated=catalog().updated(),
        groups=[
            (label, list(map(_line, people)))
            for label, people in (
                ("", [page for page in members if page.member and not page.member.until]),
                (gettext("Former members"), [p for p in members if p.member and p.member.until]),
            )
            if people
        ],
        authors=authors,
    )


def _line(page: PersonPage) -> Person:
    member = page.member
    if member is None:
        return Person(page, "", "", "")
    return Person(page, member.role, years_of(member), member.photo)


def person_heading(pages: PersonPages, slug: str) -> PersonHeading:
    """Return the heading of a person's page."""
    member = pages.member(slug)
    if member is None:
        author = pages.author(slug)
        return PersonHeading(author.name if author else slug, page=author)
    return PersonHeading(
        title=member.name,
        text=from_markdown(member.text),
        role=member.role,
        years=years_of(member),
        photo=member.photo,
        links=tuple(_links(member)),
        member=member,
    )


def years_of(member: Member) -> str:
    """Return the years of a member: "2018–2022", "since 2018", "until 2022"."""
    first, last = member.from_year, member.until
    if first and last:
        return str(first) if first == last else f"{first}–{last}"
    if first:
        return gettext("since %(year)s", year=first)
    return gettext("until %(year)s", year=last) if last else ""


def _links(member: Member) -> Iterable[tuple[str, str]]:
    settings = site().settings
    is_owner = settings.everyone[0] is member and settings.owner in member.names
    if member.url or (is_owner and settings.home):
        yield gettext("Website"), str(member.url or settings.home)
    if member.orcid:
        yield "ORCID", f"{ADDRESS}{member.orcid}"
    for label, address in settings.profiles.items() if is_owner else ():
        if not (member.orcid and member.orcid in address):
            yield label, address


def profile_data(heading: PersonHeading, url: str) -> jsonld.Data:
    """Return a person as linked data, without former names."""
    member, urls, settings = heading.member, absolute_urls(), site().settings
    if member is None:
        spellings = heading.page.names[1:] if heading.page else ()
        return jsonld.profile_person(heading.title, url, "", spellings, {})
    known = {comparable_name(name) for name in (member.name, *member.former)}
    others = [name for name in member.variants if comparable_name(name) not in known]
    is_owner = settings.owner in member.names
    affiliation = settings.affiliation if is_owner else ""
    details = {
        "jobTitle": member.role,
        "image": urls.file(member.photo) if member.photo else "",
        "sameAs": [address for _, address in heading.links],
        "affiliation": {"@type": "Organization", "name": affiliation} if affiliation else {},
    }
    return jsonld.profile_person(member.name, url, member.orcid or "", others, details)


def person_scope(criteria: Criteria) -> Scope | None:
    """Return the page that has the works of the one author whom criteria name; None if none has."""
    authors = criteria.selected("author")
    if criteria.scope is not None or len(authors) != 1:
        return None
    slug = catalog().scopes.people.slug_of(authors[0])
    return Scope("people", slug) if slug else None
