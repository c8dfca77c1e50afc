"""Versions of one work: proposals to join publications, and joining them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..catalog import Catalog
from ..errors import CannotJoinError
from ..formats.keys import safe_key
from ..records import Record
from ..store import publications, queries
from ..store.connections import CatalogRevision, reading, revision_of
from ..store.edits import Edit
from .duplicates import find_duplicates

FIELD = "versionof"  # the BibTeX field with the key of the published version


@dataclass(frozen=True, slots=True)
class ProposedJoin:
    """The keys of two publications that may be one work, and the reason in words."""

    published: str  # the one to show
    other: str
    why: str


_REASONS = {
    "doi": "the same DOI",
    "arxiv": "the same arXiv identifier",
    "title": "the same title, people and nearby years",
}


def propose_joins(records: Sequence[Record]) -> tuple[ProposedJoin, ...]:
    """Return the possible duplicates among records, for the owner to join."""
    return tuple(
        ProposedJoin(records[pair.published].key, records[pair.other].key, _REASONS[pair.why])
        for pair in find_duplicates(records)
    )


def join(catalog: Catalog, published: str, others: Sequence[str], command: str) -> CatalogRevision:
    """Make publications versions of the published one, by their keys.

    If `published` is empty, each becomes an item of its own. Returns the new revision. Raises
    CannotJoinError for an unknown key, or if the published one is itself a version.
    """
    with reading(catalog.database) as connection:
        revision = revision_of(connection)
        written = (published, *others)
        ids = queries.ids_of_keys(connection, {*written, *map(safe_key, written)})
        published, *others = (key if key in ids else safe_key(key) for key in written)
        loaded = publications.load(connection, list(ids.values()))
    unknown = [key for key in (published, *others) if key and key not in ids]
    if unknown:
        raise CannotJoinError(
            f"There is no publication with the key {unknown[0]}. Nothing was changed."
        )
    if published in others:
        raise CannotJoinError(f"{published} cannot be a version of itself. Nothing was changed.")
    if published and (target := loaded[ids[published]].record.version_of):
        raise CannotJoinError(
            f"{published} is itself a version of {target}. Nothing was changed. "
            f"Join to {target} instead."
        )
    records = {ids[key]: loaded[ids[key]].record for key in others}
    edits = [
        Edit(version, id_)
        for id_, record in records.items()
        if (version := as_version(record, published)) != record
    ]
    return catalog.save(edits, command, expected=revision)


def as_version(record: Record, published: str) -> Record:
    """Return the record as a version of another, or of none if `published` is empty."""
    source = {name: value for name, value in record.source.items() if name != FIELD}
    if published:
        source[FIELD] = published
    return replace(record, version_of=published, source=source)


def apply_joins(
    records: Sequence[Record], stored: Mapping[str, str], configured: Sequence[Sequence[str]]
) -> list[Record]:
    """Return records with the joins of the catalog and site.toml, unless they have their own.

    `stored` maps keys in the catalog to the key of the published version. `configured` are the
    lists of keys in site.toml, the published version first, and take precedence.
    """
    wanted = {
        **stored,
        **{key: published for published, *others in configured for key in others},
    }
    return [
        as_version(record, wanted[record.key])
        if wanted.get(record.key, record.key) != record.key and not record.version_of
        else record
        for record in records
    ]
