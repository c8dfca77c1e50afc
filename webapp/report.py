"""An import's plan and what is doubtful, in an owner's words: what a person reads at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from .formats.reading import Problem
from .importer import Plan

MAX_LINES = 20  # of one kind; the rest is counted
MAX_ALIKE = 5  # problems of one reason


def plan_lines(plan: Plan, prune: bool) -> Iterator[str]:
    """The plan, most important first."""
    rejected = [found for found in plan.problems if found[1].rejected]
    doubtful = [found for found in plan.problems if not found[1].rejected]
    yield from problem_lines("rejected", rejected)
    yield from problem_lines("doubtful, but in", doubtful)
    yield from _section(
        "may be the same work (octavo join makes one item of two)",
        [f"octavo join {one.published} {one.other}  ({one.why})" for one in plan.likenesses],
    )
    yield from _section("added", [edit.record.key for edit in plan.added if edit.record])
    yield from _section(
        "changed", [f"{c.record.key} ({', '.join(c.fields)})" for c in plan.changed]
    )
    verb = "removed" if prune else "not in the file, kept (--prune removes them)"
    yield from _section(verb, plan.missing_keys)
    yield f"{plan.unchanged} unchanged"


def problem_lines(name: str, problems: Sequence[tuple[str, Problem]]) -> Iterator[str]:
    """Problems with their file, the commonest reason first, a few of each."""
    if not problems:
        return
    yield f"{len(problems)} {name}"
    by_reason: dict[str, list[str]] = defaultdict(list)
    for file, problem in problems:
        by_reason[problem.reason].append(_line(file, problem))
    for lines in sorted(by_reason.values(), key=len, reverse=True):
        yield from _some(lines, MAX_ALIKE, "like this")


def _line(file: str, problem: Problem) -> str:
    place = f"{file}:{problem.line}: " if file else ""
    key = f"{problem.key}: " if problem.key else ""
    return f"{place}{key}{problem.message}"


def _section(name: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"{len(lines)} {name}"
        yield from _some(lines, MAX_LINES, "")


def _some(lines: Sequence[str], most: int, like: str) -> Iterator[str]:
    yield from (f"  {line}" for line in islice(lines, most))
    if len(lines) > most:
        yield " ".join(filter(None, (f"  … and {len(lines) - most} more", like, "(--json: all)")))
