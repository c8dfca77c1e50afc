"""The settings: their names, types, defaults and descriptions. `site_file` reads them."""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from . import harvest_settings, theme
from .member_settings import Member, check_members, everyone, owner_as_member
from .setting_types import (
    NOT_ON_PAGES,
    Colour,
    Editors,
    Email,
    Embedders,
    FieldNames,
    FileName,
    Hosts,
    Image,
    Keys,
    Language,
    Line,
    NamedLists,
    Networks,
    ReportAddress,
    Text,
    Venue,
    WebAddress,
    check_editing,
    check_oidc,
)
from .source_settings import Source, check_sources

ROOT = Path(__file__).resolve().parent.parent
SITE_FILE = "site.toml"
LIBRARY_FILE = "publications.bib"  # what `octavo import` reads by default


class Settings(BaseModel):
    """All settings. The description of a field is its row in docs/settings.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line = Field("Publications", description="the heading of the page")
    subtitle: Line = Field("", description="the line below it")
    owner: Line = Field("", description="the owner of the page, highlighted among the authors")
    position: Line = Field("", description="the owner's position, beside the name: `Professor`")
    affiliation: Line = Field("", description="where the owner works, beside the name")
    photo: FileName = Field("", description="a picture beside the title: a file below `files/`")
    email: Email = Field(
        "", description="the owner's address, written so that programs do not collect it"
    )
    members: tuple[Member, ...] = Field(
        (),
        description="people with pages below `/people/`, whose names are highlighted; searches and "
        "filters for any of their names find all works; applied by the next `octavo prepare`; see "
        "below",
    )
    people: Literal["members", "authors"] = Field(
        "members",
        description='who has a page: `"members"`: the owner and the members; `"authors"`: also '
        "every author of two publications or more",
    )
    intro: Text = Field("", description="a few sentences above the list, in Markdown")
    description: Line = Field(
        "", description="what search engines show; by default the start of `intro`"
    )
    share_image: Image = Field(
        "",
        description="the picture that other sites show with a link to a page, by default `photo`: "
        "a file below `files/`, or an https address",
    )
    profiles: dict[Line, WebAddress] = Field(
        {}, description="the owner's pages elsewhere: label = address"
    )
    home: WebAddress | None = Field(None, description="the owner's own site, linked from the name")
    language: Language = Field(
        "en",
        description="the language of the page and of the owner's words, as a BCP 47 tag; without "
        "a catalog in `translations/` the page is English",
    )
    order: Literal["file", "newest"] = Field(
        "file", description='`"file"`: as in the BibTeX file; `"newest"`: by year, with headings'
    )
    joins: tuple[Annotated[tuple[Line, ...], Field(min_length=2)], ...] = Field(
        (),
        description="citation keys of the versions of one work, the published one first: "
        '`[["a", "b"]]`; applied by the next import',
    )
    venues: dict[Line, Venue] = Field(
        {},
        description="venues as lists name them: full name = short name, or `{ short, url }`; "
        "`*` in a name is any text; applied by the next `octavo prepare`",
    )
    featured: Keys = Field(
        (),
        description="citation keys of the selected works, in order, in place of the field "
        "`selected`; applied by the next `octavo prepare`",
    )
    report: ReportAddress = Field(
        "",
        description="where visitors report errors, linked from each publication: "
        "`mailto:ada@example.org`, or an address with `{title}`, `{address}` and `{key}` of the "
        "publication; programs that collect mail addresses can read it",
    )
    lists: NamedLists = Field(
        (),
        description="lists with pages of their own, below `/lists/`: projects, topics, reading "
        "lists; see below",
    )
    contact: Email = Field(
        "",
        description="an address for the people who run Crossref, ORCID and other services, sent "
        "with each request to them; `octavo fetch` and `octavo refresh` need it",
    )
    sources: tuple[Source, ...] = Field(
        (),
        description="lists of publications at services, which `octavo refresh` reads; see below",
    )
    enrich: bool = Field(
        False,
        description="whether `octavo refresh` also asks what was retracted or corrected, and what "
        "is free to read, as `--enrich` does",
    )
    citations: bool = Field(
        False,
        description="whether it asks how often publications are cited, too, and pages show that, "
        "with the date",
    )
    previews: bool = Field(
        False, description="show the images in `files/` that the field `preview` names"
    )
    full_text: bool = Field(
        True,
        description="search the text of the PDFs in `files/` that publications name; applied by "
        "the next `octavo prepare`",
    )
    public_fields: FieldNames = Field(
        (), description='private BibTeX fields that visitors get as well: `["annote"]`'
    )
    accent: Colour = Field("#0b57a4", description="the colour of links, as `#rrggbb`, on white")
    accent_dark: Colour | None = Field(
        None, description="the same on the dark background; by default derived from `accent`"
    )
    authors_shown: int = Field(
        10, ge=1, le=1000, description="authors of a publication shown before “and N more”"
    )
    page_size: int = Field(20, ge=1, le=100, description="publications on a page")
    database_url: str = Field(
        "",
        description="where the database is; by default `octavo.db` in the instance folder; "
        "`postgresql://user@host/database`, with further hosts and options as libpq reads them",
    )
    index_path: str = Field(
        "", description="the folder of the search index; by default `index` in the instance folder"
    )
    index_source: str = Field(
        "",
        description="where a machine without an index gets one: a folder with the index of another "
        "machine, as a mount or a copy; see "
        "[several machines](decisions/several-machines.md#a-new-machine)",
    )
    import_limit_mb: int = Field(
        512, ge=1, le=16_384, description="the largest file that an import accepts, in megabytes"
    )

    proxies: int = Field(
        0,
        ge=0,
        le=10,
        description="number of reverse proxies whose `X-Forwarded-` headers are trusted",
    )
    accel_location: Annotated[str, StringConstraints(pattern=r"^((/[\w.-]+)+/)?$")] = Field(
        "",
        description="the internal location by which nginx sends `files/`; "
        "without it the site sends them itself",
    )
    hosts: Hosts = Field(
        (),
        description="host names the site answers to (`.example.org`: all below); any if empty",
    )
    embed: Embedders = Field(
        (),
        description='the sites that may show lists in their pages: `["*"]` for any, or '
        '`["https://www.uni.example"]`; none if empty',
    )
    oai: bool = harvest_settings.OAI
    oai_admin: Email = harvest_settings.OAI_ADMIN
    oai_id: harvest_settings.OaiId = harvest_settings.OAI_ID
    oai_page_size: int = harvest_settings.OAI_PAGE_SIZE
    editors: Editors = Field(
        (),
        description="names of the people who may change publications in the browser, below "
        "`/edit/`; without any, nothing of it exists; needs `hosts`",
    )
    sign_in: Literal["link", "proxy", "oidc"] = Field(
        "link",
        description='how editors sign in: `"link"`: with an address that `octavo sign-in` prints; '
        '`"proxy"`: the reverse proxy signs in and sends the name in `X-Forwarded-User`; '
        '`"oidc"`: at `oidc_issuer`',
    )
    oidc_issuer: WebAddress | None = Field(
        None, description="the provider of OpenID Connect where editors sign in"
    )
    oidc_client: Line = Field("", description="the name of this site at the provider")
    oidc_claim: Line = Field(
        "sub",
        description="what the provider states that is a name in `editors`: `sub`, `email` (if it "
        "is verified), `preferred_username`",
    )
    corrections: bool = Field(
        False,
        description="let visitors propose corrections of a publication, which editors accept or "
        "refuse below `/edit/`; needs `editors`",
    )
    write_back: bool = Field(
        False,
        description="rewrite `publications.bib` in the instance folder after each change in the "
        "browser, for owners who have it in git",
    )
    refuse_crawlers: bool = Field(
        True,
        description="send lists with more than two filters only to visitors who come from a page "
        "of the site; see [crawlers](addresses.md#crawlers)",
    )
    metrics_from: Networks = Field(
        ("127.0.0.0/8", "::1/128"), description="the networks that may read `/metrics`"
    )
    log_requests: bool = Field(
        False, description="write a line of JSON per request to standard output"
    )
    log_queries: bool = Field(False, description="include the search queries in these lines")

    @model_validator(mode="after")
    def _check_accel_location(self) -> Self:
        if self.accel_location and not self.proxies:
            raise ValueError(
                f"accel_location = {self.accel_location!r}: visitors would get empty files, as "
                "proxies is 0. Set proxies to the number of reverse proxies, or remove this"
            )
        return self

    @model_validator(mode="after")
    def _check_editing(self) -> Self:
        check_editing(self.editors, self.hosts, corrections=self.corrections)
        if self.editors and self.sign_in == "oidc":
            check_oidc(self.oidc_issuer, self.oidc_client)
        if self.editors and self.sign_in == "proxy" and not self.proxies:
            raise ValueError(
                'sign_in = "proxy": nothing that visitors send is believed while proxies is 0. Set '
                "proxies to the number of reverse proxies"
            )
        return self

    @model_validator(mode="after")
    def _check_harvest(self) -> Self:
        if self.oai:
            harvest_settings.check_harvest(self.oai_admin, self.oai_domain)
        return self

    @model_validator(mode="after")
    def _check_people(self) -> Self:
        check_members(self.everyone)
        names = {name for member in self.everyone for name in member.names}
        check_sources(self.sources, names)
        return self

    @model_validator(mode="after")
    def _check_contrast(self) -> Self:
        theme.check_contrast(self.accent, self.accent_dark)
        return self

    @property
    def oai_domain(self) -> str:
        """The domain in the identifiers that harvesters get; "" if there is none."""
        return harvest_settings.identifier_domain(self.oai_id, self.hosts)

    @cached_property
    def dark_accent(self) -> str:
        """The colour of links on the dark background."""
        return self.accent_dark or theme.make_readable(
            self.accent, theme.DARK_PAPER, theme.GOOD_CONTRAST
        )

    @cached_property
    def theme_css(self) -> str:
        """The style sheet /theme.css."""
        return theme.stylesheet(self.accent, self.dark_accent)

    @cached_property
    def everyone(self) -> tuple[Member, ...]:
        """The owner and the members; the owner is first."""
        owner = owner_as_member(self.owner, self.position, self.photo, self.profiles.values())
        return everyone(owner, self.members)

    @property
    def photos(self) -> tuple[str, ...]:
        """The images that visitors get: files below `files/`, or addresses."""
        return (self.photo, self.share_image, *(member.photo for member in self.everyone))

    @cached_property
    def fingerprint(self) -> str:
        """A hash that changes with any setting that visitors' pages show; part of every ETag."""
        shown = self.model_dump_json(exclude=NOT_ON_PAGES)
        return hashlib.blake2b(shown.encode(), digest_size=6).hexdigest()
