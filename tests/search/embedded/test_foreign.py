"""A hostile index folder: no code in it runs, and the index is rebuilt."""

import gc
import json
import os
import pickle
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from whoosh import columns, formats
from whoosh.codec import whoosh3
from whoosh.filedb import structfile
from whoosh.filedb.filestore import FileStorage

from webapp.catalog.catalog import Catalog
from webapp.catalog.criteria import Criteria
from webapp.errors import IndexUnavailableError
from webapp.records import Record
from webapp.search.embedded import plain_data
from webapp.search.embedded.engine import WhooshEngine
from webapp.search.engine import Document, SearchRequest
from webapp.search.query import parse
from webapp.store.edits import Edit

from ...searching import folder_of

SIZES = (4, 8, 4)  # of Whoosh's integers on this machine

# Whoosh leaves files open that it cannot read. They close with the reader.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _close_files() -> Iterator[None]:
    yield
    gc.collect()


class Payload:
    """A value that creates a folder when unpickled."""

    def __init__(self, marker: Path, value: object = None) -> None:
        self.code = f"(__import__('os').makedirs({str(marker)!r}, exist_ok=True), {value!r})[1]"

    def __reduce__(self) -> tuple[object, ...]:
        return eval, (self.code,)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "code has run"


def seal(folder: Path) -> None:
    """Update the checksums in the pointer to those of the files."""
    text = (folder / "current").read_text().partition("\n")[2]
    manifest = json.loads(text)
    for name in manifest["files"]:
        content = (folder / manifest["name"] / name).read_bytes()
        manifest["files"][name] = (len(content), zlib.crc32(content))
    write_pointer(folder, manifest)


def write_pointer(folder: Path, manifest: object) -> None:
    text = json.dumps(manifest)
    (folder / "current").write_text(f"{zlib.crc32(text.encode())}\n{text}")


def plant_toc(folder: Path, marker: Path, version: int) -> None:
    (toc,) = folder_of(folder).glob("*.toc")
    payload = pickle.dumps(Payload(marker))
    file = FileStorage(str(toc.parent)).create_file(toc.name)
    for size in SIZES:
        file.write_varint(size)
    file.write_int(-12345)
    file.write_int(version)
    for number in (2, 7, 4):
        file.write_varint(number)
    file.write_string(payload)
    file.write_int(1)
    file.write_int(0)
    file.write(payload)
    file.close()


@pytest.mark.parametrize("version", [-111, -110])
def test_a_table_of_contents_is_never_unpickled(tmp_path: Path, marker: Path, version: int) -> None:
    folder = tmp_path / "index"
    WhooshEngine(folder).rebuild([Document(1, 0, "One"), Document(2, 1, "Two")], "1")
    plant_toc(folder, marker, version)
    assert WhooshEngine(folder).revision is None  # its checksum differs
    seal(folder)
    engine = WhooshEngine(folder)
    engine.update([Document(3, 2, "Three")], [1], "2")
    assert engine.search(SearchRequest(parse(""))).ids == (2, 3)
    assert not marker.exists()


def write_hostile(folder: Path, marker: Path, place: str, patch: pytest.MonkeyPatch) -> None:
    """Write a working index whose pickles in one place run code when Whoosh reads them."""
    module, name = {
        "stored values": (columns, "dumps"),
        "postings": (whoosh3, "dumps"),
        "positions": (formats, "dumps"),
        "heads of blocks": (structfile, "dump_pickle"),
    }[place]
    original, replaced = getattr(module, name), list if place == "positions" else tuple | dict

    def dump(value: object, *more: object) -> object:
        is_replaced = isinstance(value, replaced)
        return original(Payload(marker, value) if is_replaced else value, *more)

    patch.setattr(module, name, dump)
    patch.setattr(columns, "loads", pickle.loads)
    patch.setattr(plain_data, "load", pickle.load)
    WhooshEngine(folder).rebuild([Document(1, 0, "One"), Document(2, 1, "Two two")], "1")


