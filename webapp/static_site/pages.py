"""Pages of the site as static files: what needs the program is removed, links are relative."""

import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from .addresses import file_of, relative_link

ORIGIN: Final = "http://localhost"  # of the addresses in the site's responses

Resolve = Callable[[str], str | None]  # a URL of the site -> the file that exists for it

# Forms and what they change; what only scripts fill; the scripts of the list; ticks of items.
_REMOVED: Final = """
//form | //template | //details[@id="facets" or @id="sort"] | //*[@id="chart"]
| //*[contains(concat(" ", @class, " "), " tips ")]
| //*[@id="status" or @id="failure"] | //ul[contains(@class, "suggestions")]
| //p[contains(@class, "load-more")] | //label[contains(@class, "shortcuts")]
| //input[@form] | //button[@form] | //label[.//input[@form]]
| //script[contains(@src, "/htmx-") or contains(@src, "/site.") or contains(@src, "/select")]
| //meta[@name="htmx-config"] | //*[contains(@class, "select-all")]
| //p[@class="report" and contains(a/@href, "/correct")]
"""
_URLS: Final = ("href", "src")
_ABSOLUTE = re.compile(rf"{re.escape(ORIGIN)}(?::\d+)?(?P<path>/[^\s\"'<>\\]*+)?")


class Links:
    """Makes the links of static files.

    `resolve` returns the file for a URL. `address` is where the site will be, with a slash at its
    end; "" if that is not known, and then nothing that needs it is written.
    """

    def __init__(self, resolve: Resolve, address: str = "") -> None:
        self._resolve = resolve
        self._address = address

    @property
    def has_address(self) -> bool:
        return bool(self._address)

    def relative(self, file: str, url: str, base: str) -> str | None:
        """Return the link in a file to a URL written in the page `base`; None if there is none.

        Links to other sites and within the page stay as they are.
        """
        if not url or url.startswith("#") or not is_internal(url, base):
            return url
        target = self._resolve(path_of(url, base))
        fragment = urlsplit(url).fragment
        return None if target is None else relative_link(file, target, fragment)

    def absolute(self, text: str) -> str | None:
        """Return text with the site's addresses as they will be; None if there is none for one."""
        parts, position = [], 0
        for match in _ABSOLUTE.finditer(text):
            target = self._resolve(match["path"] or "/") if self._address else None
            if target is None:
                return None
            start = "" if target == "index.html" else target
            parts += [text[position : match.start()], self._address + start]
            position = match.end()
        return "".join((*parts, text[position:]))


def is_internal(url: str, base: str) -> bool:
    """Return whether a URL written in the page `base` belongs to the site."""
    return urljoin(ORIGIN + base, url).startswith(f"{ORIGIN}/")


def path_of(url: str, base: str) -> str:
    """Return an internal URL without host and fragment, as the site is asked for it."""
    parts = urlsplit(urljoin(ORIGIN + base, url))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def find_links(page: bytes, base: str) -> Iterator[str]:
    """Yield the internal URLs in a page that become files."""
    for element in _cleaned(page).iter():
        for name in _URLS:
            url = element.get(name) if isinstance(element.tag, str) else None
            if url and not url.startswith("#") and is_internal(url, base):
                path = path_of(url, base)
                if file_of(path):
                    yield path


def rewrite_page(page: bytes, file: str, base: str, links: Links) -> bytes:
    """Return a page as a file: with relative links, and text in place of links to no file."""
    root = _cleaned(page)
    for element in list(root.iter()):
        if isinstance(element.tag, str):
            _rewrite_element(element, file, base, links)
    _drop_items_without_links(root)
    written: bytes = etree.tostring(
        root, encoding="utf-8", method="html", doctype="<!doctype html>"
    )
    return written


def _cleaned(page: bytes) -> html.HtmlElement:
    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    for element in root.xpath(_REMOVED):
        if element.getparent() is not None:
            element.drop_tree()
    return root


def _rewrite_element(element: html.HtmlElement, file: str, base: str, links: Links) -> None:
    for name in [name for name in element.attrib if name.startswith("data-hx-")]:
        del element.attrib[name]
    if element.tag == "link" and element.get("rel") == "canonical":
        _rewrite_absolute(element, "href", links)
        return
    for name in _URLS:
        url = element.get(name)
        if url is None:
            continue
        link = links.relative(file, url, base)
        if link is not None:
            element.set(name, link)
        elif element.tag == "a":
            _make_text(element)
        else:
            element.drop_tree()
    if element.tag == "meta" and "content" in element.attrib:
        _rewrite_absolute(element, "content", links)
    elif element.get("type") == "application/ld+json":
        _rewrite_data(element, links)
    elif url := element.get("data-url"):  # of a file, for paper
        element.set("data-url", links.absolute(url) or element.get("href", ""))


def _make_text(link: html.HtmlElement) -> None:
    link.tag = "span"
    for name in ("href", "rel", "download", "aria-label"):
        link.attrib.pop(name, None)


def _rewrite_absolute(element: html.HtmlElement, name: str, links: Links) -> None:
    text = links.absolute(element.get(name, ""))
    if text is None:
        element.drop_tree()
    else:
        element.set(name, text)


def _rewrite_data(script: html.HtmlElement, links: Links) -> None:
    text = links.absolute(script.text or "")
    if text is None:
        script.drop_tree()
    else:
        script.text = text


def _drop_items_without_links(root: html.HtmlElement) -> None:
    """Remove items of lists of links that have none left: formats that need the program."""
    for item in root.xpath("//nav//li[not(.//a)]"):
        if item.find(".//span") is not None:
            item.drop_tree()
