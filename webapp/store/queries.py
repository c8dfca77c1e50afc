"""What the catalog asks of the database about all publications, on a connection that is open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, func, select

from .tables import CatalogState, Change, FormerSlug, Publication
from .versions import is_behind_another


def id_of_slug(connection: Connection, slug: str) -> int | None:
    return connection.scalar(select(Publication.id).where(Publication.slug == slug))


def ids_of_key(connection: Connection, key: str) -> Sequence[int]:
    """Return the id of a citation key; empty when there is none."""
    return connection.scalars(select(Publication.id).where(Publication.key == key)).all()


def slug_of_former(connection: Connection, former: str) -> str | None:
    """Return the slug that a former one leads to."""
    query = (
        select(Publication.slug)
        .join(FormerSlug, FormerSlug.publication_id == Publication.id)
        .where(FormerSlug.slug == former)
    )
    return connection.scalar(query)


def listed_slugs(connection: Connection, offset: int, limit: int) -> Sequence[Row[str, datetime]]:
    """Return the slug of each listed publication and when it changed, by id."""
    query = select(Publication.slug, Publication.updated).order_by(Publication.id)
    query = query.where(~is_behind_another())
    return connection.execute(query.offset(offset).limit(limit)).all()


def count_publications(connection: Connection, listed: bool = False) -> int:
    """Count all publications, or without those that stand behind another one."""
    query = select(func.count()).select_from(Publication)
    query = query.where(~is_behind_another()) if listed else query
    return connection.scalar(query) or 0


def updated(connection: Connection) -> datetime | None:
    """Return when the catalog last changed.

    It is not the latest date of all publications: a clock may have been wrong.
    """
    return connection.scalar(select(CatalogState.updated))


def changed_since(connection: Connection, counter: int, limit: int) -> Sequence[int] | None:
    """Return the ids of at most `limit` publications that changed after a revision.

    None when the history no longer goes back that far.
    """
    if counter < (connection.scalar(select(CatalogState.forgotten)) or 0):
        return None
    query = select(Change.publication_id).where(Change.revision > counter).distinct()
    return connection.scalars(query.limit(limit)).all()
