"""What an import would do, in an owner's words: never more lines than a person reads at once."""

from collections.abc import Iterator, Sequence
from itertools import islice

from .formats import Problem
from .importer import Plan

MAX_LINES = 20  # of one kind; the rest is counted


def plan_lines(plan: Plan, prune: bool) -> Iterator[str]:
    """The plan, most important first."""
    rejected = [found for found in plan.problems if found[1].rejected]
    doubtful = [found for found in plan.problems if not found[1].rejected]
    yield from _section("rejected", [problem_line(*found) for found in rejected])
    yield from _section("doubtful, but in", [problem_line(*found) for found in doubtful])
    yield from _section("added", [edit.record.key for edit in plan.added if edit.record])
    yield from _section(
        "changed", [f"{c.record.key} ({', '.join(c.fields)})" for c in plan.changed]
    )
    verb = "removed" if prune else "not in the file, kept (--prune removes them)"
    yield from _section(verb, plan.missing_keys)
    yield f"{plan.unchanged} unchanged"


def problem_line(file: str, problem: Problem) -> str:
    """One line: file, line, key, reason."""
    key = f" {problem.key}:" if problem.key else ""
    return f"{file}:{problem.line}:{key} {problem.message}"


def _section(name: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"{len(lines)} {name}"
    yield from (f"  {line}" for line in islice(lines, MAX_LINES))
    if len(lines) > MAX_LINES:
        yield f"  … and {len(lines) - MAX_LINES} more (--json lists all)"
