"""What is searched when the words as typed find nothing."""

from dataclasses import dataclass

from .matching import Match, Matcher, match
from .query import Query


@dataclass(frozen=True)
class Answer:
    """What was searched in the end, and what it matches."""

    query: Query
    match: Match
    rewritten: str = ""
    shown: str = ""


def climb(matcher: Matcher, query: Query, literal: bool = False) -> Answer:
    """Search the words as typed."""
    return Answer(query, match(matcher, query))
