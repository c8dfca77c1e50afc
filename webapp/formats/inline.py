"""Inline elements in text, as other programs write them in HTML or JATS: `<i>`, `<sub>`, `<scp>`.

DESIGN: a fixed set of elements, without their attributes. Some of them are shown; of the others
only the content counts. A tag without a partner is text, as any other tag is, because "a <b and c>
d" and "The <sup> element" are. A tag within a formula is TeX. Every step is linear in the length of
the text.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final, TypeVar

from . import protected_case
from .latex import decoding
from .latex.mathematics import JOINER, MATH, has_formulas, with_small_characters
from .latex.symbols import ELEMENT_MARKS, SUBSCRIPTS, SUPERSCRIPTS, shifted

T = TypeVar("T")

# As written -> as shown. JATS, as in titles and abstracts of Crossref, may have a prefix.
SHOWN: Final[Mapping[str, str]] = {
    "i": "i", "em": "i", "italic": "i", "b": "b", "strong": "b", "bold": "b",
    "sub": "sub", "inf": "sub", "sup": "sup", "scp": "sc", "sc": "sc",
}  # fmt: skip
ELEMENTS: Final = ("i", "b", "sub", "sup", "sc")  # of the texts of a record, as written there

BLOCKS: Final = ("p", "div", "title", "sec", "ul", "ol", "li", "list", "list-item", "abstract")
_CONTENT_ONLY: Final = (
    *("a", "u", "s", "small", "big", "mark", "span", "font", "tt"),
    *("underline", "monospace", "roman", "sans-serif", "styled-content", "inline-formula"),
)
_ELEMENTS: Final = {
    **SHOWN,
    **dict.fromkeys(("p", "div", "title", "sec"), "p"),
    **dict.fromkeys(_CONTENT_ONLY, ""),
}
NAMES: Final = (*_ELEMENTS, "ul", "ol", "li", "br", "hr")  # of all elements of HTML and JATS
MAX_DEPTH: Final = 8  # of shown elements; of deeper ones only the content counts
MAX_ELEMENTS: Final = 1_000  # in a text; more is an attack or an accident
MAX_PARAGRAPHS: Final = 1_000  # of an abstract; the rest becomes one more

ATTRIBUTE: Final = r"""\s++[\w:-]++\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>]++)"""
_TAG = rf"<(?P<end>/?)(?:jats:)?(?P<name>{'|'.join(_ELEMENTS)}|nc)(?:{ATTRIBUTE})*+\s*+>"
_TAGS = re.compile(_TAG, re.IGNORECASE)
_TAGS_AND_FORMULAS = re.compile(f"{_TAG}|(?:{MATH.pattern})", re.IGNORECASE | re.DOTALL)
_LINE_BREAK = re.compile(r"<br\s*+/?>", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n\s*\n")

_SHIFTS: Final = {"sub": shifted(SUBSCRIPTS), "sup": shifted(SUPERSCRIPTS)}
_TAGS_SHOWN: Final = {name: (f"<{name}>", f"</{name}>") for name in ("i", "b", "sub", "sup")}
_TAGS_OF_CSL: Final = {
    **_TAGS_SHOWN,
    "sc": ('<span style="font-variant:small-caps;">', "</span>"),
    "nc": ('<span class="nocase">', "</span>"),
}
_TAGS_OF_MARKS: Final = {
    mark: f"<{slash}{name}>"
    for name, marks in ELEMENT_MARKS.items()
    for mark, slash in zip(marks, ("", "/"), strict=True)
}
_MARK = re.compile(f"[{''.join(_TAGS_OF_MARKS)}]")
_REFERENCE = re.compile(r"&(?=(?:#x?[\da-f]{1,7}|[a-z][a-z\d]{1,31});)", re.IGNORECASE)
_EMPTY = re.compile("|".join(start + end for start, end in ELEMENT_MARKS.values()))
_BEGINS_TAG = re.compile(rf"<(?=/?(?:jats:)?(?:{'|'.join(_ELEMENTS)}|br|nc)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Element:
    """An element, by its place in the text without tags."""

    name: str  # as shown; "p" for a paragraph
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class InlineText:
    """A text without tags, and its elements: each after those around it, none empty."""

    text: str
    elements: tuple[Element, ...] = ()

    def part(self, start: int, end: int) -> "InlineText":
        """Return the text between two offsets, with its share of the elements."""
        clipped = (
            Element(element.name, max(element.start, start) - start, min(element.end, end) - start)
            for element in self.elements
        )
        return InlineText(
            self.text[start:end],
            tuple(element for element in clipped if element.start < element.end),
        )

    def boundaries(self, start: int = 0, end: int | None = None) -> list[int]:
        """Return these two offsets, and between them where elements begin and end."""
        end = len(self.text) if end is None else end
        places = {place for element in self.elements for place in (element.start, element.end)}
        return [start, *sorted(place for place in places if start < place < end), end]


def decode(
    source: str, elements: Sequence[str] = (), *, paragraphs: bool = False
) -> decoding.Decoded:
    """Return LaTeX as text with these elements as tags, in which every other tag is text."""
    marks = tuple((name, ELEMENT_MARKS[name]) for name in elements)
    decoded = decoding.decode(source, paragraphs=paragraphs, marks=marks)
    text = protected_case.with_whole_words(decoded.text) if "nc" in elements else decoded.text
    return decoding.Decoded(_with_tags(text), decoded.unknown)


def _with_tags(marked: str) -> str:
    """Return text with tags in place of marks. A joiner follows each < that would begin a tag."""
    marked = _EMPTY.sub("", marked)
    tagged = _MARK.sub(lambda mark: _TAGS_OF_MARKS[mark[0]], marked)
    if "<" not in marked or not _BEGINS_TAG.search(marked):
        return tagged
    if parse(tagged).text == _MARK.sub("", marked):
        return tagged
    literal = _BEGINS_TAG.sub("<" + JOINER, marked)
    return _MARK.sub(lambda mark: _TAGS_OF_MARKS[mark[0]], literal)


def parse(source: str) -> InlineText:
    """Return a text and its elements."""
    if "<" not in source:
        return InlineText(source)
    source = _LINE_BREAK.sub(" ", source)
    pattern = _TAGS_AND_FORMULAS if has_formulas(source) else _TAGS
    parts: list[str] = []
    elements: list[Element] = []
    position = offset = 0
    starts: list[int] = []  # of the open elements, in the text without tags
    for tag in with_partner([tag for tag in pattern.finditer(source) if tag["name"]]):
        parts.append(source[position : tag.start()])
        offset += tag.start() - position
        position = tag.end()
        if not tag["end"]:
            starts.append(offset)
            continue
        start, name = starts.pop(), _ELEMENTS.get(tag["name"].lower(), "nc")
        if name and start < offset:
            elements.append(Element(name, start, offset))
        if name == "p":
            parts.append(" ")
            offset += 1
    parts.append(source[position:])
    elements.reverse()  # of two elements around the same text, the outer one ended last
    elements.sort(key=lambda element: (element.start, -element.end))
    return InlineText("".join(parts), tuple(elements[:MAX_ELEMENTS]))


def with_partner(tags: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the tags that have a partner, in elements that are nested properly."""
    paired: list[int] = []
    opened: list[tuple[str, int]] = []
    counts: Counter[str] = Counter()  # of open elements by name
    for number, tag in enumerate(tags):
        name = tag["name"].lower()
        if not tag["end"]:
            opened.append((name, number))
            counts[name] += 1
        elif counts[name]:
            while True:  # what was opened since then is never closed
                other, start = opened.pop()
                counts[other] -= 1
                if other == name:
                    break
            paired += (start, number)
    return [tags[number] for number in sorted(paired)]


