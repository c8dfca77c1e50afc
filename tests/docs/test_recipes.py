"""The recipes of CONTRIBUTING.md, carried out on a copy of the code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.config import ROOT

STYLE = """
from webapp.formats.csl.citations import LABELS, cite
from webapp.records import Person, Record

record = Record("ada", "article", title="Engines", authors=(Person("Lovelace", "Ada"),), year=1843)
print(LABELS["copy"], cite(record, "copy") == cite(record, "nlm"))
"""
FIELD = """
from webapp.formats.bibtex.bibtex import read
from webapp.formats.public_fields import is_public
from webapp.views.publication.details import details

(record,) = read("@article{ada, title = {Engines}, gears = {Nine}}").records
print(is_public("gears", "article"), [(row.label, row.value) for row in details(record)][-1])
"""
SETTING = """
import sys
from pathlib import Path

from webapp.config import load_settings

print(load_settings(Path(sys.argv[1]), {"OCTAVO_MOTTO": "Weave"}).motto)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package, to be changed."""
    folder = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "webapp", folder / "webapp", ignore=ignored)
    return folder


def insert_after(file: Path, line: str, new: str) -> None:
    """Insert text after the only line of a file that begins with `line`."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    (number,) = [i for i, text in enumerate(lines) if text.lstrip().startswith(line)]
    file.write_text("".join([*lines[: number + 1], new, *lines[number + 1 :]]), "utf-8")


def output_of(script: str, checkout: Path) -> str:
    """Return what a script prints that imports the package of a checkout."""
    result = subprocess.run(
        [sys.executable, "-c", script, str(checkout)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_a_citation_style_is_a_file_and_a_row(checkout: Path) -> None:
    citations = checkout / "webapp" / "formats" / "csl"
    styles = citations / "styles"
    shutil.copy(styles / "nlm-citation-sequence.csl", styles / "copy.csl")
    insert_after(citations / "citations.py", '"nlm": "NLM"', '    "copy": "A copy",\n')
    insert_after(citations / "citations.py", '"nlm": Style', '    "copy": Style("copy"),\n')
    assert output_of(STYLE, checkout) == "A copy True"


def test_a_public_field_is_a_row(checkout: Path) -> None:
    fields = checkout / "webapp" / "formats" / "public_fields.py"
    insert_after(fields, '"copyright": ', '    "gears": "Gears",\n')
    assert output_of(FIELD, checkout) == "True ('Gears', 'Nine')"


def test_a_setting_is_a_field(checkout: Path) -> None:
    row = '    motto: Line = Field("", description="a motto")\n'
    insert_after(checkout / "webapp" / "config.py", "title: Line", row)
    assert output_of(SETTING, checkout) == "Weave"
