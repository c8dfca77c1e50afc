"""The setting `members`: people who have pages of their own, and whose works are distinguished."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Self

from anyascii import anyascii
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from .folding import fold
from .orcids import read_orcid
from .setting_types import FileName, Line, Slug, Text, WebAddress, check_orcid

# Addresses below /people/ that are no persons, also in a site of static files.
RESERVED_SLUGS: Final = frozenset({"embed", "export", "facets", "index", "print"})
_MAX_SLUG: Final = 100
_SYLLABLE = re.compile(r"(?<=[a-z])(?=[A-Z])")  # "FengSiYuan", as Chinese is transliterated


def _person_slug(text: str) -> str:
    if text in RESERVED_SLUGS:
        raise ValueError(f"{text!r} is the end of another address. Choose another slug")
    return text


class Member(BaseModel):
    """A person with a page, whose name is highlighted wherever it appears."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line = Field(min_length=1)
    variants: tuple[Line, ...] = ()  # other spellings of the name
    former: tuple[Line, ...] = ()  # names before a change, which are found but never shown
    slug: Annotated[Slug, AfterValidator(_person_slug)] | None = None
    orcid: Annotated[Line, AfterValidator(check_orcid)] | None = None
    role: Line = ""
    from_year: int | None = Field(default=None, ge=1000, le=9999, alias="from")
    until: int | None = Field(default=None, ge=1000, le=9999)  # the year in which the person left
    photo: FileName = ""
    text: Text = ""  # Markdown
    url: WebAddress | None = None
    # Citation keys of a namesake's works; of all works, if not every one of the name is hers.
    not_keys: tuple[Line, ...] = Field(default=(), alias="not")
    only: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.from_year and self.until and self.from_year > self.until:
            raise ValueError(f"from = {self.from_year} is later than until = {self.until}")
        if both := [key for key in self.only if key in self.not_keys]:
            raise ValueError(f"{both[0]!r} is in `not` and in `only`")
        if not self.page_slug:
            raise ValueError("the name has no letters, so the member needs a slug")
        return self

    @property
    def page_slug(self) -> str:
        """The end of the address of the person's page: `slug`, or what the name makes."""
        return self.slug or slug_of_name(self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the person, the present one first."""
        return (self.name, *self.variants, *self.former)


def slug_of_name(name: str) -> str:
    """Return the end of an address for a name; "" if it has no letters.

    >>> slug_of_name("O'Brien, Zoë"), slug_of_name("冯思远")
    ('zoe-obrien', 'feng-si-yuan')
    """
    family, _, given = name.partition(",")
    text = fold(re.sub("['’]", "", f"{given} {family}"))
    if not text.isascii():
        text = fold(_SYLLABLE.sub("-", anyascii(f"{given} {family}")))
    slug = re.sub("[^a-z0-9]+", "-", text).strip("-")[:_MAX_SLUG].rstrip("-")
    return f"{slug}-person" if slug in RESERVED_SLUGS else slug


def owner_as_member(name: str, role: str, photo: str, profiles: Iterable[str]) -> Member | None:
    """Return the owner of the site as a member; None without a name."""
    if not slug_of_name(name):
        return None
    orcids = filter(None, map(read_orcid, profiles))
    return Member(name=name, role=role, orcid=next(orcids, None), photo=photo)


def everyone(owner: Member | None, members: Sequence[Member]) -> tuple[Member, ...]:
    """Return the owner and the members; the entry of the owner among them comes first."""
    if owner is None:
        return tuple(members)
    slug = owner.page_slug
    entries = [member for member in members if owner.name in member.names or member.slug == slug]
    entries = entries or [member for member in members if member.page_slug == slug]
    if not entries:
        return (owner, *members)
    others = (member for member in members if member is not entries[0])
    usual = {name: getattr(owner, name) for name in ("role", "orcid", "photo")}
    missing = {name: value for name, value in usual.items() if not getattr(entries[0], name)}
    return (entries[0].model_copy(update=missing), *others)


def check_members(people: Sequence[Member]) -> None:
    """Raise ValueError for two people with one slug or one ORCID iD."""
    for attribute, what in (("page_slug", "slug"), ("orcid", "orcid")):
        values = [getattr(member, attribute) for member in people]
        for number, value in enumerate(values):
            if value and (first := values.index(value)) < number:
                names = f"{people[first].name} and {people[number].name}"
                raise ValueError(
                    f"members.{what} = {value!r}: {names} both have this one. Set `{what}` of one"
                )
