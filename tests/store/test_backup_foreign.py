"""A backup that comes from somebody else: it is one, or it is refused and nothing is changed."""

import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests import archives
from tests.conftest import running
from webapp.catalog.catalog import Catalog
from webapp.catalog.criteria import Criteria
from webapp.config import ROOT
from webapp.site import site

DUMPS = sorted((ROOT / "tests" / "data").glob("database_*.sql"))


def snapshot(folder: Path) -> dict[str, object]:
    """Every file of an instance folder but SQLite's shared memory, and what the database holds."""
    files: dict[str, object] = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("octavo.db")
    }
    with closing(sqlite3.connect(folder / "octavo.db")) as connection:
        files["octavo.db"] = list(connection.iterdump())
    return files


@pytest.fixture(scope="module")
def saved(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the seed with a file of its own. Read only."""
    folder = tmp_path_factory.mktemp("saved")
    instance = Path(shutil.copytree(seed, folder / "instance"))
    (instance / "files").mkdir()
    (instance / "files" / "x.pdf").write_bytes(b"%PDF")
    with running(instance) as app:
        result = app.test_cli_runner().invoke(args=["backup", str(folder / "b.zip")])
    assert result.exit_code == 0, result.output
    return folder / "b.zip"


@pytest.fixture
def refuses(
    instance: Path, tmp_path: Path, runner: FlaskCliRunner, catalog: Catalog
) -> Callable[[Path], str]:
    """Restore by force; what is said when it is refused and nothing at all has changed."""

    def restore(backup: Path) -> str:
        before = snapshot(instance)
        outside = sorted(tmp_path.iterdir())
        result = runner.invoke(args=["restore", "--force", str(backup)])
        assert result.exit_code == 2, result.output
        assert result.stderr.count("\n") == 1
        assert snapshot(instance) == before
        assert sorted(tmp_path.iterdir()) == outside
        return result.stderr

    return restore


@pytest.mark.parametrize(
    "name",
    [
        "index/current",
        "index/generation-1/_MAIN_1.toc",
        "octavo.db-wal",
        "octavo.db-journal",
        "Octavo.db",
        "OCTAVO.DB",
        "SITE.TOML",
        "sitecustomize.py",
        "files",
        "Files/x",
        "files/../site.toml",
        "files/../../evil",
        "files/./x.txt",
        "files//x.txt",
        "/etc/evil",
        "//evil",
        "files/",
        "files/deep/",
        "../evil",
        "files/x.pdf/y",
        "octavo.db/x",
        "C:\\evil",
        "\\\\evil",
    ],
)
def test_only_the_database_two_files_and_those_below_files_are_taken(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str], name: str
) -> None:
    evil = archives.with_members(saved, tmp_path / "evil.zip", **{name: b"evil"})
    assert "evil.zip" in refuses(evil)
    assert not Path("/etc/evil").exists()


@pytest.mark.parametrize("name", ["manifest.json", "octavo.db"])
def test_what_every_backup_has_must_be_there(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str], name: str
) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        for other, content in archives.contents(saved).items():
            if other != name:
                archive.writestr(other, content)
    assert "not a backup" in refuses(tmp_path / "evil.zip")


def test_a_file_that_the_manifest_does_not_name_is_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    def add(archive: zipfile.ZipFile) -> None:
        archive.writestr("files/more.txt", b"more")

    evil = archives.write(tmp_path / "evil.zip", archives.contents(saved), add)
    assert "files/more.txt" in refuses(evil)


def test_two_files_of_one_name_are_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    def again(archive: zipfile.ZipFile) -> None:
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("files/x.pdf", b"other")

    evil = archives.write(tmp_path / "evil.zip", archives.contents(saved), again)
    assert "two files of one name" in refuses(evil)


@pytest.mark.parametrize(
    "mode",
    [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644, stat.S_IFBLK | 0o644, stat.S_IFREG | 0o4755],
)
def test_links_devices_and_special_modes_are_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str], mode: int
) -> None:
    members = archives.contents(saved)
    evil = archives.write(
        tmp_path / "evil.zip",
        {**members, "files/y": b"/etc/passwd"},
        lambda archive: setattr(archive.getinfo("files/y"), "external_attr", mode << 16),
    )
    assert "files/y" in refuses(evil)


def test_a_bomb_is_refused_before_it_is_unpacked(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    """Its directory says that a small file has many gigabytes, or that few bytes are many files."""

    def swell(archive: zipfile.ZipFile) -> None:
        archive.getinfo("files/x.pdf").file_size = 1 << 40

    evil = archives.write(tmp_path / "evil.zip", archives.contents(saved), swell)
    assert "would unpack to" in refuses(evil)


def test_files_that_overlap_are_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    def overlap(archive: zipfile.ZipFile) -> None:
        archive.getinfo("files/x.pdf").compress_size = 1 << 30

    evil = archives.write(tmp_path / "evil.zip", archives.contents(saved), overlap)
    assert "overlap" in refuses(evil)


def test_a_file_that_is_larger_than_it_says_is_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    members = {**archives.contents(saved), "files/zeros": bytes(50_000_000)}
    evil = archives.write(
        tmp_path / "evil.zip",
        members,
        lambda archive: setattr(archive.getinfo("files/zeros"), "file_size", 100),
    )
    assert "damaged" in refuses(evil)


def test_a_disk_without_room_is_named_before_anything_is_unpacked(
    saved: Path, refuses: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert "no room" in refuses(saved)


@pytest.mark.parametrize(
    "manifest",
    [
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"files": 7}',
        b'{"created": 1, "schema": 2, "revision": 3, "publications": "x", "files": {"a": 1}}',
    ],
)
def test_a_manifest_of_any_other_form_is_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str], manifest: bytes
) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        for name, content in archives.contents(saved).items():
            archive.writestr(name, manifest if name == "manifest.json" else content)
    assert "not a backup" in refuses(tmp_path / "evil.zip")


def test_a_backup_of_a_newer_program_is_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    manifest = json.loads(archives.contents(saved)["manifest.json"])
    for changed in ({"format": 2, "more": 1}, {"schema": "9999"}):
        text = json.dumps({**manifest, **changed}).encode()
        evil = archives.with_members(saved, tmp_path / "evil.zip", **{"manifest.json": text})
        assert "newer version of Octavo" in refuses(evil)


def test_names_that_the_site_does_not_serve_are_left_out_and_named(
    saved: Path, tmp_path: Path, instance: Path, runner: FlaskCliRunner
) -> None:
    """Backups of earlier versions have them."""
    names = ["files/.htaccess", "files/.git/config", "files/deep/.DS_Store"]
    old = archives.with_members(saved, tmp_path / "old.zip", **dict.fromkeys(names, b"x"))
    result = runner.invoke(args=["restore", "--force", str(old)])
    assert result.exit_code == 0, result.output
    for name in names:
        assert name in result.stderr
        assert not (instance / name).exists()


def test_a_time_with_terminal_codes_is_printed_as_escapes(
    saved: Path, tmp_path: Path, runner: FlaskCliRunner
) -> None:
    manifest = json.loads(archives.contents(saved)["manifest.json"])
    text = json.dumps({**manifest, "created": "\x1b]0;x\x07\x1b[2J"}).encode()
    foreign = archives.with_members(saved, tmp_path / "foreign.zip", **{"manifest.json": text})
    result = runner.invoke(args=["restore", "--force", str(foreign)])
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output
    assert "\\x1b[2J" in result.output


def test_a_command_with_terminal_codes_is_listed_as_escapes(
    saved: Path, tmp_path: Path, runner: FlaskCliRunner
) -> None:
    def change(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE revisions SET command = ?", ["\x1b]0;x\x07\x1b[2J"])

    foreign = archives.with_database(saved, tmp_path / "foreign.zip", change)
    assert runner.invoke(args=["restore", "--force", str(foreign)]).exit_code == 0
    result = runner.invoke(args=["history"])
    assert "\x1b" not in result.output
    assert "\\x1b[2J" in result.output


PINNED = "CREATE TRIGGER pin AFTER UPDATE ON catalog_state WHEN new.identity <> 'known' BEGIN"
PINNED += " UPDATE catalog_state SET identity = 'known'; END"
CHECKED = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_master SET sql = replace(sql, 'title TEXT', 'title TEXT CHECK (hex(9))');
"""
FOREIGN = [
    PINNED,
    "CREATE TRIGGER t AFTER INSERT ON changes BEGIN DELETE FROM publications; END",
    "CREATE VIEW v AS SELECT * FROM publications",
    "CREATE TABLE more (x)",
    "CREATE INDEX more ON publications (upper(title))",
    "CREATE VIRTUAL TABLE more USING fts5(x)",
    "ALTER TABLE publications ADD COLUMN more TEXT DEFAULT x'00'",
    "DROP INDEX ix_publications_year",
    "DROP TABLE former_slugs",
    "ALTER TABLE publications RENAME TO people; CREATE VIEW publications AS SELECT * FROM people",
    CHECKED,
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 2 WHERE name = 'revisions'",
    "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'ix_publications_year'",
    "UPDATE alembic_version SET version_num = '0001'",
    "DELETE FROM alembic_version",
]


@pytest.mark.parametrize("script", FOREIGN)
def test_a_database_of_another_schema_is_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str], script: str
) -> None:
    def change(connection: sqlite3.Connection) -> None:
        connection.executescript(script)

    evil = archives.with_database(saved, tmp_path / "evil.zip", change)
    assert "not a database of Octavo" in refuses(evil)


