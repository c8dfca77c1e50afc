"""Publications as an Atom feed (RFC 4287) in pages (RFC 5005)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from ...records import OTHERS, Record
from .. import inline
from ..characters import for_xml
from ..links import doi_url

MEDIA_TYPE: Final = "application/atom+xml"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class Feed:
    """The metadata of a feed. `links` are URLs by relation (self, alternate, next)."""

    id: str
    title: str
    updated: datetime
    links: Mapping[str, str]
    subtitle: str = ""
    author: str = ""
    language: str = ""
    untitled: str = "Untitled"  # the title of an entry that has none


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication and its metadata on the site."""

    record: Record
    id: str  # permanent, so not the URL
    address: str
    published: datetime  # on this site, not in a journal: feed readers sort by it
    updated: datetime


def write(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """Return the feed as XML."""
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    if feed.language:
        root.set(f"{_XML}lang", feed.language)
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    _add(root, "updated", _moment(feed.updated))
    for relation, address in feed.links.items():
        kind = "text/html" if relation == "alternate" else MEDIA_TYPE
        _link(root, relation, address, kind)
    if feed.author:
        _author(root, feed.author)
    for entry in entries:
        _add_entry(root, entry, feed)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add_entry(root: ET.Element, entry: Entry, feed: Feed) -> None:
    record = entry.record
    element = ET.SubElement(root, f"{{{_ATOM}}}entry")
    if record.language:
        element.set(f"{_XML}lang", record.language)
    _add(element, "id", entry.id)
    _add_with_elements(element, "title", record.title or feed.untitled)
    _add(element, "published", _moment(entry.published))
    _add(element, "updated", _moment(entry.updated))
    _link(element, "alternate", entry.address, "text/html")
    if record.doi:
        _link(element, "related", doi_url(record.doi))
    people = [person for person in record.authors or record.editors if person != OTHERS]
    for name in [person.name for person in people] or [feed.title]:
        _author(element, name)
    for tag in record.tags:
        ET.SubElement(element, f"{{{_ATOM}}}category", term=for_xml(tag))
    if venue := record.container or record.venue:
        year = f", {record.year}" if record.year else ""
        _add(element, "summary", f"{inline.to_plain(venue)}{year}")
    _add_with_elements(element, "content", record.abstract)


def _add(parent: ET.Element, name: str, text: str) -> None:
    """Add an element with a text, if there is one."""
    if text:
        ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = for_xml(text)


def _add_with_elements(parent: ET.Element, name: str, source: str) -> None:
    """Add a title or an abstract: as HTML if it has inline elements, else as plain text."""
    if not inline.parse(source).elements:
        _add(parent, name, inline.to_plain(source))
        return
    texts = list(map(inline.to_html, inline.paragraphs(source)))
    _add(parent, name, "".join(f"<p>{text}</p>" for text in texts) if texts[1:] else texts[0])
    parent[-1].set("type", "html")


def _author(parent: ET.Element, name: str) -> None:
    _add(ET.SubElement(parent, f"{{{_ATOM}}}author"), "name", name)


def _link(parent: ET.Element, relation: str, address: str, kind: str = "") -> None:
    link = ET.SubElement(parent, f"{{{_ATOM}}}link", rel=relation, href=for_xml(address))
    if kind:
        link.set("type", kind)


def _moment(moment: datetime) -> str:
    """Return a time as in RFC 3339. A time from the database without a zone is in UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
