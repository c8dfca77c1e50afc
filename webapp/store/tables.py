"""The tables of the database, which is the source of truth. Portable SQL, for PostgreSQL too."""

from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# Every constraint has a name, so that migrations can refer to it on every database.
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
    """A timezone-aware time in UTC. SQLite would lose the time zone."""

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
    identity: Mapped[str] = mapped_column(String(32))  # random, chosen when the database is made
    counter: Mapped[int] = mapped_column(default=0)  # raised by one in every saving transaction
    loaded: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the owner's file
    updated: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when the counter was raised
    # The latest revision that was removed from the history, which has all later ones.
    forgotten: Mapped[int] = mapped_column(default=0, server_default="0")


class Publication(db.Model):  # type: ignore[name-defined,misc]
    """One publication per row, so that a list reads its publications with one SELECT."""

    __tablename__ = "publications"
    # Ids are never reused: the index refers to them.
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
    version_of: Mapped[str] = mapped_column(Text, index=True)  # a key, which may not exist
    updated: Mapped[datetime] = mapped_column(UTCDateTime)
    digest: Mapped[str] = mapped_column(String(32))  # of the record, to detect changes quickly
    abstract: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    source: Mapped[dict[str, str]] = mapped_column(JSON)
    # Lists of the values of a Person or a Link, in order, without empty ones at the end.
    authors: Mapped[list[list[Any]]] = mapped_column(JSON)
    editors: Mapped[list[list[Any]]] = mapped_column(JSON)
    links: Mapped[list[list[str]]] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON)


class FormerSlug(db.Model):  # type: ignore[name-defined,misc]
    """A slug that a publication once had, and that redirects to its present one."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publications.id", ondelete="CASCADE"), index=True
    )


class Addition(db.Model):  # type: ignore[name-defined,misc]
    """The first id that one saving transaction assigned to new publications, and when.

    Ids increase, so these few rows give the time of every addition. Forgetting the history
    leaves them.
    """

    __tablename__ = "additions"

    first_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Revision(db.Model):  # type: ignore[name-defined,misc]
    """One saving transaction and the command that ran it."""

    __tablename__ = "revisions"

    counter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    command: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    who: Mapped[str | None] = mapped_column(Text)  # the editor; None for a command
    undoes: Mapped[int | None]  # the revision that this one undid
    loaded: Mapped[str | None] = mapped_column(String(64))  # catalog_state.loaded before, if known
    # The changes and removals, as deltas.DeltaWriter packs them; None if there were none.
    deltas: Mapped[bytes | None] = mapped_column(LargeBinary)


class Change(db.Model):  # type: ignore[name-defined,misc]
    """A change of one publication in one revision. The index follows these rows."""

    __tablename__ = "changes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    revision: Mapped[int] = mapped_column(
        ForeignKey("revisions.counter"), primary_key=True, autoincrement=False
    )
    # No foreign key: the row remains when the publication is removed.
    publication_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(String(10))  # "added", "changed" or "removed"


class SourceRecordRow(db.Model):  # type: ignore[name-defined,misc]
    """What a source stated about a publication when it was last read. See `source_records`."""

    __tablename__ = "source_records"
    __table_args__ = ({"sqlite_with_rowid": False},)

    # No foreign key: the row remains when the publication is removed.
    publication_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    identifier: Mapped[str] = mapped_column(Text, primary_key=True)
    type: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    is_listed: Mapped[bool]  # whether the source still had the work when it was last read
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class SourceAnswer(db.Model):  # type: ignore[name-defined,misc]
    """The last answer of a source, for operators."""

    __tablename__ = "source_answers"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    works: Mapped[int]
    not_fetched: Mapped[int]  # works that could not be read


class HarvestItem(db.Model):  # type: ignore[name-defined,misc]
    """A publication that harvesters may have seen: a listed one, or one that was. See `harvest`."""

    __tablename__ = "harvest_items"
    __table_args__ = (Index("ix_harvest_items_batch", "batch", "publication_id"),)

    # No foreign key: the row remains when the publication is removed, for ever.
    publication_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    batch: Mapped[int]  # the HarvestBatch that says when it changed
    is_deleted: Mapped[bool]  # removed, hidden, or a version of another publication
    type: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None]
    # A digest of its versions, which its description names; "" without any.
    versions: Mapped[str] = mapped_column(String(32), index=True)


class HarvestBatch(db.Model):  # type: ignore[name-defined,misc]
    """When what one transaction changed became visible. Times never fall from batch to batch."""

    __tablename__ = "harvest_batches"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)  # None: not yet known


class HarvestMembership(db.Model):  # type: ignore[name-defined,misc]
    """That a publication is in a set of the settings: "person:ada", "list:compilers"."""

    __tablename__ = "harvest_memberships"
    __table_args__ = ({"sqlite_with_rowid": False},)

    set_spec: Mapped[str] = mapped_column(Text, primary_key=True)
    publication_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)


class HarvestState(db.Model):  # type: ignore[name-defined,misc]
    """One row once there are memberships: the revision and the settings that they follow."""

    __tablename__ = "harvest_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text)  # the revision, and a fingerprint of the lists
    members: Mapped[str] = mapped_column(Text)  # fingerprints of settings
    fields: Mapped[str] = mapped_column(Text)


class EditorRow(db.Model):  # type: ignore[name-defined,misc]
    """An editor in the settings as they were last read, so that changes can be noticed."""

    __tablename__ = "editors"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class SessionRow(db.Model):  # type: ignore[name-defined,misc]
    """A browser in which an editor is signed in. See `sessions`."""

    __tablename__ = "sessions"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the secret
    editor: Mapped[str] = mapped_column(Text, index=True)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen: Mapped[datetime] = mapped_column(UTCDateTime)
    expires: Mapped[datetime] = mapped_column(UTCDateTime)  # at the latest
    agent: Mapped[str] = mapped_column(Text)


class SignInLinkRow(db.Model):  # type: ignore[name-defined,misc]
    """An address that signs an editor in once."""

    __tablename__ = "sign_in_links"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the secret
    editor: Mapped[str] = mapped_column(Text)
    expires: Mapped[datetime] = mapped_column(UTCDateTime)
    used: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInFailure(db.Model):  # type: ignore[name-defined,misc]
    """How often a network failed to sign in since a time."""

    __tablename__ = "sign_in_failures"

    network: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    count: Mapped[int]


class CorrectionRow(db.Model):  # type: ignore[name-defined,misc]
    """A correction that a visitor proposes. See `corrections`."""

    __tablename__ = "corrections"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(index=True)  # which may be removed
    changes: Mapped[list[list[str]]] = mapped_column(JSON)  # name, value as loaded, new value
    name: Mapped[str] = mapped_column(Text)  # of the visitor; "" if not given
    email: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class CorrectionCount(db.Model):  # type: ignore[name-defined,misc]
    """How many corrections one address sent on the day of the secret."""

    __tablename__ = "correction_counts"

    sender: Mapped[str] = mapped_column(String(64), primary_key=True)  # HMAC of the address
    count: Mapped[int]


class CorrectionDay(db.Model):  # type: ignore[name-defined,misc]
    """The secret of a day, without which no address can be told from its HMAC."""

    __tablename__ = "correction_days"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)


# These rows say who is signed in, and what visitors sent. No backup has them, and no restore takes
# them from one.
OF_EDITORS = frozenset(
    table.__tablename__
    for table in (
        *(EditorRow, SessionRow, SignInLinkRow, SignInFailure),
        *(CorrectionRow, CorrectionCount, CorrectionDay),
    )
)
