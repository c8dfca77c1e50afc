"""Importing: files become a plan, and a plan one transaction."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import BOTH_DATABASES
from webapp.catalog.catalog import Catalog
from webapp.catalog.indexing import synchronise
from webapp.curation import importing
from webapp.curation.library import read_files
from webapp.curation.positions import new_positions
from webapp.errors import UnreadableFileError
from webapp.store import publications
from webapp.store.connections import current_revision, reading

DATABASES = BOTH_DATABASES


LIMIT = 1 << 20


def bib(*keys: str, title: str = "A title", year: int = 2020) -> bytes:
    entry = (
        "@misc{{{key},\n  title = {{{title}}},\n  author = {{Doe, Jane}},\n  year = {year}\n}}\n"
    )
    return "\n".join(entry.format(key=key, title=title, year=year) for key in keys).encode()


def plan_of(catalog: Catalog, *contents: bytes) -> importing.Plan:
    files = [(f"{number}.bib", content) for number, content in enumerate(contents)]
    return importing.make_plan(catalog, read_files(files, LIMIT))


def do(catalog: Catalog, *contents: bytes, prune: bool = False) -> None:
    importing.carry_out(catalog, plan_of(catalog, *contents), "test", prune)
    synchronise(catalog.database, catalog.search, choices=catalog.choices)


def keys(catalog: Catalog) -> list[str]:
    with reading(catalog.database) as connection:
        return [stored.record.key for stored in publications.load_all(connection)]


def test_importing_a_file_twice_makes_no_new_revision(catalog: Catalog, instance: Path) -> None:
    before = current_revision(catalog.database)
    plan = plan_of(catalog, (instance / "publications.bib").read_bytes())
    assert (plan.added, plan.changed, plan.missing, plan.unchanged) == ((), (), (), 7)
    importing.carry_out(catalog, plan, "test", prune=True)
    assert current_revision(catalog.database) == before


def test_a_plan_alone_changes_nothing(catalog: Catalog) -> None:
    before = current_revision(catalog.database)
    assert len(plan_of(catalog, bib("new")).added) == 1
    assert current_revision(catalog.database) == before


def test_a_change_lists_its_fields(catalog: Catalog) -> None:
    do(catalog, bib("a"), prune=True)
    (change,) = plan_of(catalog, bib("a", title="Another", year=2021)).changed
    assert set(change.fields) == {"title", "year", "date"}


def test_missing_publications_are_removed_only_by_pruning(catalog: Catalog) -> None:
    do(catalog, bib("a", "b"), prune=True)
    assert keys(catalog) == ["a", "b"]
    do(catalog, bib("b"))
    assert keys(catalog) == ["a", "b"]
    do(catalog, bib("b"), prune=True)
    assert keys(catalog) == ["b"]


def test_a_key_in_two_files_makes_two_publications_and_a_problem(catalog: Catalog) -> None:
    plan = plan_of(catalog, bib("a"), bib("a", title="Other"))
    assert [edit.record.key for edit in plan.added if edit.record] == ["a", "a-2"]
    assert [(file, problem.reason) for file, problem in plan.problems] == [
        ("1.bib", "duplicate-key")
    ]


def test_a_file_over_the_limit_is_refused(catalog: Catalog) -> None:
    with pytest.raises(UnreadableFileError, match=r"0\.bib: larger than 1 MB.*import_limit_mb"):
        plan_of(catalog, b" " * (LIMIT + 1))


def test_the_order_of_the_file_is_the_order_of_the_catalog(catalog: Catalog) -> None:
    do(catalog, bib("a", "b", "c", "d"), prune=True)
    do(catalog, bib("d", "new1", "a", "b", "new2", "new3", "c", "new4"))
    assert keys(catalog) == ["d", "new1", "a", "b", "new2", "new3", "c", "new4"]


def test_only_a_moved_entry_changes_its_position(catalog: Catalog) -> None:
    do(catalog, bib("a", "b", "c", "d"), prune=True)
    plan = plan_of(catalog, bib("b", "c", "d", "a"))
    assert [(change.record.key, change.fields) for change in plan.changed] == [("a", ("position",))]


@given(st.permutations(list("abcdefgh")), st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_new_positions_sort_the_keys_and_leave_a_longest_run(
    order: Sequence[str], known: list[str]
) -> None:
    present = {key: (number + 1) * 1000 for number, key in enumerate(known)}
    positions = new_positions(order, present)
    after = {**present, **positions}
    assert sorted(order, key=after.__getitem__) == list(order)
    assert len(set(after.values())) == len(after)


def test_without_room_between_neighbours_all_positions_are_new() -> None:
    positions = new_positions(["a", "x", "b"], {"a": 1, "b": 2})
    assert sorted(positions, key=positions.__getitem__) == ["a", "x", "b"]


def test_new_entries_follow_publications_that_the_file_lacks() -> None:
    positions = new_positions(["a", "x"], {"a": 10, "unnamed": 900})
    assert set(positions) == {"x"}
    assert positions["x"] > 900
