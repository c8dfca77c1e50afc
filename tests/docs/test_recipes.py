"""The recipes of CONTRIBUTING.md, carried out on a copy of the code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.config import ROOT

STYLE = """
from webapp.formats.csl.citations import STYLES, cite
from webapp.records import Person, Record

record = Record("ada", "article", title="Engines", authors=(Person("Lovelace", "Ada"),), year=1843)
print(STYLES["copy"].label, cite(record, "copy") == cite(record, "nlm"))
"""
WRITER = """
def write(records):
    for record in records:
        yield record.title + chr(10)
"""
EXPORT = """
import sys
from pathlib import Path

from webapp.application import create_app

client = create_app(Path(sys.argv[1], "instance")).test_client()
print(
    client.get("/publications.txt").text.strip().replace(chr(10), "|"),
    client.get("/publications/one.txt").text.strip(),
    ">Titles</a>" in client.get("/export").text,
    "Titles" in client.get("/publications/one").text,
)
"""
READER = """
from .. import building
from ..reading import Block
from .items import items, line_of


def looks_like(item):
    return "headline" in item


def read(text, progress=None):
    return building.read_entries(items(text), block, line_of, progress)


def block(numbered_item):
    line, item = numbered_item
    return Block(line, "misc", "engines", [("title", item["headline"])])
"""
FIELD = """
from webapp.formats.bibtex.bibtex import read
from webapp.formats.public_fields import is_public
from webapp.views.publication.details import details

(record,) = read("@article{ada, title = {Engines}, gears = {Nine}}").records
print(is_public("gears", "article"), [(row.label, str(row.value)) for row in details(record)][-1])
"""
SETTING = """
import sys
from pathlib import Path

from webapp.site_file import load_settings

print(load_settings(Path(sys.argv[1]), {"OCTAVO_MOTTO": "Weave"}).motto)
"""
FACET_ROW = """\
    Facet("language", "Language", "languages", lambda record: (record.language,), str.upper),
"""
FACET = """
import re
import sys
from pathlib import Path

from webapp.application import create_app

client = create_app(Path(sys.argv[1], "instance")).test_client()


def find(pattern, address):
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status}"
    return re.findall(pattern, response.text)


item = 'id="pub-([^"]+)"'
print("panel", *find(r'<a id="language=[^"]*" href="([^"]*)"[^>]*><bdi>(..)</bdi>', "/"))
print("values", *find(r"<bdi>(..)</bdi>", "/facets/language?find=D"))
print("title", *find("<h1[^>]*>([^<]+)", "/facets/language"))
print("address", *find(item, "/?language=de"))
print("chip", *find('Remove filter ([^"]*)', "/?language=de"))
print("syntax", *find(item, "/?q=language:de"))
print("export", *find("@misc{(.*),", "/publications.bib?language=de"))
print("feed", *find("<title>(.*?)</title>", "/publications.atom?language=de")[1:])
print("robots", *find("/[?]language=", "/robots.txt"))
Path(sys.argv[1], "instance", "index", "current").unlink()
print("without an index", *find(item, "/?language=de"))
"""
FACET_RESULT = """
panel ('/?language=de', 'DE') ('/?language=en', 'EN')
values DE
title Filter by language
address two
chip Language: DE
syntax two
export two
feed Maschinen
robots /?language=
without an index two
"""
LANGUAGE = """
import re
import sys
from pathlib import Path

from webapp.application import create_app

page = create_app(Path(sys.argv[1], "instance")).test_client().get("/").text
print(*re.findall('<html lang="(..)">|id="count"[^>]*>([^<]*)<|<summary>(S[^<]*)<', page))
"""
PLURALS = ('msgstr[0] "%(number)s Publikation"', 'msgstr[1] "%(number)s Publikationen"')
PUBLICATIONS = """
@misc{one, title = {Engines}, year = 1843, langid = {english}}
@misc{two, title = {Maschinen}, year = 1844, langid = {german}}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package, to be changed."""
    folder = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("webapp", "templates", "static", "translations"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder


def insert_after(file: Path, line: str, new: str) -> None:
    """Insert text after the only line of a file that begins with `line`."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    (number,) = [i for i, text in enumerate(lines) if text.lstrip().startswith(line)]
    file.write_text("".join([*lines[: number + 1], new, *lines[number + 1 :]]), "utf-8")


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


