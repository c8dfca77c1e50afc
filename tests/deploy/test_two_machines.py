"""The commands and files of deploy/two-machines.md. `make torture ARGS=machines` runs them."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from io import StringIO
from pathlib import Path

import pytest

from tests.conftest import require_program
from tests.postgresql import PROGRAMS, cluster
from webapp.config import ROOT
from webapp.site_file import load_settings
from webapp.store.postgres import servers, urls

DEPLOY = ROOT / "deploy"
GUIDE = (DEPLOY / "two-machines.md").read_text()
SITES = ("10.0.0.11", "10.0.0.12")
MAX_EXPOSURE = 2.0  # of 10, as systemd-analyze counts it; the unit of one machine has 1.0
# The tests' server has no certificate, so it warns of these lines.
NO_TLS = "hostssl record cannot match because SSL is disabled"


def written(path: str) -> str:
    """Return what the guide writes to a file."""
    block = rf"^cat > {re.escape(path)} <<'END'\n(.*?)^END$"
    match = re.search(block, GUIDE, re.MULTILINE | re.DOTALL)
    assert match, path
    return match[1]


def code(language: str) -> str:
    """Return the lines of a language."""
    match = re.search(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert match, language
    return match[1]


def test_nginx_uses_both_sites_and_leaves_the_one_that_fails(tmp_path: Path) -> None:
    for file in DEPLOY.glob("nginx*.conf"):
        shutil.copy(file, tmp_path)
    for command in re.findall(r"^sed -i .*", GUIDE, re.MULTILINE):
        subprocess.run(
            ["sh", "-c", command.replace("/etc/nginx/octavo/", "")], cwd=tmp_path, check=True
        )
    common, upstream, pages, edit = (
        (tmp_path / f"nginx-{name}.conf").read_text()
        for name in ("common", "upstream", "proxy", "edit")
    )
    used = re.findall(r"^    server (.*);$", common, re.MULTILINE)
    assert used == [f"{address}:8000 max_fails=3 fail_timeout=5s" for address in SITES]
    assert "proxy_connect_timeout 1s;" in upstream
    assert "proxy_next_upstream error timeout;" in upstream
    assert "proxy_read_timeout 15s;" in pages
    assert "proxy_read_timeout 60s;" in edit


@pytest.mark.parametrize("name", ["octavo.service", "octavo.socket"])
def test_systemd_understands_the_changed_units(tmp_path: Path, name: str) -> None:
    analyze = require_program("systemd-analyze", package="systemd")
    for unit in ("octavo.service", "octavo.socket"):
        text = (DEPLOY / unit).read_text() + written(f"/etc/systemd/system/{unit}.d/machines.conf")
        (tmp_path / unit).write_text(re.sub(r"/srv/octavo/\.venv/bin/\w+", "/bin/true", text))
    command = [analyze, "verify", "--man=no", str(tmp_path / name)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert [line for line in result.stderr.splitlines() if "octavo" in line] == []


def test_the_changed_service_is_hardened_and_reaches_its_database(tmp_path: Path) -> None:
    analyze = require_program("systemd-analyze", package="systemd")
    file = tmp_path / "octavo.service"
    added = written("/etc/systemd/system/octavo.service.d/machines.conf")
    file.write_text((DEPLOY / "octavo.service").read_text() + added)
    command = [analyze, "security", "--offline=true", str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    score = re.search(r"exposure level for octavo.service: ([\d.]+)", result.stdout)
    assert score
    assert float(score[1]) <= MAX_EXPOSURE
    parser = ConfigParser(strict=False, interpolation=None)
    parser.read_file(StringIO(file.read_text()))
    assert parser["Service"]["PrivateNetwork"] == "no"
    assert "AF_INET" in parser["Service"]["RestrictAddressFamilies"].split()


def test_the_settings_name_both_databases(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for line in written("/etc/octavo.env").splitlines():
        monkeypatch.setenv(*line.split("=", 1))
    settings = load_settings(tmp_path)
    assert settings.hosts == ("YOUR.HOST.NAME".lower(),)
    assert settings.accel_location == ""
    assert settings.metrics_from == ("127.0.0.0/8", "10.0.0.0/24")
    url = urls.parse(settings.database_url)
    assert servers.has_choice(url)
    assert url.query["host"] == "10.0.0.21,10.0.0.22"


def test_the_roles_may_do_what_they_are_for() -> None:
    require_program("initdb", package="postgresql", path=PROGRAMS)
    # The superuser of the tests is called octavo.
    statements = re.sub("(ROLE|OWNER) octavo", r"\1 site", code("sql"))
    with cluster() as server:
        for statement in statements.splitlines():
            server.execute(statement)
        with (server.data / "pg_hba.conf").open("a") as rules:
            rules.write(code("pg_hba"))
        server.restart()
        lines = "SELECT database, user_name, error FROM pg_hba_file_rules WHERE type = 'hostssl'"
        found = server.execute(lines)
        assert {error for *_, error in found} == {NO_TLS}
        assert {(*database, *role) for database, role, _ in found} == {
            ("octavo", "octavo"),
            ("replication", "standby"),
        }
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'octavo'"
        assert server.execute(owner) == [("site",)]
        roles = "SELECT rolname, rolreplication FROM pg_roles WHERE rolname IN ('site', 'standby')"
        assert dict(server.execute(roles)) == {"site": False, "standby": True}
