"""Queries about publications, on a connection that the caller opened."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, cast, func, or_, select

from .publications import chunks
from .tables import CatalogState, Change, FormerSlug, Publication
from .versions import is_hidden, is_listed


def id_of_slug(connection: Connection, slug: str, hidden: bool = False) -> int | None:
    """Return the id of a publication; of a hidden one only with `hidden`."""
    query = select(Publication.id).where(Publication.slug == slug)
    return connection.scalar(query if hidden else query.where(~is_hidden()))


def ids_of_keys(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """Return the ids of citation keys. Keys without a publication are left out."""
    ids: dict[str, int] = {}
    for chunk in chunks(list(keys)):
        query = select(Publication.key, Publication.id).where(Publication.key.in_(chunk))
        ids.update(connection.execute(query).all())
    return ids


def ids_of_slugs(connection: Connection, slugs: Iterable[str]) -> dict[str, int]:
    """Return the ids of the publications that currently have these slugs."""
    ids: dict[str, int] = {}
    for chunk in chunks(list(slugs)):
        query = select(Publication.slug, Publication.id).where(Publication.slug.in_(chunk))
        ids.update(connection.execute(query).all())
    return ids


def all_leading_to(connection: Connection, slugs: Iterable[str]) -> list[Row[int, str]]:
    """Return pairs of publication id and slug for all these slugs, present or former."""
    pairs: list[Row[int, str]] = []
    for chunk in chunks(list(slugs)):
        present = select(Publication.id, Publication.slug).where(Publication.slug.in_(chunk))
        former = select(FormerSlug.publication_id, FormerSlug.slug)
        former = former.where(FormerSlug.slug.in_(chunk))
        pairs += connection.execute(present.union_all(former)).all()
    return pairs


def former_slugs(connection: Connection) -> dict[str, int]:
    """Return all former slugs, each with the id of its publication."""
    query = select(FormerSlug.slug, FormerSlug.publication_id)
    return dict(connection.execute(query).all())


def columns_of_all(connection: Connection, names: Sequence[str]) -> Sequence[Any]:
    """Return rows of the key and the named columns of all publications, in the owner's order.

    Besides columns, `pmid` (from `fields`) and `ids` (from `source`) can be named.
    """
    computed = {
        "pmid": Publication.fields["pmid"].as_string(),
        "ids": Publication.source["ids"].as_string(),
    }
    columns = [computed.get(name, getattr(Publication, name, None)) for name in names]
    query = select(Publication.key, *columns).order_by(Publication.position)
    return connection.execute(query).all()


def slug_of_former(connection: Connection, former: str, hidden: bool = False) -> str | None:
    """Return the present slug of the publication that once had the slug `former`.

    If it is hidden, return it only with `hidden`.
    """
    query = (
        select(Publication.slug)
        .join(FormerSlug, FormerSlug.publication_id == Publication.id)
        .where(FormerSlug.slug == former)
    )
    return connection.scalar(query if hidden else query.where(~is_hidden()))


def named_files(connection: Connection, *, hidden: bool) -> Sequence[Row[Any]]:
    """Return links and preview of publications that name files: of the hidden or the visible."""
    preview = Publication.fields["preview"].as_string()
    query = select(Publication.links, preview)
    return connection.execute(query.where(is_hidden() if hidden else ~is_hidden())).all()


def links_to_pdfs(
    connection: Connection, ids: Sequence[int] | None = None
) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield the ids and links of visible publications that may name a PDF; of some with `ids`."""
    query = select(Publication.id, Publication.links).order_by(Publication.position)
    query = query.where(cast(Publication.links, String).icontains(".pdf"), ~is_hidden())
    for chunk in [None] if ids is None else chunks(list(ids)):
        wanted = query if chunk is None else query.where(Publication.id.in_(chunk))
        yield from ((id_, links) for id_, links in connection.execute(wanted))


def keys_of_ids(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return the citation keys of publications."""
    keys: dict[int, str] = {}
    for chunk in chunks(list(ids)):
        query = select(Publication.id, Publication.key).where(Publication.id.in_(chunk))
        keys.update(connection.execute(query).all())
    return keys


def slugs_by_file(connection: Connection) -> dict[str, list[str]]:
    """Return the slugs of the publications that name each file, by its name."""
    preview = Publication.fields["preview"].as_string()
    rows = connection.execute(select(Publication.slug, Publication.links, preview))
    slugs: dict[str, list[str]] = {}
    for slug, links, image in rows:
        names = [url.lstrip("/") for _, url in links if ":" not in url]
        for name in dict.fromkeys((*names, *([image] if image else []))):
            slugs.setdefault(name, []).append(slug)
    return slugs


def listed_slugs(connection: Connection, offset: int, limit: int) -> Sequence[Row[str, datetime]]:
    """Return the slug and time of change of listed publications, in the order of their ids."""
    query = select(Publication.slug, Publication.updated).order_by(Publication.id)
    query = query.where(is_listed())
    return connection.execute(query.offset(offset).limit(limit)).all()


def ids_of_versions(connection: Connection, key: str) -> Sequence[int]:
    """Return the ids of the publications that name a key as their published version."""
    return connection.scalars(select(Publication.id).where(Publication.version_of == key)).all()


def listed_positions(connection: Connection, also: int) -> list[Row[int, int]]:
    """Return id and position of the publications that lists have, and of `also`, in order."""
    query = select(Publication.id, Publication.position)
    query = query.where(or_(is_listed(), Publication.id == also))
    return list(connection.execute(query.order_by(Publication.position, Publication.id)).all())


def ids_in_order(connection: Connection) -> Sequence[int]:
    """Return the ids of all publications in the owner's order."""
    query = select(Publication.id).order_by(Publication.position, Publication.id)
    return connection.scalars(query).all()


def last_position(connection: Connection) -> int:
    return connection.scalar(select(func.max(Publication.position))) or 0


def next_position(connection: Connection, position: int, without: int) -> int:
    """Return the first position after one, of a publication other than `without`."""
    query = select(func.min(Publication.position)).where(
        Publication.position > position, Publication.id != without
    )
    return connection.scalar(query) or 0


def count_publications(connection: Connection, listed: bool = False) -> int:
    """Count all publications, or only those that are listed themselves."""
    query = select(func.count()).select_from(Publication)
    query = query.where(is_listed()) if listed else query
    return connection.scalar(query) or 0


def updated(connection: Connection) -> datetime | None:
    """Return when the catalog last changed.

    This is not the latest time of all publications: a clock may have been wrong.
    """
    return connection.scalar(select(CatalogState.updated))


def changed_since(connection: Connection, counter: int, limit: int) -> Sequence[int] | None:
    """Return the ids of at most `limit` publications that changed after a revision.

    None if the history does not go back that far.
    """
    if counter < (connection.scalar(select(CatalogState.forgotten)) or 0):
        return None
    query = select(Change.publication_id).where(Change.revision > counter).distinct()
    return connection.scalars(query.limit(limit)).all()
