"""Reports on the screen: the plan of an import, and problems."""

import json
from pathlib import Path

from flask.testing import FlaskCliRunner

from webapp.cli.reports import MAX_ALIKE, MAX_LINES

GOOD = "@misc{good, title = {A title}, author = {Doe, Jane}, year = 2020}\n"


def lines(runner: FlaskCliRunner, *args: str) -> list[str]:
    return list(runner.invoke(args=list(args)).output.splitlines())


def test_a_problem_shows_file_line_key_and_remedy(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text(GOOD + "\n@misc{odd,\n title = {A title}, author = {Doe, Jane}}\n")
    output = lines(runner, "import", "--dry-run", str(file))
    assert output[:2] == [
        "1 doubtful, but imported",
        f"  {file}:3: odd: It has no year. Write year = {{2024}}, or {{forthcoming}}.",
    ]


def test_long_lists_are_cut_and_counted(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text("".join(f"@misc{{k{n}, title = {{Title {n}}}}}\n" for n in range(50)))
    output = lines(runner, "import", "--dry-run", str(file))
    assert output[0] == "50 doubtful, but imported"
    assert sum("It has no year" in line for line in output) == MAX_ALIKE
    assert f"  … and {50 - MAX_ALIKE} more like this (--json: all)" in output
    assert "50 added" in output
    assert f"  … and {50 - MAX_LINES} more (--json: all)" in output
    plan = json.loads(runner.invoke(args=["import", "--dry-run", "--json", str(file)]).output)
    assert len(plan["added"]) == 50
    assert {problem["reason"] for _, problem in plan["problems"]} == {"no-year"}


def test_a_change_is_shown_with_its_fields(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text(GOOD)
    lines(runner, "import", str(file))
    file.write_text(GOOD.replace("A title", "Another").replace("}\n", ", note = {x}}\n"))
    assert lines(runner, "import", "--dry-run", str(file))[:2] == [
        "1 changed",
        "  good (title, note)",
    ]


def test_a_key_or_title_of_a_megabyte_takes_one_line(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "a.bib"
    file.write_text(f"@misc{{{'k' * 1_000_000}, title = {{A title}}, doi = {{{'d' * 1_000_000}}}}}")
    output = lines(runner, "import", "--dry-run", str(file))
    assert max(map(len, output)) < 600
    assert any("not a DOI" in line for line in output)


def test_a_key_that_cannot_be_replaced_is_listed(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text(GOOD + GOOD.replace("good", "other"))
    lines(runner, "import", str(file))
    file.write_text(GOOD.replace("A title", "Another"))
    options = ("--replace", "other", "--replace", "good", "--replace", "wrong")
    output = lines(runner, "import", "--dry-run", *options, str(file))
    at = output.index(
        "2 not replaced: no publication, or no entry of the file, has the key (--replace)"
    )
    assert output[at + 1 : at + 3] == ["  other", "  wrong"]
    plan = runner.invoke(args=["import", "--dry-run", "--json", *options, str(file)]).output
    assert json.loads(plan)["not_replaced"] == ["other", "wrong"]


def test_check_lists_doubtful_data_and_what_scholar_misses(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "a.bib"
    file.write_text("@misc{odd, title = {A title}, pdf = {x.pdf}, abstract = {An abstract.}}\n")
    runner.invoke(args=["import", "--prune=all", str(file)])
    result = runner.invoke(args=["check"])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "3 to look at",
        "  odd: It has no year. Write year = {2024}, or {forthcoming}.",
        "  odd: Google Scholar may leave this out: it has no authors.",
        "  odd: Google Scholar may leave this out: it has no year.",
    ]


def test_check_of_a_complete_catalog_reports_no_problems(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "a.bib"
    file.write_text(GOOD.replace("}\n", ", pdf = {x.pdf}, abstract = {An abstract.}}\n"))
    runner.invoke(args=["import", "--prune=all", str(file)])
    result = runner.invoke(args=["check"])
    assert (result.exit_code, result.output) == (0, "No problems found.\n")
