"""Highlighting: the words of a query in a text, and the best snippet of an abstract."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from .engine import Span
from .fields import NAME_FIELDS, SHORT_PREFIX, is_short
from .query import Query, Word, is_stop
from .text import CHAIN, analyse, collapse, stem

# The beginning common to all inflections of a word, or all spellings of a name (muller, mueller).
_ROOT = re.compile(r"[\x00-\x7f]{1,3}")
_NAME_ROOT = re.compile(r"[^aou\x80-\U0010ffff]{0,2}[\x00-\x7f]")
# Where a term may begin whose first three letters are written differently: at an accent, or after
# one or two letters, as in e-mail. The pattern starts with a rare character, as it scans all texts.
_IRREGULAR_START = re.compile(
    r"[^a-zA-Z0-9 ](?:(?<![\x00-\x7f\W])(?<![a-z]{3}[ß-öø-ÿ])"
    r"|(?:(?<=(?<![^\W\d_])[^\W_].)|(?<=(?<![^\W\d_])[^\W_]{2}.))[^a-zA-Z0-9 ]*(?=\w))"
)
_SPACE = re.compile(r"\s")


class Term(NamedTuple):
    """The tokens that one position of a pattern accepts."""

    words: frozenset[str]
    stems: frozenset[str]
    prefixes: tuple[str, ...]


class Pattern(NamedTuple):
    """Adjacent terms, in one field or any."""

    field: str
    terms: tuple[Term, ...]
    words: frozenset[int]  # offsets in the query of the words that it matches


class Hit(NamedTuple):
    """A token that a term accepts: the numbers of the pattern and of its term."""

    pattern: int
    term: int
    chain: int  # offset of the token's chain
    position: int  # within the chain
    start: int
    end: int


class _Terms:
    """An index of the tokens that patterns accept. They are stored as (pattern, term)."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._words, self._stems, self._prefixes = (
            defaultdict[str, set[tuple[int, int]]](set) for _ in range(3)
        )
        for number, pattern in enumerate(patterns):
            for at, term in enumerate(pattern.terms):
                for word in term.words:
                    self._words[word].add((number, at))
                for root in term.stems:
                    self._stems[root].add((number, at))
                for prefix in term.prefixes:
                    self._prefixes[prefix].add((number, at))
        self._long = {f: [p for p in self._prefixes if not is_short(p, f)] for f in SHORT_PREFIX}
        self._fields = {at: pattern.field for at, pattern in enumerate(patterns) if pattern.field}

    def _prefixes_in(self, field: str) -> Sequence[str]:
        return self._long[field] if field in self._long else tuple(self._prefixes)

    def roots(self, field: str) -> frozenset[str]:
        """Return the first letters of each term that all its accepted tokens share."""
        root, stems = (_NAME_ROOT, ()) if field in NAME_FIELDS else (_ROOT, self._stems)
        matches = map(root.match, (*self._words, *stems, *self._prefixes_in(field)))
        return frozenset(match.group() for match in matches if match)

    def accepting(self, field: str, text: str, first: str) -> set[tuple[int, int]]:
        """Return the (pattern, term) that accept a token; `first` is its chain's first part."""
        other = (
            self._words.get(collapse(text)) if field in NAME_FIELDS else self._stems.get(stem(text))
        )
        same = self._words.get(text)
        accepted = same | other if same and other else same or other or _NONE
        for prefix in self._prefixes_in(field):
            longer = first == text or len(prefix) > len(first)
            if longer and text.startswith(prefix):
                accepted = accepted | self._prefixes[prefix]
        if self._fields:
            return {pair for pair in accepted if self._fields.get(pair[0], field) == field}
        return accepted


_NONE: set[tuple[int, int]] = set()


