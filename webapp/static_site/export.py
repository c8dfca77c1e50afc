"""Saving a site: every address that becomes a file is fetched, then links are made relative."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from . import feeds, pages
from .addresses import file_of
from .pages import Links

HTML: Final = "text/html"
FEED: Final = "application/atom+xml"
NOT_FOUND: Final = "404.html"  # servers of static files show it for unknown addresses
SITEMAP: Final = "sitemap"  # of its files; it has addresses, so it needs to know where it is
START: Final = ("/", "/sitemap.xml")  # the site map has what no page links to
_MAX_REDIRECTS: Final = 5


@dataclass(frozen=True, slots=True)
class Response:
    """A response of the site. `close` must be called when its body was read."""

    status: int
    media_type: str
    location: str  # where a redirect leads
    body: Iterable[bytes]
    close: Callable[[], None]


Fetch = Callable[[str], Response]


@dataclass(slots=True)
class StaticSite:
    """What was saved, by addresses without host."""

    fetch: Fetch
    folder: Path
    kinds: dict[str, str] = field(default_factory=dict)  # file -> media type
    addresses: dict[str, str] = field(default_factory=dict)  # file -> the address it is from
    redirects: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # linked addresses without a response

    def resolve(self, url: str) -> str | None:
        """Return the file that was saved for a URL; None if there is none."""
        for _ in range(_MAX_REDIRECTS):
            url = self.redirects.get(url, url)
        file = file_of(url)
        return file if file in self.kinds else None

    def save(self, url: str, file: str) -> Iterator[str]:
        """Save what the site has at a URL, and yield the addresses in it that become files."""
        with closing(self.fetch(url)) as response:
            if 300 <= response.status < 400:
                self.redirects[url] = pages.path_of(response.location, url)
                yield self.redirects[url]
                return
            if response.status != (404 if file == NOT_FOUND else 200):
                self.missing.append(url)
                return
            path = self.folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as saved:
                for chunk in response.body:
                    saved.write(chunk)
            self.kinds[file], self.addresses[file] = response.media_type, url
        if response.media_type == HTML:
            yield from pages.find_links(path.read_bytes(), url)
        elif response.media_type == FEED or file.startswith(SITEMAP):
            yield from feeds.find_links(path.read_text("utf-8"))

    def rewrite(self, links: Links) -> None:
        """Give every saved page and feed the links of files."""
        for file, kind in list(self.kinds.items()):
            path = self.folder / file
            if kind == HTML:
                page = pages.rewrite_page(path.read_bytes(), file, self.addresses[file], links)
                path.write_bytes(page)
            elif kind == FEED:
                path.write_text(feeds.rewrite_feed(path.read_text("utf-8"), file, links), "utf-8")
            elif file.startswith(SITEMAP) and links.has_address:
                path.write_text(feeds.rewrite_sitemap(path.read_text("utf-8"), links), "utf-8")
            elif file.startswith(SITEMAP):
                path.unlink()
                del self.kinds[file]


def export_site(
    fetch: Fetch, folder: Path, address: str = "", notice: Callable[[int], None] = lambda _: None
) -> StaticSite:
    """Write the site into an empty folder, and return what was saved.

    `address` is where it will be, with a slash at its end. Without one there is no site map, and
    nothing else that needs it. `notice` gets the number of files now and then.
    """
    site = StaticSite(fetch, folder)
    waiting = deque(START)
    seen = {*START}
    while waiting:
        url = waiting.popleft()
        file = file_of(url)
        if file is None or file in site.kinds:
            continue
        for found in site.save(url, file):
            if found not in seen:
                seen.add(found)
                waiting.append(found)
        notice(len(site.kinds))
    list(site.save(f"/{NOT_FOUND}", NOT_FOUND))
    site.rewrite(Links(site.resolve, address))
    return site
