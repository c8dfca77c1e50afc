"""The types of settings: what a value may be, and what a message says about one that is not."""

import re
from collections.abc import Sequence
from ipaddress import ip_network
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    model_validator,
)

from . import orcids

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]

MAX_SLUG = 100  # characters
_FILE = r"\w[\w .-]*(/\w[\w .-]*)*"  # a path below files/

# Settings that change no page of visitors: nothing changes for them with editing, and machines that
# serve one catalog may differ in where they keep what.
NOT_ON_PAGES = {
    *("editors", "sign_in", "oidc_issuer", "oidc_client", "oidc_claim"),
    *("database_url", "index_path", "index_source", "accel_location", "metrics_from"),
    *("log_requests", "log_queries", "import_limit_mb"),
}


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-f]{6}", text.lower()):
        raise ValueError("a colour is written as #rrggbb")
    return text.lower()


def _web_address(text: str) -> str:
    address = urlsplit(text)
    if address.scheme not in ("http", "https") or not address.netloc:
        raise ValueError("an address begins with http:// or https://")
    return text


def _image(text: str) -> str:
    if text and not re.fullmatch(rf"https://[^\s/]+/\S+|{_FILE}", text):
        raise ValueError("an image is a file below files/, such as me.jpg, or an https:// address")
    return text


def _file_name(text: str) -> str:
    if text and not re.fullmatch(_FILE, text):
        raise ValueError("a file is named by its path below files/, such as me.jpg")
    return text


def _email(text: str) -> str:
    if text and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text):
        raise ValueError("an email address is written as name@example.org")
    return text


REPORT_PLACEHOLDER = re.compile(r"\{(\w*)\}")
REPORT_VALUES = ("title", "address", "key")


def _report(text: str) -> str:
    if not text:
        return text
    start = re.match(r"mailto:[^@\s?{]+@[^@\s?{]+|https?://[^\s/?#{]+", text)
    if not start or not re.fullmatch(r"[!-~]+", text):
        raise ValueError(
            "write an address that begins with mailto: or https://, with every other character "
            "than {title}, {address} and {key} as addresses have it"
        )
    for name in REPORT_PLACEHOLDER.findall(text):
        if name not in REPORT_VALUES:
            known = ", ".join(f"{{{value}}}" for value in REPORT_VALUES)
            raise ValueError(f"{{{name}}} is not one of the placeholders {known}")
    return text


