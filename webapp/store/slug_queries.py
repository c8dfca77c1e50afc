"""Queries that follow slugs, present and former ones, to the publications that lists have."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from .publications import chunks
from .tables import FormerSlug, Publication
from .versions import IS_VERSION_OF, PUBLISHED, is_hidden


def listed_by_slug(connection: Connection, slugs: Iterable[str]) -> dict[str, str]:
    """Return present slugs of listed publications by their present or former ones.

    A version is followed to its published work. Slugs that lead to nothing are left out.
    """
    listed: dict[str, str] = {}
    for chunk in chunks(list(slugs)):
        former = _select_listed(FormerSlug.slug)
        former = former.join(FormerSlug, FormerSlug.publication_id == Publication.id)
        listed.update(connection.execute(former.where(FormerSlug.slug.in_(chunk))).all())
        present = _select_listed(Publication.slug).where(Publication.slug.in_(chunk))
        listed.update(connection.execute(present).all())
    return listed


def listed_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return the same by the ids of publications."""
    listed: dict[int, str] = {}
    for chunk in chunks(list(ids)):
        query = _select_listed(Publication.id).where(Publication.id.in_(chunk))
        listed.update(connection.execute(query).all())
    return listed


def all_slugs(connection: Connection) -> tuple[list[Row[int, str]], list[Row[int, str]]]:
    """Return pairs of publication id and slug: all present ones, and all former ones."""
    present = connection.execute(select(Publication.id, Publication.slug)).all()
    former = connection.execute(select(FormerSlug.publication_id, FormerSlug.slug)).all()
    return list(present), list(former)


def _select_listed(name: Any) -> Select[Any]:
    """Return the SELECT of a column and the slug of the publication that lists have."""
    slug = func.coalesce(PUBLISHED.slug, Publication.slug)
    query = select(name, slug).select_from(Publication)
    return query.outerjoin(PUBLISHED, IS_VERSION_OF).where(~is_hidden())
