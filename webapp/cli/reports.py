"""The report of an import's plan, short enough to read at once."""

from collections.abc import Iterator, Sequence

from ..curation.importing import Plan
from ..curation.reports import FileProblem, brief, doubt_lines, problem_line, section
from ..curation.three_way import Difference


def plan_lines(plan: Plan, prune: bool, whole: bool = False) -> Iterator[str]:
    """Yield the lines of a plan, the most important first; `whole` lists every doubt."""
    removed = set(plan.missing_keys) if prune else set()  # these cannot be joined
    yield from rejected_lines(plan)
    yield from doubt_lines(doubts(plan), whole)
    yield from section(
        "may be the same work (octavo join shows two as one item)",
        [
            f"octavo join {pair.published} {pair.other}  ({pair.why})"
            for pair in plan.likenesses
            if removed.isdisjoint((pair.published, pair.other))
        ],
    )
    yield from _conflicts(plan)
    yield from _not_replaced(plan)
    yield from section("added", [edit.record.key for edit in plan.added if edit.record])
    yield from section(
        "have new keys (their URLs do not change)",
        [f"{change.old} -> {change.new}" for change in plan.new_keys],
    )
    yield from section(
        "keep their key (another publication has the new one)",
        [f"{change.new} is {change.old}" for change in plan.other_keys],
    )
    yield from section("changed", _changes(plan))
    yield from differences(plan.differences, "octavo import")
    yield from section("stay as they were edited in the browser", _edits(plan))
    yield from section(
        "removed in the browser, left out (--replace KEY adds it again)", plan.removed_here
    )
    verb = "removed" if prune else "not in the file, not removed (--prune removes them)"
    yield from section(verb, plan.missing_keys)
    yield from section("not in the file, but named by another source", plan.named_elsewhere)
    if prune:
        reason = "not removed: a rejected entry or another work has the key in the file"
        yield from section(reason, plan.not_removed)
    yield f"{plan.unchanged} unchanged"


def short_lines(plan: Plan, prune: bool) -> Iterator[str]:
    """Yield a plan as a scheduled import prints it: rejected entries, conflicts and counts."""
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
    """Yield the entries that are not imported, every one of them: they are lost otherwise."""
    rejected = [problem for problem in plan.problems if problem[1].rejected]
    if rejected:
        yield f"{len(rejected)} rejected"
        yield from (f"  {brief(problem_line(*problem))}" for problem in rejected)


def doubts(plan: Plan) -> list[FileProblem]:
    """Return the problems of entries that are imported."""
    return [problem for problem in plan.problems if not problem[1].rejected]


def differences(found: Sequence[Difference], command: str) -> Iterator[str]:
    """Yield the fields that a source changed, but that stay, because they were changed here."""
    return section(
        f"differ and stay ({command} --take KEY FIELD takes theirs)",
        [
            f"{brief(item.key)} {item.field}: here {brief(item.ours)}; "
            f"{item.source}: {brief(item.theirs)}"
            for item in found
        ],
    )


def _edits(plan: Plan) -> list[str]:
    """Return the publications that stay as they were edited in the browser, with the fields."""
    names: dict[str, list[str]] = {}
    for item in plan.edited:
        names.setdefault(item.key, []).append(item.field)
    return [f"{brief(key)}: {', '.join(fields)}" for key, fields in names.items()]


def _conflicts(plan: Plan) -> Iterator[str]:
    return section(
        "have the key of another work (--replace KEY replaces that work)",
        [
            f"{conflict.key} is another work in the catalog: imported as {conflict.imported_as}"
            for conflict in plan.conflicts
        ],
    )


def _not_replaced(plan: Plan) -> Iterator[str]:
    what = "not replaced: no publication, or no entry of the file, has the key (--replace)"
    return section(what, plan.not_replaced)


def _changes(plan: Plan) -> list[str]:
    """Return the changed keys with the names of their fields, without new keys."""
    ignored = {"key"} if plan.new_keys else set()
    changes = ((c.record.key, [f for f in c.fields if f not in ignored]) for c in plan.changed)
    return [f"{key} ({', '.join(names)})" for key, names in changes if names]
