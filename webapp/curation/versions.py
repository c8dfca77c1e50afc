"""Which publications are the same work: proposals for the owner, and his word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..catalog import Catalog
from ..errors import CannotJoinError
from ..records import Record
from ..store import publications, queries
from ..store.connections import CatalogRevision, reading, revision_of
from ..store.edits import Edit
from .duplicates import same_works

FIELD = "versionof"  # the BibTeX field that says it


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two publications that may be one work, the one to show first."""

    published: str  # keys
    other: str
    why: str


_WORDS = {
    "doi": "the same DOI",
    "arxiv": "the same arXiv identifier",
    "title": "the same title, people and nearby years",
}


def likenesses(records: Sequence[Record]) -> tuple[Likeness, ...]:
    """What the owner may want to join."""
    return tuple(
        Likeness(records[pair.published].key, records[pair.other].key, _WORDS[pair.why])
        for pair in same_works(records)
    )


def join(catalog: Catalog, published: str, others: Sequence[str], command: str) -> CatalogRevision:
    """Put publications behind the published one; with none it stands for, they stand alone.

    Raises CannotJoinError.
    """
    keys = [key for key in (published, *others) if key]
    with reading(catalog.database) as connection:
        revision = revision_of(connection)
        ids = queries.ids_of_keys(connection, keys)
        loaded = publications.load(connection, list(ids.values()))
    known = {stored.record.key: stored for stored in loaded.values()}
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise CannotJoinError(f"There is no publication with the key {unknown[0]}.")
    if published in others:
        raise CannotJoinError(f"{published} cannot be a version of itself.")
    if published and known[published].record.version_of:
        chief = known[published].record.version_of
        raise CannotJoinError(f"{published} is itself a version of {chief}; join to that one.")
    changed = [(known[key].id, as_version(known[key].record, published)) for key in others]
    edits = [Edit(record, id_) for id_, record in changed if record != loaded[id_].record]
    return catalog.save(edits, command, expected=revision)


def as_version(record: Record, published: str) -> Record:
    """The record as a version of another; of none when `published` is empty."""
    source = {name: value for name, value in record.source.items() if name != FIELD}
    if published:
        source[FIELD] = published
    return replace(record, version_of=published, source=source)


def kept_joins(
    records: Sequence[Record], joined: Mapping[str, str], said: Sequence[Sequence[str]]
) -> list[Record]:
    """New records with the joins that the owner has said elsewhere.

    `joined` is what the catalog knows, key -> key of the published one; `said` the lists of keys
    in site.toml, the published one first. A record that says it itself has the last word.
    """
    words = {key: published for published, *others in said for key in others}
    wanted = {**joined, **words}
    return [
        as_version(record, wanted[record.key])
        if wanted.get(record.key, record.key) != record.key and not record.version_of
        else record
        for record in records
    ]
