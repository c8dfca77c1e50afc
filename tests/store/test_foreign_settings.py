"""Restore a backup with foreign settings: refused where they lead to other data."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests import archives
from tests.conftest import running
from tests.foreign_backups import BAD_SETTINGS
from webapp.site import site


def settings_backup(seed_backup: Path, target: Path, lines: str) -> Path:
    toml = archives.contents(seed_backup)["site.toml"].decode()
    return archives.with_members(seed_backup, target, **{"site.toml": f"{lines}\n{toml}".encode()})


@pytest.mark.parametrize("line", BAD_SETTINGS)
def test_settings_that_lead_to_other_data_or_are_wrong_are_refused(
    seed_backup: Path,
    tmp_path: Path,
    instance: Path,
    refuses: Callable[[Path], str],
    runner: FlaskCliRunner,
    line: str,
) -> None:
    evil = settings_backup(seed_backup, tmp_path / "evil.zip", line)
    assert "--keep-settings" in refuses(evil)
    before = (instance / "site.toml").read_bytes()
    result = runner.invoke(args=["restore", "--force", "--keep-settings", str(evil)])
    assert result.exit_code == 0, result.output
    assert (instance / "site.toml").read_bytes() == before


def test_settings_about_trust_are_restored_and_named(
    seed_backup: Path, tmp_path: Path, instance: Path, runner: FlaskCliRunner
) -> None:
    lines = 'proxies = 2\nhosts = ["evil.example"]\nmetrics_from = ["0.0.0.0/0"]'
    other = settings_backup(seed_backup, tmp_path / "other.zip", lines)
    result = runner.invoke(args=["restore", "--force", str(other)])
    assert result.exit_code == 0, result.output
    assert "proxies: 0 -> 2" in result.stderr
    assert "hosts:  -> evil.example" in result.stderr
    assert "metrics_from: 127.0.0.0/8, ::1/128 -> 0.0.0.0/0" in result.stderr
    assert "systemctl reload octavo" in result.stdout
    with running(instance) as app:
        assert site(app).settings.proxies == 2
