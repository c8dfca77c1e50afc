"""The lines of reports: problems by reason, and sections with their first lines."""

from collections.abc import Iterator, Sequence
from typing import Final

from ..formats.reading import Problem
from ..formats.reasons import REASONS

MAX_LINES: Final = 20  # per section; the rest is counted
MAX_EXAMPLES: Final = 3  # of the problems with one reason
MAX_LENGTH: Final = 500  # characters of a line; files may have keys and titles of a megabyte

FileProblem = tuple[str, Problem]  # the name of the file, "" if there is none


def doubt_lines(
    problems: Sequence[FileProblem], whole: bool = False, rest: str = "(--all)"
) -> Iterator[str]:
    """Yield the number of problems with each reason, the worst first, with examples or `whole`.

    `rest` is what shows the others.
    """
    if not problems:
        return
    by_reason: dict[str, list[FileProblem]] = {reason: [] for reason in REASONS}
    for file, problem in problems:
        by_reason.setdefault(problem.reason, []).append((file, problem))
    yield f"{count_entries(problems)} to check"
    for reason, alike in by_reason.items():
        if alike:
            yield f"  {REASONS.get(reason, reason)}: {len(alike)}"
            most = len(alike) if whole else MAX_EXAMPLES
            lines = [problem_line(*problem) for problem in _various(alike)[:most]]
            yield from (f"    {brief(line)}" for line in lines)
            if len(alike) > most:
                yield f"    … and {len(alike) - most} more {rest}".rstrip()


def _various(problems: Sequence[FileProblem]) -> list[FileProblem]:
    """Return problems in order, but first one with each message: other macros, other types."""
    first: list[FileProblem] = []
    others: list[FileProblem] = []
    messages: set[str] = set()
    for file, problem in problems:
        (others if problem.message in messages else first).append((file, problem))
        messages.add(problem.message)
    return first + others


def problem_line(file: str, problem: Problem) -> str:
    """Return where a problem is, and what it says."""
    place = f"{file}:{problem.line}: " if file else ""
    key = f"{problem.key}: " if problem.key else ""
    return f"{place}{key}{problem.message}"


def count_entries(problems: Sequence[FileProblem]) -> int:
    """Return the number of entries that problems are about."""
    return len({(file, problem.key or problem.line) for file, problem in problems})


def section(name: str, lines: Sequence[str], rest: str = "(--json: all)") -> Iterator[str]:
    """Yield the number of lines with their name, then the lines, if there are any."""
    if lines:
        yield f"{len(lines)} {name}"
        yield from some_lines(lines, MAX_LINES, rest)


def some_lines(lines: Sequence[str], most: int, rest: str = "") -> Iterator[str]:
    """Yield at most some lines, indented, then how many there are more; `rest` follows that."""
    yield from (f"  {brief(line)}" for line in lines[:most])
    if len(lines) > most:
        yield f"  … and {len(lines) - most} more {rest}".rstrip()


def printable(text: str) -> str:
    """Return text with control and other unprintable characters escaped, for a terminal."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode()
        for char in text
    )


def brief(text: str, length: int = MAX_LENGTH) -> str:
    """Return printable text, without its middle if it is too long to read."""
    half = length // 2
    return printable(text if len(text) <= length else f"{text[:half]} … {text[-half:]}")
