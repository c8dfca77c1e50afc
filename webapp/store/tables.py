"""The tables. The database is the truth; portable SQL, so that PostgreSQL can follow."""

from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# Names for all constraints, so that migrations can speak of them on every database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of the tables."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)


class UTCDateTime(TypeDecorator[datetime]):
    """A time that is aware and in UTC on both sides; SQLite would lose the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class CatalogState(db.Model):  # type: ignore[name-defined,misc]
    """One row: the catalog revision is (identity, counter)."""

    __tablename__ = "catalog_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(String(32))  # random, drawn when the database is made
    counter: Mapped[int] = mapped_column(default=0)  # raised by one in every saving transaction
    loaded: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the owner's file
    updated: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when the counter was raised
    # The latest revision that the history no longer has; later ones are all there.
    forgotten: Mapped[int] = mapped_column(default=0, server_default="0")


class Publication(db.Model):  # type: ignore[name-defined,misc]
    """One publication, whole: a list reads it at every keystroke, and so with one SELECT."""

    __tablename__ = "publications"
    # An id is never used twice: the index keeps ids.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    position: Mapped[int] = mapped_column(BigInteger, index=True)  # the owner's order, with gaps
    type: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    venue: Mapped[str] = mapped_column(Text)
    container: Mapped[str] = mapped_column(Text)
    date: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None] = mapped_column(index=True)
    doi: Mapped[str] = mapped_column(Text)
    arxiv: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    version_of: Mapped[str] = mapped_column(Text, index=True)  # a key, there or not
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
    digest: Mapped[str] = mapped_column(String(32))  # of the record, to see quickly what changed
    abstract: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    source: Mapped[dict[str, str]] = mapped_column(JSON)
    # Lists of what a Person and a Link hold, in order; what is empty at the end is left out.
    authors: Mapped[list[list[Any]]] = mapped_column(JSON)
    editors: Mapped[list[list[Any]]] = mapped_column(JSON)
    links: Mapped[list[list[str]]] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON)


class FormerSlug(db.Model):  # type: ignore[name-defined,misc]
    """A slug that a publication had before; it redirects."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publications.id", ondelete="CASCADE"), index=True
    )


class Addition(db.Model):  # type: ignore[name-defined,misc]
    """The first id that one saving transaction gave to new publications, and when.

    Ids rise, so these few rows say of every publication when it came. They outlive the history.
    """

    __tablename__ = "additions"

    first_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Revision(db.Model):  # type: ignore[name-defined,misc]
    """One saving transaction, and the command that made it."""

    __tablename__ = "revisions"

    counter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    command: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    undoes: Mapped[int | None]  # the revision that this one took back
    loaded: Mapped[str | None] = mapped_column(String(64))  # of catalog_state, before; if known
    # What was changed and removed, as deltas.DeltaWriter packs it; None when nothing was.
    deltas: Mapped[bytes | None] = mapped_column(LargeBinary)


class Change(db.Model):  # type: ignore[name-defined,misc]
    """That one revision touched one publication: the index follows these rows."""

    __tablename__ = "changes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    revision: Mapped[int] = mapped_column(
        ForeignKey("revisions.counter"), primary_key=True, autoincrement=False
    )
    # No foreign key: it outlives the publication.
    publication_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(String(10))  # "added", "changed" or "removed"
