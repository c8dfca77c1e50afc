"""The URLs of the site: the one object that makes them, and the slugs that routes accept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from flask import Flask, request
from werkzeug.routing import BaseConverter

from ..catalog import Kind, Scope, quote_value
from .hosts import host


class SlugConverter(BaseConverter):
    """The slug of a publication, as `store/slugs.py` makes it; any other URL does not exist."""

    regex = "[A-Za-z0-9_-]+"


# The pages below /edit/, which come before publications with such a slug.
EDIT_PAGES: Final = frozenset(
    {"add", "bar", "files", "history", "inbox", "selection", "sessions", "settings", "sign-in"}
    | {"sign-out", "sign-out-everywhere", "sources", "too-large"}
)


# The parameter that names a scope in the address of a list for other sites, by the scope's kind.
EMBED_SCOPES: Final[Mapping[Kind, str]] = {"people": "person", "lists": "list"}


class EditedConverter(SlugConverter):
    """The slug of a publication below /edit/. One that is also the name of a page has a tilde."""

    regex = "~?[A-Za-z0-9_-]+"

    def to_python(self, value: str) -> str:
        return value.removeprefix("~")

    def to_url(self, value: str) -> str:
        return f"~{value}" if value in EDIT_PAGES else value


@dataclass(frozen=True, slots=True)
class Urls:
    """Makes every URL of the site, below a base.

    `base` is the path that the site lives under, "" or "/pubs", for links within the site; for
    readers elsewhere it is that path with scheme and host: "https://example.org/pubs".

    A `query` is "" or begins with "?", as `Criteria.query_string` returns it.

    >>> Urls("/pubs").publication("turing1936")
    '/pubs/publications/turing1936'
    """

    base: str = ""
    origin: str = ""  # "https://example.org", for `absolute`

    def absolute(self, url: str) -> str:
        """Return a URL of the site with scheme and host, and any other one as it is."""
        return self.origin + url if url.startswith("/") else url

    def home(self, query: str = "") -> str:
        """Return the URL of the list of all publications."""
        return f"{self.base}/{query}"

    def list(self, query: str = "") -> str:
        """Return the URL of a list; of a scope in `ScopedUrls`."""
        return self.home(query)

    def lists(self) -> str:
        """Return the URL of the page of the owner's lists."""
        return f"{self.base}/lists"

    def people(self) -> str:
        """Return the URL of the list of people who have pages."""
        return f"{self.base}/people"

    def person(self, slug: str) -> str:
        return f"{self.base}/people/{slug}"

    def works_of(self, name: str, slug: str) -> str:
        """Return the URL of all that a person wrote: the person's page, if there is a slug."""
        return self.person(slug) if slug else self.filtered(author=name)

    def named_list(self, slug: str) -> str:
        return f"{self.base}/lists/{slug}"

    def filtered(self, **values: str) -> str:
        """Return the URL of the list with one value of a facet: `filtered(author="Ada")`."""
        pairs = [f"{facet}={quote_value(value)}" for facet, value in values.items()]
        return self.list(f"?{'&'.join(pairs)}")

    def export(self, extension: str, query: str = "", *, abstracts: bool = True) -> str:
        """Return the URL of a whole list in a format."""
        option = "" if abstracts else f"{'&' if query else '?'}abstracts=0"
        return f"{self.base}/publications.{extension}{query}{option}"

    def exports(self, query: str = "") -> str:
        """Return the URL of the formats that a list can be exported in."""
        return f"{self.base}/export{query}"

    def print(self, query: str = "") -> str:
        """Return the URL of a whole list on one page."""
        return f"{self.base}/print{query}"

    def document(self, query: str = "", options: Iterable[tuple[str, str]] = ()) -> str:
        """Return the URL of a list as a document, with options as `DocumentOptions.pairs` has."""
        return f"{self.base}/document{_with_options(query, options)}"

    def embed(self, ending: str = "", query: str = "") -> str:
        """Return the URL of a list for other sites: "", ".html", "/how"."""
        return f"{self.base}/embed{ending}{query}"

    def oembed(self, address: str) -> str:
        """Return the URL that describes the frame of an address of this site."""
        return f"{self.base}/embed.json?url={quote_value(address)}"

    def feed(self, query: str = "") -> str:
        return self.export("atom", query)

    def selection(self, rest: str = "") -> str:
        """Return the URL of a selection, with a query string or what else follows."""
        return f"{self.base}/selection{rest}"

    def select(self, query: str = "") -> str:
        """Return the URL that selects a whole list."""
        return f"{self.base}/select{query}"

    def facet(self, name: str, query: str = "") -> str:
        """Return the URL of all values of a facet."""
        return f"{self.base}/facets/{name}{query}"

    def publication(self, slug: str) -> str:
        return f"{self.base}/publications/{slug}"

    def authors(self, slug: str) -> str:
        """Return the URL of the fragment with all names of a long byline."""
        return f"{self.publication(slug)}/authors"

    def abstract(self, slug: str) -> str:
        """Return the URL of the fragment; `abstract_section` is its place on the page."""
        return f"{self.publication(slug)}/abstract"

    def abstract_section(self, slug: str) -> str:
        return f"{self.publication(slug)}#abstract"

    def citations(self, slug: str) -> str:
        """Return the URL of the fragment; `citation_section` is its place on the page."""
        return f"{self.publication(slug)}/cite"

    def citation_section(self, slug: str) -> str:
        return f"{self.publication(slug)}#cite"

    def correction(self, slug: str) -> str:
        """Return the URL of the form that proposes a correction."""
        return f"{self.publication(slug)}/correct"

    def linkset(self, slug: str) -> str:
        return f"{self.publication(slug)}/linkset"

    def publication_export(self, slug: str, extension: str) -> str:
        return f"{self.publication(slug)}.{extension}"

    def file(self, name: str) -> str:
        """Return the URL of one of the owner's files, by its name below `files/`."""
        return f"{self.base}/files/{quote(name)}"

    def image(self, source: str) -> str:
        """Return the URL of an image in the settings: an address or the name of a file."""
        return source if source.startswith("https://") else self.file(source)

    def edit(self, slug: str) -> str:
        """Return the URL where an editor changes a publication."""
        return f"{self.base}/edit/{'~' if slug in EDIT_PAGES else ''}{slug}"

    def edit_action(self, slug: str, name: str) -> str:
        """Return the URL of something that editors do with a publication: `remove`."""
        return f"{self.edit(slug)}/{name}"

    def edit_page(self, name: str) -> str:
        """Return the URL of a page for editors, one of EDIT_PAGES."""
        return f"{self.base}/edit/{name}"

    def edit_list(self, query: str = "") -> str:
        """Return the URL of the list whose publications lead to the forms."""
        return f"{self.base}/edit/{query}"

    def static(self, name: str, version: str) -> str:
        return f"{self.base}/static/{name}?v={version}"

    def theme(self, version: str) -> str:
        return f"{self.base}/theme.css?v={version}"

    def oai(self) -> str:
        """Return the URL that harvesters ask."""
        return f"{self.base}/oai"

    def sitemap(self, part: int = 0) -> str:
        """Return the URL of the site map, or of one part of a large one, counted from 1."""
        return f"{self.base}/sitemap-{part}.xml" if part else f"{self.base}/sitemap.xml"


