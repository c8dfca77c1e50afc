"""Comparing one field of two sources: whether they say the same in other writing.

DESIGN. A table says how a field is compared; fields without a row are compared by their letters and
digits. A difference that is overlooked leaves the owner's value as it is, and a false one is a line
in each report, so doubtful abbreviations count as differences.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from ..formats import links
from ..formats.entries import build
from ..formats.latex import decoding, journals
from ..formats.vocabulary import NAME_FIELDS
from ..records import TYPE_LABELS, Person, Record
from ..venues import short_name
from .abbreviations import are_one_name, are_one_publisher
from .comparison import contributors, folded, same_people, words

ENTRY_TYPE: Final = "entry type"  # beside the names of fields, which have no spaces

Fields = Mapping[str, str]

_DASHES = re.compile(r"\s?[-‐-―−]++\s?")
_LABEL = re.compile(
    r"^(?:vol(?:ume)?|no|nr|num(?:ber)?|issue|ch(?:apter|ap)?)\b\.?\s*+", re.IGNORECASE
)
_ORDINAL_NAMES = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ORDINALS: Final = tuple(_ORDINAL_NAMES.split())
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_LETTERS = re.compile(r"[A-Z]{2,3}")
_WEB = re.compile(r"^(?:https?:)?//(?:www\.)?", re.IGNORECASE)
_SAME_TYPES: Final = {
    "electronic": "online", "www": "online", "webpage": "online", "techreport": "report",
    "phdthesis": "thesis", "mastersthesis": "thesis", "data": "dataset", "preprint": "misc",
}  # fmt: skip


def say_the_same(name: str, ours: Fields, theirs: Fields) -> bool:
    """Return whether two versions of a field differ in writing only.

    `name` is that of the field, or of the first of those with its meaning; the versions have all of
    these fields as written in BibTeX.

    >>> say_the_same("journal", {"journal": "J. Sand"}, {"journal": "Journal of Sand"})
    True
    """
    return _COMPARISONS.get(name, _same_letters)(ours, theirs)


def _text(fields: Fields) -> str:
    """Return the text of fields with one meaning, without LaTeX and entities of HTML."""
    return " ".join(html.unescape(decoding.text(value)) for value in fields.values()).strip()


def _record(fields: Fields, kind: str = "misc") -> Record:
    return build("", kind, fields).record


def _same_letters(ours: Fields, theirs: Fields) -> bool:
    """Compare letters and digits, with "&" as "and"."""
    texts = [_text(part).replace("&", " and ") for part in (ours, theirs)]
    first, second = map(folded, texts)
    return first == second and (bool(first) or texts[0] == texts[1])


def _same_type(ours: Fields, theirs: Fields) -> bool:
    first, second = (_SAME_TYPES.get(part.get(ENTRY_TYPE, ""), part.get(ENTRY_TYPE, ""))
                     for part in (ours, theirs))  # fmt: skip
    labels = (TYPE_LABELS.get(first, first), TYPE_LABELS.get(second, second))
    return labels[0] == labels[1]


def _same_people(ours: Fields, theirs: Fields) -> bool:
    """Compare people by family name and initials, and by given names where both are written out."""
    first, second = (_record({"author": " and ".join(part.values())}) for part in (ours, theirs))
    if not same_people(first, second):
        return False
    return all(
        _may_be_one(person, other)
        for person, other in zip(contributors(first), contributors(second), strict=False)
        if folded(person.family) == folded(other.family)
    )


def _may_be_one(person: Person, other: Person) -> bool:
    pairs = zip(_given_names(person), _given_names(other), strict=False)
    return all(name.startswith(part) or part.startswith(name) for name, part in pairs)


def _given_names(person: Person) -> list[str]:
    """Return the given names, folded; "JL" is two."""
    given = " ".join(person.given) if _LETTERS.fullmatch(person.given) else person.given
    return words(given)


def _same_date(ours: Fields, theirs: Fields) -> bool:
    first, second = (_record(part).date for part in (ours, theirs))
    return first.startswith(second) or second.startswith(first)


def _same_venue(ours: Fields, theirs: Fields) -> bool:
    """Compare names of journals and conferences, which may be abbreviated or short names."""
    first, second = (_venue(part) for part in (ours, theirs))
    years, other_years = (set(_YEAR.findall(name)) for name in (first, second))
    if years and other_years and years != other_years:
        return False
    if links.is_arxiv(first) and links.is_arxiv(second):
        return True
    return are_one_name(first, second) or short_name(first) == short_name(second)


def _venue(fields: Fields) -> str:
    names = (journals.journal(value) for value in fields.values())
    return next((names_of_macro[1] for names_of_macro in names if names_of_macro), _text(fields))


def _same_name(ours: Fields, theirs: Fields) -> bool:
    return are_one_name(_text(ours), _text(theirs))


def _same_publisher(ours: Fields, theirs: Fields) -> bool:
    return are_one_publisher(_text(ours), _text(theirs))


def _same_pages(ours: Fields, theirs: Fields) -> bool:
    return _pages(ours) == _pages(theirs)


def _pages(fields: Fields) -> list[tuple[str, str]]:
    """Return the ranges of pages, written out: "123--30" is 123 to 130."""
    record = _record({"pages": _text(fields)}, "article")
    written = record.fields.get("pages") or record.fields.get("eid", "")
    ranges = []
    for part in written.lower().rstrip(".").split(","):
        first, _, last = _DASHES.sub("-", part.strip()).partition("-")
        if first.isdecimal() and last.isdecimal() and len(last) < len(first):
            last = first[: len(first) - len(last)] + last
        ranges.append((first.lstrip("0"), last.lstrip("0") or first.lstrip("0")))
    return ranges


def _same_number(ours: Fields, theirs: Fields) -> bool:
    return _number(ours) == _number(theirs)


def _number(fields: Fields) -> str:
    """Return a volume or an issue without a label, leading zeros and kinds of dashes."""
    bare = _LABEL.sub("", _text(fields))
    return "-".join(part.strip().lstrip("0") for part in _DASHES.split(bare.casefold()))


def _same_edition(ours: Fields, theirs: Fields) -> bool:
    return _edition(ours) == _edition(theirs)


def _edition(fields: Fields) -> str:
    text = _text(fields)
    if number := _DIGITS.search(text):
        return number[0].lstrip("0")
    places = [str(_ORDINALS.index(word) + 1) for word in words(text) if word in _ORDINALS]
    return places[0] if places else folded(text)


def _same_address(ours: Fields, theirs: Fields) -> bool:
    return _address(ours) == _address(theirs)


def _address(fields: Fields) -> str:
    address = unquote(links.address(" ".join(fields.values())))
    if doi := links.doi_in_url(address):
        return doi.lower()
    return _WEB.sub("", address).rstrip("/").casefold()


def _same_doi(ours: Fields, theirs: Fields) -> bool:
    first, second = (links.doi(" ".join(part.values())).lower() for part in (ours, theirs))
    return first == second if first or second else _same_letters(ours, theirs)


def _same_eprint(ours: Fields, theirs: Fields) -> bool:
    first, second = (links.arxiv(" ".join(part.values())).lower() for part in (ours, theirs))
    return first == second if first or second else _same_letters(ours, theirs)


def _same_digits(ours: Fields, theirs: Fields) -> bool:
    first, second = (_DIGITS.findall(_text(part)) for part in (ours, theirs))
    return first == second if first or second else _same_letters(ours, theirs)


def _same_isbns(ours: Fields, theirs: Fields) -> bool:
    return set(_isbns(ours)) == set(_isbns(theirs))


def _isbns(fields: Fields) -> Iterator[str]:
    """Yield ISBNs and ISSNs; an ISBN with 13 digits as the one with 10, both without check."""
    for written in re.split(r"[,;/]|\s(?=97[89])", _text(fields)):
        signs = folded(re.sub(r"(?i)isbn(?:-1[03])?|issn", "", written))
        long = signs.startswith("978") and len(signs) == len("9783161484100")
        yield signs[3:12] if long else signs[:9] if len(signs) == len("3161484100") else signs


def _same_keywords(ours: Fields, theirs: Fields) -> bool:
    first, second = (
        set(map(folded, _record({"keywords": ";".join(part.values()) if len(part) > 1 else
                                 _text(part)}).tags))
        for part in (ours, theirs)
    )  # fmt: skip
    return first == second


def _same_language(ours: Fields, theirs: Fields) -> bool:
    first, second = (_record(part).language for part in (ours, theirs))
    return first == second if first or second else _same_letters(ours, theirs)


Comparison = Callable[[Fields, Fields], bool]

# By the name that `merging.meaning` gives to the fields.
_COMPARISONS: Final[Mapping[str, Comparison]] = {
    ENTRY_TYPE: _same_type,
    **dict.fromkeys(NAME_FIELDS, _same_people),
    "date": _same_date,
    **dict.fromkeys(("journal", "abbr", "series", "maintitle", "eventtitle"), _same_venue),
    "publisher": _same_publisher,
    **dict.fromkeys(("school", "organization", "address"), _same_name),
    "pages": _same_pages,
    "eid": _same_pages,
    **dict.fromkeys(("volume", "number", "issue", "chapter", "part"), _same_number),
    "edition": _same_edition,
    "url": _same_address,
    "doi": _same_doi,
    "eprint": _same_eprint,
    "arxiv": _same_eprint,
    "pmid": _same_digits,
    "pmcid": _same_digits,
    "isbn": _same_isbns,
    "issn": _same_isbns,
    "keywords": _same_keywords,
    "langid": _same_language,
}