class QueryHighlighter:
    """Highlights the words of one query."""

    def __init__(self, query: Query, resolve: Callable[[Word], Word] = lambda word: word) -> None:
        self._patterns = tuple(_patterns(query, resolve))
        self._terms = _Terms(self._patterns)
        self._fields: dict[str, tuple[frozenset[str], dict[str, tuple[Hit, ...]]]] = {}
        self._cache: dict[tuple[str, str], list[tuple[int, int, int]]] = {}

    def spans(self, text: str, field: str) -> list[Span]:
        """Return the spans of a text that match in a field, ascending, without overlap."""
        matches = self._matches_in(text, field)
        return _merge_spans(hit[1:] for hit in matches) if matches else []

    def snippet(
        self,
        text: str,
        length: int = 240,
        shown: Iterable[tuple[str, str]] = (),
        field: str = "abstract",
    ) -> Span | None:
        """Return the window of a text with the most words, on word boundaries.

        Words in the texts `shown` beside it do not count. None if no other word matches.
        """
        words = [pattern.words for pattern in self._patterns]
        shown_hits = (hit for other, field in shown for hit in self._matches_in(other, field))
        shown_words = frozenset[int]().union(*(words[hit[0]] for hit in shown_hits))
        if all(offsets <= shown_words for offsets in words):
            return None
        matches = [hit for hit in self._matches_in(text, field) if not words[hit[0]] <= shown_words]
        if not matches:
            return None
        matches.sort(key=lambda hit: hit[1])
        best, count = matches[0][1:], 0
        most = len({hit[0] for hit in matches})
        for number, (_, start, _) in enumerate(matches):
            if count == most:
                break
            near = takewhile(
                lambda hit: hit[1] < start + length,  # noqa: B023  consumed in this iteration
                (matches[at] for at in range(number, len(matches))),
            )
            inside = [hit for hit in near if hit[2] <= start + length]
            if len({hit[0] for hit in inside}) > count:
                count = len({hit[0] for hit in inside})
                best = (start, max(hit[2] for hit in inside) if inside else start)
        return _window(text, best[0], best[1], length)

    def _matches_in(self, text: str, field: str) -> list[tuple[int, int, int]]:
        """Return the matches, cached: a title is read twice, a venue often.

        Each match is (pattern, start, end).
        """
        matches = self._cache.get((text, field))
        if matches is None:
            matches = self._cache[text, field] = self._find(text, field)
        return matches

    def _find(self, text: str, field: str) -> list[tuple[int, int, int]]:
        if field not in self._fields:
            self._fields[field] = self._terms.roots(field), {}
        (roots, memo), singles = self._fields[field], []
        parts: list[tuple[Hit, int]] = []  # of longer patterns, with the offset of the stretch
        for first, last in _candidate_stretches(text, roots):
            stretch = text[first:last]
            hits = memo.get(stretch)
            if hits is None:
                hits = memo[stretch] = self._examine(stretch, field)
            for hit in hits:
                if len(self._patterns[hit.pattern].terms) == 1:
                    singles.append((hit.pattern, first + hit.start, first + hit.end))
                else:
                    parts.append((hit, first))
        return [*singles, *self._phrases(text, parts)] if parts else singles

    def _phrases(self, text: str, parts: list[tuple[Hit, int]]) -> Iterator[tuple[int, int, int]]:
        """Yield the matches of patterns with several terms, if all of them are adjacent."""
        terms_hit = {(hit.pattern, hit.term) for hit, _ in parts}
        whole = [
            (number, len(terms))
            for number, (_, terms, _) in enumerate(self._patterns)
            if len(terms) > 1 and all((number, term) in terms_hit for term in range(len(terms)))
        ]
        starts = _chain_positions(text) if whole else {}
        spans: dict[tuple[int, int], dict[int, Span]] = {}
        for hit, first in parts if whole else ():
            position = starts[first + hit.chain] + hit.position
            span = (first + hit.start, first + hit.end)
            spans.setdefault((hit.pattern, hit.term), {})[position] = span
        for number, length in whole:
            for position, span in spans[number, 0].items():
                others = [spans[number, at].get(position + at) for at in range(1, length)]
                if all(others):
                    yield from ((number, *other) for other in (span, *others) if other)

    def _examine(self, text: str, field: str) -> tuple[Hit, ...]:
        """Return the hits in a stretch, with offsets relative to it."""
        hits: list[Hit] = []
        for match in CHAIN.finditer(text):
            at = match.start()
            parts, joined = analyse(match.group())
            for name, position, start, end in (*parts, *joined):
                for pattern, term in self._terms.accepting(field, name, parts[position].text):
                    hits.append(Hit(pattern, term, at, position, at + start, at + end))
        return tuple(hits)


