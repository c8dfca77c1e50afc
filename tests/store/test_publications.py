"""Saving and loading records, in a database that the migrations created."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import BOTH_DATABASES
from webapp.application import create_app
from webapp.catalog.catalog import Catalog
from webapp.curation import history
from webapp.errors import CatalogChangedError
from webapp.records import Link, Person, Record
from webapp.site import site
from webapp.store import publications, schema
from webapp.store.connections import current_revision, reading, revision_of, writing
from webapp.store.edits import Edit
from webapp.store.tables import Change, FormerSlug, Publication, Revision, db

DATABASES = BOTH_DATABASES


FULL = Record(
    key="DBLP:conf/x/Y",
    type="inproceedings",
    title="On $O(n\\log n)$ & <b>Bold</b>",
    authors=(
        Person(family="Beethoven", given="Ludwig", particle="van", suffix="Jr.", equal=True),
        Person(literal="Nex-AGI Team"),
        Person(family="Øre", given="Åse", equal=True),
    ),
    editors=(Person(family="Beethoven", given="Ludwig", particle="van", suffix="Jr."),),
    venue="X",
    container="Proceedings of X",
    date="2025-03",
    year=2025,
    abstract="First.\n\nSecond 𝕏 \u202e.",
    doi="10.1/x",
    arxiv="2501.00001",
    language="en",
    links=(Link("pdf", "x.pdf"), Link("code", "https://example.org/?a=b&c")),
    tags=("zeta", "alpha"),
    fields={"pages": "1–2"},
    source={"title": "On $O(n\\log n)$ \\& <b>Bold</b>", "pages": "1--2"},
)


def record(key: str, **values: object) -> Record:
    return Record(key=key, type="misc", title=f"The title of {key}", **values)  # type: ignore[arg-type]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """Return an empty catalog."""
    app = create_app(tmp_path)
    with app.app_context():
        schema.prepare_database(app)
        yield site(app).catalog
        db.engine.dispose()


def all_records(catalog: Catalog) -> list[Record]:
    with reading(catalog.database) as connection:
        return [stored.record for stored in publications.load_all(connection)]


def count(catalog: Catalog, table: type) -> int:
    with reading(catalog.database) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def ids(catalog: Catalog) -> dict[str, int]:
    with reading(catalog.database) as connection:
        rows = connection.execute(select(Publication.key, Publication.id))
        return {row.key: row.id for row in rows}


def test_the_migrations_create_the_schema_of_the_models(catalog: Catalog) -> None:
    with reading(catalog.database) as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []


def test_a_saved_record_is_loaded_unchanged(catalog: Catalog) -> None:
    catalog.save([Edit(FULL), Edit(Record(key="bare", type="misc"))], "test")
    saved, bare = all_records(catalog)
    assert saved == Record(**{**_parts(FULL), "slug": "dblp-conf-x-y"})
    assert bare == Record(key="bare", type="misc", slug="bare")


def _parts(record: Record) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def test_a_change_replaces_everything_but_id_slug_and_position(catalog: Catalog) -> None:
    catalog.save([Edit(FULL), Edit(record("b"))], "test")
    changed = record(FULL.key, tags=("beta",))
    catalog.save([Edit(changed, ids(catalog)[FULL.key])], "test")
    first, _ = all_records(catalog)
    assert first == Record(**{**_parts(changed), "slug": "dblp-conf-x-y"})


def test_ids_are_never_reused(catalog: Catalog) -> None:
    catalog.save([Edit(FULL)], "test")
    removed = ids(catalog)[FULL.key]
    catalog.save([Edit(None, removed)], "test")
    catalog.save([Edit(FULL)], "test")
    assert ids(catalog)[FULL.key] > removed


def test_every_save_is_a_revision_with_command_and_former_states(catalog: Catalog) -> None:
    first = current_revision(catalog.database)
    catalog.save([Edit(FULL), Edit(record("b"))], "octavo import a.bib")
    id_ = ids(catalog)[FULL.key]
    catalog.save([Edit(record(FULL.key), id_)], "change")
    last = catalog.save([Edit(None, id_)], "remove")
    assert (last.identity, last.counter) == (first.identity, first.counter + 3)
    with reading(catalog.database) as connection:
        changes = connection.execute(
            select(Change.revision, Change.publication_id, Change.action).order_by(Change.revision)
        ).all()
        commands = list(connection.scalars(select(Revision.command).order_by(Revision.counter)))
    assert commands == ["octavo import a.bib", "change", "remove"]
    assert changes == [
        (1, id_, "added"),
        (1, id_ + 1, "added"),
        (2, id_, "changed"),
        (3, id_, "removed"),
    ]
    (second,), (third,) = (history.difference(catalog, number) for number in (2, 3))
    assert second.before == Record(**{**_parts(FULL), "slug": "dblp-conf-x-y"})
    assert second.after == third.before == record(FULL.key, slug="dblp-conf-x-y")


def test_saving_nothing_changes_nothing(catalog: Catalog) -> None:
    before = current_revision(catalog.database)
    assert catalog.save([], "test") == before
    assert current_revision(catalog.database) == before
    assert count(catalog, Revision) == 0


def test_a_failed_save_changes_nothing(catalog: Catalog) -> None:
    catalog.save([Edit(FULL)], "test")
    before = current_revision(catalog.database)
    with pytest.raises(Exception, match="UNIQUE"):
        catalog.save([Edit(record("b")), Edit(record("b"))], "test")
    assert current_revision(catalog.database) == before
    assert [saved.key for saved in all_records(catalog)] == [FULL.key]


def test_edits_made_for_another_revision_are_refused(catalog: Catalog) -> None:
    before = current_revision(catalog.database)
    catalog.save([Edit(FULL)], "test")
    with pytest.raises(CatalogChangedError):
        catalog.save([Edit(record("b"))], "test", expected=before)


def test_two_databases_never_have_one_revision(catalog: Catalog, app: Flask) -> None:
    other = site(app).catalog
    assert current_revision(other.database).identity != current_revision(catalog.database).identity


def test_slugs_are_unique_among_present_and_former_ones(catalog: Catalog) -> None:
    catalog.save(
        [Edit(record("Smith 2004")), Edit(record("smith-2004")), Edit(record("日本"))], "x"
    )
    assert [saved.slug for saved in all_records(catalog)] == [
        "smith-2004",
        "smith-2004-2",
        "the-title-of-ri-ben",
    ]
    with writing(catalog.database) as connection:
        connection.execute(
            FormerSlug.__table__.insert().values(
                slug="old", publication_id=ids(catalog)["Smith 2004"]
            )
        )
    catalog.save([Edit(record("old"))], "x")
    assert all_records(catalog)[-1].slug == "old-2"
    assert catalog.present_slug("old") == "smith-2004"
    assert catalog.present_slug("older") is None


def test_a_reader_sees_one_state_throughout(catalog: Catalog) -> None:
    catalog.save([Edit(FULL)], "test")
    with reading(catalog.database) as connection:
        before = revision_of(connection)
        catalog.save([Edit(record("b"))], "test")
        assert revision_of(connection) == before
        assert len(list(publications.load_all(connection))) == 1
    assert current_revision(catalog.database).counter == before.counter + 1


def test_the_digest_depends_on_everything_but_the_slug() -> None:
    assert publications.digest(FULL) == publications.digest(
        Record(**{**_parts(FULL), "slug": "other"})
    )
    for name, value in [("title", "x"), ("tags", ()), ("fields", {}), ("year", None)]:
        assert publications.digest(FULL) != publications.digest(
            Record(**{**_parts(FULL), name: value})
        )


def test_more_than_one_chunk_is_written_and_read_in_order(catalog: Catalog) -> None:
    keys = [f"k{number}" for number in range(publications.CHUNK + 7)]
    authors = tuple(Person(family=f"F{number}") for number in range(3))
    catalog.save([Edit(record(key, authors=authors)) for key in keys], "test")
    saved = all_records(catalog)
    assert [record.key for record in saved] == keys
    assert {record.authors for record in saved} == {authors}
