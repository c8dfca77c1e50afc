"""Identifiers in pasted text: DOI, arXiv number, ISBN, URL, citation key, or the end of one.

An identifier is indexed whole and by its last segment, so that an address on another host, a DOI
without its prefix or an eprint without its archive finds the publication too.
"""

import re
from urllib.parse import unquote

_DIGIT = re.compile(r"\d")
_DOI = re.compile(r"\b10\.\d{4,9}(?:/|%2F)[^\s\"<>{}]+", re.IGNORECASE)
_ARXIV = re.compile(
    r"(?<![\w./])(?:(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|arxiv[:.]\s?)?"
    r"(\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?(?![\w])",
    re.IGNORECASE,
)
_ARXIV_OLD = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf)/|arxiv:\s?)([a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE
)
_ARXIV_DOI = "10.48550/arxiv."
_AROUND = re.compile(r"(?:arxiv|doi)(?:\.org\S*+|:)?+(?!\w)", re.IGNORECASE)
_ISBN_LABEL = r"(?:e-?)?isbn(?:-1[03])?:?\s?"
_ISBN = re.compile(
    rf"(?<![\w./-])(?:(?:{_ISBN_LABEL})?(97[89](?:[- ]?\d){{10}})"
    rf"|{_ISBN_LABEL}(\d(?:[- ]?\d){{8}}[- ]?[\dx]))(?![\w-])",
    re.IGNORECASE,
)
_RESOLVER = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_URL = re.compile(r"\bhttps?://[^\s\"<>{}]+", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?=[\w-]++(?:\.[\w-]++)++/)")

_PARAMETER = re.compile(r"[?&](?!utm_)\w+=([^?&]+)")
_SEPARATORS = re.compile(r"[/:]")
_FILE_TYPE = re.compile(
    r"(?:\.(?:e?pdf|html?|bib|ris|xml|ps|gz|txt|full|abstract)(?:\+html)?"
    r"|-(?:abstract|paper)(?:-conference)?(?:\.html|\.pdf)?)$"
)
_VERSION = re.compile(r"(?<=\d)v\d{1,2}$")
_PUNCTUATION = "\"'“”‘’«»()[]{}<>.,;!?:"
_SEGMENT_LENGTH = 5  # letters, at least, in a last segment that is looked up: more than a year
_KEYS = 4  # tokens of a text, at most, that may be identifiers


def normalise(identifier: str) -> str:
    """Return the form in which an identifier is indexed and looked up."""
    bare = _RESOLVER.sub("", identifier.strip()).lower().removeprefix(_ARXIV_DOI)
    if isbn := _ISBN.fullmatch(bare):
        return _isbn_13(isbn[1] or isbn[2])
    if not (start := _ADDRESS.match(bare)):
        return bare
    return bare[start.end() :].rstrip("/").removesuffix(".pdf")


def _isbn_13(written: str) -> str:
    """Return the 13 digits of an ISBN."""
    digits = written.replace("-", "").replace(" ", "")
    if len(digits) == 13:
        return digits
    digits = f"978{digits[:9]}"
    check = -sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits)) % 10
    return f"{digits}{check}"


def last_segment(identifier: str) -> str:
    """Return the last segment of a normalised identifier: `p19-1150` of a DOI or an address.

    The segment has no type of file and no version. Segments without a number, such as "full" or
    "abstract", are skipped if one with a number precedes them.
    """
    place, _, parameters = unquote(identifier).partition("#")[0].partition("?")
    segments = [
        _VERSION.sub("", _FILE_TYPE.sub("", segment))
        for segment in _SEPARATORS.split(place.rstrip("/"))
    ]
    numbered = [segment for segment in segments if _is_numbered(segment)]
    if not numbered and (values := _PARAMETER.findall(f"?{parameters}")):
        return str(_SEPARATORS.split(values[0])[-1])
    return (numbered or segments)[-1]


def _is_numbered(segment: str) -> bool:
    """Return whether a segment has a number that may identify a publication: not just a year."""
    return len(segment) >= _SEGMENT_LENGTH and len(_DIGIT.findall(segment)) > 1


def segment_to_look_up(identifier: str) -> str:
    """Return the last segment to look up for an unknown identifier; "" if it is none.

    A typed word without a number is none, but the last part of an address may be: a repository.
    """
    segment = last_segment(identifier)
    is_specific = _is_numbered(segment) or _ADDRESS.match(identifier)
    return segment if is_specific and len(segment) >= _SEGMENT_LENGTH else ""


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
    extracted = [_normalise_doi(match.group()) for match in _DOI.finditer(text)]
    text = _blanked(_DOI, text)
    for pattern in (_ARXIV, _ARXIV_OLD):
        extracted += [normalise(match[1]) for match in pattern.finditer(text)]
        text = pattern.sub(blank_out, text)
    if extracted:
        text = _blanked(_AROUND, text)
    for pattern in (_ISBN, _URL):
        extracted += [
            normalise(match.group().rstrip(".,;:?!)]}'")) for match in pattern.finditer(text)
        ]
        text = pattern.sub(blank_out, text)
    return tuple(dict.fromkeys(extracted)), text


def _normalise_doi(written: str) -> str:
    """Return a DOI without the rest of a publisher's address."""
    doi = unquote(written).rstrip(".,;:)]}'").partition("?")[0].partition("#")[0]
    return _FILE_TYPE.sub("", normalise(doi))


def possible_keys(text: str) -> tuple[str, ...]:
    """Return the tokens of a text that may be identifiers, but may also be words.

    A text of one token may be a citation key. In a longer text, a token needs a number, or must
    look like an address.
    """
    if len(tokens := text.split()) == 1:
        return tuple(dict.fromkeys((normalise(text), normalise(text.strip(_PUNCTUATION)))))
    if not (_DIGIT.search(text) or "/" in text):
        return ()
    bare = (normalise(token.strip(_PUNCTUATION)) for token in tokens)
    return tuple(key for key in bare if _is_numbered(key) or _ADDRESS.match(key))[:_KEYS]