@dataclass(frozen=True, slots=True)
class ScopedUrls(Urls):
    """The URLs of lists within a scope; all others are those of the site."""

    scope: str = ""  # "/people/ada-lovelace", "/lists/compilers", "/selection"

    def list(self, query: str = "") -> str:
        return f"{self.base}{self.scope}{query}"

    def filtered(self, **values: str) -> str:
        return Urls(self.base).filtered(**values)

    def export(self, extension: str, query: str = "", *, abstracts: bool = True) -> str:
        option = "" if abstracts else f"{'&' if query else '?'}abstracts=0"
        return f"{self.base}{self.scope}.{extension}{query}{option}"

    def exports(self, query: str = "") -> str:
        return f"{self.base}{self.scope}/export{query}"

    def print(self, query: str = "") -> str:
        return f"{self.base}{self.scope}/print{query}"

    def document(self, query: str = "", options: Iterable[tuple[str, str]] = ()) -> str:
        return f"{self.base}{self.scope}/document{_with_options(query, options)}"

    def embed(self, ending: str = "", query: str = "") -> str:
        """Return the URL with the scope as a parameter; a selection is in the query already."""
        for kind, name in EMBED_SCOPES.items():
            if self.scope.startswith(f"/{kind}/"):
                slug = self.scope.removeprefix(f"/{kind}/")
                query = f"?{name}={slug}{query and f'&{query[1:]}'}"
        return Urls(self.base).embed(ending, query)

    def select(self, query: str = "") -> str:
        return f"{self.base}{self.scope}/select{query}"

    def facet(self, name: str, query: str = "") -> str:
        return f"{self.base}{self.scope}/facets/{name}{query}"


def _with_options(query: str, options: Iterable[tuple[str, str]]) -> str:
    more = urlencode([*options], safe=",")
    return f"{query}{'&' if query else '?'}{more}" if more else query


class EditUrls(Urls):
    """The URLs of a list for editors: links to a list or a publication stay below /edit/."""

    __slots__ = ()

    def list(self, query: str = "") -> str:
        return self.edit_list(query)

    def works_of(self, name: str, _slug: str) -> str:
        return self.filtered(author=name)

    def publication(self, slug: str) -> str:
        return self.edit(slug)

    def authors(self, slug: str) -> str:
        return f"{self.base}/publications/{slug}/authors"


def edit_urls() -> EditUrls:
    """Return the URLs that lists for editors link to."""
    return EditUrls(request.script_root, _origin())


def site_urls() -> Urls:
    """Return the URLs that pages link to, without scheme and host."""
    return Urls(request.script_root, _origin())


def scoped_urls(scope: Scope | None, urls: Urls | None = None) -> Urls:
    """Return the URLs of lists within a scope, by default without scheme and host."""
    urls = urls or site_urls()
    if scope is None:
        return urls
    path = f"/{scope.kind}/{scope.slug}" if scope.slug else f"/{scope.kind}"
    return ScopedUrls(urls.base, urls.origin, path)


def absolute_urls() -> Urls:
    """Return the URLs with scheme and host, in ASCII."""
    return Urls(f"{_origin()}{quote(request.script_root)}")


def _origin() -> str:
    return f"{request.scheme}://{host()}"


def init_app(app: Flask) -> None:
    """Let routes have a `<slug:…>` or `<edited:…>`, and give templates `urls`."""
    app.url_map.converters.update(slug=SlugConverter, edited=EditedConverter)
    app.context_processor(lambda: {"urls": site_urls()})
