"""Reading of PDFs in another process, which is started again if one of them ends it."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO, Final

from ..config import ROOT
from .cleaning import clean_pages

MEMORY: Final = 1 << 30  # bytes of addresses, beside the program and its libraries
SECONDS: Final = 30  # of CPU time for a file; most take less than two
PATIENCE: Final = 4  # times the seconds of CPU time that a file has: the machine may be busy


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of a PDF; `reason` is a key of `formats.reasons` if some or all of it is missing."""

    text: str = ""  # one line for each page, separated by cleaning.PAGE
    reason: str = ""


def read_pdfs(paths: Iterable[Path]) -> Iterator[tuple[Path, PdfText]]:
    """Yield the text of each PDF. A file that cannot be read has a reason, and raises nothing."""
    process: subprocess.Popen[str] | None = None
    try:
        for path in paths:
            process = process or _start()
            pages, reason = _read(process, path)
            if reason in ("pdf-too-slow", "pdf-too-large"):  # what it has left is little
                _end(process)
                process = None
            text = clean_pages(pages)
            yield path, PdfText(text, reason or ("" if text.strip("\f ") else "pdf-without-text"))
    finally:
        if process:
            _end(process)


def _start() -> "subprocess.Popen[str]":
    limits = map(str, (MEMORY, SECONDS))
    command = [sys.executable, "-m", "webapp.full_text.extraction", *limits]
    return subprocess.Popen(  # noqa: S603  the command is ours
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        encoding="ascii",
    )


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what is buffered for a process that ended
            _open(pipe).close()
    process.wait()


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None  # noqa: S101  the process has both pipes
    return pipe


def _read(process: "subprocess.Popen[str]", path: Path) -> tuple[list[str], str]:
    """Return the pages that a process read, and why others are missing, or ""."""
    pages: list[str] = []
    timer = Timer(PATIENCE * SECONDS, process.kill)
    timer.daemon = True
    timer.start()
    try:
        request, answers = _open(process.stdin), _open(process.stdout)
        request.write(json.dumps(str(path)) + "\n")
        request.flush()
        for line in answers:
            message = json.loads(line)
            if "end" in message:
                return pages, message["end"]
            pages.append(message["page"])
    except (OSError, ValueError):  # it ended in the middle of a line
        pass
    finally:
        timer.cancel()
    return pages, "pdf-too-slow"
