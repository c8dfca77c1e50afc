"""The command `import`, as owners and timers use it."""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests.cli.import_command import MANY, SAVED, entries, on_a_terminal, run
from tests.conftest import running
from tests.importing import titles
from tests.octavo import octavo
from webapp.catalog.catalog import Catalog
from webapp.site import site


def test_the_last_line_reports_what_was_saved(
    runner: FlaskCliRunner, catalog: Catalog, given_file: Path
) -> None:
    given_file.write_text(entries("a"))
    lines = run(runner, "--dry-run", given_file).stdout.splitlines()
    assert lines[-1] == "Dry run: nothing was changed."
    assert run(runner, given_file).stdout.splitlines()[-1] == SAVED.format(2)
    assert run(runner, given_file).stdout.splitlines()[-1] == "Nothing changed."
    assert catalog.state().revision.counter == 2


@pytest.mark.parametrize("options", [(), ("--prune",), ("--prune=all",), ("--quiet",)])
def test_json_alone_saves_nothing(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path, options: tuple[str, ...]
) -> None:
    given_file.write_text(entries("k1", "new"))
    plan = json.loads(run(runner, "--json", *options, given_file).output)
    assert plan["saved"] is None
    assert plan["outcome"].endswith("nothing was changed.")
    assert [edit["record"]["key"] for edit in plan["added"]] == ["new"]
    assert ten_publications.state().revision.counter == 2


def test_json_on_a_terminal_saves_nothing(
    ten_publications: Catalog, instance: Path, given_file: Path
) -> None:
    given_file.write_text(entries("k1", "new"))
    status, output = on_a_terminal(instance, "y\n", "--json", "--prune=all", given_file)
    assert status == 0
    assert "nothing was changed" in output
    assert ten_publications.state().revision.counter == 2


def test_json_with_yes_saves_and_reports_the_revision(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path
) -> None:
    given_file.write_text(entries(*MANY, "new"))
    plan = json.loads(run(runner, "--json", "--yes", given_file).output)
    assert (plan["saved"], plan["outcome"]) == (3, SAVED.format(3))
    again = json.loads(run(runner, "--json", "--yes", given_file).output)
    assert (again["saved"], again["outcome"]) == (None, "Nothing changed.")
    assert ten_publications.state().revision.counter == 3


OTHER = "@misc{k0, title = {Another Thing}, author = {Roe, Richard}, year = 1999}\n"


@pytest.mark.parametrize(
    ("answers", "title"),
    [("\n\n", "Title of k0"), ("n\ny\n", "Title of k0"), ("y\ny\n", "Another Thing")],
)
def test_another_work_with_a_known_key_is_asked_about(
    ten_publications: Catalog, instance: Path, given_file: Path, answers: str, title: str
) -> None:
    given_file.write_text(OTHER)
    status, output = on_a_terminal(instance, answers, given_file)
    assert "The entry k0 is another work than in the catalog" in output
    assert "Otherwise it is imported as k0-2. [y/N]" in output
    assert status == 0
    assert titles(ten_publications)["k0"] == title
    assert ("k0-2" in titles(ten_publications)) == (title != "Another Thing")


@pytest.mark.parametrize("options", [(), ("--yes",), ("--quiet",)])
def test_without_a_question_another_work_gets_a_key_of_its_own(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path, options: tuple[str, ...]
) -> None:
    given_file.write_text(OTHER)
    result = run(runner, *options, given_file)
    assert "  k0 is another work in the catalog: imported as k0-2" in result.stdout.splitlines()
    assert titles(ten_publications)["k0"] == "Title of k0"
    assert titles(ten_publications)["k0-2"] == "Another Thing"
    assert run(runner, given_file).stdout.splitlines()[-1] == "Nothing changed."


def test_replace_overwrites_publications_by_key(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path
) -> None:
    given_file.write_text(OTHER)
    assert run(runner, "--replace", "k0", given_file).exit_code == 0
    assert titles(ten_publications)["k0"] == "Another Thing"
    assert len(titles(ten_publications)) == 10


