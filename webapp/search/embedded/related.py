"""Related publications: those that share rare words, people and tags with a given one.

Rarity is 1 for a feature of a single publication, 0 for a feature of all, on a logarithmic scale of
the catalog's size: on a lab's page its head means nothing, in a large catalog a colleague means
much.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine import Document, RelatedDocument
from ..text import CHAIN, STOP_WORDS, analyse, stem
from .snapshot import Docs, Snapshot

# Chosen by reading some sixty lists of related papers, in catalogs of 10,000 papers and of seven.
READ = 20_000  # characters of a text, several times the length of an abstract
VALUES = 200  # people, and tags, to read; in a longer list each means nothing
WORDS = 20  # of a publication to look for, the most telling ones
MIN_RARITY = 0.25  # of a word, a person or a tag, to count at all
TITLED = 0.6  # weight of a word of the title that is not in the abstract
PART = 0.5  # weight of a word that is only part of another in the title
HALF = 2.0  # occurrences in an abstract that weigh half as much as one in a title
WORTH = 1.6  # of a rare word in both titles and abstracts
DOUBT = 3.0  # reduces WORTH in a small catalog, where any word may be rare
PEOPLE = 0.68  # weight of many shared people; half of it for one rare person
FLOOR = 0.25  # lowest score of a related publication
SHARE = 0.1  # of the score, at least, for a word to be named beside people and tags
NAMED = 3  # words, at most
SHORTEST = 3  # letters of a word, unless an abbreviation or ideographs

# Words common in all titles and abstracts, which are rare only in a small catalog.
_EMPTY_WORDS = """
    about across against all also among any based been being between both can do does during each
    first get good here however including indeed its large low many may meanwhile more most much
    must new no not novel one only other own over per present propose same several show small so
    some such than then there they through toward towards two under until up use very via while
    within without you your
    achieve address aim allow approach better case compare demonstrate effective efficient enable
    evaluate existing experiment extensive high improve introduce less make method outperform paper
    perform performance problem provide recent require result significant state study substantial
    task various way well work
