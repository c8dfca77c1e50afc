"""Works of services that match no publication: new, removed, or with the number of another."""

from collections import defaultdict

from ..formats.entries import build
from ..records import Record
from ..services.works import Work
from ..store import source_records
from ..store.connections import Transaction
from . import evidence
from .comparison import folded, is_published, same_people, share_people, titles_alike
from .known_publications import KnownPublications

_YEARS_APART = 3  # between a preprint and its published version


def is_same_work(known: Record, work: Record) -> bool:
    """Return whether a work can be the publication that had its identifier before."""
    return titles_alike(known.title, work.title) or share_people(known, work)


def are_versions(published: Record, other: Record) -> bool:
    """Return whether a record is surely the preprint of a published one."""
    near = not (published.year and other.year) or (abs(published.year - other.year) <= _YEARS_APART)
    return (
        is_published(published)
        and not is_published(other)
        and not published.version_of
        and near
        and folded(published.title) == folded(other.title)
        and same_people(published, other)
    )


class KnownNumbers:
    """DOIs and PubMed numbers, each with the key of its publication."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], str] = {}

    @classmethod
    def of(cls, known: KnownPublications) -> "KnownNumbers":
        """Return the numbers of the catalog."""
        numbers = cls()
        for key, entry in known.by_key.items():
            numbers.add(key, entry.doi, entry.pmid or "")
        return numbers

    def add(self, key: str, doi: str, pmid: str) -> None:
        """Note the numbers of a publication."""
        self._keys |= dict.fromkeys(_numbers(doi, pmid), key)

    def key_of(self, record: Record) -> str | None:
        """Return the key of the publication that has a number of a record."""
        numbers = _numbers(record.doi, record.fields.get("pmid", ""))
        return next((self._keys[number] for number in numbers if number in self._keys), None)


def _numbers(doi: str, pmid: str) -> list[tuple[str, str]]:
    numbers = (("doi", doi.lower()), ("pmid", pmid.strip()))
    return [(kind, number) for kind, number in numbers if number]


class RemovedWorks:
    """What is known of the publications that the owner removed."""

    def __init__(self, connection: Transaction) -> None:
        self._identifiers: set[tuple[str, str]] = set()
        self._by_feature: dict[evidence.Feature, list[Record]] = defaultdict(list)
        for removed in source_records.of_removed(connection):
            if removed.identifier:
                self._identifiers.add((removed.source, removed.identifier))
            record = build("", removed.type, removed.fields).record
            for feature in evidence.titles_and_numbers(record):
                self._by_feature[feature].append(record)

    def has(self, source: str, work: Work) -> bool:
        """Return whether a work is one that was removed."""
        if (source, work.identifier) in self._identifiers:
            return True
        candidates = (
            record
            for feature in evidence.titles_and_numbers(work.record)
            for record in self._by_feature.get(feature, ())
        )
        return any(
            agree(record, work.record) for record in candidates for agree, _ in evidence.KINDS
        )
