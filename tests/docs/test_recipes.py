"""The recipes of CONTRIBUTING.md, carried out on a copy of the code."""

import os
import re
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
FACET = """
import re
import sys
from pathlib import Path

from webapp import create_app

client = create_app(Path(sys.argv[1], "instance")).test_client()
print(*re.findall(r'id="pub-([^"]+)"', client.get("/?language=de").text))
print(*re.findall(">(Language|Filter by language)<", client.get("/facets/language").text))
"""
PUBLICATIONS = """
@misc{one, title = {Engines}, year = 1843, langid = {english}}
@misc{two, title = {Maschinen}, year = 1844, langid = {german}}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package, to be changed."""
    folder = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("webapp", "templates", "static"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder


def insert_after(file: Path, line: str, new: str) -> None:
    """Insert text after the only line of a file that begins with `line`."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    (number,) = [i for i, text in enumerate(lines) if text.lstrip().startswith(line)]
    file.write_text("".join([*lines[: number + 1], new, *lines[number + 1 :]]), "utf-8")


def replace_once(file: Path, pattern: str, new: str) -> None:
    """Replace the only match of a pattern in a file."""
    text, count = re.subn(pattern, new, file.read_text("utf-8"), flags=re.MULTILINE)
    assert count == 1, f"{file}: {count} matches of {pattern}"
    file.write_text(text, "utf-8")


def run(checkout: Path, *arguments: str) -> str:
    """Return what Python prints in a checkout, where it imports the package of that checkout."""
    instance = str(checkout / "instance")
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout), "OCTAVO_INSTANCE": instance},
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
    assert run(checkout, "-c", STYLE) == "A copy True"


def test_a_public_field_is_a_row(checkout: Path) -> None:
    fields = checkout / "webapp" / "formats" / "public_fields.py"
    insert_after(fields, '"copyright": ', '    "gears": "Gears",\n')
    assert run(checkout, "-c", FIELD) == "True ('Gears', 'Nine')"


def test_a_setting_is_a_field(checkout: Path) -> None:
    row = '    motto: Line = Field("", description="a motto")\n'
    insert_after(checkout / "webapp" / "config.py", "title: Line", row)
    assert run(checkout, "-c", SETTING, str(checkout)) == "Weave"


def test_a_facet_is_declared_in_the_files_of_its_recipe(checkout: Path) -> None:
    """Without the two files of the fallback, which serves only while there is no index."""
    package, name = checkout / "webapp", r'\1, "language")'
    criteria = package / "catalog" / "criteria.py"
    replace_once(criteria, r'^(FACETS = .*"tag")\)', name)
    replace_once(criteria, r'(for name in \(.*"tag")\)', name)
    insert_after(criteria, "tag: tuple", "    language: tuple[str, ...] = ()\n")
    engine = package / "search" / "engine.py"
    insert_after(engine, "abstract: str", '    language: str = ""\n')
    documents = package / "catalog" / "documents.py"
    insert_after(documents, "venue=", "        language=record.language,\n")
    schema = package / "search" / "embedded" / "schema.py"
    replace_once(schema, r'^(FACETS = .*"tag")\)', name)
    language = "        (document.language,) if document.language else (),\n"
    insert_after(schema, "tuple(dict.fromkeys(document.tags)),", language)
    replace_once(schema, r"^SCHEMA = \d+", "SCHEMA = 9999")
    filters = package / "views" / "results" / "filters.py"
    insert_after(filters, '"tag": "Keyword"', '    "language": "Language",\n')
    insert_after(filters, '"tag": "keywords"', '    "language": "languages",\n')

    (checkout / "instance").mkdir()
    (checkout / "instance" / "publications.bib").write_text(PUBLICATIONS)
    run(checkout, "-m", "webapp", "prepare")
    assert run(checkout, "-c", FACET, str(checkout)) == "two\nFilter by language Language"
