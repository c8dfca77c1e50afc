"""Undoing and redoing revisions: one step, several, and in any order."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import BOTH_DATABASES
from tests.postgresql import PostgreSQL
from tests.states import Snapshot, edits_of, ids, record, snapshot
from webapp.catalog.catalog import Catalog
from webapp.curation import history, undo
from webapp.errors import CannotUndoError
from webapp.store.connections import reading
from webapp.store.edits import Edit
from webapp.store.tables import CatalogState

DATABASES = BOTH_DATABASES


A = "@article{x1, title={One Thing}, author={Doe, Jane}, journal={J}, year=2020}\n"
Y = "@article{x2, title={Two Thing}, author={Doe, Jane}, journal={J}, year=2021}\n"


@pytest.fixture
def steps(catalog: Catalog, runner: FlaskCliRunner, tmp_path: Path) -> list[Snapshot]:
    """Change the journal of x1 in revisions 2, 3 and 4; return snapshots of revisions 1 to 4."""
    snapshots = [snapshot(catalog)]
    for journal in "JKL":
        (tmp_path / "x.bib").write_text(A.replace("{J}", f"{{{journal}}}") + Y)
        assert runner.invoke(args=["import", "--yes", str(tmp_path / "x.bib")]).exit_code == 0
        snapshots.append(snapshot(catalog))
    return snapshots


def test_after_an_undo_the_revision_before_can_be_undone_by_number(
    steps: list[Snapshot], catalog: Catalog, runner: FlaskCliRunner
) -> None:
    assert runner.invoke(args=["undo"]).exit_code == 0
    assert snapshot(catalog) == steps[2]
    result = runner.invoke(args=["undo", "3"])
    assert result.exit_code == 0, result.output
    assert snapshot(catalog) == steps[1]
    assert runner.invoke(args=["undo", "2"]).exit_code == 0
    assert snapshot(catalog) == steps[0]


def test_each_undo_without_a_number_goes_one_step_further_back(
    steps: list[Snapshot], catalog: Catalog, runner: FlaskCliRunner
) -> None:
    first = runner.invoke(args=["undo"])
    assert "Undid revision 4 (octavo import" in first.output
    assert "To redo it: octavo undo 5" in first.output
    assert "To undo revision 3 (octavo import" in first.output
    assert first.output.endswith(": octavo undo 3\n")
    for expected in (steps[1], steps[0]):
        assert runner.invoke(args=["undo"]).exit_code == 0
        assert snapshot(catalog) == expected
    lines = runner.invoke(args=["history"]).output.splitlines()
    assert lines[0].endswith("(octavo undo 2)")
    assert lines[3].endswith(", undone by 5")


def test_a_change_is_redone_by_number_and_can_be_undone_again(
    steps: list[Snapshot], catalog: Catalog, runner: FlaskCliRunner
) -> None:
    for _ in range(3):
        runner.invoke(args=["undo"])
    for number, expected in ((7, steps[1]), (6, steps[2]), (5, steps[3])):
        assert runner.invoke(args=["undo", str(number)]).exit_code == 0
        assert snapshot(catalog) == expected
    assert "Undid revision 4" in runner.invoke(args=["undo"]).output
    assert snapshot(catalog) == steps[2]


def test_a_conflict_lists_fields_and_what_to_undo_first(
    steps: list[Snapshot], catalog: Catalog, runner: FlaskCliRunner
) -> None:
    result = runner.invoke(args=["undo", "3"])
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "x1 (venue, container, journal changed by revision 4)" in result.stderr
    assert result.stderr.endswith("Undo first: octavo undo 4\n")
    assert snapshot(catalog) == steps[3]
    result = runner.invoke(args=["undo", "2"])
    assert "octavo undo 4, then octavo undo 3" in result.stderr
    for number in "432":
        assert runner.invoke(args=["undo", number]).exit_code == 0
    assert snapshot(catalog) == steps[0]


def test_a_revision_is_not_undone_twice(steps: list[Snapshot], runner: FlaskCliRunner) -> None:
    runner.invoke(args=["undo", "4"])
    result = runner.invoke(args=["undo", "4"])
    assert result.exit_code == 2
    assert "already undone by revision 5. To redo it: octavo undo 5" in result.stderr


def test_after_an_undo_the_first_publications_are_removed_only_by_number(
    catalog: Catalog, runner: FlaskCliRunner
) -> None:
    before = snapshot(catalog)
    catalog.save([Edit(record("a"))], "add")
    runner.invoke(args=["undo"])
    result = runner.invoke(args=["undo"])
    assert result.exit_code == 2
    assert "octavo undo 1" in result.stderr
    assert snapshot(catalog) == before
    assert runner.invoke(args=["undo", "1"]).exit_code == 0
    assert catalog.count() == 0
    assert "nothing to undo" in runner.invoke(args=["undo"]).stderr
    assert runner.invoke(args=["undo", "4"]).exit_code == 0
    assert snapshot(catalog) == before


def test_a_restored_publication_has_its_former_id_and_is_not_new(
    catalog: Catalog, client: FlaskClient
) -> None:
    id_ = ids(catalog)["feng2023tensorir"]
    present = catalog.get("feng2023tensorir")
    assert present is not None
    catalog.save([Edit(present.record, id_, former_slugs=("old-address",))], "rename")
    before, came = snapshot(catalog), catalog.additions()
    catalog.save([Edit(None, id_)], "remove")
    assert client.get("/publications/old-address").status_code == 404
    undo.undo(catalog, None)
    assert snapshot(catalog) == before
    assert catalog.additions() == came
    assert client.get("/publications/old-address").location.endswith("/feng2023tensorir")


def test_undoing_a_move_keeps_later_changes_of_the_content(catalog: Catalog) -> None:
    stored = catalog.get("feng2023tensorir")
    assert stored is not None
    catalog.save([Edit(stored.record, stored.id, 1)], "move")
    catalog.save([Edit(record(stored.record.key), stored.id)], "change")
    undo.undo(catalog, 2)
    moved_back = catalog.get("feng2023tensorir")
    assert moved_back is not None
    assert moved_back.position == stored.position
    assert moved_back.record.title == "The title of feng2023tensorir"


def test_a_publication_that_moved_again_is_a_conflict(catalog: Catalog) -> None:
    stored = catalog.get("feng2023tensorir")
    assert stored is not None
    for position in (1, 2):
        catalog.save([Edit(stored.record, stored.id, position)], "move")
    with pytest.raises(CannotUndoError, match=r"feng2023tensorir \(moved by revision 3\)"):
        undo.undo(catalog, 2)


def test_undo_exchanges_keys_back(catalog: Catalog) -> None:
    catalog.save([Edit(record("a")), Edit(record("b"))], "add")
    before, known = snapshot(catalog), ids(catalog)
    swap = [
        Edit(record("b"), known["a"], former_slugs=("b-old",)),
        Edit(record("a"), known["b"], former_slugs=("a-old",)),
    ]
    catalog.save(swap, "swap the keys")
    swapped = snapshot(catalog)
    assert swapped != before
    undo.undo(catalog, None)
    assert snapshot(catalog) == before
    undo.undo(catalog, 4)
    assert snapshot(catalog) == swapped
    moved = [  # a redirect moves from one publication to another
        Edit(record("b"), known["a"], former_slugs=("a-old",)),
        Edit(record("a"), known["b"], former_slugs=("b-old",)),
    ]
    catalog.save(moved, "swap the redirects")
    undo.undo(catalog, None)
    assert snapshot(catalog) == swapped


def test_a_key_or_slug_that_another_publication_took_is_a_conflict(catalog: Catalog) -> None:
    catalog.save([Edit(record("a"))], "add")
    known = ids(catalog)
    catalog.save([Edit(record("new"), known["a"])], "change the key")
    catalog.save([Edit(record("a"))], "add another")
    with pytest.raises(CannotUndoError, match="key given to another publication by revision 4"):
        undo.undo(catalog, 3)
    catalog.save([Edit(None, known["a"])], "remove")
    catalog.save([Edit(record("A!"))], "add a publication that gets the slug")
    with pytest.raises(CannotUndoError, match="address given to another publication by revision 6"):
        undo.undo(catalog, 5)
    undo.undo(catalog, 6)
    catalog.save(
        [Edit(record("z"), former_slugs=("a",))], "add a publication that the slug redirects to"
    )
    with pytest.raises(CannotUndoError, match="address given to another publication by revision 8"):
        undo.undo(catalog, 5)


def test_a_publication_that_was_removed_and_imported_again_is_found_by_its_slug(
    catalog: Catalog,
) -> None:
    catalog.save([Edit(record("a", venue="old"))], "add")
    catalog.save([Edit(record("a", venue="new"), ids(catalog)["a"])], "change")
    catalog.save([Edit(None, ids(catalog)["a"])], "remove")
    catalog.save([Edit(record("a", venue="new"))], "import again")
    undo.undo(catalog, 3)
    restored = catalog.get("a")
    assert restored is not None
    assert restored.record.venue == "old"
    with pytest.raises(CannotUndoError, match=r"a \(added again by revision 5\)"):
        undo.undo(catalog, 4)
    undo.undo(catalog, 2)
    assert catalog.get("a") is None


def test_publications_in_their_former_state_are_not_changed(catalog: Catalog) -> None:
    catalog.save([Edit(record("a")), Edit(record("b"))], "add")
    known = ids(catalog)
    changed = [Edit(record(key, venue="x"), known[key]) for key in "ab"]
    catalog.save(changed, "change both")
    catalog.save([Edit(record("a"), known["a"])], "change one back by hand")
    undo.undo(catalog, 3)
    titles = {record.key: record.venue for record in snapshot(catalog).records}
    assert (titles["a"], titles["b"]) == ("", "")
    with pytest.raises(CannotUndoError, match="already undone"):
        undo.undo(catalog, 3)


def test_a_join_can_be_undone_after_changes_to_other_publications(
    catalog: Catalog, runner: FlaskCliRunner, client: FlaskClient
) -> None:
    before = snapshot(catalog)
    runner.invoke(args=["join", "feng2023tensorir", "liu2025eaas"])
    catalog.save([Edit(record("a"))], "add")
    assert "liu2025eaas" not in client.get("/sitemap.xml").text
    assert runner.invoke(args=["undo", "2"]).exit_code == 0
    assert "liu2025eaas" in client.get("/sitemap.xml").text
    undo.undo(catalog, 3)
    assert snapshot(catalog) == before


def test_undo_restores_which_file_counts_as_loaded(
    catalog: Catalog, runner: FlaskCliRunner, instance: Path
) -> None:
    def loaded() -> str:
        with reading(catalog.database) as connection:
            return connection.scalar(select(CatalogState.loaded)) or ""

    library, first = instance / "publications.bib", loaded()
    library.write_text(library.read_text() + A)
    assert runner.invoke(args=["import", "--yes"]).exit_code == 0
    second = loaded()
    assert first != second
    catalog.save([Edit(record("a"))], "another file")
    undo.undo(catalog, 3)
    assert loaded() == second
    undo.undo(catalog, 2)
    assert loaded() == first
    undo.undo(catalog, 5)
    assert loaded() == second


def test_many_conflicts_are_counted(catalog: Catalog) -> None:
    catalog.save([Edit(record(f"k{n}")) for n in range(9)], "add")
    known = ids(catalog)
    catalog.save([Edit(record(f"k{n}", venue="x"), known[f"k{n}"]) for n in range(9)], "change")
    with pytest.raises(CannotUndoError) as refused:
        undo.undo(catalog, 2)
    assert "k0 (venue changed by revision 3); k1" in str(refused.value)
    assert "; 4 more. Undo first: octavo undo 3" in str(refused.value)


@settings(max_examples=15)  # each example creates a database
@given(st.data())
def test_any_history_can_be_undone_and_redone_step_by_step(data: st.DataObject) -> None:
    undo_and_redo_a_history(data)


@settings(max_examples=5)
@given(data=st.data())
def test_any_history_in_postgresql_can_be_undone_and_redone(
    postgresql: PostgreSQL, data: st.DataObject
) -> None:
    with postgresql.database() as name, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OCTAVO_DATABASE_URL", postgresql.url(name))
        undo_and_redo_a_history(data)


def undo_and_redo_a_history(data: st.DataObject) -> None:
    with Snapshot.empty_catalog() as catalog:
        snapshots = [snapshot(catalog)]
        for number in range(data.draw(st.integers(1, 6))):
            edits = data.draw(edits_of(snapshots[-1], number))
            catalog.save(edits, f"step {number}")
            if catalog.state().revision.counter == len(snapshots):
                snapshots.append(snapshot(catalog))
        for number in range(1, len(snapshots)):
            for difference in history.difference(catalog, number):
                assert difference.before == snapshots[number - 1].record_at(difference.slug)
                assert difference.after == snapshots[number].record_at(difference.slug)
        latest = len(snapshots) - 1
        for number in range(latest, 0, -1):
            undo.undo(catalog, number)
            assert snapshot(catalog) == snapshots[number - 1]
        for number in range(2 * latest, latest, -1):  # redo
            undo.undo(catalog, number)
            assert snapshot(catalog) == snapshots[2 * latest - number + 1]
