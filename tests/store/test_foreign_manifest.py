"""Restore a backup with a foreign manifest: of another form, of a newer version, of odd text."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests import archives
from tests.foreign_backups import HOSTILE_MANIFESTS


@pytest.mark.parametrize("manifest", HOSTILE_MANIFESTS)
def test_a_manifest_of_any_other_form_is_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str], manifest: bytes
) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        for name, content in archives.contents(seed_backup).items():
            archive.writestr(name, manifest if name == "manifest.json" else content)
    assert "not a backup" in refuses(tmp_path / "evil.zip")


def test_a_backup_of_a_newer_program_is_refused(
    seed_backup: Path, tmp_path: Path, refuses: Callable[[Path], str]
) -> None:
    manifest = json.loads(archives.contents(seed_backup)["manifest.json"])
    for changed in ({"format": 2, "more": 1}, {"schema": "9999"}):
        text = json.dumps({**manifest, **changed}).encode()
        evil = archives.with_members(seed_backup, tmp_path / "evil.zip", **{"manifest.json": text})
        assert "newer version of Octavo" in refuses(evil)


def test_a_time_with_terminal_codes_is_printed_as_escapes(
    seed_backup: Path, tmp_path: Path, runner: FlaskCliRunner
) -> None:
    manifest = json.loads(archives.contents(seed_backup)["manifest.json"])
    text = json.dumps({**manifest, "created": "\x1b]0;x\x07\x1b[2J"}).encode()
    foreign = archives.with_members(
        seed_backup, tmp_path / "foreign.zip", **{"manifest.json": text}
    )
    result = runner.invoke(args=["restore", "--force", str(foreign)])
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output
    assert "\\x1b[2J" in result.output
