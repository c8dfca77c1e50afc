"""Replacing the database: whether it was replaced is known, also on a disk that fails."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from webapp.store.backup import replacement


def cannot_open(*_arguments: object, **_options: object) -> sqlite3.Connection:
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorname = "SQLITE_CANTOPEN"
    raise error


@pytest.fixture
def database(seed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(seed / "octavo.db", tmp_path / "octavo.db"))


def test_a_replaced_database_is_verified_without_opening_it_again(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a failure to open it would roll back the files, and leave the new database."""
    source = Path(shutil.copy(database, tmp_path / "new.db"))
    with closing(sqlite3.connect(source)) as connection, connection:
        connection.execute("UPDATE catalog_state SET identity = 'new'")
    copy = replacement._copy  # noqa: SLF001

    def copy_and_fail(*arguments: object) -> None:
        copy(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(sqlite3, "connect", cannot_open)

    monkeypatch.setattr(replacement, "_copy", copy_and_fail)
    replacement.replace_database(source, database, "new", 0)
    monkeypatch.undo()
    assert replacement.identity_of(database) == "new"


def test_an_identity_that_cannot_be_read_is_not_another_one(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "connect", cannot_open)
    with pytest.raises(OSError, match="cannot be read or written"):
        replacement.identity_of(database)


@pytest.mark.parametrize("content", [None, b"not a database" * 100])
def test_a_missing_or_damaged_database_has_no_identity(
    tmp_path: Path, content: bytes | None
) -> None:
    if content:
        (tmp_path / "octavo.db").write_bytes(content)
    assert replacement.identity_of(tmp_path / "octavo.db") == ""
