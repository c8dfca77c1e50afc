"""Two editors and an importer in any order; `make torture ARGS=edits` runs 5,000 steps."""

from tests.curation.editing_machine import run_machine


def test_no_edit_is_lost_and_every_revision_can_be_undone() -> None:
    run_machine(examples=8, steps=25)