"""
_EMPTY = frozenset(map(stem, (*_EMPTY_WORDS.split(), *STOP_WORDS)))

Values = NDArray[np.float64]


class _Feature(NamedTuple):
    """A feature of the publication, and the documents that share it."""

    name: str
    docs: Docs  # ascending
    worth: Values  # one entry per document

    def weight_in(self, doc: int) -> float:
        """Return the weight of the feature for one document; 0 if the document lacks it."""
        at = int(np.searchsorted(self.docs, doc))
        return float(self.worth[at]) if at < len(self.docs) and self.docs[at] == doc else 0.0


def find_related(snapshot: Snapshot, document: Document, limit: int) -> tuple[RelatedDocument, ...]:
    """Return the publications most related to a document, without itself and weak matches."""
    people = _with_values(snapshot, "author", document.authors)
    tags = _with_values(snapshot, "tag", document.tags)
    words = _with_words(snapshot, document)
    shared_people = _sum(people, snapshot.size)
    score = PEOPLE * shared_people / (1 + shared_people) + _sum([*tags, *words], snapshot.size)
    score = np.round(score, 3)
    score[snapshot.dead] = 0
    score[snapshot.ids == document.id] = 0
    docs = np.flatnonzero(score >= FLOOR)
    docs = docs[np.lexsort((snapshot.order("position")[docs], -score[docs]))][:limit]
    return tuple(
        _related(snapshot, doc, float(score[doc]), people, tags, words) for doc in docs.tolist()
    )


def _related(
    snapshot: Snapshot,
    doc: int,
    score: float,
    people: Sequence[_Feature],
    tags: Sequence[_Feature],
    words: Sequence[_Feature],
) -> RelatedDocument:
    """Return a related document with the features that it shares."""
    shared_people = tuple(feature.name for feature in people if feature.weight_in(doc))
    shared_tags = tuple(feature.name for feature in tags if feature.weight_in(doc))
    least = SHARE * score if shared_people or shared_tags else 0.0
    shared_words = _named([(feature.name, feature.weight_in(doc)) for feature in words], least)
    return RelatedDocument(int(snapshot.ids[doc]), shared_people, shared_tags, shared_words)


def _sum(shared: Sequence[_Feature], size: int) -> Values:
    if not shared:
        return np.zeros(size)
    docs = np.concatenate([feature.docs for feature in shared])
    worth = np.concatenate([feature.worth for feature in shared])
    return np.bincount(docs, worth, size).astype(np.float64)


def _named(words: Sequence[tuple[str, float]], least: float) -> tuple[str, ...]:
    """Return the most telling words above `least`, none of them part of another."""
    worth: dict[str, float] = {}
    last = ""
    for name, value in words:
        if value > least and _continues(last, name):
            value += worth.pop(last)
            name = last + name[1:]
        if value > least:
            worth[name] = value
        last = name if value > least else ""
    names = sorted(worth, key=lambda name: -worth[name])
    whole = [n for n in names if not any(n != o and n.lower() in o.lower() for o in names)]
    return tuple(whole[:NAMED])


def _continues(last: str, name: str) -> bool:
    """Return whether two pairs of ideographs overlap, and so are parts of one longer word."""
    return last[-1:] == name[0] and len(name) == 2 and name.lower() == name.upper()


def _rarity(size: int, count: int) -> float:
    return float(np.log((size + 1) / count) / np.log(size + 1)) if count else 0.0


def _with_values(snapshot: Snapshot, facet: str, values: Sequence[str]) -> list[_Feature]:
    """Return the values of a facet that are rare enough to count."""
    column = snapshot.facets[facet]
    codes = {code: value for value in values[:VALUES] if (code := column.code(value)) >= 0}
    selected = np.zeros(column.size, bool)
    selected[list(codes)] = True
    entries = np.flatnonzero(selected[column.codes])
    docs = np.searchsorted(column.at, entries, "right") - 1
    entries, docs = entries[snapshot.live[docs]], docs[snapshot.live[docs]]
    features = []
    for code, value in codes.items():
        sharing = docs[column.codes[entries] == code]
        rarity = _rarity(snapshot.count, len(sharing))
        if rarity >= MIN_RARITY:
            features.append(_Feature(value, sharing, np.full(len(sharing), rarity**2)))
    return features


class _Form(NamedTuple):
    """A word as written in a text."""

    text: str  # the term
    name: str
    is_part: bool  # of a compound or of a name like "TensorIR"


class _Word(NamedTuple):
    """A word of the publication."""

    name: str  # as written in the text
    text: str  # the term
    weight: float  # importance for the publication, up to 1
    postings: int  # of the word and its inflections in the publication itself


def _with_words(snapshot: Snapshot, document: Document) -> list[_Feature]:
    """Return the most telling words of title and abstract, in the order of the text."""
    indexed = bool(snapshot.live[snapshot.ids == document.id].any())
    telling = []
    for order, word in enumerate(_words(document)):
        others = _count_postings(snapshot, word.text) - word.postings * indexed
        if others > 0:
            worth = _rarity(snapshot.count, others + 1) ** 2 * word.weight
            telling.append((-worth, order, word))
    evidence = float(np.log(snapshot.count + 1))
    scale = WORTH * (evidence / (evidence + DOUBT)) ** 2
    features = []
    for _, _, word in sorted(sorted(telling)[:WORDS], key=lambda entry: entry[1]):
        docs, weights = _documents_with(snapshot, word.text)
        rarity = _rarity(snapshot.count, len(docs))
        if rarity >= MIN_RARITY:
            features.append(_Feature(word.name, docs, scale * rarity**2 * word.weight * weights))
    return features


def _words(document: Document) -> Iterator[_Word]:
    """Yield each word of title and abstract once, with its inflections counted together."""
    in_title = _forms(document.title[:READ])
    in_abstract = _forms(document.abstract[:READ])
    for root in {**in_title, **in_abstract}:
        titled, others = in_title.get(root, []), in_abstract.get(root, [])
        text, name, _ = _best_form(titled, others)
        weight = len(others) / (len(others) + HALF)
        if titled:
            weight = TITLED + (1 - TITLED) * weight if document.abstract else 1.0
            weight *= PART if all(form.is_part for form in titled) else 1
        postings = len({form.text for form in titled}) + len({form.text for form in others})
        yield _Word(name, text, weight, postings)


def _best_form(titled: Sequence[_Form], others: Sequence[_Form]) -> _Form:
    """Return the first form, or for a capitalised word of the title its form in the abstract."""
    first = (*titled, *others)[0]
    if first.name.istitle():
        plain = [form for form in others if form.name.islower()]
        return next((form for form in plain if form.text == first.text), (*plain, first)[0])
    return first


def _forms(text: str) -> dict[str, list[_Form]]:
    """Return the forms of each word in a text, by stem, one entry per occurrence."""
    forms: dict[str, list[_Form]] = {}
    for chain in CHAIN.findall(text):
        parts, joined = analyse(chain)
        for token in (*parts, *joined):
            name = chain[token.start : token.end]
            is_word = len(name) >= SHORTEST or (len(name) == 2 and name == name.upper())
            if is_word and not name.isdecimal() and (root := stem(token.text)) not in _EMPTY:
                is_part = len(parts) > 1 and token in parts
                forms.setdefault(root, []).append(_Form(token.text, name, is_part))
    return forms


def _count_postings(snapshot: Snapshot, word: str) -> int:
    """Count the postings of a word and its inflections in titles and abstracts."""
    count = 0
    for segment in snapshot.segments:
        for number in segment.inflections(word):
            for field in ("title", "abstract"):
                at = segment.arrays[f"{field}.at"]
                count += int(at[number + 1]) - int(at[number])
    return count


def _documents_with(snapshot: Snapshot, word: str) -> tuple[Docs, Values]:
    """Return the documents that have a word, and its importance for each."""
    docs, counts, in_title = [np.zeros(0, np.int64)], [np.zeros(0)], [np.zeros(0)]
    for segment in snapshot.segments:
        for number in segment.inflections(word):
            for field in ("title", "abstract"):
                if postings := segment.postings(field, number, number + 1):
                    docs.append(postings.docs.astype(np.int64) + segment.base)
                    counts.append(postings.counts * (field == "abstract"))
                    in_title.append(np.full(len(postings.docs), float(field == "title")))
    unique, inverse = np.unique(np.concatenate(docs), return_inverse=True)
    count = np.bincount(inverse, np.concatenate(counts), len(unique))
    share = count / (count + HALF)
    titled = np.bincount(inverse, np.concatenate(in_title), len(unique)) > 0
    has_abstract = snapshot.lengths["abstract"][unique] > 0
    of_title = np.where(has_abstract, TITLED + (1 - TITLED) * share, 1.0)
    live = snapshot.live[unique]
    return unique[live], np.where(titled, of_title, share)[live]
