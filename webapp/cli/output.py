"""Output of the commands: terminals of any encoding, JSON, and files that are replaced whole."""

import codecs
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO
from uuid import uuid4

import click

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# Replacements for the typographic characters in Octavo's messages, for terminals without them.
PLAIN: Final = {"…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-"}
ERRORS: Final = "octavo-plain"  # the name of the error handler below


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    """Replace a character that an encoding lacks: typography by ASCII, others by an escape.

    Names and keys stay unambiguous, as ü becomes \\xfc and not u.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    if plain := PLAIN.get(error.object[error.start]):
        return plain, error.start + 1
    return codecs.backslashreplace_errors(error)


codecs.register_error(ERRORS, _plain)


class _Stream(io.FileIO):
    """Standard output or standard error, named in its errors."""

    def __init__(self, descriptor: int, label: str) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.label = label

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write bytes. Raises OSError with the label as its filename."""
        try:
            return super().write(data)
        except OSError as error:
            raise OSError(error.errno, error.strerror, self.label) from None


def open_streams() -> None:
    """Let standard output and standard error write any text, and name them in errors.

    Streams without a descriptor do not change: closed ones, and those of tests.
    """
    for name, label in (("stdout", "Standard output"), ("stderr", "Standard error")):
        present: io.TextIOWrapper | None = getattr(sys, name)
        with suppress(AttributeError, io.UnsupportedOperation):
            descriptor = present.fileno()  # type: ignore[union-attr]
            stream = io.TextIOWrapper(
                io.BufferedWriter(_Stream(descriptor, label)),
                encoding=present.encoding,  # type: ignore[union-attr]
                errors=ERRORS,
                line_buffering=present.line_buffering,  # type: ignore[union-attr]
            )
            setattr(sys, name, stream)


def close_streams() -> None:
    """Discard what a full or closed stream did not accept: Python would try again on exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def echo_json(value: Any) -> None:
    """Print a value as JSON that is valid in any encoding of the output."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    is_ascii = codecs.lookup(encoding).name != "utf-8"
    click.echo(json.dumps(value, ensure_ascii=is_ascii, default=str, indent=1))


def argument_text(argument: str) -> str:
    """Return an argument as text that can be stored.

    If the locale cannot decode its bytes, they are read as UTF-8; what that lacks is replaced.
    """
    try:
        argument.encode()
    except UnicodeEncodeError:
        return os.fsencode(argument).decode(errors="replace")
    return argument


@contextmanager
def output_file(path: Path) -> Iterator[TextIO]:
    """Open a file to write UTF-8; "-" is standard output.

    The file is created or replaced only when the block ends without an error. Raises OSError with
    the path as its filename.
    """
    if str(path) == "-":
        yield from _standard_output()
        return
    try:
        if path.exists() and not path.is_file():  # a device or a named pipe
            with path.open("w", encoding="utf-8") as file:
                yield file
        else:
            yield from _replaced(Path(os.path.realpath(path)))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _standard_output() -> Iterator[TextIO]:
    """Yield standard output as UTF-8 in any locale, except on a terminal, where people read it."""
    if sys.stdout is None:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            yield nowhere
    else:
        if not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()


def _replaced(target: Path) -> Iterator[TextIO]:
    """Yield a draft file beside the target, and replace the target by it at the end."""
    draft = target.with_name(f".octavo-{uuid4().hex}")
    try:
        with draft.open("x", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            draft.chmod(target.stat().st_mode & 0o7777)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
