"""Matching the entries of an import with publications in the catalog, by key or by evidence.

DESIGN. First, each key in the catalog goes to the entry that has it, unless the entry is another
work. Then the remaining entries are compared with the remaining publications, by ever weaker
evidence (`evidence`). Ambiguous pairs are not matched. The order of the files does not matter.
"""

import re
from collections import defaultdict
from collections.abc import (
    Callable,
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from ..formats.keys import safe_key
from ..records import Record
from ..store.publications import digest
from ..store.slugs import numbered
from . import evidence
from .comparison import contributors, folded, names_another_work, titles_alike
from .known_publications import KnownPublication

Load = Callable[[Iterable[str]], Mapping[str, Record]]

# If more pairs of entry and publication share a feature, it does not tell them apart.
_MOST_PAIRS = 10_000
_NUMBERED = re.compile(r"(.+)-\d+")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A publication that the files have under another key than the catalog."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class KeyConflict:
    """An entry with the key of another work in the catalog."""

    key: str
    imported_as: str
    known_title: str
    new_title: str


@dataclass(slots=True)
class Matching:
    """The result of matching: for each entry, its key after the import and its publication."""

    keys: list[str]
    known: list[str | None]  # the present key of the publication; None: a new one
    new_keys: list[NewKey] = field(default_factory=list)
    other_keys: list[NewKey] = field(default_factory=list)  # `new` is taken, so `old` remains
    conflicts: list[KeyConflict] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)  # entries whose key another entry got
    unchanged: frozenset[int] = frozenset()  # entries that equal the publication


