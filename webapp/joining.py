"""Which publications are the same work: proposals for the owner, and his word."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from . import store
from .catalog import Catalog
from .database import CatalogRevision, reading, revision_of
from .models import Publication
from .records import Record
from .saving import Edit

FIELD = "versionof"  # the BibTeX field that says it

MAX_YEARS_APART = 3  # between a preprint and what is published of it


class CannotJoin(Exception):  # noqa: N818
    """Publications that cannot be joined; the message says why."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two publications that may be one work, the one to show first."""

    published: str  # keys
    other: str
    why: str


def likenesses(records: Iterable[Record]) -> Iterator[Likeness]:
    """Pairs that share a DOI, an arXiv identifier, or title, people and nearby years.

    Pairs that are joined already are left out.
    """
    groups: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        for why, value in _signs(record):
            groups[why, value].append(record)
    told: set[frozenset[str]] = set()
    for (why, _), alike in groups.items():
        first, *others = sorted(alike, key=_is_preprint)
        for other in others:
            pair = frozenset((first.key, other.key))
            joined = other.version_of == first.key or first.version_of == other.key
            if pair not in told and not joined and _years_fit(first, other):
                told.add(pair)
                yield Likeness(first.key, other.key, why)


def _signs(record: Record) -> Iterator[tuple[str, str]]:
    if record.doi:
        yield "the same DOI", record.doi.lower()
    if record.arxiv:
        yield "the same arXiv identifier", record.arxiv.partition("v")[0]
    family = record.authors[0].literal or record.authors[0].family if record.authors else ""
    title = _folded(record.title)
    if title and family:
        yield "the same title and first author", f"{title} {_folded(family)}"


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())


def _is_preprint(record: Record) -> bool:
    return record.type in ("misc", "online", "unpublished", "techreport", "report") or (
        "arxiv" in f"{record.container} {record.venue}".lower()
    )


def _years_fit(first: Record, second: Record) -> bool:
    if first.year is None or second.year is None:
        return True
    return abs(first.year - second.year) <= MAX_YEARS_APART


def join(catalog: Catalog, published: str, others: Sequence[str], command: str) -> CatalogRevision:
    """Put publications behind the published one; with none it stands for, they stand alone.

    Raises CannotJoin.
    """
    keys = [key for key in (published, *others) if key]
    with reading(catalog.database) as connection:
        revision = revision_of(connection)
        query = select(Publication.id).where(Publication.key.in_(keys))
        loaded = store.load(connection, list(connection.scalars(query)))
    known = {stored.record.key: stored for stored in loaded.values()}
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise CannotJoin(f"There is no publication with the key {unknown[0]}.")
    if published in others:
        raise CannotJoin(f"{published} cannot be a version of itself.")
    if published and known[published].record.version_of:
        chief = known[published].record.version_of
        raise CannotJoin(f"{published} is itself a version of {chief}; join to that one.")
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
        if record.key in wanted and not record.version_of
        else record
        for record in records
    ]
