"""Parser of queries: any text gives a Query, in linear time.

    words "a phrase" author:name title:word venue:"a name" year:2019..2023 tag:word pdf:word
    is:selected -excluded

Every facet is a field, except flags, which follow "is:". The value of a field may be quoted, and
may follow white space; the same field twice means either value. Anything else is words.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from ..facets import FIELD_FACETS, FIRST_YEAR, LAST_YEAR, SELECTED, find_flag
from ..folding import fold
from . import identifiers
from .alternatives import as_words, join_alternatives, split_alternatives
from .fields import FULL_TEXT
from .text import CHAIN, MAX_WORD, STOP_WORDS, Chain, analyse, collapse

MAX_LENGTH = 512  # characters: a long question; at 256, nDCG@10 falls by .02 to .08 on such ones
MAX_WORDS = 96  # only nonsense has more in 512 characters

_TEXT_FIELDS = {"author": "authors", "authors": "authors", "tag": "tags", "tags": "tags"}
_TEXT_FIELDS |= {name: name for name in ("title", "abstract", "venue", FULL_TEXT)}
# Name in a query -> text field of the index, or facet.
FIELDS = {**{name: name for name in FIELD_FACETS}, **_TEXT_FIELDS, "is": "is"}
_WORD_FIELDS = frozenset(_TEXT_FIELDS.values())
_VALUE_FIELDS = frozenset(FIELD_FACETS) - {"year", *_TEXT_FIELDS}

_PIECE = re.compile(
    rf"(?P<minus>-?)(?:(?P<field>(?i:{'|'.join(FIELDS)})):\s*|(?P<other>[A-Za-z]+):)?"
    r'(?:"(?P<quoted>[^"]*)(?P<closed>"?)|(?P<bare>[^\s"]+))'
)
_QUOTES = str.maketrans("“”„‟«»＂", '"' * 7)
# In a citation; it matches no words of a record.
_ET_AL = re.compile(r"(?<=[\w.,)]\s)et\.?\s+al\b\.?", re.IGNORECASE)
_ENDS = frozenset(".,;:!?)]}")  # end a word that is being typed
_YEARS = re.compile(r"(?P<first>\d{1,4})?(?P<to>\.\.|-|–)?(?P<last>\d{1,4})?")
_TITLE_START = re.compile(r"\btitle\s*+=\s*+[{\"]++", re.IGNORECASE)
_TITLE_END = re.compile(r"(?<![}\"])[}\"]++\s*+,")
_TEX_ACCENTS = re.compile(r"\\[\"'`^~=.](?=[{\\]?\w)|[{}]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word to find: `text` joined ("fewshot"), or adjacent `parts` ("few", "shot")."""

    text: str  # "" if only the parts can match
    parts: tuple[str, ...]
    start: int = field(default=0, compare=False)  # offset in Query.text
    end: int = field(default=0, compare=False)
    prefix: bool = False  # still being typed: the last part is a prefix
    spellings: tuple[str, ...] = ()  # other ways to write it: mueller, muller


def is_stop(word: Word) -> bool:
    """Return whether a word is a stop word, which need not match if other words do."""
    return not word.prefix and word.text in STOP_WORDS


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that must match one record: adjacent in a phrase, in one name among authors."""

    words: tuple[Word, ...]
    field: str = ""  # a text field of the index; "" is any
    phrase: bool = False
    negated: bool = False

    @property
    def is_free(self) -> bool:
        """Whether the clause is one word that must match in any field."""
        return not (self.field or self.phrase or self.negated)


@dataclass(frozen=True, slots=True)
class Years:
    """A range of years, both ends included."""

    first: int
    last: int
    negated: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet other than the years, or the beginning of one, folded."""

    facet: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A piece of recognized syntax, and the query without it."""

    field: str  # title, abstract, pdf or a facet; "": a phrase or an excluded word
    value: str
    negated: bool
    rest: str


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. The offsets of words refer to `text`."""

    text: str = ""
    clauses: tuple[Clause, ...] = ()
    years: tuple[Years, ...] = ()
    values: tuple[FacetValue, ...] = ()
    identifiers: tuple[str, ...] = ()  # DOI, arXiv id, ISBN or URL, anywhere in the text
    keys: tuple[str, ...] = ()  # words that may also be identifiers, or ends of some
    chips: tuple[Chip, ...] = ()
    cites_others: bool = False  # "et al." follows the first author
    alternatives: tuple["Query", ...] = ()  # one must match; all are in the other fields too
    whole: "Query | None" = None  # beside alternatives: the text as words, which may be a title

    @property
    def free(self) -> tuple[Word, ...]:
        """The words outside phrases and fields."""
        return tuple(clause.words[0] for clause in self.clauses if clause.is_free)

    def __bool__(self) -> bool:
        return bool(self.clauses or self.years or self.values or self.identifiers)