def _language(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        raise ValueError("a language is a BCP 47 tag such as en or pt-BR")
    return text


def _split(value: object) -> object:
    """Split a list as a variable of the environment has it: "a.example, b.example"."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _host(text: str) -> str:
    if not re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*", text.lower()):
        raise ValueError("a host is a name such as pubs.example.org, without port or address")
    return text.lower()


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError:
        raise ValueError("a network is an address such as 10.0.0.7 or 10.0.0.0/8") from None


def check_orcid(text: str) -> str:
    """Return an ORCID iD without the address around it. Raises ValueError."""
    if not orcids.PATTERN.fullmatch(text):
        raise ValueError("an ORCID iD is written as 0000-0002-1825-0097")
    if not (orcid := orcids.read_orcid(text)):
        raise ValueError("its last character does not fit the others. Copy the ORCID iD again")
    return orcid


def _embedder(text: str) -> str:
    if text != "*" and not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", text.lower()):
        raise ValueError(
            'a site that may embed lists is "*" for any, or the start of its addresses, such as '
            "https://www.uni.example"
        )
    return text.lower()


def _editor(text: str) -> str:
    if not re.fullmatch(r"[^\s,;:<>\"\\]{1,200}", text) or not text.isprintable():
        raise ValueError("an editor is a name without blanks, such as ada or ada@example.org")
    return text


def _editors(names: tuple[str, ...]) -> tuple[str, ...]:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise ValueError(f"the editor {name!r} is listed twice")
    return names


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) or len(text) > MAX_SLUG:
        raise ValueError(
            f"a slug is the end of an address, of at most {MAX_SLUG} letters a to z, digits and "
            "hyphens between them, such as machine-learning"
        )
    return text


def _field_name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_+:.-]*", text.lower()):
        raise ValueError("a field is named as in BibTeX, such as annote")
    return text.lower()


Slug = Annotated[str, AfterValidator(_slug)]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], BeforeValidator(_split)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], BeforeValidator(_split)]
Embedders = Annotated[
    tuple[Annotated[str, AfterValidator(_embedder)], ...], BeforeValidator(_split)
]
Keys = Annotated[tuple[Line, ...], BeforeValidator(_split)]
Editors = Annotated[
    tuple[Annotated[str, AfterValidator(_editor)], ...],
    BeforeValidator(_split),
    AfterValidator(_editors),
]
FieldNames = Annotated[
    tuple[Annotated[str, AfterValidator(_field_name)], ...], BeforeValidator(_split)
]
Colour = Annotated[str, AfterValidator(_colour)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Image = Annotated[str, AfterValidator(_image)]
FileName = Annotated[str, AfterValidator(_file_name)]
Email = Annotated[Line, AfterValidator(_email)]
ReportAddress = Annotated[Text, AfterValidator(_report)]
Language = Annotated[str, AfterValidator(_language)]


class VenueSetting(BaseModel):
    """The name of a venue in lists, and its own page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    short: Line = ""  # "" leaves the derived name
    url: WebAddress | None = None


def _venue(value: object) -> object:
    """Return a short name alone as the table that has nothing else."""
    return {"short": value} if isinstance(value, str) else value


Venue = Annotated[VenueSetting, BeforeValidator(_venue)]


class NamedList(BaseModel):
    """A list of the owner's choice with a page of its own: a project, a topic, a reading list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: Slug
    title: Line
    text: Text = ""  # Markdown, above the list
    search: Line = ""  # in the words that visitors type
    also: tuple[Line, ...] = ()  # citation keys of publications that the search does not find
    without: tuple[Line, ...] = ()  # citation keys of those to leave out
    order: Literal["", "newest", "oldest", "title", "venue"] = ""

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if not self.title:
            raise ValueError(f"the list {self.slug!r} has no title")
        if not (self.search or self.also):
            raise ValueError(
                f"the list {self.slug!r} is empty: give it a search, or citation keys in `also`"
            )
        if both := [key for key in self.also if key in self.without]:
            raise ValueError(f"the list {self.slug!r} has {both[0]!r} in `also` and in `without`")
        return self


def _lists(lists: tuple[NamedList, ...]) -> tuple[NamedList, ...]:
    for number, named in enumerate(lists):
        for other in lists[:number]:
            if other.slug == named.slug:
                raise ValueError(
                    f"the lists {other.title!r} and {named.title!r} have one slug, {named.slug!r}"
                )
    return lists


NamedLists = Annotated[tuple[NamedList, ...], AfterValidator(_lists)]


def check_editing(editors: Sequence[str], hosts: Sequence[str], *, corrections: bool) -> None:
    """Raise ValueError if editors have no host, or corrections no editors."""
    if editors and not hosts:
        raise ValueError(
            f"editors = {list(editors)}: hosts is empty. Name the site's hosts, so that "
            'no other site can act for an editor: hosts = ["pubs.example.org"], for example'
        )
    if corrections and not editors:
        raise ValueError(
            "corrections = true: editors is empty, so no one could accept a correction. Name "
            'some: editors = ["ada"], for example'
        )


def check_oidc(issuer: str | None, client: str) -> None:
    """Raise ValueError unless editors can sign in at a provider of OpenID Connect."""
    address = urlsplit(issuer or "")
    if not issuer or not client:
        raise ValueError(
            'sign_in = "oidc": oidc_issuer and oidc_client must be set: the address of the '
            "provider, and the name that it gave this site"
        )
    if address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1"):
        raise ValueError(f"oidc_issuer = {issuer!r}: a provider has an https:// address")
