"""Reading the files that a command loads."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app

from ..config import LIBRARY_FILE
from ..curation import library
from ..curation.library import Library
from ..site import site
from .output import argument_text

BAR_FROM = 200_000  # bytes: fewer are read before a bar would be noticed


def library_file() -> Path:
    """Return the path of publications.bib in the instance."""
    return Path(current_app.instance_path) / LIBRARY_FILE


def contents_of(files: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Read files as (name, content). "-" is standard input. Raises OSError."""
    return [
        (
            argument_text(str(path)),
            sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes(),
        )
        for path in files
    ]


def read_files(contents: Sequence[tuple[str, bytes]], quiet: bool = False) -> Library:
    """Parse files given as (name, content), with a progress bar if they are large.

    Raises UnreadableFileError.
    """
    settings = site().settings
    sizes = [len(data) for _, data in contents]
    hidden = quiet or sum(sizes) < BAR_FROM or not sys.stderr.isatty()
    with click.progressbar(
        length=sum(sizes), label="Reading", file=sys.stderr, hidden=hidden
    ) as bar:

        def progress(number: int, share: float) -> None:
            if not bar.pos:  # the time for decoding and splitting does not predict the rest
                bar.start = time.time()
            bar.update(int(sum(sizes[:number]) + share * sizes[number]) - bar.pos)

        return library.read_files(contents, settings.import_limit_mb << 20, progress)
