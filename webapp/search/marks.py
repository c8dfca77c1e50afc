"""Where the words of a query stand in a text: for marks, and for the best window of an abstract."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, takewhile
from typing import NamedTuple

from .engine import Span
from .matching import NAMES, is_short, is_stop
from .query import Query, Word
from .text import CHAIN, Token, analyse, collapse, stem


@dataclass(frozen=True, slots=True)
class Term:
    """What one position of a pattern accepts."""

    words: frozenset[str]
    stems: frozenset[str]
    prefixes: tuple[str, ...]

    def accepts(self, token: Token, field: str, first: str) -> bool:
        """Whether a token is meant; `first` is the first part of a joined one."""
        if token.text in self.words:
            return True
        other = collapse(token.text) if field in NAMES else stem(token.text)
        if other in (self.words if field in NAMES else self.stems):
            return True
        return any(
            token.text.startswith(prefix)
            and (first == token.text or len(prefix) > len(first))
            and (field != "abstract" or not is_short(prefix))
            for prefix in self.prefixes
        )


class Pattern(NamedTuple):
    """Terms that stand side by side, in one field or any."""

    field: str
    terms: tuple[Term, ...]


class Hit(NamedTuple):
    """A token that a term accepts: which pattern's, and which of its terms."""

    pattern: int
    term: int
    position: int
    start: int
    end: int


class QueryMarker:
    """Marks what a query found."""

    def __init__(self, query: Query, resolved: Callable[[Word], Word] = lambda word: word) -> None:
        self._patterns = tuple(_patterns(query, resolved))
        self._needles = tuple(dict.fromkeys(_needles(self._patterns)))
        self._memo: dict[str, dict[str, tuple[Hit, ...]]] = {}

    def spans(self, text: str, field: str) -> list[Span]:
        """The stretches of a text that matched in a field, ascending, none overlapping."""
        return _merged(hit[1:] for hit in self._found(text, field))

    def snippet(self, text: str, length: int = 240) -> Span | None:
        """The window of an abstract that shows most of the words, on word bounds."""
        found = sorted(self._found(text, "abstract"), key=lambda hit: hit[1])
        if not found:
            return None
        best, count = found[0][1:], 0
        for number, (_, start, _) in enumerate(found):
            near = takewhile(
                lambda hit: hit[1] < start + length,  # noqa: B023  used up in this turn
                (found[at] for at in range(number, len(found))),
            )
            inside = [hit for hit in near if hit[2] <= start + length]
            if len({hit[0] for hit in inside}) > count:
                count = len({hit[0] for hit in inside})
                best = (start, max(hit[2] for hit in inside) if inside else start)
        return _window(text, best[0], best[1], length)

    def _found(self, text: str, field: str) -> list[tuple[int, int, int]]:
        """The matched patterns: which, from, to."""
        singles: list[tuple[int, int, int]] = []
        places: dict[tuple[int, int], dict[int, Span]] = {}
        for hit in self._hits(text, field):
            if len(self._patterns[hit.pattern].terms) == 1:
                singles.append((hit.pattern, hit.start, hit.end))
            else:
                places.setdefault((hit.pattern, hit.term), {})[hit.position] = hit[3:]
        return singles + list(self._runs(places))

    def _runs(
        self, places: dict[tuple[int, int], dict[int, Span]]
    ) -> Iterator[tuple[int, int, int]]:
        """The patterns of several terms whose terms all stand where they should."""
        for number, (_, terms) in enumerate(self._patterns):
            for position, span in places.get((number, 0), {}).items() if len(terms) > 1 else ():
                spans = [
                    places.get((number, offset), {}).get(position + offset)
                    for offset in range(1, len(terms))
                ]
                if all(spans):
                    yield from ((number, *each) for each in (span, *spans) if each)

    def _hits(self, text: str, field: str) -> Iterator[Hit]:
        vocabulary = _vocabulary(text)
        memo = self._memo.setdefault(field, {})
        for chain in vocabulary.chains_with(self._needles):
            hits = memo.get(chain)
            if hits is None:
                hits = memo[chain] = self._examine(chain, field)
            for pattern, term, position, start, end in hits:
                for offset, base in _places(text)[chain]:
                    yield Hit(pattern, term, base + position, offset + start, offset + end)

    def _examine(self, chain: str, field: str) -> tuple[Hit, ...]:
        """The hits of a chain, as if it were the whole text."""
        parts, joined = analyse(chain)
        return tuple(
            Hit(number, place, token.position, token.start, token.end)
            for token in (*parts, *joined)
            for number, pattern in enumerate(self._patterns)
            if pattern.field in ("", field)
            for place, term in enumerate(pattern.terms)
            if term.accepts(token, field, parts[token.position].text)
        )


