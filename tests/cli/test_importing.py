"""The command `import`, as owners and timers use it."""

import json
import os
import pty
import re
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner

from tests.conftest import running
from tests.importing import titles
from tests.octavo import octavo
from webapp.catalog.catalog import Catalog
from webapp.config import ROOT
from webapp.site import site

ENTRY = "@misc{{{key}, title = {{Title of {key}}}, author = {{Doe, Jane}}, year = 2020}}\n"
SAVED = "Saved as revision {}. To undo it: octavo undo"


def entries(*keys: str) -> str:
    return "".join(ENTRY.format(key=key) for key in keys)


MANY = [f"k{number}" for number in range(10)]


@pytest.fixture
def many(runner: FlaskCliRunner, catalog: Catalog, tmp_path: Path) -> Catalog:
    """Return a catalog with MANY, at revision 2."""
    (tmp_path / "many.bib").write_text(entries(*MANY))
    result = runner.invoke(args=["import", "--prune=all", str(tmp_path / "many.bib")])
    assert result.exit_code == 0, result.output
    return catalog


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "given.bib"


def run(runner: FlaskCliRunner, *args: str | Path) -> Result:
    return runner.invoke(args=["import", *map(str, args)])


def on_a_terminal(instance: Path, answers: str, *args: str | Path) -> tuple[int, str]:
    """Run the command on a terminal with typed answers. Return its status and output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        environment = {**os.environ, "OCTAVO_INSTANCE": str(instance)}
        command = [sys.executable, "-m", "webapp", "import", *map(str, args)]
        os.execve(sys.executable, command, environment)  # noqa: S606  the command is ours
    os.write(terminal, answers.encode())
    output = b""
    try:
        while piece := os.read(terminal, 1 << 16):
            output += piece
    except OSError:  # the command has ended
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output.decode()


def test_the_last_line_reports_what_was_saved(
    runner: FlaskCliRunner, catalog: Catalog, file: Path
) -> None:
    file.write_text(entries("a"))
    lines = run(runner, "--dry-run", file).stdout.splitlines()
    assert lines[-1] == "Dry run: nothing was changed."
    assert run(runner, file).stdout.splitlines()[-1] == SAVED.format(2)
    assert run(runner, file).stdout.splitlines()[-1] == "Nothing changed."
    assert catalog.state().revision.counter == 2


@pytest.mark.parametrize("options", [(), ("--prune",), ("--prune=all",), ("--quiet",)])
def test_json_alone_saves_nothing(
    runner: FlaskCliRunner, many: Catalog, file: Path, options: tuple[str, ...]
) -> None:
    file.write_text(entries("k1", "new"))
    plan = json.loads(run(runner, "--json", *options, file).output)
    assert plan["saved"] is None
    assert plan["outcome"].endswith("nothing was changed.")
    assert [edit["record"]["key"] for edit in plan["added"]] == ["new"]
    assert many.state().revision.counter == 2


def test_json_on_a_terminal_saves_nothing(many: Catalog, instance: Path, file: Path) -> None:
    file.write_text(entries("k1", "new"))
    status, output = on_a_terminal(instance, "y\n", "--json", "--prune=all", file)
    assert status == 0
    assert "nothing was changed" in output
    assert many.state().revision.counter == 2


def test_json_with_yes_saves_and_reports_the_revision(
    runner: FlaskCliRunner, many: Catalog, file: Path
) -> None:
    file.write_text(entries(*MANY, "new"))
    plan = json.loads(run(runner, "--json", "--yes", file).output)
    assert (plan["saved"], plan["outcome"]) == (3, SAVED.format(3))
    again = json.loads(run(runner, "--json", "--yes", file).output)
    assert (again["saved"], again["outcome"]) == (None, "Nothing changed.")
    assert many.state().revision.counter == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('@string{a = "b"}\n', "The files have no publications"),
        ("@comment{only words}\n", "The files have no publications"),
        ("@article this is none\n", "The files have no publications"),
        ('[{"type": "book"}]', "The files have no publications"),
        (entries(*MANY[:9]) + "@misc{k9, title = {x", "ends inside the entry of line 10"),
        (entries(*MANY[:9]) + "@misc{k9, title = {x}", "ends inside the entry of line 10"),
        (entries(*MANY[:9]) + "@article not this\n", "cannot be read"),
        ('[{"id": "k0", "title": "A", "type": "book"}, {"id": "k1", "ti', "cannot be read"),
        ("TY  - BOOK\nTI  - A\nER  -\nTY  - BOOK\nTI  - B\n", "ends inside the entry of line 4"),
    ],
)
@pytest.mark.parametrize("options", [("--prune",), ("--prune=all", "--yes"), ("--prune", "--json")])
def test_an_incomplete_file_prunes_nothing(
    runner: FlaskCliRunner,
    many: Catalog,
    file: Path,
    content: str,
    message: str,
    options: tuple[str, ...],
) -> None:
    file.write_text(content)
    result = run(runner, *options, file)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Nothing was changed." in result.stderr
    assert (many.count(), many.state().revision.counter) == (10, 2)
    if "--json" in options:
        plan = json.loads(result.stdout)
        assert plan["saved"] is None
        assert message in plan["outcome"]


def test_a_file_without_publications_among_others_prunes_nothing(
    runner: FlaskCliRunner, many: Catalog, file: Path, tmp_path: Path
) -> None:
    file.write_text(entries(*MANY[:9]))
    (tmp_path / "strings.bib").write_text('@string{a = "b"}\n')
    result = run(runner, "--prune", "--yes", file, tmp_path / "strings.bib")
    assert result.exit_code == 2
    assert "strings.bib has no publications" in result.stderr
    assert many.count() == 10


def test_up_to_a_fifth_is_pruned_without_a_separate_question(
    runner: FlaskCliRunner, many: Catalog, file: Path
) -> None:
    file.write_text(entries(*MANY[:8]))
    assert run(runner, "--prune", "--yes", file).exit_code == 0
    assert many.count() == 8


@pytest.mark.parametrize("options", [("--prune",), ("--prune", "--yes")])
def test_more_than_a_fifth_is_pruned_only_with_all(
    runner: FlaskCliRunner, many: Catalog, file: Path, options: tuple[str, ...]
) -> None:
    file.write_text(entries(*MANY[:7]))
    result = run(runner, *options, file)
    assert result.exit_code == 2
    assert "--prune would remove 3 of 10 publications; that needs --prune=all" in result.stderr
    assert many.state().revision.counter == 2
    assert run(runner, "--prune=all", file).exit_code == 0
    assert many.count() == 7


@pytest.mark.parametrize(
    ("answers", "status", "count"), [("\n", 2, 10), ("n\n", 2, 10), ("y\n", 0, 7)]
)
def test_pruning_more_than_a_fifth_asks_on_a_terminal_even_with_yes(
    many: Catalog, instance: Path, file: Path, answers: str, status: int, count: int
) -> None:
    file.write_text(entries(*MANY[:7]))
    result, output = on_a_terminal(instance, answers, "--prune", "--yes", file)
    assert "Remove 3 of 10 publications? [y/N]" in output
    assert (result, many.count()) == (status, count)


OTHER = "@misc{k0, title = {Another Thing}, author = {Roe, Richard}, year = 1999}\n"


@pytest.mark.parametrize(
    ("answers", "title"),
    [("\n\n", "Title of k0"), ("n\ny\n", "Title of k0"), ("y\ny\n", "Another Thing")],
)
def test_another_work_with_a_known_key_is_asked_about(
    many: Catalog, instance: Path, file: Path, answers: str, title: str
) -> None:
    file.write_text(OTHER)
    status, output = on_a_terminal(instance, answers, file)
    assert "The entry k0 is another work than in the catalog" in output
    assert "Otherwise it is imported as k0-2. [y/N]" in output
    assert status == 0
    assert titles(many)["k0"] == title
    assert ("k0-2" in titles(many)) == (title != "Another Thing")


@pytest.mark.parametrize("options", [(), ("--yes",), ("--quiet",)])
def test_without_a_question_another_work_gets_a_key_of_its_own(
    runner: FlaskCliRunner, many: Catalog, file: Path, options: tuple[str, ...]
) -> None:
    file.write_text(OTHER)
    result = run(runner, *options, file)
    assert "  k0 is another work in the catalog: imported as k0-2" in result.stdout.splitlines()
    assert titles(many)["k0"] == "Title of k0"
    assert titles(many)["k0-2"] == "Another Thing"
    assert run(runner, file).stdout.splitlines()[-1] == "Nothing changed."


def test_replace_overwrites_publications_by_key(
    runner: FlaskCliRunner, many: Catalog, file: Path
) -> None:
    file.write_text(OTHER)
    assert run(runner, "--replace", "k0", file).exit_code == 0
    assert titles(many)["k0"] == "Another Thing"
    assert len(titles(many)) == 10


def test_new_keys_are_listed_with_the_old_ones(
    runner: FlaskCliRunner, many: Catalog, file: Path
) -> None:
    file.write_text(entries(*MANY).replace("{k", "{zotero"))
    lines = run(runner, "--prune", file).stdout.splitlines()
    assert lines[:2] == ["10 have new keys (their URLs do not change)", "  k0 -> zotero0"]
    assert "removed" not in "".join(lines)
    assert list(titles(many)) == [f"zotero{number}" for number in range(10)]


def test_quiet_prints_nothing_if_nothing_changes(
    runner: FlaskCliRunner, many: Catalog, file: Path
) -> None:
    file.write_text(entries(*MANY) + "@misc{odd, title = {No year, so doubtful}}\n")
    result = run(runner, "--quiet", "--yes", file)
    assert result.output.splitlines() == ["1 added", SAVED.format(3)]
    result = run(runner, "--quiet", "--yes", file)
    assert (result.exit_code, result.output) == (0, "")


def test_quiet_reports_problems_each_time(
    runner: FlaskCliRunner, many: Catalog, file: Path
) -> None:
    file.write_text(entries(*MANY) + "@article not this\n")
    for _ in range(2):
        result = run(runner, "--quiet", "--yes", file)
        assert result.exit_code == 1
        assert result.output.splitlines()[0] == "1 rejected"
        assert f"{file}:11:" in result.output


def test_a_quiet_import_counts_changes(runner: FlaskCliRunner, many: Catalog, file: Path) -> None:
    changed = entries(*MANY[1:9]).replace("2020", "2021", 1).replace("{k2,", "{z,")
    file.write_text(changed + entries("new"))
    result = run(runner, "--quiet", "--prune", file)
    assert result.output.splitlines() == [
        "1 added, 1 have new keys, 1 changed, 2 removed",
        SAVED.format(3),
    ]


@pytest.mark.parametrize(("options", "count"), [((), 1), (("--dry-run",), 0), (("--json",), 0)])
def test_import_prepares_a_new_instance_and_loads_only_its_files(
    tmp_path: Path, file: Path, options: tuple[str, ...], count: int
) -> None:
    instance = tmp_path / "new"
    instance.mkdir()
    (instance / "publications.bib").write_text(entries("own"))
    file.write_text(entries("a"))
    with running(instance) as app:
        result = run(app.test_cli_runner(), *options, file)
        assert result.exit_code == 0, result.output
        assert site(app).catalog.count() == count


def test_a_file_without_publications_is_refused_in_a_new_instance_too(
    tmp_path: Path, file: Path
) -> None:
    instance = tmp_path / "new"
    instance.mkdir()
    file.write_text("no publication\n")
    with running(instance) as app:
        result = run(app.test_cli_runner(), file)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {file}: There is no publication in this file.\n"


def test_a_missing_file_leaves_a_new_instance_unchanged(tmp_path: Path) -> None:
    instance = tmp_path / "new"
    instance.mkdir()
    done = octavo(instance, "import", "missing.bib")
    assert done.returncode == 2
    assert list(instance.iterdir()) == []


def test_a_small_file_is_read_without_a_progress_bar(
    many: Catalog, instance: Path, file: Path
) -> None:
    file.write_text(entries(*MANY))
    assert "Reading" not in on_a_terminal(instance, "", "--dry-run", file)[1]


def test_the_progress_bar_for_several_files_only_moves_forward(
    many: Catalog, instance: Path, file: Path, tmp_path: Path
) -> None:
    texts = [entries(*(f"f{number}n{n}" for n in range(2500))) for number in range(2)]
    file.write_text(texts[0])
    (tmp_path / "second.bib").write_text(texts[1])
    output = on_a_terminal(instance, "", "--dry-run", file, tmp_path / "second.bib")[1]
    shares = [int(share) for share in re.findall(r"Reading [^%\r]* (\d+)%", output)]
    assert shares == sorted(shares)
    assert shares[-1] == 100