def with_tags(
    pieces: Iterable[tuple[int, T]],
    elements: Iterable[Element],
    tags: Mapping[str, tuple[T, T]],
) -> Iterator[T]:
    """Yield pieces of a text, each given with its start, with start and end tags between them.

    An element that begins or ends within a piece does so after that piece.
    """
    waiting = [element for element in elements if element.name in tags]
    waiting.reverse()
    opened: list[Element] = []
    for start, piece in pieces:
        while opened and opened[-1].end <= start:
            yield tags[opened.pop().name][1]
        while waiting and waiting[-1].start <= start:
            element = waiting.pop()
            if element.end > start and len(opened) < MAX_DEPTH:
                opened.append(element)
                yield tags[element.name][0]
        yield piece
    while opened:
        yield tags[opened.pop().name][1]


def paragraphs(source: str) -> list[InlineText]:
    """Return the paragraphs of a text, by blank lines and elements."""
    inline = parse(source)
    if not inline.elements:
        blocks = _BLANK_LINE.split(inline.text, maxsplit=MAX_PARAGRAPHS)
        return [InlineText(text) for block in blocks if (text := " ".join(block.split()))]
    places = {
        *(match.end() for match in _BLANK_LINE.finditer(inline.text)),
        *(place for e in inline.elements if e.name == "p" for place in (e.start, e.end)),
    }
    bounds = [0, *sorted(places)[:MAX_PARAGRAPHS], len(inline.text)]
    parts = (_stripped(inline, start, end) for start, end in pairwise(bounds))
    return [part for part in parts if part.text]


