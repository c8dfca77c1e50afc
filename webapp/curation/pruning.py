"""When an import must not remove what its files lack, and when it has to ask first."""

from .importing import Library, Plan

LARGE = 5  # more than one in so many publications is a question of its own


def obstacle(library: Library, plan: Plan) -> str:
    """Why the files cannot say what is to be removed; empty when they can."""
    if not library.records:
        return "There is no publication in the files, so nothing says which ones to keep"
    if library.empty:
        return f"{library.empty[0]} gave no publication, so those that were in it would be removed"
    if library.cut_short:
        name, line = library.cut_short[0]
        return f"{name}: ends inside the entry of line {line}, so the rest of it is missing"
    for name, problem in library.problems:
        if problem.rejected and not problem.key and plan.missing:
            return f"{name}:{problem.line}: cannot be read, so an entry may be missing"
    return ""


def is_large(plan: Plan) -> bool:
    """Whether more than a fifth of the catalog would be removed."""
    return len(plan.missing) * LARGE > plan.known
