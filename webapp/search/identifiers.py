"""Identifiers in pasted text: DOI, arXiv id, URL, citation key."""

import re

_DIGIT = re.compile(r"\d")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}]+")
_ARXIV = re.compile(
    r"(?<![\w./])(?:(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|arxiv:\s?)?"
    r"(\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?(?![\w])",
    re.IGNORECASE,
)
_ARXIV_OLD = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf)/|arxiv:\s?)([a-z-]+(?:\.[a-z]{2})?/\d{7})", re.IGNORECASE
)
_ARXIV_DOI = "10.48550/arxiv."
_AROUND = re.compile(r"(?:arxiv|doi)(?:\.org\S*+|:)?+(?!\w)", re.IGNORECASE)
_RESOLVER = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_URL = re.compile(r"\bhttps?://[^\s\"<>{}]+", re.IGNORECASE)
_URL_START = re.compile(r"https?://(?:www\.)?")


def normalise(identifier: str) -> str:
    """Return the form in which an identifier is indexed and looked up."""
    bare = _RESOLVER.sub("", identifier.strip()).lower().removeprefix(_ARXIV_DOI)
    if not _URL.match(bare):
        return bare
    return _URL_START.sub("", bare, count=1).rstrip("/").removesuffix(".pdf")


def blank_out(match: re.Match[str]) -> str:
    """Return blanks for a match, so that the offsets of the remaining text do not change."""
    return " " * len(match.group())


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """Return a text with each match, and any text attached to its left, replaced by blanks."""
    parts: list[str] = []
    position = 0
    for match in pattern.finditer(text):
        before = text[position : match.start()]
        joined = before.split()[-1] if before and not before[-1].isspace() else ""
        parts.append(before.removesuffix(joined) + " " * len(joined) + blank_out(match))
        position = match.end()
    return "".join(parts) + text[position:]


def extract(text: str) -> tuple[tuple[str, ...], str]:
    """Return the identifiers in a text, and the text with them and their prefixes blanked out."""
    if not (_DIGIT.search(text) or "://" in text):  # true for most queries
        return (), text
    extracted = [normalise(match.group().rstrip(".,;:)]}'")) for match in _DOI.finditer(text)]
    text = _blanked(_DOI, text)
    for pattern in (_ARXIV, _ARXIV_OLD):
        extracted += [normalise(match[1]) for match in pattern.finditer(text)]
        text = pattern.sub(blank_out, text)
    if extracted:
        text = _blanked(_AROUND, text)
    extracted += [normalise(match.group().rstrip(".,;:?!)]}'")) for match in _URL.finditer(text)]
    text = _URL.sub(blank_out, text)
    return tuple(dict.fromkeys(extracted)), text