def _stripped(inline: InlineText, start: int, end: int) -> InlineText:
    """Return the text between two offsets without blanks around it."""
    text = inline.text[start:end]
    start += len(text) - len(text.lstrip())
    return inline.part(start, start + len(text.strip()))


def without_tags(source: str) -> str:
    """Return the text that is searched and highlighted: without tags, with TeX."""
    return parse(source).text


def without_protection(source: str) -> str:
    """Return text without the tags that protect its case."""
    return source.replace("<nc>", "").replace("</nc>", "")


def to_plain(source: str) -> str:
    """Return text without tags and TeX: "H₂O" for "H<sub>2</sub>O" and "H$_2$O"."""
    if "<" in source:
        source = _shifted(parse(source)).strip()
    return _without_tex(source)


def _without_tex(text: str) -> str:
    return without_tex(text).replace("<" + JOINER, "<")


def _shifted(inline: InlineText) -> str:
    """Return the text with characters of Unicode for subscripts and superscripts, if it has them.

    >>> _shifted(parse("10<sup>5</sup> x<sub>min</sub>"))
    '10⁵ xmin'
    """
    parts: list[str] = []
    position = 0
    for element in inline.elements:
        if element.name in _SHIFTS and element.start >= position:
            parts.append(inline.text[position : element.start])
            parts.append(_SHIFTS[element.name](inline.text[element.start : element.end]))
            position = element.end
    return "".join((*parts, inline.text[position:]))


def to_html(inline: InlineText) -> str:
    """Return escaped HTML with `<i>`, `<b>`, `<sub>` and `<sup>` for feeds, without TeX."""
    return _tagged(inline, lambda text: escape(_without_tex(text), quote=False))


def to_csl(source: str) -> str:
    """Return text with elements as CSL-JSON has them: `<i>`, `<b>`, `<sub>`, `<sup>`, `<span>`."""
    text = _tagged(parse(source), str, _TAGS_OF_CSL) if "<" in source else source
    return with_literal_references(text)


def with_literal_references(text: str) -> str:
    """Return text with a joiner after each & that readers would take for one of a reference."""
    return _REFERENCE.sub("&" + JOINER, text) if "&" in text else text


def without_tex(source: str) -> str:
    """Return text without TeX, but with tags."""
    return decoding.plain(with_small_characters(source))


def without_elements(source: str) -> str:
    """Return text without tags, as formats without markup have it, but with TeX."""
    return with_literal_references(_shifted(parse(source)).strip() if "<" in source else source)


def _tagged(
    inline: InlineText,
    convert: Callable[[str], str],
    tags: Mapping[str, tuple[str, str]] = _TAGS_SHOWN,
) -> str:
    pieces = (
        (start, convert(inline.text[start:end])) for start, end in pairwise(inline.boundaries())
    )
    return "".join(with_tags(pieces, inline.elements, tags))
