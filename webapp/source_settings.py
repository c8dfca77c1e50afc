"""The setting `sources`: lists of publications at services, which `octavo refresh` reads."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from . import orcids
from .setting_types import Line, check_orcid

# Each kind of source, with an example of its value.
KINDS: Final[Mapping[str, str]] = {
    "orcid": "0000-0002-1825-0097",
    "dblp": "64/7659",
    "openalex": "A5023888391",
    "zotero": "groups/2348869",
    "pubmed": "Lovelace A[Author]",
    "bibtex": "https://example.org/papers.bib",
    "list": "dois.txt",
}

_DBLP = re.compile(
    r"(?:https?://dblp\.(?:org|uni-trier\.de)/pid/)?([\w-]{1,20}/[\w-]{1,100}?)(?:\.\w{2,4})?"
)
_OPENALEX = re.compile(
    r"(?:https?://(?:api\.)?openalex\.org/(?:authors/|people/)?)?(A\d{4,12})", re.IGNORECASE
)
_ZOTERO_ADDRESS = re.compile(r"https?://(?:www\.zotero\.org|api\.zotero\.org)/")
_ZOTERO_GROUP = re.compile(r"groups/(\d{1,12})(?:/(?!collections/)[\w-]{1,200})?")
_ZOTERO_USER = re.compile(r"users/(\d{1,12})")
_ZOTERO_COLLECTION = re.compile(r"/collections/([A-Z0-9]{8})(?:/.*)?")


def _dblp(text: str) -> str:
    match = _DBLP.fullmatch(text)
    if not match:
        raise ValueError("a person in dblp is written as in the address of the page: 64/7659")
    return match[1]


def _openalex(text: str) -> str:
    if orcids.PATTERN.fullmatch(text):
        return check_orcid(text)
    match = _OPENALEX.fullmatch(text)
    if not match:
        raise ValueError("an author in OpenAlex is written as A5023888391, or as an ORCID iD")
    return match[1].upper()


def _zotero(text: str) -> str:
    """Return "groups/1", "users/1/publications", or either with "/collections/ABCD2345"."""
    path = _ZOTERO_ADDRESS.sub("", text).removesuffix("/")
    owner = _ZOTERO_GROUP.match(path) or _ZOTERO_USER.match(path)
    rest = path[owner.end() :] if owner else path
    rest = rest.removeprefix("/items").removesuffix("/library")
    kind = path.partition("/")[0]
    collection = _ZOTERO_COLLECTION.fullmatch(rest)
    if owner and collection:
        return f"{kind}/{owner[1]}/collections/{collection[1]}"
    if owner and kind == "groups" and not rest:
        return f"groups/{owner[1]}"
    if owner and kind == "users" and rest.startswith("/publications"):
        return f"users/{owner[1]}/publications"
    raise ValueError(
        "a Zotero library is written as groups/2348869, users/475425/publications, or with "
        "/collections/ and its key of 8 characters"
    )


def _search(text: str) -> str:
    if not text:
        raise ValueError("a search in PubMed is written as there: Lovelace A[Author]")
    return text


def _https_address(text: str) -> str:
    address = urlsplit(text)
    if address.scheme != "https" or not address.hostname or "@" in address.netloc:
        raise ValueError("the address of a BibTeX file begins with https://")
    return text


def _list_file(text: str) -> str:
    if not re.fullmatch(r"\w[\w .-]*(/\w[\w .-]*)*", text):
        raise ValueError("a list is a file in the instance folder, such as dois.txt")
    return text


class Source(BaseModel):
    """A list of publications at a service. Exactly one of KINDS is set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    orcid: Annotated[Line, AfterValidator(check_orcid)] | None = None
    dblp: Annotated[Line, AfterValidator(_dblp)] | None = None
    openalex: Annotated[Line, AfterValidator(_openalex)] | None = None
    zotero: Annotated[Line, AfterValidator(_zotero)] | None = None
    pubmed: Annotated[Line, AfterValidator(_search)] | None = None
    bibtex: Annotated[Line, AfterValidator(_https_address)] | None = None
    identifiers: Annotated[Line, AfterValidator(_list_file)] | None = Field(None, alias="list")
    own_name: Line = Field("", alias="name")
    member: Line = ""  # only works of this person
    from_year: int | None = Field(None, ge=1000, le=9999, alias="from")
    until: int | None = Field(None, ge=1000, le=9999)
    prune: bool = False  # remove publications that the source alone had, and has no longer

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = [kind for kind in KINDS if self._value(kind)]
        if len(given) != 1:
            kinds = ", ".join(KINDS)
            what = f"has {' and '.join(given)}" if given else "has none of these"
            raise ValueError(f"it {what}, but a source has exactly one of {kinds}")
        if self.from_year and self.until and self.from_year > self.until:
            raise ValueError(f"from = {self.from_year} is later than until = {self.until}")
        return self

    @property
    def kind(self) -> str:
        """What the source is: one of KINDS."""
        return next(kind for kind in KINDS if self._value(kind))

    @property
    def value(self) -> str:
        """The list's name at the service: "0000-0002-1825-0097"."""
        return self._value(self.kind) or ""

    @property
    def id(self) -> str:
        """The kind and the value: how the database knows the source."""
        return f"{self.kind} {self.value}"

    @property
    def name(self) -> str:
        """The owner's name for the source; by default its id."""
        return self.own_name or self.id

    @property
    def public_name(self) -> str:
        """The owner's name for the source, or its kind: the value may be a private address."""
        return self.own_name or self.kind

    def _value(self, kind: str) -> str | None:
        value: str | None = getattr(self, "identifiers" if kind == "list" else kind)
        return value


def check_sources(sources: Sequence[Source], people: Collection[str]) -> None:
    """Raise ValueError for a source of an unknown person, or one that is there twice."""
    for number, source in enumerate(sources):
        if source.member and source.member not in people:
            raise ValueError(
                f"sources.{number}.member = {source.member!r}: neither owner nor members have "
                "this name"
            )
    for attribute, what in (("id", "list"), ("name", "name")):
        values = [getattr(source, attribute) for source in sources]
        for number, value in enumerate(values):
            if (first := values.index(value)) < number:
                raise ValueError(
                    f"sources.{number} = {value!r}: it has the same {what} as sources.{first}"
                )
