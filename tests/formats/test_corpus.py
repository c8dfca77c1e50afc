"""Real files: every entry is read or reported with its line, and survives an export."""

import json
import lzma
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from webapp.curation.merging import merge
from webapp.errors import UnreadableFileError
from webapp.formats import encoding, registry
from webapp.formats.reading import Reading

# The start of an entry, as simple as possible, so that it does not share errors of the reader.
_ENTRY = re.compile(r"[ \t]*@[ \t]*(\w+)[ \t]*[{(]", re.IGNORECASE)
OTHERS = sorted((registry.READERS.keys() & registry.WRITERS.keys()) - {"bibtex"})
_NO_ENTRY = {"string", "comment", "preamble"}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "bib" if (shared_data / "bib").is_dir() else shared_data


@pytest.fixture(scope="module")
def readings(folder: Path) -> dict[Path, Reading | UnreadableFileError]:
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))
    files = [folder / row["file"] for row in listed] + sorted((folder / "broken").iterdir())
    return {path: _read(path) for path in files}


def _read(path: Path) -> Reading | UnreadableFileError:
    try:
        return registry.read(path.read_bytes())
    except UnreadableFileError as refusal:
        return refusal


def test_only_files_with_nothing_readable_are_refused(
    readings: dict[Path, Reading | UnreadableFileError],
) -> None:
    refused = {
        path for path, reading in readings.items() if isinstance(reading, UnreadableFileError)
    }
    for path in refused:
        text = encoding.decode(path.read_bytes())
        assert not text.strip("- \n"), f"{path.name}: {readings[path]}"


def test_every_bibtex_entry_is_read_or_reported_with_its_line(
    readings: dict[Path, Reading | UnreadableFileError],
) -> None:
    for path, reading in readings.items():
        if path.suffix != ".bib" or isinstance(reading, UnreadableFileError):
            continue
        reported = {problem.line for problem in (*reading.problems, *reading.skipped)} | set(
            reading.lines
        )
        lines = encoding.decode(path.read_bytes()).split("\n")
        for number, line in enumerate(lines, 1):
            begins = _ENTRY.match(line)
            if begins and begins[1].lower() not in _NO_ENTRY:
                assert number in reported, f"{path.name}, line {number}: {line}"


def test_the_manifest_has_no_more_entries(
    folder: Path, readings: dict[Path, Reading | UnreadableFileError]
) -> None:
    """The manifest counts only entries that everyone would count."""
    for row in json.loads((folder / "manifest.json").read_text("utf-8")):
        reading = readings[folder / row["file"]]
        if isinstance(reading, Reading) and row.get("entries") and reading.format == "bibtex":
            counted = len(reading.records) + len(reading.skipped)
            assert counted >= row["entries"], row["file"]


def test_an_export_gives_the_same_records(
    readings: dict[Path, Reading | UnreadableFileError],
) -> None:
    for path, reading in readings.items():
        if isinstance(reading, Reading) and reading.records:
            again = registry.read("".join(registry.write(reading.records)).encode())
            assert again.records == reading.records, path.name


def test_three_of_four_records_have_no_problem(
    readings: dict[Path, Reading | UnreadableFileError],
    record_property: Callable[[str, object], None],
) -> None:
    """`pytest --junit-xml` reports the counts by reason."""
    reasons: Counter[str] = Counter()
    records = 0
    for reading in readings.values():
        if isinstance(reading, Reading):
            records += len(reading.records)
            reasons.update(problem.reason for problem in reading.problems)
            reasons.update(f"skipped: {problem.reason}" for problem in reading.skipped)
    record_property("records", records)
    for reason, count in reasons.items():
        record_property(reason, count)
    assert records > 4000
    assert sum(reasons.values()) < records / 4, reasons


def test_ten_thousand_entries(shared_data: Path) -> None:
    packed = shared_data / "corpora" / "acl_10k.bib.xz"
    if not packed.exists():
        pytest.skip("acl_10k.bib.xz is not there")
    reading = registry.read(lzma.decompress(packed.read_bytes()))
    assert len(reading.records) == 10_000
    assert len(reading.problems) < 20
    again = registry.read("".join(registry.write(reading.records)).encode())
    assert again.records == reading.records


@pytest.mark.parametrize("name", OTHERS)
def test_importing_an_export_changes_nothing(
    readings: dict[Path, Reading | UnreadableFileError], name: str
) -> None:
    """Except for entries of which the format can hold nothing, which it leaves out."""
    left_out = 0
    for path, reading in readings.items():
        if not isinstance(reading, Reading) or not reading.records:
            continue
        if name == "cff" and len(reading.records) > 100:  # YAML is slow
            continue
        text = "".join(registry.write(reading.records, name))
        back = {record.key: record for record in registry.READERS[name](text, None).records}
        for record in reading.records:
            imported = back.get(record.key)
            left_out += imported is None
            assert imported is None or merge(record, imported, name) == record, (
                path.name,
                record.key,
            )
    assert left_out < 10
