"""What a visitor typed -> Query. Total: every string gives one, in linear time.

    words "a phrase" author:name title:word venue:"a name" year:2019..2023 type: tag: -excluded

A value of a field may be quoted; the same field twice means either. What is not syntax is words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from . import identifiers
from .text import CHAIN, MAX_WORD, STOP_WORDS, analyse, collapse, fold

MAX_LENGTH = 256
MAX_WORDS = 48  # 256 characters hold more only when they are no text

FIELDS = {
    "author": "authors",
    "authors": "authors",
    "title": "title",
    "abstract": "abstract",
    "venue": "venue",
    "tag": "tags",
    "tags": "tags",
    "year": "year",
    "type": "type",
}

_PIECE = re.compile(
    r'(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)(?P<closed>"?)|(?P<bare>[^\s"]+))'
)
_YEARS = re.compile(r"(?P<first>\d{1,4})?(?P<to>\.\.|-|–)?(?P<last>\d{1,4})?")
_BIBTEX_TITLE = re.compile(r"\btitle\s*=\s*[{\"]+([^=]*?)(?:[}\"]+\s*,|[}\"]*\s*$)", re.IGNORECASE)
_TEX_ACCENTS = re.compile(r"\\[\"'`^~=.](?=[{\\]?\w)|[{}]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


@dataclass(frozen=True, slots=True)
class Word:
    """One thing to find: `text` joined ("fewshot"), or `parts` side by side ("few", "shot")."""

    text: str  # "" where only the parts can stand for it
    parts: tuple[str, ...]
    start: int = field(default=0, compare=False)  # where it stands in Query.text
    end: int = field(default=0, compare=False)
    prefix: bool = False  # still being typed: the last part may go on
    spellings: tuple[str, ...] = ()  # other ways to write it: mueller, muller


def is_stop(word: Word) -> bool:
    """Whether a word need not match where others do."""
    return not word.prefix and word.text in STOP_WORDS


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that must stand in one record; in a phrase side by side, among authors in one name."""

    words: tuple[Word, ...]
    field: str = ""  # a text field of the index; "" is any
    phrase: bool = False
    negated: bool = False

    @property
    def is_free(self) -> bool:
        """Whether it is one word that must match, in any field."""
        return not (self.field or self.phrase or self.negated)


@dataclass(frozen=True, slots=True)
class Years:
    """A range of years, both ends included."""

    first: int
    last: int
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Type:
    """An entry type, or the beginning of one."""

    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A piece of syntax that was understood, and the query without it."""

    field: str  # author, title, abstract, venue, tag, year, type; "": a phrase or an excluded word
    value: str
    negated: bool
    rest: str


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood. `text` is what was read, and what the places of words refer to."""

    text: str = ""
    clauses: tuple[Clause, ...] = ()
    years: tuple[Years, ...] = ()
    types: tuple[Type, ...] = ()
    identifiers: tuple[str, ...] = ()  # DOI and arXiv id, wherever they stand
    key: str = ""  # the whole text, in case it is a citation key
    chips: tuple[Chip, ...] = ()

    @property
    def free(self) -> tuple[Word, ...]:
        """The words that stand in no phrase or field."""
        return tuple(clause.words[0] for clause in self.clauses if clause.is_free)

    def __bool__(self) -> bool:
        return bool(self.clauses or self.years or self.types or self.identifiers)


def parse(text: str, typing: bool = False) -> Query:
    """Read a query; `typing` takes its last word as a prefix unless white space follows."""
    text = "".join(c if c.isprintable() else " " for c in text[:MAX_LENGTH])
    if title := _BIBTEX_TITLE.search(text):
        text = _TEX_ACCENTS.sub("", title[1])
    found, rest = identifiers.pasted(text)
    if found:
        text = rest
    key = "" if found or len(text.split()) != 1 else identifiers.normalise(text)
    query = Query(text=text, identifiers=found, key=key)
    for match in _PIECE.finditer(text):
        query = _read(query, match, typing and match.end() == len(text))
    return query


