"""Two editors and an importer at the same publications, in any order."""

from pathlib import Path

from tests.curation.editing_machine import run_machine

from .site import PreparedSite


def run(_: PreparedSite, __: Path, examples: int, steps: int) -> str:
    """Run random steps; return how many. An edit that is lost fails."""
    run_machine(examples, steps)
    return f"{examples * steps} steps of editors and imports lost no edit"
