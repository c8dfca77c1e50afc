"""Files that show what other programs got wrong: each record of them is cited as it should be.

`tests/data/wild.tsv` has the citations that the files' description expects, read by a person. Of
“comma2”, two people around a comma, the doubt is what counts (test_names_in_real_files.py).
"""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

from webapp.formats import registry
from webapp.formats.csl.citations import cite

_DATA: Final = Path(__file__).parents[1] / "data"
with (_DATA / "wild.tsv").open(encoding="utf-8", newline="") as file:
    _ROWS: Final = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
CITED: Final[dict[str, list[dict[str, str]]]] = defaultdict(list)
for row in _ROWS:
    CITED[row["file"]].append(row)


@pytest.fixture(scope="module")
def wild(shared_data: Path) -> Path:
    folder = shared_data / "wild"
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing")
    return folder


@pytest.mark.parametrize("name", CITED)
def test_each_record_is_cited_as_expected(name: str, wild: Path) -> None:
    records = registry.read((wild / name).read_bytes()).records
    assert [
        {"file": name, "key": record.key, **{s: cite(record, s).text for s in ("apa", "nlm")}}
        for record in records
    ] == CITED[name]


def test_every_file_has_its_citations(wild: Path) -> None:
    assert {str(path.relative_to(wild)) for path in wild.glob("[0-9]*/*")} == CITED.keys()
