"""Examples: a new clone shows copies of them, an instance with own content does not."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.server import SEED
from tests.conftest import require_program, running
from tests.torture.index import can_mount
from webapp.config import ROOT
from webapp.curation.examples import copy_examples
from webapp.site import site
from webapp.site_file import load_settings

OWN = "@misc{own, title = {Zymurgy}, author = {Doe, Jane}}\n"
NAMES = ("site.toml", "publications.bib")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return the instance folder of a new clone."""
    folder = tmp_path / "instance"
    folder.mkdir()
    shutil.copy(ROOT / "instance/site.example.toml", folder)
    shutil.copy(ROOT / "instance/publications.example.bib", folder)
    return folder


def octavo(instance: Path, *arguments: str) -> str:
    """Run a command, which must succeed, and return its output."""
    with running(instance) as app:
        done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output
    return done.output


def prepare(instance: Path) -> str:
    return octavo(instance, "prepare")


def content(instance: Path) -> tuple[str, int]:
    """Return the owner's name on the site and its number of publications."""
    with running(instance) as app:
        catalog = site(app).catalog
        return load_settings(instance, {}).owner, catalog.count()


def test_a_new_clone_shows_the_examples(clone: Path) -> None:
    assert "is a copy of the example" in prepare(clone)
    assert content(clone) == ("Siyuan Feng", 7)
    assert (clone / "publications.bib").read_bytes() == (SEED / "publications.bib").read_bytes()
    assert load_settings(clone, {}) == load_settings(SEED, {})


def test_examples_are_copied_once(clone: Path) -> None:
    prepare(clone)
    (clone / "site.toml").write_text('owner = "Jane Doe"')
    (clone / "publications.bib").unlink()
    assert "example" not in prepare(clone)
    assert sorted(path.name for path in clone.glob("*.bib")) == ["publications.example.bib"]
    assert content(clone) == ("Jane Doe", 7)
    (clone / "site.toml").unlink()
    assert "example" not in prepare(clone)
    assert content(clone) == ("", 7)


def _library(clone: Path) -> None:
    (clone / "publications.bib").write_text(OWN)


def _settings(clone: Path) -> None:
    (clone / "site.toml").write_text('owner = "Jane Doe"')


def _empty_settings(clone: Path) -> None:
    (clone / "site.toml").touch()


def _import(clone: Path) -> None:
    (clone.parent / "own.bib").write_text(OWN)
    prepare_without_examples(clone)
    octavo(clone, "import", "--yes", str(clone.parent / "own.bib"))


def _import_and_undo(clone: Path) -> None:
    _import(clone)
    octavo(clone, "undo")


def _restore(clone: Path) -> None:
    other = clone.parent / "other"
    other.mkdir()
    (other / "publications.bib").write_text(OWN)
    prepare(other)
    octavo(other, "backup", str(clone.parent / "backup.zip"))
    octavo(clone, "restore", "--force", str(clone.parent / "backup.zip"))


def _dangling_link(clone: Path) -> None:
    (clone / "publications.bib").symlink_to(clone.parent / "elsewhere.bib")


def prepare_without_examples(clone: Path) -> None:
    """Create only the database, like a command that runs before the first start."""
    hidden = clone.rename(clone.with_name("hidden"))
    clone.mkdir()
    prepare(clone)
    for path in hidden.iterdir():
        path.rename(clone / path.name)
    hidden.rmdir()


@pytest.mark.parametrize(
    ("bring", "owner", "count"),
    [
        (_library, "", 1),
        (_settings, "Jane Doe", 0),
        (_empty_settings, "", 0),
        (_import, "", 1),
        (_import_and_undo, "", 0),
        (_restore, "", 1),
        (_dangling_link, "", 0),
    ],
)
def test_an_instance_with_own_content_gets_no_examples(
    clone: Path, bring: Callable[[Path], None], owner: str, count: int
) -> None:
    bring(clone)
    before = {name for name in NAMES if os.path.lexists(clone / name)}
    prepare(clone)
    assert {name for name in NAMES if os.path.lexists(clone / name)} == before
    assert content(clone) == (owner, count)


def test_another_instance_folder_starts_empty(tmp_path: Path) -> None:
    prepare(tmp_path / "new")
    assert not any((tmp_path / "new" / name).exists() for name in NAMES)
    assert content(tmp_path / "new") == ("", 0)


def test_a_dry_run_leaves_the_clone_new(clone: Path) -> None:
    prepare_without_examples(clone)
    (clone.parent / "own.bib").write_text(OWN)
    octavo(clone, "import", "--dry-run", str(clone.parent / "own.bib"))
    prepare(clone)
    assert content(clone) == ("Siyuan Feng", 7)


@pytest.fixture
def old_clone(clone: Path) -> Path:
    """Return an instance that was cloned before there were examples and has just been upgraded.

    The upgrade removed both files.
    """
    examples = [path.rename(clone.parent / path.name) for path in clone.iterdir()]
    shutil.copytree(SEED, clone, dirs_exist_ok=True)
    prepare(clone)
    for name in NAMES:
        (clone / name).unlink()
    for path in examples:
        path.rename(clone / path.name)
    return clone


def test_an_upgraded_clone_shows_the_same_as_before(old_clone: Path) -> None:
    prepare(old_clone)
    assert content(old_clone) == ("Siyuan Feng", 7)


def test_an_upgraded_clone_keeps_imports_of_other_files(old_clone: Path) -> None:
    (old_clone.parent / "own.bib").write_text(OWN)
    octavo(old_clone, "import", "--yes", str(old_clone.parent / "own.bib"))
    prepare(old_clone)
    assert content(old_clone) == ("Siyuan Feng", 8)


def test_a_read_only_folder_starts_without_examples(clone: Path) -> None:
    elsewhere = clone.parent / "elsewhere"
    elsewhere.mkdir()
    places = {
        "OCTAVO_INSTANCE": str(clone),
        "OCTAVO_DATABASE_URL": f"sqlite:///{elsewhere / 'octavo.db'}",
        "OCTAVO_INDEX_PATH": str(elsewhere / "index"),
    }
    command = [sys.executable, "-m", "webapp", "prepare"]
    if can_mount():  # as root, who ignores permissions
        read_only = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
        command = ["unshare", "--mount", "sh", "-c", read_only, str(clone), *command]
    else:
        clone.chmod(0o555)
    environment = {**os.environ, **places}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "site.toml: " in done.stderr
    assert "The site starts without the examples." in done.stderr


def test_a_full_disk_leaves_neither_example(clone: Path) -> None:
    prepare_without_examples(clone)
    before = sorted(clone.iterdir())
    with running(clone) as app:
        catalog = site(app).catalog
        catalog.count()
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, unlimited[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                copy_examples(catalog, clone)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert [path for path in sorted(clone.iterdir()) if "db-" not in path.name] == before


def test_edits_of_the_copies_do_not_conflict_with_git(tmp_path: Path) -> None:
    git = require_program("git", package="git")
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: nothing to clone")
    clone = tmp_path / "a clone"
    subprocess.run([git, "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
    prepare(clone / "instance")
    (clone / "instance" / "site.toml").write_text('owner = "Jane Doe"')
    (clone / "instance" / "files").mkdir()
    (clone / "instance" / "files" / "paper.pdf").write_bytes(b"%PDF")
    status = subprocess.run(
        [git, "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""
    tracked = subprocess.run(
        [git, "ls-files", "instance"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert tracked.stdout.split() == [
        "instance/publications.example.bib",
        "instance/site.example.toml",
    ]
