"""An import's plan and what is doubtful, in an owner's words: what a person reads at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from ..curation.importing import Plan
from ..formats.reading import Problem
from .output import brief

MAX_LINES = 20  # of one kind; the rest is counted
MAX_ALIKE = 5  # problems of one reason


def plan_lines(plan: Plan, prune: bool) -> Iterator[str]:
    """The plan, most important first."""
    doubtful = [found for found in plan.problems if not found[1].rejected]
    removed = set(plan.missing_keys) if prune else set()  # what is removed cannot be joined
    yield from rejected_lines(plan)
    yield from problem_lines("doubtful, but in", doubtful)
    yield from _section(
        "may be the same work (octavo join makes one item of two)",
        [
            f"octavo join {pair.published} {pair.other}  ({pair.why})"
            for pair in plan.likenesses
            if removed.isdisjoint((pair.published, pair.other))
        ],
    )
    yield from _conflicts(plan)
    yield from _not_replaced(plan)
    yield from _section("added", [edit.record.key for edit in plan.added if edit.record])
    yield from _section(
        "have new keys (their addresses stay)",
        [f"{each.old} -> {each.new}" for each in plan.new_keys],
    )
    yield from _section(
        "known under another key (the new one is another publication's)",
        [f"{each.new} is {each.old}" for each in plan.other_keys],
    )
    yield from _section("changed", _changes(plan))
    verb = "removed" if prune else "not in the file, kept (--prune removes them)"
    yield from _section(verb, plan.missing_keys)
    if prune:
        reason = "kept: a rejected entry or another work has the key in the file"
        yield from _section(reason, plan.not_removed)
    yield f"{plan.unchanged} unchanged"


def short_lines(plan: Plan, prune: bool) -> Iterator[str]:
    """The plan as a scheduled import reports it: what is wrong, and how much changes."""
    yield from rejected_lines(plan)
    yield from _conflicts(plan)
    yield from _not_replaced(plan)
    counts = (
        (len(plan.added), "added"),
        (len(plan.new_keys), "have new keys"),
        (len(_changes(plan)), "changed"),
        (len(plan.missing) if prune else 0, "removed"),
    )
    yield ", ".join(f"{count} {what}" for count, what in counts if count)


def rejected_lines(plan: Plan) -> Iterator[str]:
    """The entries that are not imported."""
    return problem_lines("rejected", [found for found in plan.problems if found[1].rejected])


def _conflicts(plan: Plan) -> Iterator[str]:
    return _section(
        "with the key of another work (--replace KEY puts it in its place)",
        [
            f"{each.key} names another work now: imported as {each.imported_as}"
            for each in plan.conflicts
        ],
    )


def _not_replaced(plan: Plan) -> Iterator[str]:
    what = "not replaced: no publication, or no entry of the file, has the key (--replace)"
    return _section(what, plan.not_replaced)


def _changes(plan: Plan) -> list[str]:
    """The changed with the names of their fields; new keys are listed apart."""
    of_key = {"key"} if plan.new_keys else set()
    named = ((change, [f for f in change.fields if f not in of_key]) for change in plan.changed)
    return [f"{change.record.key} ({', '.join(names)})" for change, names in named if names]


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
    yield from (f"  {brief(line)}" for line in islice(lines, most))
    if len(lines) > most:
        yield " ".join(filter(None, (f"  … and {len(lines) - most} more", like, "(--json: all)")))
