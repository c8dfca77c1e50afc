"""Works of services and the catalog: the same work, another work with its number, or a new one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from ..formats.entries import build
from ..records import Record
from ..services.works import Work
from ..store import source_records
from ..store.connections import Transaction
from ..store.source_records import SourceRecord
from . import evidence
from .comparison import folded, is_published, same_people, share_people, titles_alike, words
from .known_publications import KnownPublication

_YEARS_APART = 3  # between a preprint and its published version
_MOST_CANDIDATES = 200  # records that share one feature: more are compared in vain
_SHARED_WORDS = 0.5  # of the shorter of two titles of one work
_LONG_WORD = 4  # letters: shorter words are in every title


def are_versions(published: Record, other: Record) -> bool:
    """Return whether a record is surely the preprint of a published one."""
    near = not (published.year and other.year) or (abs(published.year - other.year) <= _YEARS_APART)
    return (
        is_published(published)
        and not is_published(other)
        and not (published.version_of or other.version_of)
        and near
        and folded(published.title) == folded(other.title)
        and same_people(published, other)
    )


def has_very_different_title(known: Record, work: Record) -> bool:
    """Return whether a work with the number of a publication is probably another work."""
    if not (folded(known.title) and folded(work.title)) or titles_alike(known.title, work.title):
        return False
    first, second = _long_words(known.title), _long_words(work.title)
    shared = len(first & second) / max(1, min(len(first), len(second)))
    return shared < _SHARED_WORDS or not share_people(known, work)


def _long_words(title: str) -> set[str]:
    parts = set(words(title))
    return {word for word in parts if len(word) >= _LONG_WORD} or parts


class WorkFinder:
    """Records by their titles and numbers, to find the one that describes the same work.

    A record is known by a label. `load` returns the records of labels.
    """

    def __init__(self, load: Callable[[Iterable[str]], Mapping[str, Record]]) -> None:
        self._load = load
        self._labels: dict[evidence.Feature, list[str]] = defaultdict(list)

    def add(self, label: str, features: Iterable[evidence.Feature]) -> None:
        """Add a record by its features."""
        for feature in features:
            self._labels[feature].append(label)

    def find(self, record: Record) -> str | None:
        """Return the label of the record of the same work, by the best evidence."""
        candidates = self._candidates(features_of(record))
        for agree in (_same_content, *(agree for agree, _ in evidence.KINDS)):
            for label, candidate in candidates.items():
                if agree(candidate, record):
                    return label
        return None

    def with_number(self, record: Record) -> str | None:
        """Return the label of a record with the same DOI or PubMed number."""
        features = (f for f in _title_and_numbers(record) if f[0] in ("doi", "pmid"))
        return next(iter(self._candidates(features)), None)

    def with_identifier(self, identifier: str) -> str | None:
        """Return the label of a record with a DOI or a number of arXiv, as works have them."""
        number = identifier.removeprefix("arXiv:")
        kind = "doi" if number == identifier else "arxiv"
        return next(iter(self._labels.get((kind, number.lower()), ())), None)

    def _candidates(self, features: Iterable[evidence.Feature]) -> Mapping[str, Record]:
        labels = [
            label
            for feature in features
            for label in self._labels.get(feature, ())[:_MOST_CANDIDATES]
        ]
        return self._load(dict.fromkeys(labels))


def features_of(record: Record) -> Iterator[evidence.Feature]:
    """Yield the features of a whole record: title and numbers, and everything together."""
    yield from _title_and_numbers(record)
    kind, fields = evidence.content(record)
    yield "content", repr((kind, sorted(fields)))


def _same_content(known: Record, work: Record) -> bool:
    return evidence.content(known) == evidence.content(work)


def features_of_known(known: KnownPublication) -> Iterator[evidence.Feature]:
    """Yield the features of a publication in the catalog, from its summary."""
    fields = {"pmid": known.pmid} if known.pmid else {}
    summary = Record("", "", known.title, doi=known.doi, arxiv=known.arxiv, fields=fields)
    return _title_and_numbers(summary)


def _title_and_numbers(record: Record) -> Iterator[evidence.Feature]:
    """Yield what every record of the same work shares one of, besides citation keys."""
    return (feature for feature in evidence.features(record) if feature[0] != "key")


class RemovedWorks:
    """The works of publications that the owner removed."""

    def __init__(self, connection: Transaction) -> None:
        self._identifiers: set[tuple[str, str]] = set()
        self._records: dict[str, Record] = {}
        self._finder = WorkFinder(lambda labels: {label: self._records[label] for label in labels})
        for number, removed in enumerate(source_records.of_removed(connection)):
            if removed.identifier:
                self._identifiers.add((removed.source, removed.identifier))
            record = record_of(removed)
            self._records[str(number)] = record
            self._finder.add(str(number), features_of(record))

    def has(self, source: str, work: Work) -> bool:
        """Return whether a work is one that was removed."""
        if (source, work.identifier) in self._identifiers or self._finder.find(work.record):
            return True
        label = self._finder.with_number(work.record)
        return label is not None and not has_very_different_title(self._records[label], work.record)


def record_of(source: SourceRecord) -> Record:
    """Return what a source stated as a record."""
    return build("", source.type, source.fields).record
