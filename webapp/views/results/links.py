"""The links of a publication: its identifiers, files and other versions, each with a label."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from ...formats.enrichment import open_access_url
from ...formats.inline import to_plain
from ...formats.links import arxiv_url, doi_url
from ...records import LINK_KINDS, Link, Record
from ..language import gettext
from ..urls import Urls

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB_SCHEME = re.compile(r"(?:https?|ftp)://|mailto:", re.IGNORECASE)
_RANKS = {kind: rank for rank, kind in enumerate(LINK_KINDS)}


class LabelledUrl(NamedTuple):
    """A URL with the text that links to it."""

    label: str
    url: str


def record_links(record: Record, urls: Urls) -> tuple[LabelledUrl, ...]:
    """Return the links of a record and its identifiers, in the order of LINK_KINDS."""
    links = list(record.links)
    kinds = {link.kind for link in links}
    if record.arxiv and "arxiv" not in kinds:
        links.append(Link("arxiv", arxiv_url(record.arxiv)))
    if record.doi and "doi" not in kinds:
        links.append(Link("doi", doi_url(record.doi)))
    links.sort(key=lambda link: _RANKS[link.kind])
    labelled = [
        LabelledUrl(gettext(link.label), url)
        for link in links
        if (url := _safe_url(link.url, urls))
    ]
    if url := open_access_url(record):
        labelled.append(LabelledUrl(gettext("Open access"), url))
    return tuple(labelled)


def version_links(versions: Iterable[Record], urls: Urls) -> tuple[LabelledUrl, ...]:
    """Return a link, "Preprint (2022)", for each version of a work."""
    return tuple(
        LabelledUrl(_version_label(version), urls.publication(version.slug)) for version in versions
    )


def issued_year(record: Record) -> str:
    """Return the year, or the date that replaces it: "forthcoming"."""
    return str(record.year) if record.year else record.date


def _version_label(record: Record) -> str:
    venue, year = to_plain(record.venue), issued_year(record)
    return f"{venue} ({year})" if venue and year else venue or year or gettext("Another version")


def _safe_url(url: str, urls: Urls) -> str:
    """Return a web address as it is, and the URL of a name below `files/`; "" for other schemes."""
    if _WEB_SCHEME.match(url):
        return url
    return "" if _SCHEME.match(url) else urls.file(url.lstrip("/"))
