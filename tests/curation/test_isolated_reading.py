"""Reading pasted text in a process of its own."""

import resource

import pytest

from tests.importing import LIMIT
from webapp.curation.isolated_reading import PASTED, read_isolated
from webapp.curation.library import read_files
from webapp.errors import UnreadableFileError

TEXT = r"""@article{a, title = {שלום $x^2$}, author = {Doe, Jane and {Team}}, year = 2020,
  pdf = {https://example.org/a.pdf}, keywords = {a; b}}
@article{b, title = {Ein {Fehler}, year = 2020
}"""


def test_the_other_process_reads_the_same() -> None:
    library = read_files([(PASTED, TEXT.encode())], LIMIT)
    assert read_isolated(TEXT.encode(), LIMIT) == library


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "The file is empty."), (b"words", "There is no publication"), (b"x" * 99, "larger")],
)
def test_an_error_of_the_reader_is_passed_on(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=f"^{message}"):
        read_isolated(data, 0 if b"x" in data else LIMIT)


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.curation.isolated_reading.SECONDS", 0)
    with pytest.raises(UnreadableFileError, match="too much time or memory"):
        read_isolated(TEXT.encode(), LIMIT)


def test_what_takes_too_much_memory_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is that of the other process, which cannot read more than it has room for."""
    large = TEXT.encode() + b" " * LIMIT
    assert read_isolated(large, 2 * LIMIT).records
    before = resource.getrlimit(resource.RLIMIT_AS)
    monkeypatch.setattr("webapp.curation.isolated_reading.MEMORY", LIMIT)
    with pytest.raises(UnreadableFileError, match="too much time or memory"):
        read_isolated(large, 2 * LIMIT)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