def create_site(checkout: Path) -> None:
    """Create a site with PUBLICATIONS in a checkout."""
    instance = checkout / "instance"
    instance.mkdir()
    (instance / "publications.bib").write_text(PUBLICATIONS)
    run(checkout, "-m", "webapp", "prepare")


def test_a_citation_style_is_a_file_and_a_row(checkout: Path) -> None:
    citations = checkout / "webapp" / "formats" / "csl"
    styles = citations / "styles"
    shutil.copy(styles / "nlm-citation-sequence.csl", styles / "copy.csl")
    row = '    "copy": CitationStyle("A copy", Style("copy")),\n'
    insert_after(citations / "citations.py", '"nlm": CitationStyle', row)
    assert run(checkout, "-c", STYLE) == "A copy True"


def test_an_export_format_is_a_module_and_a_row(checkout: Path) -> None:
    formats = checkout / "webapp" / "formats"
    (formats / "heads.py").write_text(WRITER)
    insert_after(formats / "registry.py", "from . import cff", "from . import heads\n")
    row = '    "titles": Format("Titles", "txt", "text/plain", write=heads.write, exports="{}"),\n'
    insert_after(formats / "registry.py", '"csv": Format', row.format("lists and publications"))
    create_site(checkout)
    assert run(checkout, "-c", EXPORT, str(checkout)) == "Engines|Maschinen Engines True True"
    assert run(checkout, "-m", "webapp", "export", "--format", "titles") == "Engines\nMaschinen"


def test_an_import_format_is_a_module_and_a_row(checkout: Path) -> None:
    formats = checkout / "webapp" / "formats"
    (formats / "json" / "titles.py").write_text(READER)
    insert_after(formats / "registry.py", "from .json import", "from .json import titles\n")
    row = (
        '    "titles": Format("Titles", "json", "application/json", titles.read,\n'
        '        syntax="json", looks_like=titles.looks_like),\n'
    )
    insert_after(formats / "registry.py", "FORMATS: Final", row)
    (checkout / "titles.json").write_text('[{"headline": "Engines"}]')
    create_site(checkout)
    run(checkout, "-m", "webapp", "import", "titles.json")
    assert "@misc{engines,\n  title = {Engines}," in run(checkout, "-m", "webapp", "export")


def test_a_public_field_is_a_row(checkout: Path) -> None:
    fields = checkout / "webapp" / "formats" / "public_fields.py"
    insert_after(fields, '"copyright": ', '    "gears": "Gears",\n')
    assert run(checkout, "-c", FIELD) == "True ('Gears', 'Nine')"


def test_a_setting_is_a_field(checkout: Path) -> None:
    row = '    motto: Line = Field("", description="a motto")\n'
    insert_after(checkout / "webapp" / "config.py", "title: Line", row)
    assert run(checkout, "-c", SETTING, str(checkout)) == "Weave"


def test_a_facet_is_a_row(checkout: Path) -> None:
    """It is in the panel, in addresses, in the search syntax, and in the scope of exports."""
    create_site(checkout)
    insert_after(checkout / "webapp" / "facets.py", 'Facet("tag"', FACET_ROW)
    run(checkout, "-m", "webapp", "prepare")  # rebuilds the index, which lacks the facet
    assert run(checkout, "-c", FACET, str(checkout)) == FACET_RESULT.strip()


def test_a_language_is_a_catalog(checkout: Path) -> None:
    create_site(checkout)
    (checkout / "instance" / "site.toml").write_text('language = "de"')
    run(checkout, "-m", "translations", "de")
    catalog = checkout / "translations" / "de.po"
    insert_translation(catalog, 'msgid "Sort"', 'msgstr "Sortieren"')
    insert_translation(catalog, 'msgid_plural "%(number)s publications"', *PLURALS)
    page = run(checkout, "-c", LANGUAGE, str(checkout))
    assert page.startswith("('de', '', '') ")
    assert page.endswith("('', '2 Publikationen', '') ('', '', 'Sortieren: Owner’s order')")


def insert_translation(catalog: Path, text: str, *translations: str) -> None:
    """Replace the empty translations below a text in a catalog."""
    before, after = catalog.read_text("utf-8").split(f"\n{text}\n")
    rest = after.split("\n", len(translations))[-1]
    catalog.write_text("\n".join([before, text, *translations, rest]), "utf-8")