def _needles(patterns: Iterable[Pattern]) -> Iterator[str]:
    """What a vocabulary must hold one of, for anything to match."""
    for term in (term for pattern in patterns for term in pattern.terms):
        yield from (f" {word} " for word in (*term.words, *term.stems))
        yield from (f" {prefix}" for prefix in term.prefixes)


class _Vocabulary(NamedTuple):
    """The words of a text in every form that is compared, each between blanks, chain by chain.

    One look tells what is not there: most of the texts that a search is shown with hold none of
    its words, and this saves nine tenths of the time that marking them takes.
    """

    words: str
    starts: tuple[int, ...]  # where in `words` each chain's begin
    chains: tuple[str, ...]

    def chains_with(self, needles: Iterable[str]) -> Iterable[str]:
        """The chains that hold one of the needles."""
        found: dict[str, None] = {}
        for needle in needles:
            at = self.words.find(needle)
            while at >= 0:
                number = bisect_right(self.starts, at)
                found[self.chains[number - 1]] = None
                rest = self.starts[number] if number < len(self.starts) else len(self.words)
                at = self.words.find(needle, rest)
        return found


@lru_cache(maxsize=4096)
def _vocabulary(text: str) -> _Vocabulary:
    chains = dict.fromkeys(match.group() for match in CHAIN.finditer(text))
    words = list(map(_chain_vocabulary, chains))
    starts = tuple(accumulate(map(len, words), initial=0))[:-1]
    return _Vocabulary("".join(words), starts, tuple(chains))


@lru_cache(maxsize=512)
def _places(text: str) -> dict[str, list[tuple[int, int]]]:
    """Where each chain of a text stands: first character, position of its first part."""
    places: dict[str, list[tuple[int, int]]] = {}
    base = 0
    for match in CHAIN.finditer(text):
        places.setdefault(match.group(), []).append((match.start(), base))
        base += len(analyse(match.group()).parts)
    return places


@lru_cache(maxsize=16384)
def _chain_vocabulary(chain: str) -> str:
    parts, joined = analyse(chain)
    words = [token.text for token in (*parts, *joined)]
    forms = dict.fromkeys((*words, *map(stem, words), *map(collapse, words)))
    return f" {' '.join(forms)} "


def _patterns(query: Query, resolved: Callable[[Word], Word]) -> Iterator[Pattern]:
    """The patterns of what a query wants; stop words only where there is nothing else."""
    wanted = [clause for clause in query.clauses if not clause.negated]
    content = [c for c in wanted if len(c.words) > 1 or not is_stop(c.words[0])] or wanted
    for clause in content:
        if clause.phrase:
            parts = [part for word in clause.words for part in word.parts]
            yield Pattern(clause.field, _side_by_side(parts, clause.words[-1].prefix))
            continue
        for word in map(resolved, clause.words):
            names = tuple(filter(None, (word.text, *word.spellings)))
            if names:
                yield Pattern(clause.field, (_term(names, word.prefix),))
            if len(word.parts) > 1:
                yield Pattern(clause.field, _side_by_side(word.parts, word.prefix))
    for left, right in pairwise(c.words[0] for c in query.required if not c.phrase):
        yield Pattern("", (_term((left.text + right.text,), right.prefix),))  # written as one


def _side_by_side(parts: Sequence[str], prefix: bool) -> tuple[Term, ...]:
    last = len(parts) - 1
    return tuple(_term((part,), prefix and at == last) for at, part in enumerate(parts))


def _term(names: tuple[str, ...], prefix: bool) -> Term:
    return Term(frozenset(names), frozenset(map(stem, names)), names if prefix else ())


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, first: int, last: int, length: int) -> Span:
    """About `length` characters around a stretch, widened to word bounds."""
    spare = max(length - (last - first), 0)
    start = max(min(first - spare // 3, len(text) - length), 0)
    end = min(max(start + length, last), len(text))
    if start > 0:
        start = _bound(text, start, first)
    while end < len(text) and not text[end].isspace() and end - start < length + 40:
        end += 1
    return start, end


def _bound(text: str, start: int, first: int) -> int:
    """The beginning of the first whole word from `start`, at most `first`."""
    while start < first and not text[start - 1].isspace():
        start += 1
    return start
