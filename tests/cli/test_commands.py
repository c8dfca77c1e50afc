"""The commands, as an owner sees them."""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from webapp.catalog.catalog import Catalog
from webapp.catalog.criteria import Criteria
from webapp.cli import COMMANDS, common
from webapp.config import ROOT
from webapp.formats.registry import READERS, WRITERS
from webapp.search.embedded import generations

ENTRY = "@misc{{{key}, title = {{{title}}}, author = {{Doe, Jane}}, year = 2020}}\n"


def write(path: Path, *keys: str, title: str = "A title") -> str:
    path.write_text("".join(ENTRY.format(key=key, title=title) for key in keys))
    return str(path)


def test_commands_wait_while_a_site_writes_the_index(
    runner: FlaskCliRunner,
    catalog: Catalog,
    instance: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ExitStack() as other_process:
        other_process.enter_context(generations.locked(instance / "index"))
        monkeypatch.setattr(common.time, "sleep", lambda _seconds: other_process.close())
        result = runner.invoke(args=["import", "--yes", write(tmp_path / "a.bib", "new")])
    assert result.exit_code == 0
    assert catalog.state().settled


def test_preparing_twice_changes_nothing(runner: FlaskCliRunner, catalog: Catalog) -> None:
    before = catalog.state()
    result = runner.invoke(args=["prepare"])
    assert (result.exit_code, result.output) == (0, "")
    assert catalog.state() == before


def test_prepare_reports_a_changed_file_of_the_owner(
    runner: FlaskCliRunner, catalog: Catalog, instance: Path
) -> None:
    library = instance / "publications.bib"
    library.write_text(library.read_text() + ENTRY.format(key="new", title="New"))
    result = runner.invoke(args=["prepare"])
    assert "has changed since it was loaded. To import it: octavo import" in result.output
    assert catalog.count() == 7
    assert runner.invoke(args=["import"]).exit_code == 0
    assert catalog.count() == 8
    assert runner.invoke(args=["prepare"]).output == ""


def test_import_shows_and_carries_out_the_plan(
    runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path
) -> None:
    before = catalog.find(Criteria()).records
    result = runner.invoke(args=["import", write(tmp_path / "a.bib", "a", "b")])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "2 added",
        "  a",
        "  b",
        "7 not in the file, not removed (--prune removes them)",
        *(f"  {record.key}" for record in before),
        "0 unchanged",
        "Saved as revision 2. To undo it: octavo undo",
    ]
    assert catalog.count() == 9
    assert catalog.state().settled


def test_a_dry_run_changes_nothing(
    runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path
) -> None:
    before = catalog.state()
    result = runner.invoke(args=["import", "--dry-run", write(tmp_path / "a.bib", "a")])
    assert "1 added" in result.output
    assert catalog.state() == before


def test_standard_input_can_be_imported(runner: FlaskCliRunner, catalog: Catalog) -> None:
    result = runner.invoke(args=["import", "-"], input=ENTRY.format(key="a", title="T"))
    assert (result.exit_code, catalog.count()) == (0, 8)


def test_prune_removes_publications_that_the_file_lacks(
    runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path
) -> None:
    runner.invoke(args=["import", "--prune=all", write(tmp_path / "a.bib", "a")])
    assert catalog.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.bib", None, "missing.bib: No such file or directory."),
        ("empty.bib", b"", "empty.bib"),
        ("paper.bib", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "paper.bib"),
        (".", None, "Is a directory."),
    ],
)
def test_an_unreadable_file_is_reported_in_one_line_with_status_2(
    runner: FlaskCliRunner,
    catalog: Catalog,
    tmp_path: Path,
    name: str,
    content: bytes | None,
    message: str,
) -> None:
    before = catalog.state()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = runner.invoke(args=["import", str(tmp_path / name)])
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert catalog.state() == before


def test_a_file_without_permission_is_reported_in_one_line_with_status_2(
    runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path
) -> None:
    before = catalog.state()
    path = write(tmp_path / "a.bib", "a")
    (tmp_path / "a.bib").chmod(0)
    user = os.geteuid()
    if user == 0:  # root can read everything
        os.seteuid(65534)
    try:
        result = runner.invoke(args=["import", path])
    finally:
        os.seteuid(user)
    assert (result.exit_code, result.stderr) == (2, f"Error: {path}: Permission denied.\n")
    assert catalog.state() == before


@pytest.mark.parametrize("format_", sorted(READERS.keys() & WRITERS.keys()))
def test_import_of_an_export_changes_nothing(
    runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path, format_: str
) -> None:
    keys = [record.key for record in catalog.find(Criteria()).records]
    runner.invoke(args=["join", keys[3], keys[5]])
    (tmp_path / "blank.bib").write_text("@misc{a key, title = {Blank}, year = 2020}")
    runner.invoke(args=["import", str(tmp_path / "blank.bib")])
    before = catalog.state()
    out = str(tmp_path / "out")
    assert runner.invoke(args=["export", "--format", format_, "-o", out]).exit_code == 0
    result = runner.invoke(args=["import", "--prune", out])
    assert (result.exit_code, result.output) == (0, "8 unchanged\nNothing changed.\n")
    assert catalog.state() == before


def test_a_closed_pipe_is_no_error(runner: FlaskCliRunner, instance: Path, tmp_path: Path) -> None:
    more_than_a_pipe_holds = "word " * 50_000
    runner.invoke(args=["import", write(tmp_path / "a.bib", "a", title=more_than_a_pipe_holds)])
    command = [sys.executable, "-m", "webapp", "export"]
    environment = {**os.environ, "OCTAVO_INSTANCE": str(instance)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    with process.stdout, process.stderr:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    process.wait()


def test_reindex_reports_what_it_did(runner: FlaskCliRunner, catalog: Catalog) -> None:
    assert runner.invoke(args=["reindex"]).output == "The index is up to date.\n"
    assert runner.invoke(args=["reindex", "--if-needed"]).output == "The index was up to date.\n"
    assert catalog.state().settled


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(runner: FlaskCliRunner, command: str) -> None:
    result = runner.invoke(args=[command, "--help"])
    assert result.exit_code == 0
    assert f"Example: octavo {command}" in result.output


def test_an_invalid_setting_stops_every_command_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site.toml").write_text("page_size = 0")
    monkeypatch.setenv("OCTAVO_INSTANCE", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "webapp", "reindex"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.strip() == (
        f"Error: {tmp_path}/site.toml: page_size = 0: should be greater than or equal to 1"
    )


def test_a_change_that_cannot_be_indexed_is_saved_and_reported(
    runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path, instance: Path
) -> None:
    shutil.rmtree(instance / "index")
    (instance / "index").write_text("in the way")
    result = runner.invoke(args=["import", write(tmp_path / "a.bib", "a")])
    assert result.exit_code == 0
    assert "Saved, but the search index is not up to date" in result.stderr
    assert catalog.count() == 8
    (instance / "index").unlink()
    assert runner.invoke(args=["prepare"]).exit_code == 0
    assert catalog.state().settled