def _candidate_stretches(text: str, roots: Iterable[str]) -> Iterator[Span]:
    """Yield the stretches without white space that may have a match: few in most texts."""
    lower, starts = _lower(text), [*_irregular_starts(text)]
    for root in roots:
        at = lower.find(root)
        while at >= 0:
            before = text[at - 1] if at and "a" <= text[at] <= "z" else ""
            if not (before.islower() or before.isupper()):  # no part begins within a word
                starts.append(at)
            at = lower.find(root, at + 1)
    done = 0
    for first in sorted(starts):
        if first >= done:
            while first and not text[first - 1].isspace():
                first -= 1
            space = _SPACE.search(text, first)
            done = space.start() if space else len(text)
            yield first, done


@lru_cache(maxsize=4096)
def _irregular_starts(text: str) -> tuple[int, ...]:
    return tuple(match.start() for match in _IRREGULAR_START.finditer(text))


def _lower(text: str) -> str:
    """Return a text in lower case, with the same length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower()[0] for c in text)


@lru_cache(maxsize=128)
def _chain_positions(text: str) -> dict[int, int]:
    """Return the position of each chain's first part, by the offset of the chain."""
    positions, position = {}, 0
    for match in CHAIN.finditer(text):
        positions[match.start()] = position
        position += len(analyse(match.group()).parts)
    return positions


def _patterns(query: Query, resolve: Callable[[Word], Word]) -> Iterator[Pattern]:
    """Yield the patterns of a query, with stop words only if it has no other words."""
    included = [clause for clause in query.clauses if not clause.negated]
    content = [c for c in included if len(c.words) > 1 or not is_stop(c.words[0])] or included
    for clause in content:
        if clause.phrase:
            parts = [part for word in clause.words for part in word.parts]
            starts = frozenset(word.start for word in clause.words)
            yield Pattern(clause.field, _side_by_side(parts, clause.words[-1].prefix), starts)
            continue
        for query_word in clause.words:
            word, starts = resolve(query_word), frozenset((query_word.start,))
            names = tuple(filter(None, (word.text, *word.spellings)))
            if names:
                yield Pattern(clause.field, (_term(names, word.prefix),), starts)
            if len(word.parts) > 1:
                yield Pattern(clause.field, _side_by_side(word.parts, word.prefix), starts)
    for left, right in pairwise(query.free):
        if left.text and right.text and not (is_stop(left) or is_stop(right)):
            joined = _term((left.text + right.text,), right.prefix)
            yield Pattern("", (joined,), frozenset((left.start, right.start)))


def _side_by_side(parts: Sequence[str], prefix: bool) -> tuple[Term, ...]:
    last = len(parts) - 1
    return tuple(_term((part,), prefix and at == last) for at, part in enumerate(parts))


@lru_cache(maxsize=512)
def _term(names: tuple[str, ...], prefix: bool) -> Term:
    return Term(frozenset(names), frozenset(map(stem, names)), names if prefix else ())


def _merge_spans(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, first: int, last: int, length: int) -> Span:
    """Return about `length` characters around a span, widened to word boundaries."""
    spare = max(length - (last - first), 0)
    start = max(min(first - spare // 3, len(text) - length), 0)
    end = min(max(start + length, last), len(text))
    while 0 < start < first and not text[start - 1].isspace():
        start += 1
    while end < len(text) and not text[end].isspace() and end - start < length + 40:
        end += 1
    return start, end
