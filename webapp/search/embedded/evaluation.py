"""Evaluation of a query: which documents match its words, phrases, fields, years and facets."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from ...facets import FACETS
from ...folding import fold
from ..query import Clause, Query, Word, is_stop
from .acronyms import Expansion
from .arrays import Array, Mask
from .identifier_lookup import find_identifiers
from .matching import Match, Matcher, Words
from .people import NAMED, person_scores
from .scoring import Weights, sum_weights
from .snapshot import Snapshot

ACRONYM = 0.5  # share of the weight of an acronym, or of its words, if the other is typed


def evaluate_query(matcher: Matcher, query: Query, expansions: tuple[Expansion, ...] = ()) -> Match:
    """Return the match of a query: all words must match, except stop words beside others."""
    words = free_words(matcher, query, expansions)
    mask = matcher.snapshot.live.copy()
    content = [weights for word, weights in words if not is_stop(word)]
    for weights in content or (weights for _, weights in words):
        mask &= weights > 0
    others = []
    for weights in restrictions(matcher, query):
        others.append(weights)
        mask &= weights > 0
        if not mask.any():  # no need to look for the other phrases
            break
    return complete_match(matcher, query, mask, words, tuple(others), expansions)


def complete_match(
    matcher: Matcher,
    query: Query,
    mask: Mask,
    words: Words,
    others: tuple[Weights, ...],
    expansions: tuple[Expansion, ...] = (),
) -> Match:
    """Return a match with the identifiers of a query added and its exclusions removed."""
    first = find_identifiers(matcher.snapshot, (*query.identifiers, *query.keys))
    if query.identifiers and (len(first) or not (words or others)):
        mask[:] = False
    if len(first):
        mask[first] = matcher.snapshot.live[first]
    all_words = bool(mask.any())
    for clause in query.clauses:
        if clause.negated:
            mask &= matcher.clause_weights(clause) == 0
    if query.years or query.values:
        mask &= value_mask(matcher.snapshot, query)
    people = person_scores(matcher, query)
    return Match(mask, all_words, words, others, first, people, expansions)


def free_words(matcher: Matcher, query: Query, expansions: tuple[Expansion, ...] = ()) -> Words:
    """Return the words of a query outside phrases and fields, with their weights.

    Two adjacent words also match as one word, or as the initial and the rest of a name. A typed
    initial belongs to the name beside it, if there is one.
    """
    words = query.free
    weights = [matcher.word_weights(word) for word in words]
    for number, (left, right) in enumerate(pairwise(words)):
        if left.text and right.text and not (is_stop(left) or is_stop(right)):
            both_ways = ((number, left, right), (number + 1, right, left))
            pairs = both_ways if len(words) <= NAMED else ()
            for at, word, other in pairs:
                if (extra := matcher.typed_initial_weights(word, other)) is not None:
                    weights[at] = np.maximum(weights[at], extra) if word.prefix else extra
            joined = Word(left.text + right.text, (left.text + right.text,), prefix=right.prefix)
            if (extra := matcher.term_weights(joined, stems=True)) is not None:
                weights[number] = np.maximum(weights[number], extra)
                weights[number + 1] = np.maximum(weights[number + 1], extra)
            for at, word, other in pairs:
                if (extra := matcher.initial_weights(word, other)) is not None:
                    weights[at] = np.maximum(weights[at], extra)
    for expansion in expansions:
        extra = ACRONYM * matcher.clause_weights(expansion.clause)
        for at in range(expansion.first, expansion.last):
            weights[at] = np.maximum(weights[at], extra)
    return tuple(zip(words, weights, strict=True))


def restrictions(matcher: Matcher, query: Query) -> Iterator[Weights]:
    """Yield the weights of each phrase, and of each field with its values as alternatives."""
    for group in _alternatives(query):
        yield sum_weights([matcher.clause_weights(clause) for clause in group])


def _alternatives(query: Query) -> list[list[Clause]]:
    """Group clauses of which one must match: each phrase alone, those of a field together."""
    groups: dict[object, list[Clause]] = {}
    for number, clause in enumerate(query.clauses):
        if not clause.negated and (clause.field or clause.phrase):
            groups.setdefault(clause.field or number, []).append(clause)
    return list(groups.values())


def value_mask(snapshot: Snapshot, query: Query) -> Mask:
    """Return the documents that have the years and the values of facets of a query."""
    mask = np.ones(snapshot.size, bool)
    years = snapshot.years if query.years else np.zeros(0)
    included = [_within(years, r.first, r.last) for r in query.years if not r.negated]
    if included:
        mask &= np.any(included, axis=0)
    for year_range in query.years:
        if year_range.negated:
            mask &= ~_within(years, year_range.first, year_range.last)
    for name in dict.fromkeys(value.facet for value in query.values):
        facet = snapshot.facets[name]
        names = [_names_of(name, facet.value(code)) for code in range(facet.size)]
        for negated in (False, True):
            prefixes = [v.value for v in query.values if (v.facet, v.negated) == (name, negated)]
            if prefixes:
                codes = [c for c, value_names in enumerate(names) if _begins(value_names, prefixes)]
                mask &= facet.docs_with(codes, snapshot.size) != negated
    return mask


def _names_of(facet: str, value: str) -> tuple[str, str]:
    """Return a value of a facet and its label, both folded."""
    return fold(value), fold(FACETS[facet].value_label(value)).replace("’", "'")


def _begins(names: tuple[str, ...], prefixes: list[str]) -> bool:
    return any(name.startswith(prefix.replace("’", "'")) for name in names for prefix in prefixes)


def _within(years: Array, first: int, last: int) -> Mask:
    result: Mask = (years >= first) & (years <= last)
    return result
