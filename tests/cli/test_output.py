"""Output of commands: any character on any terminal, full disks, files replaced whole."""

import json
import os
import resource
import stat
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests.octavo import octavo

TITLE = "Łódź „quoted“ 中文 𝕏 – and é"
ENTRY = (
    f"@misc{{naïve中, title = {{{TITLE}}}, author = {{Müller, Jürgen}}, year = 2020,\n"
    "pdf = {naïve中.pdf}}\n"
)

# UTF-8 mode and locale coercion would hide the limits of the encoding.
NARROW = [
    {"PYTHONIOENCODING": "latin-1"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.fixture
def odd(instance: Path, runner: FlaskCliRunner, tmp_path: Path) -> Path:
    """Return an instance with a publication that Latin-1 cannot represent."""
    (tmp_path / "odd.bib").write_text(ENTRY)
    assert runner.invoke(args=["import", "--yes", str(tmp_path / "odd.bib")]).exit_code == 0
    return instance


@pytest.mark.parametrize("narrow", NARROW)
@pytest.mark.parametrize("command", ["check", "diff 2", "history", "prepare", "undo"])
def test_a_terminal_without_unicode_shows_every_line(
    odd: Path, narrow: dict[str, str], command: str
) -> None:
    done = octavo(odd, *command.split(), env=narrow)
    assert done.returncode in (0, 1)
    assert done.stderr == b""


def test_latin_1_output_has_escapes_and_plain_typography(odd: Path) -> None:
    lines = octavo(odd, "check", env={"PYTHONIOENCODING": "latin-1"}).stdout.decode("latin-1")
    assert "There is no file files/naïve\\u4e2d.pdf" in lines
    assert "... and " in lines


def test_a_file_name_that_is_not_utf_8_is_imported_and_recorded(instance: Path) -> None:
    path = instance / "f\udcfc.bib"
    path.write_text(ENTRY)
    done = octavo(instance, "import", "--yes", "--replace", "m\udcfc", path)
    assert (done.returncode, done.stderr) == (0, b"")
    (revision, *_) = json.loads(octavo(instance, "history", "--json").stdout)
    assert revision["command"] == f"octavo import {instance}/f\ufffd.bib --replace m\ufffd"


@pytest.mark.parametrize("narrow", [*NARROW, {}])
def test_keys_of_arguments_are_utf_8_where_the_locale_is_not(
    odd: Path, narrow: dict[str, str]
) -> None:
    done = octavo(odd, "join", "--part", "naïve中", "naïve中", env=narrow)
    assert (done.returncode, done.stderr) == (0, b"")
    done = octavo(odd, "join", "naïve中", "na\udcefve", env=narrow)
    assert done.returncode == 2
    assert b"There is no publication with the key na" in done.stderr


@pytest.mark.parametrize("narrow", NARROW)
def test_json_parses_in_every_encoding(odd: Path, narrow: dict[str, str]) -> None:
    problems = json.loads(octavo(odd, "check", "--json", env=narrow).stdout)
    assert any("naïve中.pdf" in problem["message"] for problem in problems)


@pytest.mark.parametrize("narrow", NARROW)
def test_an_export_is_utf_8_in_every_locale(odd: Path, narrow: dict[str, str]) -> None:
    done = octavo(odd, "export", env=narrow)
    assert (done.returncode, done.stderr) == (0, b"")
    assert TITLE in done.stdout.decode("utf-8")


def test_an_error_shows_a_file_name_that_is_not_utf_8(instance: Path) -> None:
    done = octavo(instance, "import", os.fsdecode(b"/nowhere/\xfc.bib"))
    assert (done.returncode, done.stderr) == (
        2,
        b"Error: /nowhere/\\udcfc.bib: No such file or directory.\n",
    )


@pytest.mark.parametrize(
    "command", ["--help", "--version", "export", "check --json", "history", "diff 1", "undo --help"]
)
def test_a_full_disk_behind_standard_output_is_reported_in_one_line(
    instance: Path, command: str
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = octavo(instance, *command.split(), stdout=full)
    assert (done.returncode, done.stderr) == (
        2,
        b"Error: Standard output: No space left on device.\n",
    )


def test_an_import_that_cannot_print_reports_what_was_saved(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "odd.bib").write_text(ENTRY)
    with Path("/dev/full").open("wb") as full:
        done = octavo(instance, "import", "--yes", tmp_path / "odd.bib", stdout=full)
    saved = b"octavo import" in octavo(instance, "history").stdout
    assert b"Standard output: No space left on device." in done.stderr
    assert (b"saved as revision" in done.stderr) == saved
    assert done.returncode == (1 if saved else 2)


def test_an_error_that_cannot_be_printed_keeps_its_status(instance: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        assert octavo(instance, "diff", "99", stderr=full).returncode == 2


def test_closed_streams_are_no_error(instance: Path) -> None:
    for descriptor in (1, 2):
        done = octavo(instance, "export", preexec_fn=lambda closed=descriptor: os.close(closed))
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr


def test_an_export_replaces_a_file_and_keeps_its_mode(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    target, link = tmp_path / "out.bib", tmp_path / "link.bib"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    assert runner.invoke(args=["export", "-o", str(link)]).exit_code == 0
    assert target.read_text().startswith("@misc{nexagi2025nexn1,")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert link.is_symlink()


def test_a_new_export_has_the_mode_of_any_new_file(instance: Path, tmp_path: Path) -> None:
    octavo(instance, "export", "-o", tmp_path / "out.bib", umask=0o027)
    assert stat.S_IMODE((tmp_path / "out.bib").stat().st_mode) == 0o640


def test_an_export_never_replaces_the_database(instance: Path, runner: FlaskCliRunner) -> None:
    database = instance / "octavo.db"
    before = database.read_bytes()
    done = runner.invoke(args=["export", "-o", str(database)])
    assert (done.exit_code, database.read_bytes()) == (2, before)
    assert "this is the site's database" in done.stderr


@pytest.mark.parametrize("name", ["folder", "missing/out.bib", "file/out.bib", "/dev/full"])
def test_an_export_that_cannot_be_written_leaves_no_file(
    instance: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("unchanged")
    before = sorted(tmp_path.rglob("*"))
    done = octavo(instance, "export", "-o", tmp_path / name)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert lines[-1].startswith("Error: ")
    assert name in lines[-1]
    new = {path for path in tmp_path.rglob("*") if not path.is_relative_to(instance)}
    assert new <= set(before)
    assert (tmp_path / "file").read_text() == "unchanged"


def test_a_failed_export_keeps_the_existing_file(
    instance: Path, tmp_path: Path, runner: FlaskCliRunner
) -> None:
    """The disk fills up while writing: no file may be larger than half of the export."""
    size = 200_000
    (tmp_path / "large.bib").write_text(f"@misc{{large, title = {{{'word ' * (size // 5)}}}}}")
    runner.invoke(args=["import", "--yes", str(tmp_path / "large.bib")])
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "out.bib"
    target.write_text("unchanged")
    limit = resource.RLIMIT_FSIZE, (size // 2, size // 2)
    done = octavo(
        instance,
        *("export", "-o", target),
        preexec_fn=lambda: resource.setrlimit(*limit),
    )
    assert (done.returncode, done.stderr) == (2, f"Error: {target}: File too large.\n".encode())
    assert target.read_text() == "unchanged"
    assert list((tmp_path / "out").iterdir()) == [target]


def test_an_export_to_a_device_does_not_replace_it(instance: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with closing(os.fdopen(os.open(pipe, os.O_RDWR), "rb")) as reader:
        os.set_blocking(reader.fileno(), False)
        assert octavo(instance, "export", "-o", pipe).returncode == 0
        assert os.read(reader.fileno(), 5) == b"@misc"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
