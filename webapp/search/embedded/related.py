"""Related publications: those that share rare words, people and tags with a given one.

Rarity is 1 for a feature of a single publication, 0 for a feature of all, on a logarithmic scale of
the catalog's size: on a lab's page its head means nothing, in a large catalog a colleague means
much.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine import Document, RelatedDocument
from .arrays import Docs
from .document_words import TITLED, Word, read_words
from .snapshot import Postings, Snapshot

# nDCG@10 on the documents of cranfield that answer the same questions is .410 (BM25 of whole
# documents: .407), and on papers of the ACL that share two authors, told from the words alone, .144
# among 10,000 (BM25: .138). Chosen by that, and by reading some sixty lists of related papers.
VALUES = 200  # people, and tags, to read; in a longer list each means nothing
WORDS = 60  # of a publication to look for, at most, the most telling ones
WORDS_BY_SIZE = 9  # times the logarithm of the catalog's size, fewer words in a small catalog
MIN_RARITY = 0.25  # of a person or a tag, to count at all
MIN_WORD_RARITY = 0.6  # of a word, divided by the logarithm of the catalog's size
STEEPNESS = 2.0  # divided by that logarithm and added to 1, exponent of the rarity of a word
SATURATION = 1.6  # the same in another abstract of average length
LENGTH = 0.75  # how much the length of that abstract matters
WORTH = 1.6  # of a rare word in both titles and abstracts
DOUBT = 3.0  # reduces WORTH in a small catalog, where any word may be rare
PEOPLE = 0.68  # weight of many shared people; half of it for one rare person
FLOOR = 0.02  # lowest score of a related publication
HIGHEST_FLOOR = 0.25  # the same in a small catalog, where it is more often a coincidence
COINCIDENCES = 4.0  # divided by the size of the catalog, the floor between the two
TIE = 0.002  # scores that differ by less may be equal when rounded
POSTINGS = 50_000  # read for the rarer words; the others are looked for only in
CANDIDATES = 400  # publications, the best so far
LONG = 2000  # postings of a word, so that looking for those is faster than reading all
SHARE = 0.1  # of the score, at least, for a word to be named beside people and tags
NAMED = 3  # words, at most

Values = NDArray[np.floating]


class _Run(NamedTuple):
    """Documents that share a feature, each once."""

    docs: Docs  # ascending
    worth: Values  # one entry per document


class _Feature(NamedTuple):
    """A feature of the publication, and the documents that share it."""

    name: str
    runs: Sequence[_Run]
    weight: float = 1.0  # times the worth for a document

    def weights_in(self, chosen: Docs) -> Values:
        """Return the weight of the feature for some documents; 0 if they lack it."""
        weights = np.zeros(len(chosen))
        for docs, worth in self.runs:
            at = docs.searchsorted(chosen)
            at[at == len(docs)] = 0
            weights += worth[at] * (docs[at] == chosen)
        return self.weight * weights


def find_related(snapshot: Snapshot, document: Document, limit: int) -> tuple[RelatedDocument, ...]:
    """Return the publications most related to a document, without itself and weak matches."""
    people = _with_values(snapshot, "author", document.authors)
    tags = _with_values(snapshot, "tag", document.tags)
    score = _sum(people, np.zeros(snapshot.size, np.float32))
    score = _sum(tags, PEOPLE * score / (1 + score))
    words, score = _with_words(snapshot, document, score)
    score[snapshot.dead] = 0
    score[snapshot.ids == document.id] = 0
    docs, scores = _best(snapshot, score, limit)
    shared = [
        [(feature.name, feature.weights_in(docs)) for feature in features]
        for features in (people, tags, words)
    ]
    return tuple(
        _related(
            int(snapshot.ids[doc]),
            float(scores[number]),
            *([(name, float(weights[number])) for name, weights in kind] for kind in shared),
        )
        for number, doc in enumerate(docs.tolist())
    )


def _best(snapshot: Snapshot, score: Values, limit: int) -> tuple[Docs, Values]:
    """Return the documents with the highest scores, and these, without weak matches."""
    floor = min(max(COINCIDENCES / snapshot.count, FLOOR), HIGHEST_FLOOR)
    docs = _best_docs(score, limit, floor)
    scores = np.round(score[docs], 3)
    order = np.lexsort((snapshot.order("position")[docs], -scores))[:limit]
    return docs[order], scores[order]


def _best_docs(score: Values, count: int, floor: float = 0.0) -> Docs:
    """Return the documents with the `count` highest scores above `floor`, more if some tie."""
    docs = np.flatnonzero(score > floor)
    scores = score[docs]
    if count < len(docs):
        docs = docs[scores >= np.partition(scores, -count)[-count] - TIE]
    return docs


def _related(
    id_: int,
    score: float,
    people: Sequence[tuple[str, float]],
    tags: Sequence[tuple[str, float]],
    words: Sequence[tuple[str, float]],
) -> RelatedDocument:
    """Return a related document with the features that it shares, given each with its weight."""
    shared_people = tuple(name for name, weight in people if weight)
    shared_tags = tuple(name for name, weight in tags if weight)
    least = SHARE * score if shared_people or shared_tags else 0.0
    return RelatedDocument(id_, shared_people, shared_tags, _named(words, least))


def _sum(features: Iterable[_Feature], score: Values) -> Values:
    """Add the weight of some features to the score of each document."""
    for feature in features:
        for docs, worth in feature.runs:
            score[docs] += np.float32(feature.weight) * worth
    return score


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
    """Return how rare a feature of `count` documents is; 0 if more than all have it."""
    return max(0.0, float(np.log((size + 1) / count) / np.log(size + 1))) if count else 0.0


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
            run = _Run(sharing, np.ones(len(sharing), np.float32))
            features.append(_Feature(value, (run,), rarity**2))
    return features


def _with_words(
    snapshot: Snapshot, document: Document, score: Values
) -> tuple[list[_Feature], Values]:
    """Return the most telling words of title and abstract, in the order of the text, and the
    score with their weights.

    Common words are looked for only in the best documents so far.
    """
    most = min(WORDS, int(WORDS_BY_SIZE * np.log(snapshot.count + 1)))
    telling = sorted(_telling_words(snapshot, document), reverse=True)[:most]
    features: dict[int, _Feature] = {}
    read, among = 0, None
    for weight, order, word, postings in sorted(telling, key=lambda entry: entry[3]):
        read += postings
        if read > POSTINGS and features and among is None:
            among = _best_docs(score, CANDIDATES)
        feature = _Feature(word.name, _runs(snapshot, word.text, among), weight)
        features[order] = feature
        score = _sum([feature], score)
    return [features[order] for order in sorted(features, reverse=True)], score


def _telling_words(
    snapshot: Snapshot, document: Document
) -> Iterator[tuple[float, int, Word, int]]:
    """Yield each word that another publication has: weight, number, word and postings."""
    indexed = bool(snapshot.live[snapshot.ids == document.id].any())
    evidence = float(np.log(snapshot.count + 1))
    scale = WORTH * (evidence / (evidence + DOUBT)) ** 2
    exponent = 1 + STEEPNESS / evidence
    for order, word in enumerate(read_words(document)):
        in_titles, in_abstracts = _count_postings(snapshot, word.text)
        rarity = _rarity(snapshot.count, max(in_titles, in_abstracts))
        postings = in_titles + in_abstracts
        weight = scale * rarity**exponent * word.weight
        if postings > word.postings * indexed and rarity >= MIN_WORD_RARITY / evidence:
            yield weight, -order, word, postings


def _count_postings(snapshot: Snapshot, word: str) -> tuple[int, int]:
    """Count the postings of a word and its inflections in titles, and in abstracts."""
    counts = [0, 0]
    for segment in snapshot.segments:
        for number in segment.inflections(word):
            for field, name in enumerate(("title.at", "abstract.at")):
                at = segment.arrays[name]
                counts[field] += int(at[number + 1]) - int(at[number])
    return counts[0], counts[1]


def _runs(snapshot: Snapshot, word: str, among: Docs | None) -> list[_Run]:
    """Return the documents of each inflection of a word in each field, and its weight there.

    `among`, in ascending order, restricts the documents.
    """
    of_title, half = snapshot.cached(_field_weights)
    runs = []
    for segment in snapshot.segments:
        for number in segment.inflections(word):
            for field in ("title", "abstract"):
                if postings := segment.postings(field, number, number + 1):
                    docs, counts = _restrict(postings, among)
                    if field == "title":
                        runs.append(_Run(docs, of_title[docs]))
                    else:
                        runs.append(_Run(docs, (1 - TITLED) * counts / (counts + half[docs])))
    return [run for run in runs if len(run.docs)]


def _restrict(postings: Postings, among: Docs | None) -> tuple[Docs, Values]:
    """Return the documents of postings, of those in `among` if given, and the counts."""
    docs, counts, base = postings.docs, postings.counts, postings.segment.base
    if among is not None and len(docs) > LONG:
        sought = among[(among >= base) & (among < base + postings.segment.size)] - base
        at = docs.searchsorted(sought.astype(docs.dtype))  # of one type, else it copies `docs`
        at[at == len(docs)] = 0
        at = at[docs[at] == sought]
        docs, counts = docs[at], counts[at]
    return docs.astype(np.int64) + base, counts.astype(np.float32)


def _field_weights(snapshot: Snapshot) -> tuple[Values, Values]:
    """Return for each document the weight of a word in its title, and how often a word must occur
    in its abstract for half of the weight there.
    """
    lengths = snapshot.lengths["abstract"]
    average = max(float(lengths.sum()) / max(int(np.count_nonzero(lengths)), 1), 1.0)
    half = SATURATION * (1 - LENGTH + LENGTH / average * lengths)
    return np.where(lengths > 0, TITLED, 1).astype(np.float32), half.astype(np.float32)
