"""Which publication of the catalog each entry of an import is, under its own key or another one.

DESIGN. First each known key is given to the entry that has it, unless that entry names another
work. Then entries that are left are compared with publications that are left, by ever weaker
evidence (`formats.evidence`), and what is ambiguous stays apart. The order of files has no say.
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

from ..records import Record
from ..store.publications import digest
from ..store.slugs import numbered
from . import evidence
from .comparison import folded, names_another_work, titles_alike
from .known import Known

Load = Callable[[Iterable[str]], Mapping[str, Record]]

# So many publications of one title are too many to tell apart by it.
_MOST_PAIRS = 10_000
_NUMBERED = re.compile(r"(.+)-\d+")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A publication that the files have under another key than the catalog."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry whose key is that of another work in the catalog."""

    key: str
    imported_as: str
    known_title: str
    new_title: str


@dataclass(slots=True)
class Matching:
    """For each entry of an import, the key that it gets and the publication that it is."""

    keys: list[str]
    known: list[str | None]  # the present key of the publication; None: a new one
    new_keys: list[NewKey] = field(default_factory=list)
    other_keys: list[NewKey] = field(default_factory=list)  # `new` is taken, so `old` stays
    conflicts: list[Conflict] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)  # entries whose key another entry got
    unchanged: frozenset[int] = frozenset()  # entries that the catalog has exactly so