def parse(text: str, typing: bool = False) -> Query:
    """Parse a query. With `typing`, the last word is a prefix unless white space follows it."""
    text = text[:MAX_LENGTH]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    if "=" in text and (title := _bibtex_title(text)):
        text = _TEX_ACCENTS.sub("", title)
    if len(sides := split_alternatives(text)) > 1:
        queries = tuple(parse(side, typing and side is sides[-1]) for side in sides)
        return join_alternatives(text, queries, parse(as_words(text), typing))
    pasted, words = identifiers.extract(text)
    keys = identifiers.possible_keys(words if pasted else text)
    whole, text = text, words.translate(_QUOTES)
    text, citations = _ET_AL.subn(identifiers.blank_out, text)
    reading = _Reading(text, whole, typing)
    for piece in _PIECE.finditer(text):
        reading.take(piece)
    return Query(
        text=text,
        clauses=tuple(reading.clauses),
        years=tuple(reading.years),
        values=tuple(reading.values),
        identifiers=pasted,
        keys=keys,
        chips=tuple(reading.chips),
        cites_others=citations > 0,
    )


class _Reading:
    """The state of the parser. `whole` is the text before parts of it were blanked out."""

    def __init__(self, text: str, whole: str, typing: bool) -> None:
        self.text = text
        self._whole = whole
        self._typing = typing
        self.clauses: list[Clause] = []
        self.years: list[Years] = []
        self.values: list[FacetValue] = []
        self.chips: list[Chip] = []
        self._room = MAX_WORDS

    def take(self, piece: re.Match[str]) -> None:
        """Parse the next piece."""
        name = "field" if piece["field"] else "other" if piece["other"] else ""
        field = FIELDS[piece["field"].lower()] if piece["field"] else ""
        group = "bare" if piece["quoted"] is None else "quoted"
        value, negated = piece[group], bool(piece["minus"])
        last = self._typing and not self.text[piece.end() :].strip()
        if last and value.endswith(":") and FIELDS.get(value[:-1].lower()):
            return  # a field whose value is not typed yet
        last = last and piece.end() == len(self.text)  # it may still be typed
        if field == "year" and (years := _years(value, negated)):
            self.years += years
            self._chip(piece, "year")
        elif field in _VALUE_FIELDS and (values := _facet_values(field, value, negated)):
            self.values += values
            self._chip(piece, field)
        elif field == "is" and (flag := find_flag(value)):
            self.values.append(FacetValue(flag, SELECTED, negated))
            self._chip(piece, flag, SELECTED)
        elif name and field not in _WORD_FIELDS:  # not syntax
            self._take_words(piece, "", name, last)
        else:
            self._take_words(piece, field, group, last)

    def _take_words(self, piece: re.Match[str], field: str, group: str, last: bool) -> None:
        """Parse a piece as words of a field; they begin where `group` does."""
        negated, quoted = bool(piece["minus"]), piece["quoted"] is not None
        ended = negated or piece["closed"] or self.text[piece.end() - 1] in _ENDS
        prefix = last and not ended
        words = self._words(piece.start(group), piece.end(), prefix)
        if not words and not (field and last):
            words = self._words(piece.start(), piece.end(), False)
            field, negated = "", False
        if words and (field or negated or (quoted and len(words) > 1)):
            phrase = quoted and field != "authors"
            self.clauses.append(Clause(words, field, phrase, negated))
            self._chip(piece, field)
        else:
            self.clauses += (Clause((word,)) for word in words)

    def _words(self, start: int, end: int, prefix: bool) -> tuple[Word, ...]:
        """Return the words between two offsets, up to the limit for the query."""
        chains = _chains(self.text[start:end])
        words = tuple(
            Word(whole, parts, start + first, start + last, prefix and at == len(chains), spellings)
            for at, (first, last, whole, parts, spellings) in enumerate(chains[: self._room], 1)
        )
        self._room -= len(words)
        return words

    def _chip(self, piece: re.Match[str], field: str, value: str = "") -> None:
        """Add a chip for a recognized piece; `value` replaces the one that it has."""
        value = value or (piece["bare"] if piece["quoted"] is None else piece["quoted"])
        rest = " ".join((self._whole[: piece.start()] + " " + self._whole[piece.end() :]).split())
        name = {"authors": "author", "tags": "tag"}.get(field, field)
        self.chips.append(Chip(name, value.strip(), bool(piece["minus"]), rest))


