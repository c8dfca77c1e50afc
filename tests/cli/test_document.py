"""`octavo document`: the format of a file's name, lists, and whose name is bold."""

from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from bs4 import BeautifulSoup
from flask.testing import FlaskCliRunner

from .command_lines import assert_refused

LISTS = """
[[lists]]
slug = "reading"
title = "To read"
also = ["zhang2019cityflow", "chen2025respec"]

[[members]]
name = "Ruihang Lai"
"""


@pytest.fixture
def instance(instance: Path) -> Path:
    """An instance with a list."""
    with (instance / "site.toml").open("a") as file:
        file.write(LISTS)
    return instance


def test_the_name_of_a_file_says_the_format(runner: FlaskCliRunner, tmp_path: Path) -> None:
    for name in ("works.docx", "works.tex", "works.md", "works.html", "works.txt"):
        result = runner.invoke(args=["document", "-o", str(tmp_path / name)])
        assert result.exit_code == 0, result.output
    with ZipFile(tmp_path / "works.docx") as archive:
        assert b"TensorIR" in archive.read("word/document.xml")
    assert "TensorIR" in (tmp_path / "works.txt").read_text("utf-8")
    result = runner.invoke(args=["document", "-o", str(tmp_path / "works.doc")])
    assert_refused(result)
    assert not (tmp_path / "works.doc").exists()


def test_a_list_is_a_document_with_its_title(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["document", "--list", "reading", "--group", "none"])
    lines = result.output.splitlines()
    assert lines[0] == "To read"
    assert [line[:2] for line in lines if line[:1].isdigit()] == ["1.", "2."]
    assert lines[3].startswith("1. Zhang")
    refused = runner.invoke(args=["document", "--list", "unknown"])
    assert_refused(refused)
    assert "There is reading." in refused.stderr


def test_a_person_and_a_selection_are_documents(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["prepare"]).exit_code == 0  # indexes whose publications are whose
    arguments = ["document", "--all-authors", "--format", "rendercv"]
    result = runner.invoke(args=[*arguments, "--person", "ruihang-lai"])
    cv = yaml.safe_load(result.output)["cv"]
    assert cv["name"] == "Ruihang Lai"
    names = [entry["authors"] for section in cv["sections"].values() for entry in section]
    assert names
    assert all("***Ruihang Lai***" in authors for authors in names)
    assert "***Siyuan Feng***" not in result.output
    assert_refused(runner.invoke(args=["document", "--person", "no-one"]))

    slugs = "zhang2019cityflow.chen2025respec"
    result = runner.invoke(args=["document", "--group", "none", "--selection", slugs])
    lines = [line for line in result.output.splitlines() if line[:1].isdigit()]
    assert [("CityFlow" in line, "ReSpec" in line) for line in lines] == [
        (True, False), (False, True),
    ]  # fmt: skip
    both = ["document", "--person", "ruihang-lai", "--selection", slugs]
    assert_refused(runner.invoke(args=both))


def test_other_names_than_the_owner_s_can_be_bold(runner: FlaskCliRunner) -> None:
    arguments = ["document", "--format", "html", "--search", "relax", "--all-authors"]
    for bold, expected in (([], "Feng, S."), (["--bold", "Ruihang Lai"], "Lai, R.")):
        html = runner.invoke(args=[*arguments, *bold]).output
        assert BeautifulSoup(html, "html.parser").select_one("b").text == expected  # type: ignore[union-attr]
