"""Reports on the screen: the plan of an import, and problems."""

import json
from pathlib import Path

from flask.testing import FlaskCliRunner

from webapp.curation.reports import MAX_EXAMPLES, MAX_LINES

GOOD = "@misc{good, title = {A title}, author = {Doe, Jane}, year = 2020}\n"
# By the owner of the seed.
COMPLETE = (
    "@misc{complete, title = {A complete title}, author = {Feng, Siyuan}, year = 2021, "
    "pdf = {https://a.ex/x.pdf}, abstract = {An abstract.}}\n"
)


def lines(runner: FlaskCliRunner, *args: str) -> list[str]:
    return list(runner.invoke(args=list(args)).output.splitlines())


def test_a_problem_shows_file_line_key_and_remedy(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text(GOOD + "\n@misc{odd,\n title = {A title}, author = {Doe, Jane}}\n")
    output = lines(runner, "import", "--dry-run", str(file))
    assert output[:3] == [
        "1 to check",
        "  no year: 1",
        f"    {file}:3: odd: It has no year. Write year = {{2024}}, or {{forthcoming}}.",
    ]


def test_long_lists_are_cut_and_counted(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text("".join(f"@misc{{k{n}, title = {{Title {n}}}}}\n" for n in range(50)))
    output = lines(runner, "import", "--dry-run", str(file))
    assert output[:2] == ["50 to check", "  no year: 50"]
    assert sum("It has no year" in line for line in output) == MAX_EXAMPLES
    assert f"    … and {50 - MAX_EXAMPLES} more (--all)" in output
    assert "50 added" in output
    whole = lines(runner, "import", "--dry-run", "--all", str(file))
    assert sum("It has no year" in line for line in whole) == 50
    assert f"  … and {50 - MAX_LINES} more (--json: all)" in output
    plan = json.loads(runner.invoke(args=["import", "--dry-run", "--json", str(file)]).output)
    assert len(plan["added"]) == 50
    assert {problem["reason"] for _, problem in plan["problems"]} == {"no-year"}


def test_the_worst_doubts_come_first_with_an_example_of_each_kind(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "a.bib"
    macros = ("foo", "foo", "foo", "quux")
    entries = (
        f"@misc{{m{n}, title = {{A \\{name} title}}, year = 2020}}\n"
        for n, name in enumerate(macros)
    )
    file.write_text(
        "".join(f"@misc{{y{n}, title = {{Title {n}}}}}\n" for n in range(6))
        + "".join(entries)
        + "@misc{cut, title = {A title, year = 2020\n"
        + "@misc{two, title = {B}, title = {C}, year = 2000}\n"
    )
    output = lines(runner, "import", "--dry-run", str(file))
    counts = [line.strip() for line in output if line.startswith("  ") and line[2] != " "]
    assert counts[:4] == [
        "entries without an end: 1",
        "missing braces: 1",
        "fields that an entry has twice: 1",
        "unknown LaTeX macros: 4",
    ]
    at = output.index("  unknown LaTeX macros: 4")
    assert ["\\foo" in output[at + 1], "\\quux" in output[at + 2]] == [True, True]


def test_every_rejected_entry_is_listed(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text(GOOD + "".join(f"@article lost {n}\n" for n in range(40)))
    output = lines(runner, "import", "--yes", str(file))
    assert output[0] == "40 rejected"
    assert all(f"{file}:{n}: " in output[n - 1] for n in range(2, 42))


def test_an_import_ends_with_the_number_of_entries_to_check(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "a.bib"
    odd = "".join(f"@misc{{odd{n}, title = {{Title {n}}}, doi = {{none}}}}\n" for n in range(3))
    file.write_text(GOOD + odd)  # two doubts about each
    last = "3 imported, but please check (--dry-run --all lists every doubt)"
    assert lines(runner, "import", "--yes", str(file))[-1] == last
    assert lines(runner, "import", "--yes", str(file))[-1] == "Nothing changed."
    file.write_text(GOOD.replace("2020", "2021"))
    assert "check" not in lines(runner, "import", "--yes", str(file))[-1]


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
    file.write_text(
        "@misc{odd, title = {A title}, pdf = {https://a.ex/x.pdf}, abstract = {An abstract.}}\n"
        + COMPLETE
    )
    runner.invoke(args=["import", "--prune=all", str(file)])
    result = runner.invoke(args=["check"])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "1 to check",
        "  no year: 1",
        "    odd: It has no year. Write year = {2024}, or {forthcoming}.",
        "  no authors, which Google Scholar wants: 1",
        "    odd: Google Scholar may leave this out: it has no authors.",
    ]


def test_check_of_a_complete_catalog_reports_no_problems(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "a.bib"
    file.write_text(COMPLETE)
    runner.invoke(args=["import", "--prune=all", str(file)])
    result = runner.invoke(args=["check"])
    assert (result.exit_code, result.output) == (0, "No problems found.\n")
