"""Rich text in one string, whose tags are single private characters.

Changes of case, nested quotation marks and punctuation that moves into them can treat it as one run
of characters. HTML or plain text is made at the end.
"""

import re
from html import escape
from typing import Final

from ...latex.symbols import SUBSCRIPTS, SUPERSCRIPTS, shifted

# Each tag as written in CSL-JSON, with its opening and closing character.
ITALIC: Final = ("\ue000", "\ue001")
BOLD: Final = ("\ue002", "\ue003")
SUPERSCRIPT: Final = ("\ue004", "\ue005")
SUBSCRIPT: Final = ("\ue006", "\ue007")
NO_CASE: Final = ("\ue008", "\ue009")  # keeps its case in every style
SMALL_CAPS: Final = ("\ue00a", "\ue00b")
QUOTED: Final = ("\ue00c", "\ue00d")
DOTS: Final = "\ue00e"  # a run of dots in the source, which is no doubled full stop

_TAGS: Final = {"i": ITALIC, "b": BOLD, "sup": SUPERSCRIPT, "sub": SUBSCRIPT}
_HTML: Final = {
    mark: f"<{slash}{tag}>"
    for tag, marks in _TAGS.items()
    for mark, slash in zip(marks, ("", "/"), strict=True)
} | {SMALL_CAPS[0]: '<span class="small-caps">', SMALL_CAPS[1]: "</span>"}
_QUOTES: Final = (("“", "”"), ("‘", "’"))

MAX_LENGTH: Final = 2000  # characters of a title or a name; the rest is cut off

MARKS: Final = "\ue000-\ue00b"  # tags without width, for a character class
_PRIVATE = re.compile("[\ue000-\ue00e]")
_SPAN = r'span (?:class="(?P<no_case>nocase)"|style="font-variant: ?small-caps;?")'
_NO_TAG = r"[^<]*+(?:<(?!/?(?:i|b|sup|sub|span)\b[^<>]*>)[^<]*+)*+"
# Innermost tags; those that overlap stay text.
_TAG = re.compile(rf"<(?P<name>i|b|sup|sub)>({_NO_TAG})</(?P=name)>|<{_SPAN}>({_NO_TAG})</span>")
_SMALL = re.compile(f"([{SUPERSCRIPT[0]}{SUBSCRIPT[0]}])([^\ue000-\ue00e]*)")
_SHIFTS: Final = {SUPERSCRIPT[0]: shifted(SUPERSCRIPTS), SUBSCRIPT[0]: shifted(SUBSCRIPTS)}
_CASE_MARK = re.compile(f"[{NO_CASE[0]}{NO_CASE[1]}]")
_MATHEMATICS = re.compile(r"\$[^$]+\$")
_CURLY = re.compile("“([^“”]*)”")
_STRAIGHT = re.compile(r'(?<!\w)"([^"]*)"(?!\w)')
_CLOSED = re.compile(f"({QUOTED[1]})([{MARKS}]*)([.,])")
_FULL_STOP = re.compile(rf"([.?!{DOTS}])([{MARKS}{QUOTED[1]}]*)\.")
_COMMA = re.compile(rf",([{MARKS}{QUOTED[1]}]*),")
# The full stop of a title in quotation marks, before a comma; not that of "U.S.".
_STOP_AND_COMMA = re.compile(rf"(?<=\w\w)\.([{MARKS}]*),(?=[{MARKS}]*{QUOTED[1]})")
_EMPTY_SENTENCE = re.compile(r"\.(?: \.)+(?= |$)")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w|\s|$)|(?<!\w)'(?=\d\d\b)")  # "owner's", "'06"


def marked(tag: tuple[str, str], text: object) -> str:
    """Return the text between the two characters of a tag."""
    return f"{tag[0]}{text}{tag[1]}"


def from_source(source: str) -> str:
    """Return text of CSL-JSON with tags, quotation marks and mathematics (`$TeX$`) marked."""
    text = " ".join(_PRIVATE.sub("", source[:MAX_LENGTH]).split())
    text = _MATHEMATICS.sub(lambda match: marked(NO_CASE, match[0]), text)
    while (replaced := _TAG.sub(_marked_element, text)) != text:
        text = replaced
    text = _with_outer_only(text)
    text = _CURLY.sub(lambda match: marked(QUOTED, match[1]), text)
    text = _STRAIGHT.sub(lambda match: marked(QUOTED, match[1]), text)
    text = _APOSTROPHE.sub("’", text)
    return re.sub(r"\.{2,}", lambda match: DOTS * len(match[0]), text)


def _marked_element(element: re.Match[str]) -> str:
    if element["name"]:
        return marked(_TAGS[element["name"]], element[2])
    return marked(NO_CASE if element["no_case"] else SMALL_CAPS, element[4])


def _with_outer_only(text: str) -> str:
    """Return text without what keeps its case within what keeps its case."""
    depth = 0

    def change(mark: re.Match[str]) -> str:
        nonlocal depth
        depth += 1 if mark[0] == NO_CASE[0] else -1
        return mark[0] if depth == (1 if mark[0] == NO_CASE[0] else 0) else ""

    return _CASE_MARK.sub(change, text)


def punctuated(text: str) -> str:
    """Return text with stops and commas inside closing quotation marks, none doubled or after ?."""
    text = re.sub(" {2,}", " ", text)
    before = ""
    while before != text:
        before = text
        text = _CLOSED.sub(r"\3\1\2", text)
        text = _FULL_STOP.sub(r"\1\2", text)
        text = _COMMA.sub(r",\1", text)
        text = _STOP_AND_COMMA.sub(r",\1", text)
        text = _EMPTY_SENTENCE.sub(".", text)
    return text.strip()


def to_html(text: str) -> str:
    """Return HTML with `<i>`, `<b>`, `<sup>`, `<sub>` and `<span>`; all else is escaped."""
    text = escape(with_quotes(text), quote=False)
    return _PRIVATE.sub(lambda mark: _HTML.get(mark[0], ""), text)


def to_plain(text: str) -> str:
    """Return text without tags: "H₂O", as far as Unicode has such characters."""
    text = _SMALL.sub(lambda match: _SHIFTS[match[1]](match[2]), with_quotes(text))
    return _PRIVATE.sub("", text)


def with_quotes(text: str) -> str:
    """Return text with double quotation marks, in these single ones, in these double ones."""
    parts = []
    depth = 0
    for part in re.split(f"([{QUOTED[0]}{QUOTED[1]}{DOTS}])", text):
        if part == QUOTED[0]:
            parts.append(_QUOTES[depth % 2][0])
            depth += 1
        elif part == QUOTED[1]:
            depth -= 1
            parts.append(_QUOTES[depth % 2][1])
        else:
            parts.append(part.replace(DOTS, "."))
    return "".join(parts)
