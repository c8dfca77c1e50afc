"""Settings, from instance/site.toml and OCTAVO_ variables, which take precedence.

An invalid setting stops the program when it starts.
"""

import difflib
import hashlib
import logging
import os
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from . import theme
from .errors import ConfigurationError
from .setting_types import (
    Colour,
    Email,
    FieldNames,
    FileName,
    Hosts,
    Image,
    Keys,
    Language,
    Line,
    Member,
    Networks,
    Text,
    Venue,
    VenueSetting,
    WebAddress,
)
from .source_settings import Source, check_sources

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
SITE_FILE = "site.toml"
LIBRARY_FILE = "publications.bib"  # what `octavo import` reads by default
ENVIRONMENT_PREFIX = "OCTAVO_"
# Names the instance folder. It is not a setting, since it says where the settings are.
INSTANCE_VARIABLE = "OCTAVO_INSTANCE"
# Settings of earlier versions. They are ignored with a warning, so that an upgrade never stops a
# site.
REMOVED_SETTINGS = {"page_cache_mb": "nginx caches pages; see docs/decisions/nginx-caches-pages.md"}


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
        description="people whose names are highlighted: `name`, `variants`, `url`; searches and "
        "filters for any of the names find all, facets have `name`; applied by the next "
        "`octavo prepare`",
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
    contact: Email = Field(
        "",
        description="an address for the people who run Crossref, ORCID and other services, sent "
        "with each request to them; `octavo fetch` and `octavo refresh` need it",
    )
    sources: tuple[Source, ...] = Field(
        (),
        description="lists of publications at services, which `octavo refresh` reads; see below",
    )
    previews: bool = Field(
        False, description="show the images in `files/` that the field `preview` names"
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
        "", description="where the database is; by default `octavo.db` in the instance folder"
    )
    index_path: str = Field(
        "", description="the folder of the search index; by default `index` in the instance folder"
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
    def _check_sources(self) -> Self:
        names = {name for member in self.everyone for name in (member.name, *member.variants)}
        check_sources(self.sources, names)
        return self

    @model_validator(mode="after")
    def _check_contrast(self) -> Self:
        pairs = (
            ("accent", self.accent, theme.LIGHT_PAPER),
            ("accent_dark", self.accent_dark, theme.DARK_PAPER),
        )
        for name, colour, paper in pairs:
            if colour and theme.contrast(colour, paper) < theme.MIN_CONTRAST:
                raise ValueError(
                    f"{name} = {colour!r}: its contrast on {paper} is "
                    f"{theme.contrast(colour, paper):.1f}, but readable text needs "
                    f"{theme.MIN_CONTRAST}. Use {theme.make_readable(colour, paper)!r}, for example"
                )
        return self

    @cached_property
    def theme_css(self) -> str:
        """The style sheet /theme.css."""
        dark = self.accent_dark or theme.make_readable(
            self.accent, theme.DARK_PAPER, theme.GOOD_CONTRAST
        )
        return theme.stylesheet(self.accent, dark)

    @cached_property
    def everyone(self) -> tuple[Member, ...]:
        """The owner and the members."""
        owner = (Member(name=self.owner),) if self.owner else ()
        return (*owner, *self.members)

    @cached_property
    def fingerprint(self) -> str:
        """A hash that changes with any setting; part of the ETag of every page."""
        return hashlib.blake2b(self.model_dump_json().encode(), digest_size=6).hexdigest()


def instance_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the instance folder: OCTAVO_INSTANCE, or `instance` beside the package."""
    return Path(environment.get(INSTANCE_VARIABLE) or ROOT / "instance").resolve()


def load_settings(instance: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of an instance folder.

    Raise ConfigurationError with a line for each invalid setting.
    """
    file = instance / SITE_FILE
    from_file = _without_removed(_read_site_file(file), str(file))
    from_environment = _without_removed(_read_environment(environment), "environment")
    try:
        return Settings.model_validate({**from_file, **from_environment})
    except ValidationError as error:
        lines = [_explain(dict(item), file, from_environment) for item in error.errors()]
        raise ConfigurationError("\n".join(lines)) from None


def _without_removed(values: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Leave out settings of earlier versions, each with a warning."""
    for name in values.keys() & REMOVED_SETTINGS:
        logger.warning("%s: %s is ignored: %s", place, name, REMOVED_SETTINGS[name])
    return {name: value for name, value in values.items() if name not in REMOVED_SETTINGS}


def _read_site_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: not valid TOML: {error}") from None
    except RecursionError:
        raise ConfigurationError(f"{file}: brackets are nested too deeply.") from None
    except OSError as error:
        raise ConfigurationError(f"Cannot read {file}: {error.strerror}") from None


def _read_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return OCTAVO_PAGE_SIZE=50 as {"page_size": "50"}. An empty variable is ignored."""
    return {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT_PREFIX) and value and name not in NOT_SETTINGS
    }


# OCTAVO_ variables that other modules read: the instance folder, the tests' data, and keys of
# services, which no file should have.
_KEYS = ("OCTAVO_NCBI_KEY", "OCTAVO_OPENALEX_KEY")
NOT_SETTINGS = frozenset({INSTANCE_VARIABLE, "OCTAVO_TEST_DATA", *_KEYS})


# The settings that are tables with settings of their own.
_TABLES: Mapping[str, type[BaseModel]] = {
    "members": Member,
    "sources": Source,
    "venues": VenueSetting,
}


def _explain(item: dict[str, Any], file: Path, from_environment: Mapping[str, str]) -> str:
    """Return a line about an invalid setting: file, key, value, and what is allowed."""
    path = [str(part) for part in item["loc"]]
    if not path:  # a validator of several settings, which names them
        return f"{file}: {item['ctx']['error']}"
    key = path[0]
    in_environment = key in from_environment
    place = "environment" if in_environment else str(file)
    name = f"{ENVIRONMENT_PREFIX}{key.upper()}" if in_environment else ".".join(path)
    if item["type"] == "extra_forbidden":
        table = _TABLES[key] if len(path) > 1 else Settings
        names = [field.alias or name for name, field in table.model_fields.items()]
        close = difflib.get_close_matches(path[-1], names, 1)
        hint = f"; did you mean {close[0]!r}?" if close else "; docs/settings.md lists them all"
        return f"{place}: {name}: there is no such setting{hint}"
    message = item["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{place}: {name} = {item['input']!r}: {message}"
