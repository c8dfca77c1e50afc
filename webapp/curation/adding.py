"""Adding publications in the browser: finding those that are there already, and saving the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from ..catalog import Catalog
from ..errors import CatalogChangedError
from ..records import Record
from ..store import publications, queries
from ..store.connections import CatalogRevision, Transaction, reading, revision_of
from ..store.edits import Edit
from ..store.slugs import numbered
from .comparison import is_published
from .duplicates import find_duplicates
from .known_publications import KnownPublications
from .library import Library
from .matching import Matcher
from .versions import as_version

Choice = Literal["add", "join", "leave"]
_ATTEMPTS: Final = 5  # at saving, while others keep saving


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry to add, and the publication that seems to be the same work, if there is one."""

    record: Record  # with the key that it will have
    known: Record | None = None

    @property
    def usual_choice(self) -> Choice:
        return "leave" if self.known else "add"


@dataclass(frozen=True, slots=True)
class Added:
    """What was saved: the revision, None if nothing was, and the slugs of new publications."""

    revision: CatalogRevision | None
    slugs: tuple[str, ...] = ()


def find_candidates(catalog: Catalog, library: Library) -> list[Candidate]:
    """Compare entries with the catalog, by the evidence that imports use."""
    with reading(catalog.database) as connection:
        return _candidates(connection, library)


def add_publications(
    catalog: Catalog, library: Library, choices: Mapping[int, Choice], command: str, who: str
) -> Added:
    """Save the entries as one revision. `choices` say for some, by index, what to do with them.

    A joined entry becomes a version of the known publication, or the known one of it if only the
    entry is published. Raises CatalogChangedError if others saved between each of five attempts.
    """
    for _ in range(_ATTEMPTS):
        with reading(catalog.database) as connection:
            revision = revision_of(connection)
            edits = _edits(connection, _candidates(connection, library), choices)
        try:
            saved = catalog.save(edits, command, expected=revision, who=who)
        except CatalogChangedError:
            continue
        keys = [edit.record.key for edit in edits if edit.record and edit.id is None]
        return Added(saved if edits else None, _slugs(catalog, keys))
    raise CatalogChangedError("Others are saving at the same time. Nothing was saved. Try again.")


def _candidates(connection: Transaction, library: Library) -> list[Candidate]:
    known = KnownPublications(connection)
    matcher = Matcher(library.records, library.formats, known.by_key, known.records)
    matching = matcher.match()
    records = known.records(key for key in matching.known if key)
    taken = set(known.by_key)
    candidates = []
    for record, key, match in zip(library.records, matching.keys, matching.known, strict=True):
        new_key = numbered(record.key if match else key, taken)
        taken.add(new_key)
        stored = records[match] if match else _duplicate_of(record, known)
        candidates.append(Candidate(replace(record, key=new_key), stored))
    return candidates


def _duplicate_of(record: Record, known: KnownPublications) -> Record | None:
    """Return a publication that may be the same work, for an entry that an import would add."""
    alike = list(known.possible_duplicates([record], known.by_key))
    for pair in find_duplicates([replace(record, version_of=""), *alike]):
        if 0 in (pair.published, pair.other):
            return alike[max(pair.published, pair.other) - 1]
    return None


def _edits(
    connection: Transaction, candidates: list[Candidate], choices: Mapping[int, Choice]
) -> list[Edit]:
    edits = []
    ids = queries.ids_of_keys(connection, [c.known.key for c in candidates if c.known])
    for index, candidate in enumerate(candidates):
        choice = choices.get(index, candidate.usual_choice)
        new, known = candidate.record, candidate.known
        if choice == "leave":
            continue
        if choice == "join" and known:
            if is_published(new) and not is_published(known) and not known.version_of:
                stored = publications.load(connection, [ids[known.key]])[ids[known.key]]
                edits.append(Edit(as_version(stored.record, new.key), stored.id))
            else:
                new = as_version(new, known.version_of or known.key)
        edits.append(Edit(new))
    return edits


def _slugs(catalog: Catalog, keys: list[str]) -> tuple[str, ...]:
    with reading(catalog.database) as connection:
        ids = queries.ids_of_keys(connection, keys)
        loaded = publications.load(connection, list(ids.values()), whole=False)
    return tuple(loaded[ids[key]].record.slug for key in keys if key in ids)