def test_new_keys_are_listed_with_the_old_ones(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path
) -> None:
    given_file.write_text(entries(*MANY).replace("{k", "{zotero"))
    lines = run(runner, "--prune", given_file).stdout.splitlines()
    assert lines[:2] == ["10 have new keys (their URLs do not change)", "  k0 -> zotero0"]
    assert "removed" not in "".join(lines)
    assert list(titles(ten_publications)) == [f"zotero{number}" for number in range(10)]


def test_quiet_prints_nothing_if_nothing_changes(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path
) -> None:
    given_file.write_text(entries(*MANY) + "@misc{odd, title = {No year, so doubtful}}\n")
    result = run(runner, "--quiet", "--yes", given_file)
    assert result.output.splitlines() == ["1 added", SAVED.format(3)]
    result = run(runner, "--quiet", "--yes", given_file)
    assert (result.exit_code, result.output) == (0, "")


def test_quiet_reports_problems_each_time(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path
) -> None:
    given_file.write_text(entries(*MANY) + "@article not this\n")
    for _ in range(2):
        result = run(runner, "--quiet", "--yes", given_file)
        assert result.exit_code == 1
        assert result.output.splitlines()[0] == "1 rejected"
        assert f"{given_file}:11:" in result.output


def test_a_quiet_import_that_is_refused_counts_no_changes(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path
) -> None:
    given_file.write_text(entries(*MANY[:9]).replace("2020", "2021", 1) + "@misc{k9, title = {x")
    result = run(runner, "--quiet", "--yes", given_file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ends inside the entry of line 10" in result.stderr


def test_a_quiet_import_counts_changes(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path
) -> None:
    changed = entries(*MANY[1:9]).replace("2020", "2021", 1).replace("{k2,", "{z,")
    given_file.write_text(changed + entries("new"))
    result = run(runner, "--quiet", "--prune", given_file)
    assert result.output.splitlines() == [
        "1 added, 1 have new keys, 1 changed, 2 removed",
        SAVED.format(3),
    ]


@pytest.mark.parametrize(("options", "count"), [((), 1), (("--dry-run",), 0), (("--json",), 0)])
def test_import_prepares_a_new_instance_and_loads_only_its_files(
    tmp_path: Path, given_file: Path, options: tuple[str, ...], count: int
) -> None:
    instance = tmp_path / "new"
    instance.mkdir()
    (instance / "publications.bib").write_text(entries("own"))
    given_file.write_text(entries("a"))
    with running(instance) as app:
        result = run(app.test_cli_runner(), *options, given_file)
        assert result.exit_code == 0, result.output
        assert site(app).catalog.count() == count


def test_a_file_without_publications_is_refused_in_a_new_instance_too(
    tmp_path: Path, given_file: Path
) -> None:
    instance = tmp_path / "new"
    instance.mkdir()
    given_file.write_text("no publication\n")
    with running(instance) as app:
        result = run(app.test_cli_runner(), given_file)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {given_file}: There is no publication in this file.\n"


def test_a_missing_file_leaves_a_new_instance_unchanged(tmp_path: Path) -> None:
    instance = tmp_path / "new"
    instance.mkdir()
    done = octavo(instance, "import", "missing.bib")
    assert done.returncode == 2
    assert list(instance.iterdir()) == []


def test_a_small_file_is_read_without_a_progress_bar(
    ten_publications: Catalog, instance: Path, given_file: Path
) -> None:
    given_file.write_text(entries(*MANY))
    assert "Reading" not in on_a_terminal(instance, "", "--dry-run", given_file)[1]


def test_the_progress_bar_for_several_files_only_moves_forward(
    ten_publications: Catalog, instance: Path, given_file: Path, tmp_path: Path
) -> None:
    texts = [entries(*(f"f{number}n{n}" for n in range(2500))) for number in range(2)]
    given_file.write_text(texts[0])
    (tmp_path / "second.bib").write_text(texts[1])
    output = on_a_terminal(instance, "", "--dry-run", given_file, tmp_path / "second.bib")[1]
    shares = [int(share) for share in re.findall(r"Reading [^%\r]* (\d+)%", output)]
    assert shares == sorted(shares)
    assert shares[-1] == 100
