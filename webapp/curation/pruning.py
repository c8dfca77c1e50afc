"""Pruning: when an import must not remove publications, and when it has to ask first."""

from .importing import Plan
from .library import Library

LARGE = 5  # to remove more than one in so many publications needs a confirmation


def obstacle(library: Library, plan: Plan) -> str:
    """Return why the files do not show what to remove; empty if they do."""
    if not library.records:
        return "The files have no publications, so --prune would remove everything"
    if library.empty:
        return (
            f"{library.empty[0]} has no publications, so --prune would remove all its former ones"
        )
    if library.cut_short:
        name, line = library.cut_short[0]
        return f"{name} ends inside the entry of line {line}, so further entries may be missing"
    for name, problem in library.problems:
        if problem.rejected and not problem.key and plan.missing:
            return f"{name}:{problem.line} cannot be read, so an entry may be missing"
    return ""


def is_large(plan: Plan) -> bool:
    """Return whether pruning would remove more than a fifth of the catalog."""
    return len(plan.missing) * LARGE > plan.known