ROWS = {
    "authors": '[["a", {"b": 1}]]',
    "editors": '[["a", "b", "c", "d", "e", "true"]]',
    "tags": '["a", ["b"]]',
    "links": '[["nonsense", "https://example.org"]]',
    "fields": '{"volume": [1]}',
    "title": b"blob",
    "abstract": b"%PDF",
    "year": "soon",
    "slug": "../evil",
    "updated": "yesterday",
    "position": "first",
    "id": 1 << 62,
    "venue": '"\ud800"'.encode("utf-8", "surrogatepass"),
    "doi": b"\xff\xfe",
    "source": '{"a": 1',
}


@pytest.mark.parametrize("column", ROWS)
def test_a_row_that_the_site_could_not_read_is_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str], column: str
) -> None:
    value = ROWS[column]

    def change(connection: sqlite3.Connection) -> None:
        text = "CAST(? AS TEXT)" if column in ("venue", "doi") else "?"
        query = f"UPDATE publications SET {column} = {text} WHERE id = 1"  # noqa: S608
        connection.execute(query, [value])

    evil = archives.with_database(saved, tmp_path / "evil.zip", change)
    assert "octavo.db" in refuses(evil)


@pytest.mark.parametrize(
    "script",
    [
        "DELETE FROM catalog_state",
        "INSERT INTO catalog_state (id, identity, counter, loaded) VALUES (2, 'x', 1, '')",
        "UPDATE catalog_state SET counter = 9223372036854775807",
        "UPDATE catalog_state SET counter = 0",
        "UPDATE sqlite_sequence SET seq = 9223372036854775807",
        "UPDATE publications SET position = 9223372036854775807 WHERE id = 1",
        "INSERT INTO former_slugs VALUES ('x', 4711)",
    ],
)
def test_a_state_that_could_not_be_changed_any_more_is_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str], script: str
) -> None:
    evil = archives.with_database(
        saved, tmp_path / "evil.zip", lambda connection: connection.executescript(script)
    )
    assert "octavo.db" in refuses(evil)