class Matcher:
    """One comparison of entries with the catalog. `load` reads records by key."""

    def __init__(
        self,
        records: Sequence[Record],
        formats: Sequence[str],
        known: Mapping[str, Known],
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
        self._claims: dict[str, int] = {}  # known key -> entry
        self._found: dict[int, str] = {}  # and the other way round
        self._unchanged: set[int] = set()

    def match(self) -> Matching:
        self._match_by_key()
        self._match_by_number()
        self._match_by_evidence()
        return self._with_keys()

    def _claim(self, key: str, index: int) -> None:
        self._claims[key] = index
        self._found[index] = key

    def _left(self) -> list[int]:
        return [index for index in range(len(self._records)) if index not in self._found]

    def _match_by_key(self) -> None:
        suspects: list[str] = []
        for key, indexes in self._by_key.items():
            same = [i for i in indexes if key in self._known and self._is_unchanged(key, i)]
            if same:
                self._claim(key, same[0])
                self._unchanged.add(same[0])
            elif key in self._known:
                suspects.append(key)
        owners = self._owners() if suspects else {}
        before = self._load(suspects)
        for key in suspects:
            indexes = sorted(self._by_key[key], key=lambda i: self._rank(i, before[key].title))
            fitting = [i for i in indexes if not self._is_another(before[key], i, owners)]
            if fitting or key in self._replacing:
                self._claim(key, [*fitting, *indexes][0])

    def _is_unchanged(self, key: str, index: int) -> bool:
        return digest(self._records[index]) == self._known[key].digest

    def _is_another(self, before: Record, index: int, owners: Mapping[evidence.Sign, str]) -> bool:
        """Whether the entry under a known key names another work, also one known elsewhere."""
        record = self._records[index]
        if titles_alike(before.title, record.title):
            return False
        if names_another_work(before, record):
            people = record.authors or record.editors
            return bool(people) or self._formats[index] == "bibtex"  # others may not say them
        found = {owners[sign] for sign in evidence.titles_and_numbers(record) if sign in owners}
        return any(
            titles_alike(self._known[key].title, record.title) and not self._has_own_entry(key)
            for key in found
            if key != before.key
        )

    def _owners(self) -> dict[evidence.Sign, str]:
        """The keys by what is of one publication alone, mostly: its title and its numbers."""
        return {
            sign: key
            for key, known in self._known.items()
            for sign in evidence.titles_and_numbers(_bare(key, known))
        }

    def _has_own_entry(self, key: str) -> bool:
        """Whether an entry under that key has the title that the catalog has."""
        title = self._known[key].title
        entries = (self._records[index] for index in self._by_key.get(key, ()))
        return any(titles_alike(title, record.title) for record in entries)

    def _rank(self, index: int, title: str = "") -> tuple[bool, bool, str, str]:
        """An order of entries with one key that does not depend on the order of their files."""
        record = self._records[index]
        unlike = bool(title) and not titles_alike(title, record.title)
        return unlike, not record.doi, folded(record.title), digest(record)

    def _match_by_number(self) -> None:
        """Find entries again that came in as key-2, because their key is that of another work."""
        waiting = [i for i in self._left() if self._records[i].key in self._known]
        if not waiting:
            return
        numbers: dict[str, list[str]] = defaultdict(list)
        for key in self._known:
            if (found := _NUMBERED.fullmatch(key)) and key not in self._claims:
                numbers[found[1]].append(key)
        for index in waiting:
            candidates = self._load(numbers.get(self._records[index].key, ()))
            for key, before in candidates.items():
                if key not in self._claims and not names_another_work(before, self._records[index]):
                    self._claim(key, index)
                    break

    def _match_by_evidence(self) -> None:
        left = self._left()
        if not left or len(self._claims) == len(self._known):
            return
        wanted = {sign for index in left for sign in evidence.signs(self._records[index])}
        stored = self._load(self._candidates(wanted))
        self._match_identical(stored, left)
        pairs = list(self._pairs(stored))
        for agree, in_order in evidence.KINDS:
            agreeing = [pair for pair in pairs if agree(stored[pair[0]], self._records[pair[1]])]
            self._accept(agreeing, in_order)

    def _candidates(self, wanted: AbstractSet[evidence.Sign]) -> Iterator[str]:
        for key, known in self._known.items():
            if not wanted.isdisjoint(evidence.signs(_bare(key, known))):
                yield key

    def _match_identical(self, stored: Mapping[str, Record], left: Iterable[int]) -> None:
        """Pair those that say the same in their order: a file in which only keys changed."""
        by_content: dict[Hashable, list[str]] = defaultdict(list)
        for key in reversed(list(stored)):
            if key not in self._claims:
                by_content[evidence.content(stored[key])].append(key)
        for index in left:
            if same := by_content.get(evidence.content(self._records[index])):
                self._claim(same.pop(), index)

    def _pairs(self, stored: Mapping[str, Record]) -> Iterable[tuple[str, int]]:
        """What shares a sign and may still be matched, or stand in the way of a match."""
        entries: dict[evidence.Sign, list[int]] = defaultdict(list)
        for index, record in enumerate(self._records):
            for sign in evidence.signs(record):
                entries[sign].append(index)
        groups: dict[evidence.Sign, list[str]] = defaultdict(list)
        for key, record in stored.items():
            for sign in evidence.signs(record):
                groups[sign].append(key)
        return {
            (key, index): None
            for sign, keys in groups.items()
            if len(keys) * len(entries.get(sign, ())) <= _MOST_PAIRS
            for key in keys
            for index in entries.get(sign, ())
            if key not in self._claims or index not in self._found
        }

    def _accept(self, pairs: Sequence[tuple[str, int]], in_order: bool) -> None:
        """Take the pairs of which neither side is also in another pair, taken or not."""
        of_known: dict[str, set[int]] = defaultdict(set)
        of_entry: dict[int, set[str]] = defaultdict(set)
        for key, index in pairs:
            of_known[key].add(index)
            of_entry[index].add(key)
        for key, index in pairs:
            alone = len(of_known[key]) == len(of_entry[index]) == 1
            if (alone or in_order) and key not in self._claims and index not in self._found:
                self._claim(key, index)

    def _with_keys(self) -> Matching:
        matching = Matching(
            [record.key for record in self._records],
            [self._found.get(index) for index in range(len(self._records))],
            unchanged=frozenset(self._unchanged),
        )
        again = [i for i, key in self._found.items() if key != self._records[i].key]
        new = self._left()
        taken = set(self._known)
        for index in sorted(again, key=self._rank):
            self._rekey(matching, index, taken)
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

    def _rekey(self, matching: Matching, index: int, taken: set[str]) -> None:
        old, new = self._found[index], self._records[index].key
        if old in self._by_key or new in taken:
            matching.keys[index] = old
            matching.other_keys.append(NewKey(old, new))
        else:
            taken.add(new)
            matching.new_keys.append(NewKey(old, new))

    def _note_taken(self, matching: Matching, index: int, given: str) -> None:
        record = self._records[index]
        claim = self._claims.get(record.key)
        of_this_key = claim is not None and self._records[claim].key == record.key
        if record.key in self._known and not of_this_key:
            title = self._known[record.key].title
            matching.conflicts.append(Conflict(record.key, given, title, record.title))
        else:
            matching.repeated.append(index)


def _bare(key: str, known: Known) -> Record:
    """A record of no more than what tells a publication from others."""
    return Record(
        key,
        "",
        known.title,
        doi=known.doi,
        arxiv=known.arxiv,
        fields={"pmid": known.pmid or ""},
        source={"ids": known.ids or ""},
    )