def _read(query: Query, piece: re.Match[str], last: bool) -> Query:
    """The query with one more piece of its text understood; `last` when it may go on."""
    field = FIELDS.get((piece["field"] or "").lower(), "")
    group = "bare" if piece["quoted"] is None else "quoted"
    if last and FIELDS.get(piece[group].removesuffix(":").lower()) and piece[group][-1] == ":":
        return query  # a field whose value comes next
    value, negated = piece[group], bool(piece["minus"])
    if field == "year" and (years := _years(value, negated)):
        return _chip(replace(query, years=query.years + years), piece, "year")
    if field == "type" and (types := _types(value, negated)):
        return _chip(replace(query, types=query.types + types), piece, "type")
    if field in ("", "year", "type") and piece["field"]:  # no syntax after all: words
        field, group = "", "field"
    prefix = last and not negated and not piece["closed"]
    words = tuple(_words(query, piece.start(group), piece.end(), prefix))
    if not words and not (field and last):
        words = tuple(_words(query, piece.start(), piece.end(), False))
        field, negated = "", False
    if not words:
        return query
    quoted = piece["quoted"] is not None
    if field or negated or (quoted and len(words) > 1):
        clause = Clause(words, field, quoted and field != "authors", negated)
        query = replace(query, clauses=(*query.clauses, clause))
        return _chip(query, piece, field)
    return replace(query, clauses=(*query.clauses, *(Clause((word,)) for word in words)))


def _words(query: Query, start: int, end: int, prefix: bool) -> Iterator[Word]:
    """The words between two places of the query's text, as many as there is room for."""
    room = MAX_WORDS - sum(len(clause.words) for clause in query.clauses)
    chains = [m for m in CHAIN.finditer(query.text, start, end) if analyse(m.group()).parts]
    for number, match in enumerate(chains[: max(room, 0)], 1):
        yield _word(match, prefix and number == len(chains))


def _word(match: re.Match[str], prefix: bool) -> Word:
    whole, parts, spellings = _spelled(match.group())
    return Word(whole, parts, match.start(), match.end(), prefix, spellings)


@lru_cache(maxsize=512)
def _spelled(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """A chain joined, its parts, and other ways to write it."""
    chain = analyse(text)
    parts = tuple(part.text for part in chain.parts)
    whole = chain.whole
    if not whole and len(parts) > 1 and parts[-2][-1:] == parts[-1]:
        parts = parts[:-1]  # the lone last ideograph is in the pair before it
    typed = fold(text.lower().translate(_UMLAUTS))[:MAX_WORD]
    others = {collapse(whole)} | ({typed} if typed.isalpha() and len(parts) == 1 else set())
    return whole, parts, tuple(sorted(others - {whole, ""}))


def _years(value: str, negated: bool) -> tuple[Years, ...]:
    """The ranges in "2023", "2019..2023", "..2020,2022"; empty unless all of it is years.

    A year being typed stands for all that begin so: 20 is 2000..2099.
    """
    ranges = []
    for part in value.split(","):
        match = _YEARS.fullmatch(part.strip())
        if not match or not (match["first"] or match["last"]):
            return ()
        first, last = match["first"], match["last"]
        if not match["to"]:
            last = first
        low, high = int((first or "0").ljust(4, "0")), int((last or "9").ljust(4, "9"))
        ranges.append(Years(low, high, negated))
    return tuple(ranges)


def _types(value: str, negated: bool) -> tuple[Type, ...]:
    names = (fold(part).strip() for part in value.split(","))
    return tuple(Type(name, negated) for name in names if name)


def _chip(query: Query, piece: re.Match[str], field: str) -> Query:
    """The query with a chip for a piece that was understood."""
    value = piece["bare"] if piece["quoted"] is None else piece["quoted"]
    rest = " ".join((query.text[: piece.start()] + " " + query.text[piece.end() :]).split())
    name = {"authors": "author", "tags": "tag"}.get(field, field)
    chip = Chip(name, value.strip(), bool(piece["minus"]), rest)
    return replace(query, chips=(*query.chips, chip))
