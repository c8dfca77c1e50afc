"""What is PostgreSQL's own: its URLs, errors and locks, and what happens while it is away."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, update

from tests.octavo import octavo
from tests.postgresql import USER, PostgreSQL
from webapp.errors import ConfigurationError, DatabaseUnavailableError
from webapp.records import Record
from webapp.site import site
from webapp.store import versions
from webapp.store.connections import (
    Database,
    current_revision,
    database_url,
    engine_options,
    prepare_engine,
    reading,
    revision_of,
    writing,
)
from webapp.store.edits import Edit
from webapp.store.postgres import servers, urls
from webapp.store.queries import ids_of_keys
from webapp.store.tables import Publication, db


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def database(app: Flask) -> Database:
    return site(app).catalog.database


def test_a_restarted_server_is_found_again_without_an_error(
    database: Database, client: FlaskClient, postgresql: PostgreSQL
) -> None:
    assert client.get("/").status_code == 200
    postgresql.restart()
    assert client.get("/").status_code == 200
    assert current_revision(database).counter == 1


def test_a_stopped_server_is_unavailable_and_named_without_the_password(
    database: Database, client: FlaskClient, postgresql: PostgreSQL
) -> None:
    postgresql.stop()
    try:
        with pytest.raises(DatabaseUnavailableError, match="does not answer"):
            current_revision(database)
        with pytest.raises(DatabaseUnavailableError, match="does not answer"), writing(database):
            pass
        assert client.get("/").status_code == 503
    finally:
        postgresql.start()
    assert client.get("/").status_code == 200


def test_reading_has_one_view_and_cannot_write(database: Database) -> None:
    with reading(database) as connection:
        before = revision_of(connection)
        with writing(database) as writer:
            writer.exec_driver_sql("UPDATE catalog_state SET counter = 9")
        assert revision_of(connection) == before
        with pytest.raises(DatabaseUnavailableError):
            connection.exec_driver_sql("UPDATE catalog_state SET counter = 10")
    with reading(database) as connection:
        assert revision_of(connection).counter == 9


@pytest.mark.parametrize(
    ("name", "user", "advice"),
    [
        ("nowhere", USER, "no such database. To create it: createdb"),
        ("postgres", USER, "no tables of Octavo. To create them: octavo prepare"),
        ("postgres", "mallory", "refuses the user or the password"),
    ],
)
def test_an_error_says_what_to_do(
    postgresql: PostgreSQL, tmp_path: Path, name: str, user: str, advice: str
) -> None:
    setting = f"postgresql://{user}:secret@/{name}?host={postgresql.folder}"
    url = database_url(setting, tmp_path)
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    for use in (current_revision, _read_revision):
        with pytest.raises(DatabaseUnavailableError, match=advice) as refusal:
            use(engine)
        assert str(postgresql.folder) in str(refusal.value)
        assert "secret" not in str(refusal.value)
    engine.dispose()


def _read_revision(engine: Database) -> None:
    with reading(engine) as connection:
        revision_of(connection)


def test_two_first_starts_at_once_create_the_tables_once(
    postgresql: PostgreSQL, tmp_path: Path
) -> None:
    with postgresql.database() as name:
        env = {"OCTAVO_DATABASE_URL": postgresql.url(name)}
        instances = [tmp_path / "a", tmp_path / "b"]
        with ThreadPoolExecutor() as pool:
            runs = list(pool.map(lambda folder: octavo(folder, "prepare", env=env), instances))
        assert [(run.returncode, run.stderr) for run in runs] == [(0, b"")] * 2
        with postgresql.connect(name) as connection:
            (count,) = connection.execute("SELECT count(*) FROM catalog_state").fetchone() or (0,)
        assert count == 1


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    with reading(database) as connection:
        assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []


def test_a_text_with_a_nul_finds_nothing(database: Database) -> None:
    with reading(database) as connection:
        assert ids_of_keys(connection, ["liu2025eaas", "\0", "a\0b"]).keys() == {"liu2025eaas"}


def test_json_with_a_nul_can_be_read_back(database: Database) -> None:
    key, title = "liu2025eaas", "a\0b \\u0000 \\\0"
    with writing(database) as connection:
        query = update(Publication).where(Publication.key == key)
        connection.execute(query.values(source={"title": title}))
    with reading(database) as connection:
        query = select(Publication.source["title"].as_string()).where(Publication.key == key)
        assert connection.scalar(query) == title.replace("\0", "")


def test_a_list_reads_few_rows_of_a_table_without_statistics(
    database: Database, app: Flask
) -> None:
    abstract = "Zymurgy is the study of fermentation. " * 30
    many = [Record(f"many-{n}", "misc", "Zymurgy", abstract=abstract) for n in range(2_000)]
    preprint = Record(key="preprint", type="misc", title="Zymurgy", version_of="many-7")
    site(app).catalog.save([*map(Edit, many), Edit(preprint)], "test")
    query = (
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables "
        "WHERE relname = 'publications'"
    )
    with reading(database) as connection:
        before = connection.exec_driver_sql(query).scalar_one()
        found = versions.versions(connection, [each.key for each in many[:50]])
        rows = connection.exec_driver_sql(query).scalar_one() - before
    assert {key: [each.key for each in found[key]] for key in found} == {"many-7": ["preprint"]}
    assert rows < 100


@pytest.mark.parametrize(
    ("setting", "host", "port"),
    [
        ("postgresql://u:secret@a:5432,b:5433/d?target_session_attrs=any", "a,b", "5432,5433"),
        ("postgresql+psycopg://u:secret@a:5432/d", "a", "5432"),
        ("postgresql:///d?host=/run/postgresql&password=secret", "/run/postgresql", None),
    ],
)
def test_a_url_is_read_as_libpq_reads_it(
    setting: str, host: str, port: str | None, tmp_path: Path
) -> None:
    url = database_url(setting, tmp_path)
    assert (url.query["host"], url.query.get("port")) == (host, port)
    assert url.database == "d"
    assert "secret" not in str(url)


@pytest.mark.parametrize(
    "setting",
    [
        "postgresql://u:s%40+e%20c@a:1,b:2,c:3/x%20y?options=-c%20a%3Db",
        "postgresql://u@/d?host=/tmp/a+b,/tmp/c",
        "postgresql+psycopg://a,b",
    ],
)
def test_another_process_gets_a_url_with_the_best_server_first(
    setting: str, tmp_path: Path
) -> None:
    url = database_url(setting, tmp_path)
    assert urls.parse(urls.setting(url)) == url
    every = list(servers.places(url.query))
    for place in every:
        other = urls.parse(urls.setting(servers.preferring(url, place)))
        assert next(servers.places(other.query)) == place
        assert sorted(servers.places(other.query)) == sorted(every)
        assert (other.username, other.password) == (url.username, url.password)
        assert (other.database, other.query.get("options")) == (
            url.database,
            url.query.get("options"),
        )


@pytest.mark.parametrize("setting", ["postgresql://h/d?colour=red", "postgresql://u@[h/d"])
def test_a_wrong_url_is_refused_in_one_line(setting: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="database_url: ") as refusal:
        database_url(setting, tmp_path)
    assert "\n" not in str(refusal.value)
