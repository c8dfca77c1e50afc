"""The files around the code: lock files, the server's configuration, the Makefile."""

import ast
import re
import runpy
import subprocess
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from gunicorn.config import Config

from tests.conftest import require_program
from webapp.config import ROOT

EXTRAS = {f"requirements-{name}.txt": [name] for name in ("oidc", "postgresql")}
EXTRAS["requirements-dev.txt"] = ["oidc", "postgresql"]
LOCKS = ("requirements.txt", *EXTRAS)
TOOLS_LOCK = "requirements-tools.txt"
NPM_LOCKS = ("bench/package-lock.json", "tests/html/package-lock.json")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def read(name: str) -> str:
    return (ROOT / name).read_text()


def pins(lock: str) -> dict[str, set[str]]:
    """Return the versions of each package: several if platforms or Pythons differ."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)==([\w.]+)", (ROOT / lock).read_text(), re.MULTILINE
    ):
        versions.setdefault(normal(name), set()).add(version)
    return versions


def normal(requirement: str) -> str:
    """Return the name of the package as PEP 503 compares it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def committed() -> list[Path]:
    """Return the text files under version control."""
    git = require_program("git", package="git")
    listing = subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()[:4096]]


@pytest.mark.parametrize("lock", [*LOCKS, TOOLS_LOCK])
def test_lock_files_pin_every_package_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.findall(
        r"^[\w.-]+==.*(?:\n {4}--hash=sha256:[0-9a-f]{64}(?: \\)?)+", text, re.MULTILINE
    )
    assert len(entries) == len(re.findall(r"^\S", text, re.MULTILINE))
    groups = PROJECT["dependency-groups"]
    wanted = [*PROJECT["project"]["dependencies"], *groups["build"]]
    for extra in EXTRAS.get(lock, ()):
        wanted += PROJECT["project"]["optional-dependencies"][extra]
    wanted += groups["dev"] if lock == "requirements-dev.txt" else []
    wanted = groups["tools"] if lock == TOOLS_LOCK else wanted
    assert {normal(requirement) for requirement in wanted} <= set(pins(lock))


def test_all_lock_files_have_the_same_versions() -> None:
    development = pins("requirements-dev.txt")
    for lock in EXTRAS:
        assert pins("requirements.txt").items() <= pins(lock).items()
        assert pins(lock).items() <= development.items()


def test_every_import_of_the_site_is_a_declared_dependency() -> None:
    imported = {
        name.split(".")[0]
        for file in (ROOT / "webapp").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in imported_names(node)
    }
    distributions = packages_distributions()
    needed = {normal(distributions[name][0]) for name in imported if name in distributions}
    project = PROJECT["project"]
    extras = project["optional-dependencies"].values()
    requirements = (*project["dependencies"], *(name for extra in extras for name in extra))
    declared = {normal(requirement) for requirement in requirements}
    # Parts of declared packages: Flask depends on Werkzeug, Flask-Migrate on Alembic.
    indirect = {"octavo", "alembic", "jinja2", "markupsafe", "werkzeug", "typing-extensions"}
    assert sorted(needed - declared - indirect) == []


def test_packages_are_installed_only_from_lock_files() -> None:
    for name in ("Makefile", "deploy/Dockerfile", ".ci/run"):
        commands = re.split(r"&&|\n", read(name).replace("\\\n", " "))
        installs = [
            line for line in commands if re.search(r"(?i)pip\b(?!.*apt-get).* install ", line)
        ]
        unlocked = [line for line in installs if not re.search("--require-hashes +-r ", line)]
        assert [line for line in unlocked if "--no-deps --editable ." not in line] == []
        assert unlocked != installs or not installs


def test_the_container_image_has_an_exact_version() -> None:
    dockerfile = read("deploy/Dockerfile")
    images = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert images == ["$IMAGE", "$IMAGE"]
    assert re.search(r"^ARG IMAGE=python:3\.\d+\.\d+-slim-[a-z]+$", dockerfile, re.MULTILINE)


def imported_names(node: ast.AST) -> list[str]:
    """Return the modules that an import statement names; relative ones are left out."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    outside = isinstance(node, ast.ImportFrom) and node.module and not node.level
    return [node.module] if outside else []


@pytest.mark.parametrize("lock", [*LOCKS, TOOLS_LOCK])
def test_lock_files_name_no_registry(lock: str) -> None:
    assert not re.search(r"https?://|file://|--(extra-)?index-url|--find-links", read(lock))


@pytest.mark.parametrize("lock", NPM_LOCKS)
def test_npm_lock_files_name_no_registry_and_have_hashes(lock: str) -> None:
    text = read(lock)
    assert '"resolved"' not in text
    assert text.count('"node_modules/') == text.count('"integrity": "sha512-')


def test_no_file_names_a_path_of_one_machine() -> None:
    local_path = re.compile(r"(?<![\w.])/(?:work|root|opt)/")
    lines = [
        f"{file.relative_to(ROOT)}: {line.strip()[:80]}"
        for file in committed()
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
        if local_path.search(line)
    ]
    assert lines == []


def test_gunicorn_accepts_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    values = {
        name: value
        for name, value in runpy.run_path(str(ROOT / "gunicorn.conf.py")).items()
        if name in Config().settings
    }
    config = Config()
    for name, value in values.items():
        config.set(name, value)
    assert config.address == [("127.0.0.1", 8123)]
    assert 2 <= config.workers <= 8
    assert config.accesslog is None
    assert (config.forwarded_allow_ips, config.secure_scheme_headers) == ([], {})
    assert config.forwarder_headers == []


def test_serving_installs_only_changed_packages() -> None:
    make = require_program("make", package="make")
    plan = subprocess.run(
        [make, "--dry-run", "serve"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "octavo prepare" in plan.stdout
    assert "cmp -s - .venv/requirements.txt" in plan.stdout


@pytest.mark.parametrize("name", ["octavo", "our octavo", "Zoë's octavo", "$HOME & co"])
def test_make_works_in_the_folder_of_the_makefile(tmp_path: Path, name: str) -> None:
    make = require_program("make", package="make")
    folder, elsewhere = tmp_path / name, tmp_path / "else where"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "Makefile").write_text(read("Makefile"))
    python = tmp_path / "python3"  # makes no environment but prints where it would be
    python.write_text('#!/bin/sh\n[ "$2" != venv ] || { pwd; exit 1; }\n')
    python.chmod(0o755)
    (elsewhere / "Makefile").symlink_to(folder / "Makefile")
    for file in (str(folder / "Makefile"), f"../{name}/Makefile", "Makefile"):
        result = subprocess.run(
            [make, "-f", file, "install", f"PYTHON={python}"],
            cwd=elsewhere,
            capture_output=True,
            text=True,
        )
        assert result.stdout.splitlines()[0] == str(folder), result.stderr
        assert result.returncode
    assert [path.name for path in elsewhere.iterdir()] == ["Makefile"]


def test_make_reports_which_python_is_needed(tmp_path: Path) -> None:
    make = require_program("make", package="make")
    old = tmp_path / "old-python"
    old.write_text('#!/bin/sh\ncase "$1" in --version) echo Python 3.8.1;; *) exit 1;; esac\n')
    old.chmod(0o755)
    (tmp_path / "Makefile").write_text(read("Makefile"))
    result = subprocess.run(
        [make, "serve", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode
    assert "Octavo needs Python 3.11 or newer" in result.stderr
    assert "Python 3.8.1" in result.stderr
