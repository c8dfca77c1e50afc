"""Create the first schema."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_publications()
    _create_history()
    _create_contributions()
    _create_parts()
    # A new database gets a new identity: none of its revisions equals one of another database.
    state = sa.table("catalog_state", *map(sa.column, ("id", "identity", "counter", "loaded")))
    op.bulk_insert(state, [{"id": 1, "identity": uuid4().hex, "counter": 0, "loaded": ""}])


def _create_publications() -> None:
    op.create_table(
        "catalog_state",
        _column("id", sa.Integer()),
        _column("identity", sa.String(length=32)),
        _column("counter", sa.Integer()),
        _column("loaded", sa.String(length=64)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_state")),
    )
    names = ("family", "given", "particle", "suffix", "literal")
    op.create_table(
        "people",
        _column("id", sa.Integer()),
        *(_column(name, sa.Text()) for name in names),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint(*names, name=op.f("uq_people_family")),
    )
    op.create_table(
        "publications",
        _column("id", sa.Integer()),
        _column("slug", sa.String(length=200)),
        _column("key", sa.Text()),
        _column("position", sa.BigInteger()),
        *(_column(name, sa.Text()) for name in ("type", "title", "venue", "container", "date")),
        sa.Column("year", sa.Integer(), nullable=True),
        *(_column(name, sa.Text()) for name in ("doi", "arxiv", "language", "version_of")),
        _column("updated", sa.DateTime()),
        _column("digest", sa.String(length=32)),
        _column("abstract", sa.Text()),
        _column("fields", sa.JSON()),
        _column("source", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("key", name=op.f("uq_publications_key")),
        sa.UniqueConstraint("slug", name=op.f("uq_publications_slug")),
        sqlite_autoincrement=True,
    )
    for name in ("position", "version_of", "year"):
        op.create_index(op.f(f"ix_publications_{name}"), "publications", [name])


def _create_history() -> None:
    op.create_table(
        "revisions",
        sa.Column("counter", sa.Integer(), autoincrement=False, nullable=False),
        _column("command", sa.Text()),
        sa.PrimaryKeyConstraint("counter", name=op.f("pk_revisions")),
    )
    op.create_table(
        "changes",
        _column("id", sa.Integer()),
        _column("revision", sa.Integer()),
        _column("at", sa.DateTime()),
        _column("publication_id", sa.Integer()),
        _column("slug", sa.String(length=200)),
        _column("action", sa.String(length=10)),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["revision"], ["revisions.counter"], name=op.f("fk_changes_revision_revisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_revision"), "changes", ["revision"])


def _create_contributions() -> None:
    op.create_table(
        "contributions",
        _column("publication_id", sa.Integer()),
        _column("role", sa.String(length=20)),
        _column("position", sa.Integer()),
        _column("person_id", sa.Integer()),
        _column("equal", sa.Boolean()),
        _column("marks", sa.Text()),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_contributions_person_id_people")
        ),
        _references_publication("contributions"),
        sa.PrimaryKeyConstraint(
            "publication_id", "role", "position", name=op.f("pk_contributions")
        ),
    )
    op.create_index(op.f("ix_contributions_person_id"), "contributions", ["person_id"])


def _create_parts() -> None:
    """Create the other tables whose rows belong to a publication."""
    op.create_table(
        "former_slugs",
        _column("slug", sa.String(length=200)),
        _column("publication_id", sa.Integer()),
        _references_publication("former_slugs"),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slugs")),
    )
    op.create_index(op.f("ix_former_slugs_publication_id"), "former_slugs", ["publication_id"])
    op.create_table(
        "links",
        _column("publication_id", sa.Integer()),
        _column("position", sa.Integer()),
        _column("kind", sa.String(length=20)),
        _column("url", sa.Text()),
        _references_publication("links"),
        sa.PrimaryKeyConstraint("publication_id", "position", name=op.f("pk_links")),
    )
    op.create_table(
        "tags",
        _column("publication_id", sa.Integer()),
        _column("position", sa.Integer()),
        _column("name", sa.Text()),
        _references_publication("tags"),
        sa.PrimaryKeyConstraint("publication_id", "position", name=op.f("pk_tags")),
    )
    op.create_index(op.f("ix_tags_name"), "tags", ["name"])


def _column(name: str, type_: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=False)


def _references_publication(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_publication_id_publications")
    return sa.ForeignKeyConstraint(
        ["publication_id"], ["publications.id"], name=name, ondelete="CASCADE"
    )
