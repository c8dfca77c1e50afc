"""Real files, where they are: every entry is in or told with its line, and comes out again."""

import json
import lzma
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from webapp.curation.merging import merge
from webapp.errors import UnreadableFileError
from webapp.formats import building, encoding, registry
from webapp.formats.reading import Reading

# How an entry begins, as plainly as possible, so that it does not share the reader's mistakes.
_ENTRY = re.compile(r"[ \t]*@[ \t]*(\w+)[ \t]*[{(]", re.IGNORECASE)
OTHERS = sorted((registry.READERS.keys() & registry.WRITERS.keys()) - {"bibtex"})
_NO_ENTRY = {"string", "comment", "preamble"}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "bib" if (shared_data / "bib").is_dir() else shared_data


@pytest.fixture(scope="module")
def readings(folder: Path) -> dict[Path, Reading | UnreadableFileError]:
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))
    files = [folder / each["file"] for each in listed] + sorted((folder / "broken").iterdir())
    return {path: _read(path) for path in files}


def _read(path: Path) -> Reading | UnreadableFileError:
    try:
        return registry.read(path.read_bytes())
    except UnreadableFileError as refusal:
        return refusal


def test_only_files_with_nothing_readable_are_refused(
    readings: dict[Path, Reading | UnreadableFileError],
) -> None:
    refused = {path for path, found in readings.items() if isinstance(found, UnreadableFileError)}
    for path in refused:
        text = encoding.decode(path.read_bytes())
        assert not text.strip("- \n"), f"{path.name}: {readings[path]}"


def test_every_bibtex_entry_is_in_or_told_with_its_line(
    readings: dict[Path, Reading | UnreadableFileError],
) -> None:
    for path, found in readings.items():
        if path.suffix != ".bib" or isinstance(found, UnreadableFileError):
            continue
        told = {each.line for each in (*found.problems, *found.skipped)} | set(found.lines)
        lines = encoding.decode(path.read_bytes()).split("\n")
        for number, line in enumerate(lines, 1):
            begins = _ENTRY.match(line)
            if begins and begins[1].lower() not in _NO_ENTRY:
                assert number in told, f"{path.name}, line {number}: {line}"


def test_counts_are_those_of_the_manifest(
    folder: Path, readings: dict[Path, Reading | UnreadableFileError]
) -> None:
    """Where a file has no oddities that two counts may differ by."""
    for each in json.loads((folder / "manifest.json").read_text("utf-8")):
        found = readings[folder / each["file"]]
        if isinstance(found, Reading) and each.get("entries") and found.format == "bibtex":
            counted = len(found.records) + len(found.skipped)
            assert counted >= each["entries"], each["file"]


def test_what_was_read_comes_back_from_its_export(
    readings: dict[Path, Reading | UnreadableFileError],
) -> None:
    for path, found in readings.items():
        if isinstance(found, Reading) and found.records:
            again = registry.read("".join(registry.write(found.records)).encode())
            assert again.records == found.records, path.name


def test_nearly_everything_is_in_without_a_doubt(
    readings: dict[Path, Reading | UnreadableFileError],
    record_property: Callable[[str, object], None],
) -> None:
    """The counts by reason are in the report of `pytest --junit-xml` and of `pytest -s`."""
    reasons: Counter[str] = Counter()
    records = 0
    for found in readings.values():
        if isinstance(found, Reading):
            records += len(found.records)
            reasons.update(each.reason for each in found.problems)
            reasons.update(f"skipped: {each.reason}" for each in found.skipped)
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
def test_an_export_of_a_file_changes_nothing_of_it(
    readings: dict[Path, Reading | UnreadableFileError], name: str
) -> None:
    """But entries of which the format can hold nothing are not in it."""
    left_out = 0
    for path, found in readings.items():
        if not isinstance(found, Reading) or not found.records:
            continue
        if name == "cff" and len(found.records) > 100:  # YAML is slow
            continue
        text = "".join(registry.write(found.records, name))
        back = {each.key: each for each in registry.READERS[name](text, None).records}
        for record in found.records:
            said = back.get(building.citation_key(record.key))
            left_out += said is None
            assert said is None or merge(record, said, name) == record, (path.name, record.key)
    assert left_out < 10
