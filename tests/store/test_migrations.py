"""Migrations: databases of every former schema, with data, are upgraded to the current one.

Each migration has a dump: `sqlite3 octavo.db .dump > tests/data/database_NUMBER.sql`.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from tests.conftest import running
from webapp.catalog.criteria import Criteria
from webapp.config import ROOT
from webapp.curation import history
from webapp.errors import DatabaseError
from webapp.records import Link, Person
from webapp.site import site
from webapp.store import publications
from webapp.store.connections import reading
from webapp.store.schema import MIGRATIONS, migrate
from webapp.store.tables import OF_EDITORS, db

DUMPS = sorted((ROOT / "tests" / "data").glob("database_*.sql"))
NEWER = "9999"
IN_ROWS = ("contributions", "links", "tags")  # tables until 0002


def rows(instance: Path) -> dict[str, int]:
    """Count the rows of each table, and check all foreign keys."""
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        counts = {
            name: f'SELECT count(*) FROM "{name}"'  # noqa: S608  the database's own name
            for (name,) in tables
            if not name.startswith("sqlite_")
        }
        return {name: connection.execute(query).fetchone()[0] for name, query in counts.items()}


def parts_in_rows(instance: Path) -> dict[str, int]:
    """Count the values in publications that once had their own tables."""
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        query = "SELECT authors, editors, links, tags FROM publications"
        authors, editors, links, tags = (
            [part for text in column for part in json.loads(text)]
            for column in zip(*connection.execute(query), strict=True)
        )
    return {"contributions": len(authors + editors), "links": len(links), "tags": len(tags)}


@pytest.fixture(params=DUMPS, ids=[path.stem for path in DUMPS])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Yield a site with a database of an earlier version.

    It has an item with two versions, and publications that were changed, removed and renamed.
    """
    with closing(sqlite3.connect(tmp_path / "octavo.db")) as connection:
        connection.executescript(request.param.read_text())
    with running(tmp_path) as app:
        yield app


def test_every_schema_has_a_dump() -> None:
    known = {script.revision for script in ScriptDirectory(MIGRATIONS).walk_revisions()}
    assert {path.stem.removeprefix("database_") for path in DUMPS} == known


def test_an_old_database_is_migrated_with_all_its_data(old: Flask) -> None:
    instance = Path(old.instance_path)
    before = rows(instance)
    result = old.test_cli_runner().invoke(args=["prepare"])
    assert result.exit_code == 0, result.output
    after = rows(instance)
    before.pop("people", None)  # each name once, even if no publication has it
    empty = ("source_records", "source_answers", "harvest_memberships", *OF_EDITORS)
    before = {**dict.fromkeys(empty, 0), **before}
    before["additions"] = 1  # only the first revision added publications
    before |= {"harvest_items": 3, "harvest_batches": 2, "harvest_state": 0}
    in_rows = {name: before.pop(name) for name in IN_ROWS if name in before}
    assert after == before
    assert in_rows in ({}, parts_in_rows(instance))
    catalog = site(old).catalog
    with reading(catalog.database) as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []
        made = "SELECT sql FROM sqlite_master WHERE name = 'publications'"
        assert "AUTOINCREMENT" in connection.exec_driver_sql(made).scalar_one()


def test_people_links_and_tags_survive_the_migration(old: Flask) -> None:
    assert old.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    catalog = site(old).catalog
    with reading(catalog.database) as connection:
        records = {stored.record.key: stored.record for stored in publications.load_all(connection)}
    assert records["doe2020"].authors == (
        Person(family="Beethoven", given="Ludwig", particle="van", suffix="Jr."),
        Person(family="Doe", given="Jane"),
        Person(literal="The Nex Team"),
    )
    assert records["doe2020"].tags == ("sorting", "brewing")
    assert records["oere2021"].editors == (Person(family="Doe", given="Jane"),)
    assert records["oere2021"].links == (
        Link("pdf", "ore.pdf"),
        Link("url", "https://example.org/ore"),
    )


