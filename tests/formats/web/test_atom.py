"""The Atom feed, read with feedparser."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from webapp.formats.web import atom
from webapp.records import OTHERS, Person, Record

UPDATED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
CAME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LINKS = {
    "self": "https://example.org/publications.atom?q=a&page=2",
    "alternate": "https://example.org/?q=a",
    "first": "https://example.org/publications.atom?q=a",
    "next": "https://example.org/publications.atom?q=a&page=3",
}
FEED = atom.Feed("urn:x:feed", "Pages & <more>", UPDATED, LINKS, "Papers", "Ann Lee", "en")


def entry(record: Record) -> atom.Entry:
    return atom.Entry(record, "urn:x:k", "https://example.org/publications/k", CAME, UPDATED)


def parsed(*records: Record) -> feedparser.FeedParserDict:
    item = feedparser.parse(atom.write(FEED, [entry(record) for record in records]))
    assert not item.bozo
    assert item.version == "atom10"
    return item


def test_metadata_of_the_feed() -> None:
    feed = parsed().feed
    assert (feed.id, feed.title, feed.subtitle) == (
        "urn:x:feed",
        "Pages & <more>",
        "Papers",
    )
    assert feed.updated == "2026-03-04T05:06:07Z"
    assert feed.author == "Ann Lee"
    assert {link.rel: link.href for link in feed.links} == LINKS


def test_elements_of_an_entry() -> None:
    record = Record(
        key="k",
        type="article",
        title="On 1 < 2",
        authors=(Person("Lee", "Ann"), Person("Meyer", "Bo"), OTHERS),
        container="Journal of Pages",
        year=2025,
        abstract="All of it.\n\nAnd more.",
        doi="10.1000/182",
        language="de",
        tags=("lists",),
    )
    item = parsed(record).entries[0]
    assert (item.id, item.link) == ("urn:x:k", "https://example.org/publications/k")
    assert (item.published, item.updated) == ("2026-01-02T03:04:05Z", "2026-03-04T05:06:07Z")
    assert item.title == "On 1 < 2"
    assert [person.name for person in item.authors] == ["Ann Lee", "Bo Meyer"]
    assert item.content[0].value == "All of it.\n\nAnd more."
    assert item.content[0].language == "de"
    assert item.summary == "Journal of Pages, 2025"
    assert [tag.term for tag in item.tags] == ["lists"]
    assert "https://doi.org/10.1000/182" in [link.href for link in item.links]


def test_an_entry_without_people_has_the_site_as_its_author() -> None:
    item = parsed(Record(key="k", type="misc")).entries[0]
    assert (item.title, item.author) == ("Untitled", "Pages & <more>")


@given(st.text())
def test_any_text_gives_well_formed_xml(text: str) -> None:
    record = Record(key="k", type="misc", title=text, abstract=text, tags=(text,))
    ET.fromstring(atom.write(FEED, [entry(record)]))  # noqa: S314  just written


def test_a_time_without_a_zone_is_in_utc() -> None:
    naive = atom.Feed("urn:x", "T", UPDATED.replace(tzinfo=None), {})
    assert feedparser.parse(atom.write(naive, [])).feed.updated == "2026-03-04T05:06:07Z"


def test_inline_elements_are_html_and_mathematics_is_plain() -> None:
    record = Record(
        "k", "misc", title="<i>E. coli</i> & H<sub>2</sub>O", abstract="<p>A < b</p><p>C</p>"
    )
    item = parsed(record).entries[0]
    assert item.title == "<i>E. coli</i> &amp; H<sub>2</sub>O"
    assert item.title_detail.type == "text/html"
    assert item.content[0].value == "<p>A &lt; b</p><p>C</p>"
    assert parsed(Record("k", "misc", title=r"$\varepsilon > 0$")).entries[0].title == "ε > 0"
