"""Reading a pasted text or an uploaded file in a process of its own, with limits.

DESIGN. A reader is one of a dozen parsers of foreign text. What comes from a browser is read in
another process, which has a limited memory and time: at worst it is ended, and no worker that
serves visitors waits for it or grows. The process gets the text on its standard input, prints the
publications as JSON, and opens nothing.
"""

import json
import resource
import subprocess
import sys
from dataclasses import asdict
from typing import Final

from ..config import ROOT
from ..errors import UnreadableFileError
from ..formats.reading import Problem
from ..plain_records import plain, record_of
from ..process_limits import lower_limit
from .library import Library, read_files

MEMORY: Final = 1 << 30  # bytes of addresses
SECONDS: Final = 30
PASTED: Final = "pasted text"  # the name of the file in problems


def read_isolated(data: bytes, limit: int) -> Library:
    """Read the content of one file of any format. Raises UnreadableFileError."""
    limits = map(str, (limit, MEMORY, SECONDS))
    command = [sys.executable, "-m", "webapp.curation.isolated_reading", *limits]
    try:
        process = subprocess.run(  # noqa: S603  the command is ours
            command, input=data, cwd=ROOT, capture_output=True, timeout=SECONDS, check=False
        )
        result = json.loads(process.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise UnreadableFileError(
            "Reading this takes too much time or memory. Import it with octavo import."
        ) from None
    if error := result.get("error"):
        raise UnreadableFileError(error)
    return Library(
        records=tuple(map(record_of, result["records"])),
        locations=tuple((PASTED, line) for line in result["lines"]),
        formats=tuple(result["formats"]),
        problems=tuple((PASTED, Problem(**problem)) for problem in result["problems"]),
        cut_short=tuple((PASTED, line) for line in result["cut_short"]),
    )


def main(limit: int, memory: int, seconds: int) -> None:
    """Read standard input and print the result."""
    lower_limit(resource.RLIMIT_AS, memory)
    lower_limit(resource.RLIMIT_CPU, seconds)
    try:
        library = read_files([(PASTED, sys.stdin.buffer.read())], limit)
    except UnreadableFileError as error:
        json.dump({"error": str(error).removeprefix(f"{PASTED}: ")}, sys.stdout)
        return
    result = {
        "records": [plain(record) for record in library.records],
        "lines": [line for _, line in library.locations],
        "formats": library.formats,
        "problems": [asdict(problem) for _, problem in library.problems],
        "cut_short": [line for _, line in library.cut_short],
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