class Matcher:
    """A comparison of entries with the catalog. `load` reads whole records by key."""

    def __init__(
        self,
        records: Sequence[Record],
        formats: Sequence[str],
        known: Mapping[str, KnownPublication],
        load: Load,
        replacing: Collection[str] = (),
    ) -> None:
        self._records = records
        self._formats = formats
        self._known = known
        self._load = load
        self._replacing = replacing
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for index, record in enumerate(records):
            self._by_key[record.key].append(index)
        self._entry_of: dict[str, int] = {}  # key in the catalog -> entry
        self._key_of: dict[int, str] = {}  # entry -> key in the catalog
        self._unchanged: set[int] = set()

    def match(self) -> Matching:
        """Match all entries."""
        self._match_by_key()
        self._match_by_former_key()
        self._match_by_number()
        self._match_by_evidence()
        return self._with_keys()

    def _pair(self, key: str, index: int) -> None:
        self._entry_of[key] = index
        self._key_of[index] = key

    def _unmatched(self) -> list[int]:
        return [i for i in range(len(self._records)) if i not in self._key_of]

    def _match_by_key(self) -> None:
        changed: list[str] = []
        for key, indexes in self._by_key.items():
            same = [i for i in indexes if key in self._known and self._is_unchanged(key, i)]
            if same:
                self._pair(key, same[0])
                self._unchanged.add(same[0])
            elif key in self._known:
                changed.append(key)
        keys_by_feature = self._keys_by_feature() if changed else {}
        before = self._load(changed)
        for key in changed:
            indexes = sorted(self._by_key[key], key=lambda i: self._rank(i, before[key].title))
            fitting = [
                i for i in indexes if not self._is_another_work(before[key], i, keys_by_feature)
            ]
            if fitting or key in self._replacing:
                self._pair(key, [*fitting, *indexes][0])

    def _is_unchanged(self, key: str, index: int) -> bool:
        return digest(self._records[index]) == self._known[key].digest

    def _is_another_work(
        self, before: Record, index: int, keys: Mapping[evidence.Feature, str]
    ) -> bool:
        """Return whether an entry is not the publication with its key, but new or another one."""
        record = self._records[index]
        if titles_alike(before.title, record.title):
            return False
        if names_another_work(before, record):
            # Formats other than BibTeX may leave out the contributors.
            return bool(contributors(record)) or self._formats[index] == "bibtex"
        candidates = {keys[f] for f in evidence.titles_and_numbers(record) if f in keys}
        return any(
            titles_alike(self._known[key].title, record.title) and not self._has_own_entry(key)
            for key in candidates
            if key != before.key
        )

    def _keys_by_feature(self) -> dict[evidence.Feature, str]:
        """Return the keys of publications by title and numbers, which mostly are their own."""
        return {
            feature: key
            for key, known in self._known.items()
            for feature in evidence.titles_and_numbers(_summary(key, known))
        }

    def _has_own_entry(self, key: str) -> bool:
        """Return whether an entry with this key has the title that the catalog has."""
        title = self._known[key].title
        return any(titles_alike(title, self._records[i].title) for i in self._by_key.get(key, ()))

    def _rank(self, index: int, title: str = "") -> tuple[bool, bool, str, str]:
        """Return a sort key for entries with one citation key that ignores the order of files."""
        record = self._records[index]
        differs = bool(title) and not titles_alike(title, record.title)
        return differs, not record.doi, folded(record.title), digest(record)

    def _match_by_former_key(self) -> None:
        """Match entries with publications whose key is from before keys were made safe."""
        for key, safe in ((key, safe_key(key)) for key in self._known):
            if safe != key and safe not in self._known and (indexes := self._by_key.get(safe)):
                before = self._load([key])[key]
                if not names_another_work(before, self._records[indexes[0]]):
                    self._pair(key, indexes[0])

    def _match_by_number(self) -> None:
        """Match entries that were imported as "key-2", because another work has their key."""
        unmatched = [i for i in self._unmatched() if self._records[i].key in self._known]
        numbered_keys: dict[str, list[str]] = defaultdict(list)
        for key in self._known:
            if unmatched and (match := _NUMBERED.fullmatch(key)) and key not in self._entry_of:
                numbered_keys[match[1]].append(key)
        for index in unmatched:
            record = self._records[index]
            for key, before in self._load(numbered_keys.get(record.key, ())).items():
                if key not in self._entry_of and not names_another_work(before, record):
                    self._pair(key, index)
                    break

    def _match_by_evidence(self) -> None:
        unmatched = self._unmatched()
        if not unmatched or len(self._entry_of) == len(self._known):
            return
        wanted = {feature for i in unmatched for feature in evidence.features(self._records[i])}
        stored = self._load(self._candidates(wanted))
        self._match_identical(stored, unmatched)
        pairs = list(self._pairs(stored))
        for agree, in_order in evidence.KINDS:
            agreeing = [pair for pair in pairs if agree(stored[pair[0]], self._records[pair[1]])]
            self._accept(agreeing, in_order)

    def _candidates(self, wanted: AbstractSet[evidence.Feature]) -> Iterator[str]:
        for key, known in self._known.items():
            if not wanted.isdisjoint(evidence.features(_summary(key, known))):
                yield key

    def _match_identical(self, stored: Mapping[str, Record], unmatched: Iterable[int]) -> None:
        """Pair entries and publications of equal content in order, as if only keys changed."""
        by_content: dict[Hashable, list[str]] = defaultdict(list)
        for key in reversed(list(stored)):
            if key not in self._entry_of:
                by_content[evidence.content(stored[key])].append(key)
        for index in unmatched:
            if same := by_content.get(evidence.content(self._records[index])):
                self._pair(same.pop(), index)

    def _pairs(self, stored: Mapping[str, Record]) -> Iterable[tuple[str, int]]:
        """Return pairs that share a feature, if at least one side is not matched yet.

        A pair with a matched side cannot match, but shows that its other side is ambiguous.
        """
        entries: dict[evidence.Feature, list[int]] = defaultdict(list)
        for index, record in enumerate(self._records):
            for feature in evidence.features(record):
                entries[feature].append(index)
        groups: dict[evidence.Feature, list[str]] = defaultdict(list)
        for key, record in stored.items():
            for feature in evidence.features(record):
                groups[feature].append(key)
        return {
            (key, index): None
            for feature, keys in groups.items()
            if len(keys) * len(entries.get(feature, ())) <= _MOST_PAIRS
            for key in keys
            for index in entries.get(feature, ())
            if key not in self._entry_of or index not in self._key_of
        }

    def _accept(self, pairs: Sequence[tuple[str, int]], in_order: bool) -> None:
        """Match pairs of which neither side is in another pair, or all in their order."""
        entries: dict[str, set[int]] = defaultdict(set)
        keys: dict[int, set[str]] = defaultdict(set)
        for key, index in pairs:
            entries[key].add(index)
            keys[index].add(key)
        for key, index in pairs:
            is_unique = len(entries[key]) == len(keys[index]) == 1
            if (is_unique or in_order) and key not in self._entry_of and index not in self._key_of:
                self._pair(key, index)

    def _with_keys(self) -> Matching:
        matching = Matching(
            [record.key for record in self._records],
            [self._key_of.get(index) for index in range(len(self._records))],
            unchanged=frozenset(self._unchanged),
        )
        renamed = [i for i, key in self._key_of.items() if key != self._records[i].key]
        new = self._unmatched()
        taken = set(self._known)
        for index in sorted(renamed, key=self._rank):
            self._rename(matching, index, taken)
        reserved = taken | self._by_key.keys()
        for index in sorted(new, key=self._rank):
            key = self._records[index].key
            if key in taken:
                key = numbered(key, reserved)
                self._note_taken(matching, index, key)
            matching.keys[index] = key
            taken.add(key)
            reserved.add(key)
        matching.repeated.sort()
        return matching

    def _rename(self, matching: Matching, index: int, taken: set[str]) -> None:
        old, new = self._key_of[index], self._records[index].key
        if old in self._by_key or new in taken:
            matching.keys[index] = old
            matching.other_keys.append(NewKey(old, new))
        else:
            taken.add(new)
            matching.new_keys.append(NewKey(old, new))

    def _note_taken(self, matching: Matching, index: int, new_key: str) -> None:
        record = self._records[index]
        entry = self._entry_of.get(record.key)
        has_own_entry = entry is not None and self._records[entry].key == record.key
        if record.key in self._known and not has_own_entry:
            title = self._known[record.key].title
            matching.conflicts.append(KeyConflict(record.key, new_key, title, record.title))
        else:
            matching.repeated.append(index)


def _summary(key: str, known: KnownPublication) -> Record:
    """Return a record with only the fields that features are made of."""
    return Record(
        key,
        "",
        known.title,
        doi=known.doi,
        arxiv=known.arxiv,
        fields={"pmid": known.pmid or ""},
        source={"ids": known.ids or ""},
    )
