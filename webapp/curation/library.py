"""The content of files of publications, as an import gets it.

Imports no store, because a process that reads one pasted text starts with this.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial

from ..errors import UnreadableFileError
from ..formats import registry
from ..formats.reading import Problem
from ..records import Record


@dataclass(frozen=True, slots=True)
class Library:
    """The content of one or more files, with keys as written."""

    records: tuple[Record, ...]
    locations: tuple[tuple[str, int], ...]  # per record, the name of its file and its line
    formats: tuple[str, ...]  # per record, the format of its file
    problems: tuple[tuple[str, Problem], ...]  # (file name, problem)
    empty: tuple[str, ...] = ()  # names of files without publications
    cut_short: tuple[tuple[str, int], ...] = ()  # files that end inside an entry, and its line

    def without(self, indexes: Collection[int]) -> "Library":
        """Return the library without the entries at these indexes."""
        if not indexes:
            return self
        left = [index for index in range(len(self.records)) if index not in set(indexes)]
        return replace(
            self,
            records=tuple(self.records[index] for index in left),
            locations=tuple(self.locations[index] for index in left),
            formats=tuple(self.formats[index] for index in left),
        )


def read_files(
    files: Iterable[tuple[str, bytes]],
    limit: int,
    progress: Callable[[int, float], None] | None = None,
) -> Library:
    """Read files given as (name, content). Raises UnreadableFileError, also above `limit` bytes.

    `progress` is called with the number of a file, from 0, and the share of it that was read.
    """
    records: list[Record] = []
    locations: list[tuple[str, int]] = []
    formats: list[str] = []
    problems: list[tuple[str, Problem]] = []
    empty, cut_short = [], []
    macros: dict[str, str] = {}
    for number, (name, data) in enumerate(files):
        if len(data) > limit:
            raise UnreadableFileError(
                f"{name}: larger than {limit >> 20} MB. Raise the setting import_limit_mb."
            )
        try:
            content = registry.read(data, progress and partial(progress, number), macros)
        except UnreadableFileError as error:
            raise UnreadableFileError(f"{name}: {error}") from None
        problems += [(name, problem) for problem in content.problems]
        records += content.records
        locations += [(name, line) for line in content.lines]
        formats += [content.format] * len(content.records)
        macros |= content.macros
        empty += [] if content.records else [name]
        cut_short += [(name, content.cut_short)] if content.cut_short else []
    return Library(
        *(tuple(records), tuple(locations), tuple(formats)),
        *(tuple(problems), tuple(empty), tuple(cut_short)),
    )
