"""The tables. The database is the truth; portable SQL, so that PostgreSQL can follow."""

from datetime import UTC, datetime

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    MetaData,
    String,
    Text,
    UniqueConstraint,
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


class Publication(db.Model):  # type: ignore[name-defined,misc]
    """One publication; its people, links and tags are in tables of their own."""

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


class FormerSlug(db.Model):  # type: ignore[name-defined,misc]
    """A slug that a publication had before; it redirects."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publications.id", ondelete="CASCADE"), index=True
    )


class PersonName(db.Model):  # type: ignore[name-defined,misc]
    """A name as it is written; two spellings are two rows."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("family", "given", "particle", "suffix", "literal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(Text)
    given: Mapped[str] = mapped_column(Text)
    particle: Mapped[str] = mapped_column(Text)
    suffix: Mapped[str] = mapped_column(Text)
    literal: Mapped[str] = mapped_column(Text)


class Contribution(db.Model):  # type: ignore[name-defined,misc]
    """A person's place among the authors or editors of a publication."""

    __tablename__ = "contributions"

    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publications.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(20), primary_key=True)  # "author" or "editor"
    position: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    equal: Mapped[bool]
    marks: Mapped[str] = mapped_column(Text)


class PublicationLink(db.Model):  # type: ignore[name-defined,misc]
    """A link of a publication, in order."""

    __tablename__ = "links"

    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publications.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    url: Mapped[str] = mapped_column(Text)


class PublicationTag(db.Model):  # type: ignore[name-defined,misc]
    """A tag of a publication, in order."""

    __tablename__ = "tags"

    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publications.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, index=True)


class Revision(db.Model):  # type: ignore[name-defined,misc]
    """One saving transaction, and the command that made it."""

    __tablename__ = "revisions"

    counter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    command: Mapped[str] = mapped_column(Text)


class Change(db.Model):  # type: ignore[name-defined,misc]
    """What one revision did to one publication: the index follows these rows."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(ForeignKey("revisions.counter"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    publication_id: Mapped[int]  # no foreign key: it outlives the publication
    slug: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(10))  # "added", "changed" or "removed"
    before: Mapped[dict[str, object] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # the record as it was, position included
