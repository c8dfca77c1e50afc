"""Spelling: known words within a few typos of a typed word, and words split in two."""

import re
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Any, NamedTuple

import numpy as np

from ..text import STOP_WORDS
from .arrays import Array, Mask
from .schema import TEXT_FIELDS
from .snapshot import Segment, Snapshot

_DIGITS = re.compile(r"\d+")

SHORTEST = 3  # letters, at least, in a word that may have a typo
LONG = 8  # letters, at least, in a word that may have two typos
TELLING = 6  # letters, at least, in a word that may have any first letter beside other words
LIMIT = 12  # candidates to return
# A candidate with another first letter must be FREQUENT times as frequent as any other candidate,
# and in one of VOCABULARY documents: almost any string of letters occurs once somewhere. A LONG
# word without other candidates may be rare.
FREQUENT, VOCABULARY = 10, 10_000


class Candidate(NamedTuple):
    """A spelling: `text` to search for, a prefix if one was typed, and `word` to show."""

    text: str
    distance: int
    frequency: int
    word: str


def find_candidates(
    snapshot: Snapshot, typed: str, prefix: bool, distance: int, beside_others: bool = False
) -> list[Candidate]:
    """Return known words within `distance` typos of a word, nearest first, then most frequent.

    A prefix matches words with such a beginning. A transposition is one typo. The first letter is
    taken as correct, unless words that differ there are far more frequent, or the word is long and
    `beside_others`, which tell the intended one.
    """
    if sum(map(str.isalpha, typed)) < SHORTEST:
        return []
    candidates: dict[str, Candidate] = {}
    is_known, rare = False, snapshot.count / VOCABULARY
    for segment in snapshot.segments:
        own = _matching_words(segment, typed, prefix)
        is_known = is_known or bool(own)
        for near in _near_words(segment, typed, prefix, distance, own):
            candidates[near.text] = _merge(candidates.get(near.text), near)
    candidates.pop(typed, None)
    if not is_known:
        best = max((near.frequency for near in candidates.values()), default=0)
        others: dict[str, Candidate] = {}
        for segment in snapshot.segments:
            for near in _other_first_letter(segment, typed, prefix):
                others[near.text] = _merge(others.get(near.text), near)
        is_unmistakable = len(typed) >= (TELLING if beside_others else LONG) and (
            beside_others or not best
        )
        likely = 0 if is_unmistakable else max(FREQUENT * best, rare)
        candidates |= {text: near for text, near in others.items() if near.frequency > likely}
    if not (is_known or beside_others):
        candidates = {text: near for text, near in candidates.items() if _is_plausible(near, rare)}
    candidates = {text: near for text, near in candidates.items() if text not in STOP_WORDS}
    numbers = _DIGITS.findall(typed)  # digits are never typos
    candidates = {
        text: near for text, near in candidates.items() if _DIGITS.findall(text) == numbers
    }
    ranked = sorted(candidates.values(), key=lambda c: (c.distance, -c.frequency, c.text))
    return ranked[:LIMIT]


def _is_plausible(near: Candidate, rare: float) -> bool:
    """Return whether letters that no record has mean a word: with two typos, any resemble one."""
    return near.distance == 1 or near.frequency > rare


def _merge(known: Candidate | None, other: Candidate) -> Candidate:
    """Merge two candidates with the same text; the more frequent word is shown."""
    if known is None:
        return other
    word = max(known, other, key=lambda candidate: candidate.frequency).word
    distance = min(known.distance, other.distance)
    return Candidate(other.text, distance, known.frequency + other.frequency, word)


def _matching_words(segment: Segment, typed: str, prefix: bool) -> range:
    """Return the words that equal the typed text, or begin with it."""
    if prefix:
        return range(*segment.words.prefixed(typed.encode()))
    number = segment.words.find(typed.encode())
    return range(number, number + 1) if number >= 0 else range(0)


def _near_words(
    segment: Segment, typed: str, prefix: bool, limit: int, own: range
) -> Iterator[Candidate]:
    """Yield the words within `limit` typos of the typed text, except those in `own`."""
    pattern = typed.encode()
    first, last = segment.words.prefixed(typed[0].encode())
    at = segment.arrays["words.at"][first : last + 1].astype(np.int64)
    sizes = np.diff(at)
    fits = sizes >= len(pattern) - limit
    if not prefix:
        fits &= sizes <= len(pattern) + limit
    if own:
        fits[own.start - first : own.stop - first] = False
    numbers = np.flatnonzero(fits)
    same = _equal_letters(pattern, segment.arrays["words"], at[numbers], limit)
    likely = _likely(same, limit)
    if not len(likely):
        return
    numbers = numbers[likely]
    distances, ends = _distances(same[:, :, likely], sizes[numbers], limit, prefix)
    near = np.flatnonzero(distances <= limit)
    numbers = first + numbers[near]
    columns = (ends[near], distances[near], _frequency(segment, numbers))
    for number, end, distance, frequency in zip(
        numbers.tolist(), *(column.tolist() for column in columns), strict=True
    ):
        word = segment.words[number]
        yield Candidate(word[:end].decode("utf-8", "ignore"), distance, frequency, word.decode())