Spelled = tuple[int, int, str, tuple[str, ...], tuple[str, ...]]


@lru_cache(maxsize=256)
def _chains(text: str) -> tuple[Spelled, ...]:
    """Return each chain of a text: its start and end, joined form, parts and other spellings.

    The limit is one above the limit of words, so that a cut is not taken for the end of the text.
    """
    analysed = ((match, analyse(match.group())) for match in CHAIN.finditer(text))
    spelled = (
        (*match.span(), *_spelled(match.group(), chain)) for match, chain in analysed if chain.parts
    )
    return tuple(islice(spelled, MAX_WORDS + 1))


def _spelled(text: str, chain: Chain) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    parts = tuple(part.text for part in chain.parts)
    whole = chain.whole
    if len(parts) == 1 and whole and whole != parts[0]:  # .NET, also written NET
        return whole, (whole,), parts
    if not whole and len(parts) > 1 and parts[-2][-1:] == parts[-1]:
        parts = parts[:-1]  # the pair before it contains the single last ideograph
    with_umlauts = fold(text.lower().translate(_UMLAUTS))[:MAX_WORD]
    others = {collapse(whole)} | (
        {with_umlauts} if with_umlauts.isalpha() and len(parts) == 1 else set()
    )
    return whole, parts, tuple(sorted(others - {whole, ""}))


def _years(value: str, negated: bool) -> tuple[Years, ...]:
    """Return the ranges in "2023", "2019..2023" or "..2020,2022"; empty if any part is not a year.

    The beginning of a year means all years that begin so: 20 is 2000..2099.
    """
    ranges = []
    for part in value.split(","):
        match = _YEARS.fullmatch(part.strip())
        if not match or not (match["first"] or match["last"]):
            return ()
        first, last = match["first"], match["last"]
        if not match["to"]:
            last = first
        bounds = (
            int(first.ljust(4, "0")) if first else FIRST_YEAR,
            int(last.ljust(4, "9")) if last else LAST_YEAR,
        )
        ranges.append(Years(min(bounds), max(bounds), negated))
    return tuple(ranges)


def _bibtex_title(text: str) -> str:
    """Return the title in a pasted BibTeX entry; empty if there is none."""
    start = _TITLE_START.search(text)
    if not start:
        return ""
    value, another_field, _ = text[start.end() :].partition("=")
    if end := _TITLE_END.search(value):
        return value[: end.start()]
    return "" if another_field else value.rstrip().rstrip('}"')


def _facet_values(facet: str, value: str, negated: bool) -> tuple[FacetValue, ...]:
    names = (fold(part).strip() for part in value.split(","))
    return tuple(FacetValue(facet, name, negated) for name in names if name)
