"""Feeds and site maps as static files."""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Final

from .addresses import file_of
from .pages import ORIGIN, Links, path_of

_URL = re.compile(rf'(?P<start>href="|<loc>){re.escape(ORIGIN)}(?P<path>/[^"<]*+)')
_LINK: Final = re.compile(rf'[ ]*+<link [^>]*?href="{re.escape(ORIGIN)}[^>]*?/>')


def find_links(feed: str) -> Iterator[str]:
    """Yield the addresses in a feed or a site map that become files."""
    for match in _URL.finditer(feed):
        path = path_of(unescape(match["path"]), "/")
        if file_of(path):
            yield path


def rewrite_feed(feed: str, file: str, links: Links) -> str:
    """Return a feed with the addresses that its links will have, else relative ones.

    RFC 4287 allows both. A link to no file is removed.
    """

    def change(match: re.Match[str]) -> str:
        url = unescape(match[0].split('href="')[1].split('"')[0])
        link = links.absolute(url) if links.has_address else links.relative(file, url, "/")
        if link is None:
            return ""
        return match[0].replace(escape(url), escape(link))

    return _LINK.sub(change, feed)


def rewrite_sitemap(sitemap: str, links: Links) -> str:
    """Return a site map with the addresses that the files will have."""

    def change(match: re.Match[str]) -> str:
        return match["start"] + escape(links.absolute(unescape(ORIGIN + match["path"])) or "")

    return _URL.sub(change, sitemap)