def test_a_migrated_database_is_served_searched_and_changed(old: Flask) -> None:
    runner, client = old.test_cli_runner(), old.test_client()
    assert runner.invoke(args=["prepare"]).exit_code == 0
    catalog = site(old).catalog
    assert [record.slug for record in catalog.find(Criteria(q="zymurgy")).records] == ["doe2020"]
    for slug in ("doe2020", "doe2019", "oere2021"):
        assert client.get(f"/publications/{slug}").status_code == 200
    assert client.get("/publications/ore-1").headers["Location"].endswith("/oere2021")
    for number in (3, 2):
        undone = runner.invoke(args=["undo", str(number)])
        assert undone.exit_code == 0, undone.output
    titles = {record.title for record in catalog.find(Criteria()).records}
    assert {"Gone", "Øre's Theorem", "On the Zymurgy of Sorting"} <= titles


def test_the_history_survives_the_migration(old: Flask) -> None:
    assert old.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    catalog = site(old).catalog
    third, second, first = history.entries(catalog, 10)
    assert (first.command, first.counts) == ("octavo import publications.bib", {"added": 4})
    assert (second.counts, third.counts) == ({"changed": 1, "removed": 1}, {"changed": 1})
    assert first.at < second.at < third.at == catalog.updated()
    assert catalog.additions().times == (first.at,)
    removed, changed = history.difference(catalog, 2)
    assert removed.before is not None
    assert removed.before.authors == (Person(family="Doe", given="John"),)
    assert changed.before is not None
    assert changed.after is not None
    assert changed.before.title.startswith("Øre's")
    assert changed.after.editors == (Person(family="Doe", given="Jane"),)
    (joined,) = history.difference(catalog, 3)
    assert joined.fields == ("version_of", "versionof")


def test_undo_works_back_to_the_start_of_a_migrated_history(old: Flask) -> None:
    runner = old.test_cli_runner()
    runner.invoke(args=["prepare"])
    catalog = site(old).catalog
    for step in ("octavo join doe2020 doe2019", "octavo import publications.bib --prune"):
        assert step in runner.invoke(args=["undo"]).output
    records = {record.slug: record for record in catalog.find(Criteria()).records}
    assert set(records) == {"doe2019", "doe2020", "gone2018", "oere2021"}
    assert not records["doe2019"].version_of
    assert catalog.present_slug("ore-1") == "oere2021"
    assert runner.invoke(args=["undo", "1"]).exit_code == 0
    assert catalog.count() == 0
    assert runner.invoke(args=["undo", "6"]).exit_code == 0
    assert catalog.present_slug("ore-1") == "oere2021"


def migrations(folder: Path, change: str) -> Path:
    """Return a folder with the migrations and a further one with this change."""
    shutil.copytree(MIGRATIONS, folder)
    head = ScriptDirectory(MIGRATIONS).get_current_head()
    (folder / "versions" / "next.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision = 'next', {head!r}\n\ndef upgrade():\n    {change}\n"
    )
    return folder


REBUILD = (
    "with op.batch_alter_table('publications', recreate='always') as batch:\n"
    "        batch.add_column(sa.Column('more', sa.Text()))"
)


def test_a_rebuilt_table_keeps_the_rows_that_refer_to_it(app: Flask, tmp_path: Path) -> None:
    """With foreign keys on, SQLite would delete rows that refer to a dropped table."""
    before = rows(Path(app.instance_path))
    with app.app_context():
        migrate(app, migrations(tmp_path / "migrations", REBUILD))
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert rows(Path(app.instance_path)) == before


def test_a_failed_migration_changes_nothing(app: Flask, tmp_path: Path) -> None:
    before = rows(Path(app.instance_path))
    change = f"{REBUILD}\n    op.drop_table('changes')\n    op.execute('nonsense')"
    with app.app_context(), pytest.raises(DatabaseError, match="nonsense"):
        migrate(app, migrations(tmp_path / "migrations", change))
    assert rows(Path(app.instance_path)) == before
    assert app.test_client().get("/").status_code == 200


@pytest.mark.parametrize("command", ["prepare", "import --yes x.bib", "undo", "export", "reindex"])
def test_a_newer_database_is_refused_by_every_command(
    app: Flask, instance: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(instance)
    shutil.copy("publications.bib", "x.bib")
    before = rows(instance)
    with closing(sqlite3.connect("octavo.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (NEWER,))
    result = app.test_cli_runner().invoke(args=command.split())
    assert result.exit_code == 2
    assert f"newer version of Octavo (schema {NEWER}" in result.stderr
    assert rows(instance) == before