@pytest.mark.parametrize("place", ["stored values", "postings", "positions", "heads of blocks"])
def test_no_pickle_in_whooshs_files_runs_code(
    tmp_path: Path, marker: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        write_hostile(tmp_path / "index", marker, place, patch)
    with FileStorage(str(folder_of(tmp_path / "index"))).open_index().searcher() as plain:
        assert plain.doc_count() == 2
    shutil.rmtree(marker, ignore_errors=True)
    engine = WhooshEngine(tmp_path / "index")
    assert engine.search(SearchRequest(parse("two"))).total == 1
    with pytest.raises(IndexUnavailableError, match="may hold only data"):
        engine.update([Document(3, 2, "Three")], [1], "2")
    assert not marker.exists()


@pytest.mark.parametrize(
    "harm",
    [
        lambda manifest: {**manifest, "segments": 7},
        lambda manifest: {**manifest, "files": {"../../x": [1, 1]}},
        lambda manifest: {**manifest, "name": "../elsewhere"},
        lambda manifest: {"schema": manifest["schema"]},
        lambda manifest: {**manifest, "files": {}},
        lambda manifest: [manifest],
        lambda manifest: {**manifest, "segments": [["MAIN_x", 1, []]]},
    ],
)
def test_an_invalid_pointer_is_not_an_index(
    tmp_path: Path, harm: Callable[[dict[str, Any]], object]
) -> None:
    WhooshEngine(tmp_path).rebuild([Document(1, 0, "One")], "1")
    write_pointer(tmp_path, harm(json.loads((tmp_path / "current").read_text().split("\n")[1])))
    engine = WhooshEngine(tmp_path)
    assert engine.revision is None
    with pytest.raises(IndexUnavailableError):
        engine.search(SearchRequest(parse("")))
    engine.rebuild([Document(2, 0, "Two")], "2")
    assert engine.search(SearchRequest(parse(""))).ids == (2,)


def precious(folder: Path) -> Path:
    """A file beside the index that belongs to someone."""
    (folder / "precious").write_text("precious")
    return folder / "precious"


@pytest.mark.parametrize("name", ["lock", "current.new", "current"])
@pytest.mark.parametrize("way", [Path.symlink_to, Path.hardlink_to])
def test_no_file_behind_a_link_is_written(
    tmp_path: Path, name: str, way: Callable[[Path, Path], None]
) -> None:
    folder = tmp_path / "index"
    WhooshEngine(folder).rebuild([Document(1, 0, "One")], "1")
    (folder / name).unlink(missing_ok=True)
    way(folder / name, precious(tmp_path))
    engine = WhooshEngine(folder)
    engine.rebuild([Document(2, 0, "Two")], "2")
    engine.update([Document(3, 1, "Three")], [], "3")
    engine.delete()
    assert (tmp_path / "precious").read_text() == "precious"


@pytest.mark.parametrize("name", ["lock", "current.new", "current"])
@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        Path.mkdir,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path),
    ],
    ids=["pipe", "folder", "device", "circle"],
)
def test_what_is_no_file_is_replaced(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    WhooshEngine(tmp_path).rebuild([Document(1, 0, "One")], "1")
    (tmp_path / name).unlink(missing_ok=True)
    make(tmp_path / name)
    engine = WhooshEngine(tmp_path)
    assert engine.revision == (None if name == "current" else "1")
    engine.rebuild([Document(2, 0, "Two")], "2")
    assert engine.search(SearchRequest(parse(""))).ids == (2,)


def test_a_generation_of_pipes_and_links_is_not_an_index(tmp_path: Path) -> None:
    WhooshEngine(tmp_path).rebuild([Document(1, 0, "One")], "1")
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        manifest = json.loads((tmp_path / "current").read_text().partition("\n")[2])
        name = next(name for name in manifest["files"] if name.endswith(".arrays"))
        (folder_of(tmp_path) / name).unlink()
        make(folder_of(tmp_path) / name)
        write_pointer(tmp_path, {**manifest, "files": {**manifest["files"], name: [0, 0]}})
        assert WhooshEngine(tmp_path).revision is None
        WhooshEngine(tmp_path).rebuild([Document(1, 0, "One")], "1")


def test_a_pointer_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    WhooshEngine(tmp_path).rebuild([Document(1, 0, "One")], "1")
    os.truncate(tmp_path / "current", 1 << 40)
    assert WhooshEngine(tmp_path).revision is None
    WhooshEngine(tmp_path).rebuild([Document(1, 0, "One")], "2")
    assert WhooshEngine(tmp_path).revision == "2"


def test_a_link_among_the_generations_is_deleted_and_what_it_leads_to_is_not(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "index"
    WhooshEngine(folder).rebuild([Document(1, 0, "One")], "1")
    precious(tmp_path)
    (folder / "generation-0").symlink_to(tmp_path)
    WhooshEngine(folder).rebuild([Document(2, 0, "Two")], "2")
    assert (tmp_path / "precious").read_text() == "precious"
    assert not (folder / "generation-0").is_symlink()


@pytest.mark.parametrize(
    "content", [b"", b"\x10" + bytes(9), b"\xff" * 99, b"\x02" + bytes(7) + b"{}"]
)
def test_invalid_arrays_are_not_an_index(tmp_path: Path, content: bytes) -> None:
    WhooshEngine(tmp_path).rebuild([Document(1, 0, "One")], "1")
    (arrays,) = folder_of(tmp_path).glob("*.arrays")
    arrays.write_bytes(content)
    seal(tmp_path)
    assert WhooshEngine(tmp_path).revision is None


def test_a_hostile_index_is_rebuilt_on_the_next_change(
    app: Flask, catalog: Catalog, instance: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = str(catalog.state().revision)
    with monkeypatch.context() as patch:
        write_hostile(instance / "index", marker, "stored values", patch)
    shutil.rmtree(marker)
    pointer = json.loads((instance / "index" / "current").read_text().partition("\n")[2])
    write_pointer(instance / "index", {**pointer, "revision": revision})
    catalog.save([Edit(Record(key="new", type="misc", title="Zymurgy"))], "test")
    assert app.test_cli_runner().invoke(args=["reindex", "--if-needed"]).exit_code == 0
    assert catalog.find(Criteria(q="zymurgy")).total == 1
    assert catalog.find(Criteria()).total == 8
    assert not marker.exists()
