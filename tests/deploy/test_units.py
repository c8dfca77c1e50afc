"""The systemd units: valid, hardened, and what octavo-import.service does."""

import re
import shlex
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.conftest import require_program
from tests.octavo import octavo
from webapp.config import ROOT
from webapp.curation.fetch_queue import FOLDER

DEPLOY = ROOT / "deploy"
SERVICES = [
    *("octavo.service", "octavo-import.service"),
    *("octavo-refresh.service", "octavo-requests.service"),
]
TIMERS = ["octavo-import.timer", "octavo-refresh.timer"]
UNITS = [*SERVICES, *TIMERS, "octavo.socket", "octavo-import.path", "octavo-requests.path"]
# Of 10, as systemd-analyze counts it; these have the network.
FETCHING = {"octavo-refresh.service": 2.0, "octavo-requests.service": 2.0}
MAX_EXPOSURE = dict.fromkeys(SERVICES, 1.0) | FETCHING


def unit(name: str) -> ConfigParser:
    """Read a unit. Of a repeated setting, the last value counts."""
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(DEPLOY / name)
    return parser


def test_every_unit_is_tested() -> None:
    kinds = ("*.service", "*.socket", "*.path", "*.timer")
    assert {path.name for kind in kinds for path in DEPLOY.glob(kind)} == set(UNITS)


@pytest.mark.parametrize("name", SERVICES)
def test_the_services_are_hardened(name: str) -> None:
    analyze = require_program("systemd-analyze", package="systemd")
    command = [analyze, "security", "--offline=true", str(DEPLOY / name)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    score = re.search(rf"exposure level for {name}: ([\d.]+)", result.stdout)
    assert score
    assert float(score[1]) <= MAX_EXPOSURE[name]


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_the_units(tmp_path: Path, name: str) -> None:
    analyze = require_program("systemd-analyze", package="systemd")
    for unit_name in UNITS:
        text = (DEPLOY / unit_name).read_text()
        (tmp_path / unit_name).write_text(re.sub(r"/srv/octavo/\.venv/bin/\w+", "/bin/true", text))
    command = [analyze, "verify", "--man=no", str(tmp_path / name)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    own = [line for line in result.stderr.splitlines() if "octavo" in line]
    assert own == []


NETWORK = {"PrivateNetwork", "IPAddressDeny", "RestrictAddressFamilies"}


@pytest.mark.parametrize(
    ("name", "free"),
    [("octavo-import.service", set()), *((name, NETWORK) for name in FETCHING)],
)
def test_import_and_refresh_are_as_confined_as_the_site(name: str, free: set[str]) -> None:
    site, other = (dict(unit(file)["Service"]) for file in ("octavo.service", name))
    of_a_server = {"Type", "ExecStartPre", "ExecStart", "ExecReload", "KillMode", "Restart"}
    of_a_server |= {"RestartSec", "TimeoutStartSec", "TimeoutStopSec", "Environment"}
    folder = {"StateDirectory", "StateDirectoryMode"}  # the site makes it, with its mode
    for setting in site.keys() - of_a_server - folder - free:
        assert other.get(setting) == site[setting], setting
    assert other["ReadWritePaths"] == f"/var/lib/{site['StateDirectory']}"


def test_the_site_has_no_network() -> None:
    assert unit("octavo.service")["Service"]["PrivateNetwork"] == "yes"


def test_the_refresh_never_believes_an_empty_source() -> None:
    words = shlex.split(unit("octavo-refresh.service")["Service"]["ExecStart"])[1:]
    assert words == ["refresh", "--quiet", "--yes", "--wait", "600"]


def test_what_editors_request_is_fetched_when_they_do() -> None:
    watched = Path(unit("octavo-requests.path")["Path"]["PathChanged"])
    assert watched.name == FOLDER
    assert f"OCTAVO_INSTANCE={watched.parent}\n" in (DEPLOY / "octavo-requests.service").read_text()
    words = shlex.split(unit("octavo-requests.service")["Service"]["ExecStart"])[1:]
    assert words == ["refresh", "--requested", "--quiet", "--yes", "--wait", "600"]


def import_command() -> list[str]:
    """Return the arguments that the service passes to `octavo`."""
    return shlex.split(unit("octavo-import.service")["Service"]["ExecStart"])[1:]


def test_path_and_timer_start_the_import_of_the_file_that_it_reads() -> None:
    watched = unit("octavo-import.path")["Path"]["PathChanged"]
    assert unit("octavo-import.service")["Unit"]["ConditionPathExists"] == watched
    text = (DEPLOY / "octavo-import.service").read_text()
    assert f"OCTAVO_INSTANCE={Path(watched).parent}\n" in text
    assert not any(word.startswith("--prune") for word in import_command())


def test_an_unchanged_file_leaves_nothing_in_the_journal(instance: Path) -> None:
    done = octavo(instance, *import_command())
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_changed_file_is_imported_and_reported(instance: Path) -> None:
    library = instance / "publications.bib"
    library.write_text(f"{library.read_text()}\n@misc{{new, title = {{New}}, year = 2020}}\n")
    done = octavo(instance, *import_command())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines() == [
        b"1 added",
        b"Saved as revision 2. To undo it: octavo undo",
    ]
    assert b"octavo import" in octavo(instance, "history").stdout


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_an_empty_or_truncated_file_changes_nothing_and_fails(instance: Path, share: float) -> None:
    library, before = instance / "publications.bib", octavo(instance, "export").stdout
    text = library.read_text()
    library.write_text(text[: int(len(text) * share)])
    done = octavo(instance, *import_command())
    assert done.returncode == 2
    assert re.match(rf"Error: {re.escape(str(library))}(:| ends inside) ", done.stderr.decode())
    assert octavo(instance, "export").stdout == before


def test_a_file_that_cannot_be_read_fails_visibly(instance: Path) -> None:
    (instance / "publications.bib").unlink()
    (instance / "publications.bib").mkdir()
    done = octavo(instance, *import_command())
    assert done.returncode == 2
    assert done.stderr.startswith(b"Error: ")