def test_a_damaged_page_of_the_database_is_refused(
    saved: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    content = bytearray(archives.contents(saved)["octavo.db"])
    content[3 * 4096 : 3 * 4096 + 200] = b"\x0d" * 200
    evil = archives.with_members(saved, tmp_path / "evil.zip", **{"octavo.db": bytes(content)})
    assert "octavo.db" in refuses(evil)


@pytest.mark.parametrize("pragma", ["page_size = 8192", "auto_vacuum = 1", "journal_mode = WAL"])
def test_a_database_of_another_layout_is_written_in_ours(
    saved: Path,
    tmp_path: Path,
    instance: Path,
    catalog: Catalog,
    runner: FlaskCliRunner,
    pragma: str,
) -> None:
    (tmp_path / "source.db").write_bytes(archives.contents(saved)["octavo.db"])
    with closing(sqlite3.connect(tmp_path / "source.db")) as connection:
        lines = list(connection.iterdump())
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute(f"PRAGMA {pragma}")
        connection.executescript("\n".join(lines))
    other = archives.with_members(
        saved, tmp_path / "other.zip", **{"octavo.db": (tmp_path / "other.db").read_bytes()}
    )
    result = runner.invoke(args=["restore", "--force", str(other)])
    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (4096,)
    assert catalog.find(Criteria()).total == 7


@pytest.mark.parametrize("dump", DUMPS, ids=[dump.stem for dump in DUMPS])
def test_a_backup_of_an_earlier_schema_becomes_the_present_one(
    saved: Path, tmp_path: Path, app: Flask, dump: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.executescript(dump.read_text())
    members = {"octavo.db": (tmp_path / "old.db").read_bytes()}
    manifest = json.loads(archives.contents(saved)["manifest.json"])
    manifest["schema"] = dump.stem.removeprefix("database_")
    members["manifest.json"] = json.dumps(manifest).encode()
    old = archives.with_members(saved, tmp_path / "old.zip", **members)
    result = app.test_cli_runner().invoke(args=["restore", "--force", str(old)])
    assert result.exit_code == 0, result.output
    catalog = site(app).catalog
    assert catalog.find(Criteria(q="zymurgy")).total == 1


def test_an_index_is_never_taken_over(
    saved: Path, app: Flask, instance: Path, catalog: Catalog, runner: FlaskCliRunner
) -> None:
    """The identity is drawn anew, and the index written from nothing."""
    before = catalog.state().revision
    (generation,) = (instance / "index").glob("generation-*")
    (toc,) = generation.glob("*.toc")
    toc.write_bytes(b"hostile")
    assert runner.invoke(args=["restore", "--force", str(saved)]).exit_code == 0
    after = catalog.state()
    assert after.settled
    assert after.revision.identity != before.identity
    assert not generation.exists()


def settings_backup(saved: Path, target: Path, lines: str) -> Path:
    toml = archives.contents(saved)["site.toml"].decode()
    return archives.with_members(saved, target, **{"site.toml": f"{lines}\n{toml}".encode()})


@pytest.mark.parametrize(
    "line",
    [
        'database_url = "sqlite:////tmp/elsewhere.db"',
        'database_url = "postgresql://evil.example/db"',
        'index_path = "/etc"',
        "nonsense = 1",
        "= broken",
        "page_size = 0",
    ],
)
def test_settings_that_lead_to_other_data_or_are_wrong_are_refused(
    saved: Path,
    tmp_path: Path,
    instance: Path,
    refuses: Callable[[Path], str],
    runner: FlaskCliRunner,
    line: str,
) -> None:
    evil = settings_backup(saved, tmp_path / "evil.zip", line)
    assert "--keep-settings" in refuses(evil)
    before = (instance / "site.toml").read_bytes()
    result = runner.invoke(args=["restore", "--force", "--keep-settings", str(evil)])
    assert result.exit_code == 0, result.output
    assert (instance / "site.toml").read_bytes() == before


def test_settings_about_trust_are_restored_and_named(
    saved: Path, tmp_path: Path, instance: Path, runner: FlaskCliRunner
) -> None:
    lines = 'proxies = 2\nhosts = ["evil.example"]\nmetrics_from = ["0.0.0.0/0"]'
    other = settings_backup(saved, tmp_path / "other.zip", lines)
    result = runner.invoke(args=["restore", "--force", str(other)])
    assert result.exit_code == 0, result.output
    assert "proxies: 0 -> 2" in result.stderr
    assert "hosts:  -> evil.example" in result.stderr
    assert "metrics_from: 127.0.0.0/8, ::1/128 -> 0.0.0.0/0" in result.stderr
    assert "systemctl reload octavo" in result.stdout
    with running(instance) as app:
        assert site(app).settings.proxies == 2


def test_links_of_any_scheme_are_no_links_on_the_page(
    saved: Path, tmp_path: Path, app: Flask, runner: FlaskCliRunner
) -> None:
    def change(connection: sqlite3.Connection) -> None:
        links = json.dumps([["url", "javascript:alert(1)"], ["pdf", "data:text/html,x"]])
        connection.execute("UPDATE publications SET links = ?", [links])

    other = archives.with_database(saved, tmp_path / "other.zip", change)
    assert runner.invoke(args=["restore", "--force", str(other)]).exit_code == 0
    for address in ("/", "/publications/feng2023tensorir", "/publications.atom"):
        answer = app.test_client().get(address)
        assert "javascript:" not in answer.text
        assert "data:text" not in answer.text
