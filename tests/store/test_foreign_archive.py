"""Restore an archive with members that no backup has: it is refused, and nothing changes."""

import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests import archives
from tests.foreign_backups import HOSTILE_NAMES


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_only_members_that_a_backup_has_are_restored(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str], name: str
) -> None:
    evil = archives.with_members(seed_backup, tmp_path / "evil.zip", **{name: b"evil"})
    assert "evil.zip" in refuses(evil)
    assert not Path("/etc/evil").exists()


@pytest.mark.parametrize("name", ["manifest.json", "octavo.db"])
def test_a_backup_without_manifest_or_database_is_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str], name: str
) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        for other, content in archives.contents(seed_backup).items():
            if other != name:
                archive.writestr(other, content)
    assert "not a backup" in refuses(tmp_path / "evil.zip")


def test_a_file_that_the_manifest_does_not_name_is_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    def add(archive: zipfile.ZipFile) -> None:
        archive.writestr("files/more.txt", b"more")

    evil = archives.write(tmp_path / "evil.zip", archives.contents(seed_backup), add)
    assert "files/more.txt" in refuses(evil)


def test_two_members_with_one_name_are_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    def again(archive: zipfile.ZipFile) -> None:
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("files/x.pdf", b"other")

    evil = archives.write(tmp_path / "evil.zip", archives.contents(seed_backup), again)
    assert "two files of one name" in refuses(evil)


@pytest.mark.parametrize(
    "mode",
    [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644, stat.S_IFBLK | 0o644, stat.S_IFREG | 0o4755],
)
def test_links_devices_and_special_modes_are_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str], mode: int
) -> None:
    members = archives.contents(seed_backup)
    evil = archives.write(
        tmp_path / "evil.zip",
        {**members, "files/y": b"/etc/passwd"},
        lambda archive: setattr(archive.getinfo("files/y"), "external_attr", mode << 16),
    )
    assert "files/y" in refuses(evil)


def test_a_bomb_is_refused_before_it_is_unpacked(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    """The archive's directory declares gigabytes for a small file."""

    def swell(archive: zipfile.ZipFile) -> None:
        archive.getinfo("files/x.pdf").file_size = 1 << 40

    evil = archives.write(tmp_path / "evil.zip", archives.contents(seed_backup), swell)
    assert "would unpack to" in refuses(evil)


def test_members_that_overlap_are_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    def overlap(archive: zipfile.ZipFile) -> None:
        archive.getinfo("files/x.pdf").compress_size = 1 << 30

    evil = archives.write(tmp_path / "evil.zip", archives.contents(seed_backup), overlap)
    assert "overlap" in refuses(evil)


def test_a_member_larger_than_its_declared_size_is_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    members = {**archives.contents(seed_backup), "files/zeros": bytes(50_000_000)}
    evil = archives.write(
        tmp_path / "evil.zip",
        members,
        lambda archive: setattr(archive.getinfo("files/zeros"), "file_size", 100),
    )
    assert "damaged" in refuses(evil)


def test_a_disk_without_room_is_reported_before_unpacking(
    seed_backup: Path, refuses: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert "no room" in refuses(seed_backup)


def test_hidden_files_are_left_out_and_listed(
    seed_backup: Path, tmp_path: Path, instance: Path, runner: FlaskCliRunner
) -> None:
    """Backups of earlier versions contain them."""
    names = ["files/.htaccess", "files/.git/config", "files/deep/.DS_Store"]
    old = archives.with_members(seed_backup, tmp_path / "old.zip", **dict.fromkeys(names, b"x"))
    result = runner.invoke(args=["restore", "--force", str(old)])
    assert result.exit_code == 0, result.output
    for name in names:
        assert name in result.stderr
        assert not (instance / name).exists()
