"""Sessions end: by time, by the settings, and by a restore."""

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from tests import archives
from tests.conftest import BOTH_DATABASES, ON_SQLITE
from tests.editors import age, editing_site, sign_in, site
from webapp.accounts.editors import note_editors
from webapp.accounts.links import make_link
from webapp.accounts.sessions import IDLE, LONGEST
from webapp.accounts.tokens import hash_of, make_secret
from webapp.application import create_app
from webapp.site import site as parts_of
from webapp.site_file import load_settings
from webapp.store.tables import OF_EDITORS

DATABASES = BOTH_DATABASES


__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]
DAY = timedelta(days=1)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/edit/").status_code == 200


def test_a_session_slides_until_it_is_not_used_for_thirty_days(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    for _ in range(2):
        age(client, IDLE - DAY)
        answer = client.get("/edit/")
        assert answer.status_code == 200
        assert "Max-Age=2592000" in answer.headers["Set-Cookie"]
        assert "Set-Cookie" not in client.get("/edit/").headers
    age(client, IDLE + DAY)
    assert not is_signed_in(client)


def test_a_session_ends_even_if_it_is_used_every_day(editing_site: Editing) -> None:
    client = editing_site()
    sign_in(client)
    step = IDLE - DAY
    for _ in range(LONGEST // step):
        age(client, step)
        assert is_signed_in(client)
    age(client, step)
    assert not is_signed_in(client)


def test_a_former_editor_has_no_session(editing_site: Editing) -> None:
    """Neither before the next start, nor after the name is in the settings again."""
    client = editing_site()
    sign_in(client, "grace")
    cookie = client.get_cookie("__Host-octavo")
    assert cookie
    without = editing_site(editors=("ada",))
    without.set_cookie("__Host-octavo", cookie.value)
    assert not is_signed_in(without)
    database = parts_of(client.application).catalog.database
    note_editors(database, ("ada", "grace"))
    note_editors(database, ("ada",))
    note_editors(database, ("ada", "grace"))
    assert not is_signed_in(client)


@ON_SQLITE
def test_no_backup_has_a_session_and_no_restore_brings_one(
    app: Flask, instance: Path, tmp_path: Path
) -> None:
    with (instance / "site.toml").open("a") as file:
        file.write('editors = ["ada"]\nhosts = ["localhost"]\n')
    client = create_app(instance, load_settings(instance)).test_client()
    runner = client.application.test_cli_runner()
    sign_in(client)
    cookie = client.get_cookie("__Host-octavo")
    assert cookie
    link = make_link(parts_of(client.application).catalog.database, "ada")
    backup = tmp_path / "backup.zip"
    assert runner.invoke(args=["backup", str(backup)]).exit_code == 0
    assert is_signed_in(client)
    with zipfile.ZipFile(backup) as archive:
        database = archive.read("octavo.db")
    for secret in (cookie.value, link):
        assert secret.encode() not in database
        assert hash_of(secret).encode() not in database
    assert runner.invoke(args=["restore", "--force", str(backup)]).exit_code == 0
    assert not is_signed_in(client)


@ON_SQLITE
def test_a_session_in_a_foreign_backup_is_not_restored(
    app: Flask, instance: Path, tmp_path: Path, runner: FlaskCliRunner
) -> None:
    """Otherwise the author of the backup would be signed in."""
    assert runner.invoke(args=["backup", str(tmp_path / "good.zip")]).exit_code == 0
    secret = make_secret()

    def plant(connection: sqlite3.Connection) -> None:
        times = ("2026-01-01 00:00:00", "2999-01-01 00:00:00")
        row = (hash_of(secret), "ada", times[0], times[1], times[1], "")
        connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)", row)
        connection.execute("INSERT INTO editors VALUES ('ada', ?)", times[:1])

    evil = archives.with_database(tmp_path / "good.zip", tmp_path / "evil.zip", plant)
    result = runner.invoke(args=["restore", "--force", str(evil)])
    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        for table in OF_EDITORS:
            query = f"SELECT * FROM {table}"  # noqa: S608  our own names
            assert connection.execute(query).fetchall() == []


@ON_SQLITE
def test_a_restore_reports_other_editors(
    app: Flask, instance: Path, tmp_path: Path, runner: FlaskCliRunner
) -> None:
    site_file = instance / "site.toml"
    before = site_file.read_text()
    site_file.write_text(f'{before}editors = ["mallory"]\nhosts = ["localhost"]\n')
    assert runner.invoke(args=["backup", str(tmp_path / "other.zip")]).exit_code == 0
    site_file.write_text(before)
    result = runner.invoke(args=["restore", "--force", str(tmp_path / "other.zip")])
    assert "editors:  -> mallory" in result.output
