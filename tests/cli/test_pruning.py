"""`import --prune`: what it removes, asks about and refuses."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests.cli.import_command import MANY, entries, on_a_terminal, run
from webapp.catalog.catalog import Catalog


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
    ten_publications: Catalog,
    given_file: Path,
    content: str,
    message: str,
    options: tuple[str, ...],
) -> None:
    given_file.write_text(content)
    result = run(runner, *options, given_file)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Nothing was changed." in result.stderr
    assert (ten_publications.count(), ten_publications.state().revision.counter) == (10, 2)
    if "--json" in options:
        plan = json.loads(result.stdout)
        assert plan["saved"] is None
        assert message in plan["outcome"]


def test_a_file_without_publications_among_others_prunes_nothing(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path, tmp_path: Path
) -> None:
    given_file.write_text(entries(*MANY[:9]))
    (tmp_path / "strings.bib").write_text('@string{a = "b"}\n')
    result = run(runner, "--prune", "--yes", given_file, tmp_path / "strings.bib")
    assert result.exit_code == 2
    assert "strings.bib has no publications" in result.stderr
    assert ten_publications.count() == 10


def test_up_to_a_fifth_is_pruned_without_a_separate_question(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path
) -> None:
    given_file.write_text(entries(*MANY[:8]))
    assert run(runner, "--prune", "--yes", given_file).exit_code == 0
    assert ten_publications.count() == 8


@pytest.mark.parametrize("options", [("--prune",), ("--prune", "--yes")])
def test_more_than_a_fifth_is_pruned_only_with_all(
    runner: FlaskCliRunner, ten_publications: Catalog, given_file: Path, options: tuple[str, ...]
) -> None:
    given_file.write_text(entries(*MANY[:7]))
    result = run(runner, *options, given_file)
    assert result.exit_code == 2
    assert "--prune would remove 3 of 10 publications; that needs --prune=all" in result.stderr
    assert ten_publications.state().revision.counter == 2
    assert run(runner, "--prune=all", given_file).exit_code == 0
    assert ten_publications.count() == 7


@pytest.mark.parametrize(
    ("answers", "status", "count"), [("\n", 2, 10), ("n\n", 2, 10), ("y\n", 0, 7)]
)
def test_pruning_more_than_a_fifth_asks_on_a_terminal_even_with_yes(
    ten_publications: Catalog,
    instance: Path,
    given_file: Path,
    answers: str,
    status: int,
    count: int,
) -> None:
    given_file.write_text(entries(*MANY[:7]))
    result, output = on_a_terminal(instance, answers, "--prune", "--yes", given_file)
    assert "Remove 3 of 10 publications? [y/N]" in output
    assert (result, ten_publications.count()) == (status, count)
