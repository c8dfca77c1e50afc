"""The process that reads PDFs: paths on standard input, a line of JSON for each page it read.

DESIGN. A PDF is a program for a stack machine in compressed streams that refer to each other. One
that is damaged, or made for it, can take any time and memory. So pypdf runs in a process that does
nothing else: its memory is limited, its time is limited for each file, and at worst it ends. It
prints page by page, so that the pages before the one that takes too long are not lost. Its parent
(`reading`) starts another one for the next file.

Each file ends with a line `{"end": reason}`; the reason is "" or a key of `formats.reasons`.
"""

import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from pypdf import PdfReader
from pypdf.errors import DependencyError

from ..process_limits import limit_more_memory, limit_next_seconds

MAX_PAGES: Final = 500
MAX_CHARACTERS: Final = 500_000  # of a file; a paper has 50,000


def main(memory: int, seconds: int) -> None:
    """Read the PDFs whose paths standard input has, one as JSON in each line.

    Limit the memory that is taken, in bytes of addresses, and the CPU time that each file has.
    """
    limit_more_memory(memory)
    output = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    sys.stdout = sys.stderr  # what the library prints is no answer
    for line in sys.stdin:
        limit_next_seconds(seconds)
        _write(output, end=_read(Path(json.loads(line)), output))


def _write(output: TextIO, **message: str) -> None:
    output.write(json.dumps(message) + "\n")
    output.flush()


def _read(path: Path, output: TextIO) -> str:
    """Write the pages of a file. Return why it could not be read, or ""."""
    try:
        room = MAX_CHARACTERS
        for text in _pages(path):
            _write(output, page=text[:room])
            room -= len(text)
            if room <= 0:
                break
    except DependencyError:  # the cipher needs a library
        return "encrypted-pdf"
    except MemoryError:
        return "pdf-too-large"
    except _LockedError:
        return "encrypted-pdf"
    except Exception:  # pypdf raises errors of every kind on damaged files
        return "damaged-pdf"
    return ""


class _LockedError(Exception):
    """A PDF needs a password."""


def _pages(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        reader: Any = PdfReader(file, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _LockedError
        failure: Exception | None = None
        for page in islice(reader.pages, MAX_PAGES):
            try:
                yield page.extract_text()
            except (MemoryError, DependencyError):
                raise
            except Exception as error:  # one damaged page among others
                failure = error
                yield ""
        if failure:
            raise failure


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