def _equal_letters(pattern: bytes, blob: Array, starts: Array, limit: int) -> Mask:
    """Return where the letters of a pattern equal those of the words that begin at `starts`.

    Shape: shift (from -limit to limit) x letter of the pattern x word.
    """
    width = len(pattern)
    indices = starts[np.newaxis, :] + np.arange(width + limit)[:, np.newaxis]
    letters = blob.take(indices, mode="clip")
    sought = np.frombuffer(pattern, np.uint8)[:, np.newaxis]
    same = np.zeros((2 * limit + 1, width, len(starts)), bool)
    for plane, shift in zip(same, range(-limit, limit + 1), strict=True):
        first = max(-shift, 0)
        np.equal(letters[first + shift : width + shift], sought[first:], out=plane[first:])
    return same


def _likely(same: Mask, limit: int) -> Array:
    """Return the words that have all but `limit` letters of a pattern near its positions.

    No other word can be within `limit` typos, and few words remain for `_distances`.
    """
    matching = np.logical_or.reduce(same).sum(axis=0, dtype=np.uint8)
    return np.flatnonzero(matching >= same.shape[1] - limit)


def _distances(same: Mask, sizes: Array, limit: int, prefix: bool) -> tuple[Array, Array]:
    """Return the distance of each word, or of its nearest prefix, and the length of that prefix.

    Optimal string alignment, row by row, in a band of `limit` around the diagonal. The first
    letters are equal.
    """
    shifts, width, count = np.arange(-limit, limit + 1), *same.shape[1:]
    differs, swapped = ~same, same[2:, :-1] & same[:-2, 1:]
    before = row = np.repeat(np.abs(shifts).astype(np.uint8)[:, np.newaxis], count, axis=1)
    for i in range(1, width):
        fresh = row + differs[:, i]
        np.minimum(fresh[:-1], row[1:] + 1, out=fresh[:-1])
        if i > 1:
            inner = fresh[1:-1]
            np.minimum(inner, before[1:-1] + 1, out=inner, where=swapped[:, i - 1])
        for j in range(1, len(fresh)):
            np.minimum(fresh[j], fresh[j - 1] + 1, out=fresh[j])
        before, row = row, fresh
    if not prefix:
        return row[sizes - width + limit, np.arange(count)], sizes
    row[width + shifts[:, np.newaxis] > sizes] = limit + 1
    longest = 2 * limit - np.argmin(row[::-1], axis=0)
    return row[longest, np.arange(count)], width + shifts[longest]


def _other_first_letter(segment: Segment, typed: str, prefix: bool) -> Iterator[Candidate]:
    """Yield words that differ only in their first letter."""
    spellings = {letter + typed[1:] for letter in ascii_lowercase}
    spellings |= {letter + typed for letter in ascii_lowercase}
    spellings |= {typed[1:], typed[1] + typed[0] + typed[2:]}
    for text in sorted(spellings):
        key = text.encode()
        number = segment.words.bisect(key)
        word = segment.words[number] if number < len(segment.words) else b""
        if word == key or (prefix and word.startswith(key)):
            yield Candidate(text, 1, int(_frequency(segment, number)), word.decode())


def _frequency(segment: Segment, words: int | Array) -> Any:
    """Return the number of postings of a word, or of each of some words, over all fields."""
    starts = (segment.arrays[f"{field}.at"] for field in TEXT_FIELDS)
    return sum(at[words + 1].astype(np.int64) - at[words] for at in starts)


def word_frequency(snapshot: Snapshot, word: str) -> int:
    """Return the number of postings of a word over all fields; 0 if no record has it."""
    total = 0
    for segment in snapshot.segments:
        if (number := segment.words.find(word.encode())) >= 0:
            total += int(_frequency(segment, number))
    return total


def split_word(snapshot: Snapshot, word: str, shortest: int = 3) -> list[tuple[str, str]]:
    """Return the ways to split a word into two known ones, most likely first."""
    pairs = []
    for at in range(shortest, len(word) - shortest + 1):
        left, right = word[:at], word[at:]
        if (worth := word_frequency(snapshot, left)) and (other := word_frequency(snapshot, right)):
            pairs.append((min(worth, other), (left, right)))
    return [pair for _, pair in sorted(pairs, reverse=True)]
