"""The history of the catalog, and undoing a revision."""

import gzip
import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select, update

from tests.conftest import running
from tests.states import ids
from webapp.catalog.catalog import Catalog
from webapp.catalog.criteria import Criteria
from webapp.curation import history, undo
from webapp.records import Person, Record
from webapp.store import publications
from webapp.store.connections import reading, writing
from webapp.store.deltas import DeltaWriter
from webapp.store.edits import Edit
from webapp.store.tables import Revision


def everything(catalog: Catalog) -> list[Record]:
    with reading(catalog.database) as connection:
        return [stored.record for stored in publications.load_all(connection)]


def change_three_ways(catalog: Catalog) -> None:
    """Save revision 2: one publication added, one changed, one removed."""
    first, second, *_ = catalog.find(Criteria()).hits.ids
    record = Record(key="n", type="misc", title="New", authors=(Person(family="Doe"),))
    changed = Record(key="nexagi2025nexn1", type="misc", title="Changed", fields={"note": "x"})
    catalog.save([Edit(record), Edit(changed, first), Edit(None, second)], "octavo import x.bib")


def test_history_lists_time_command_and_counts(catalog: Catalog, runner: FlaskCliRunner) -> None:
    change_three_ways(catalog)
    latest, first = history.entries(catalog, 10)
    assert (latest.number, latest.command) == (2, "octavo import x.bib")
    assert latest.counts == {"added": 1, "changed": 1, "removed": 1}
    assert (first.number, first.command, first.counts) == (1, "octavo prepare", {"added": 7})
    assert first.at <= latest.at
    lines = runner.invoke(args=["history", "-n", "1"]).output.splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("UTC  1 added, 1 changed, 1 removed  (octavo import x.bib)")


def test_a_diff_shows_fields_with_both_values(catalog: Catalog, runner: FlaskCliRunner) -> None:
    change_three_ways(catalog)
    output = runner.invoke(args=["diff", "2"]).output
    assert "added n" in output
    assert "removed liu2025eaas" in output
    assert "  title\n    - Nex-N1: Agentic Models" in output
    assert "    + Changed\n" in output
    assert "  note\n    - \n    + x\n" in output


def test_a_diff_shows_the_state_after_the_revision_not_the_current_one(catalog: Catalog) -> None:
    change_three_ways(catalog)
    (id_,) = catalog.find(Criteria()).hits.ids[:1]
    catalog.save([Edit(Record(key="nexagi2025nexn1", type="misc", title="Third"), id_)], "x")
    after = {difference.slug: difference.after for difference in history.difference(catalog, 2)}
    changed = after["nexagi2025nexn1"]
    assert changed is not None
    assert changed.title == "Changed"


def test_history_prints_json(catalog: Catalog, runner: FlaskCliRunner) -> None:
    change_three_ways(catalog)
    runner.invoke(args=["undo"])
    undone, latest, first = json.loads(runner.invoke(args=["history", "--json"]).stdout)
    assert undone["command"] == "octavo undo 2"
    assert (undone["undoes"], undone["undone_by"]) == (2, None)
    assert latest["counts"] == {"added": 1, "changed": 1, "removed": 1}
    assert (latest["undoes"], latest["undone_by"]) == (None, 3)
    assert datetime.fromisoformat(first["at"]).tzinfo == UTC
    assert (first["number"], first["counts"]) == (1, {"added": 7})
    (only,) = json.loads(runner.invoke(args=["history", "--json", "-n", "1"]).stdout)
    assert only == undone


def test_an_empty_history_prints_json(tmp_path: Path) -> None:
    with running(tmp_path) as app:
        runner = app.test_cli_runner()
        runner.invoke(args=["prepare"])
        assert json.loads(runner.invoke(args=["history", "--json"]).stdout) == []
        assert runner.invoke(args=["history"]).stdout == "The history is empty.\n"


def test_a_diff_prints_json_with_whole_records(catalog: Catalog, runner: FlaskCliRunner) -> None:
    change_three_ways(catalog)
    removed, changed, added = json.loads(runner.invoke(args=["diff", "2", "--json"]).stdout)
    assert (removed["action"], removed["slug"], removed["after"]) == (
        "removed",
        "liu2025eaas",
        None,
    )
    assert removed["before"]["authors"][0]["family"]
    assert changed["after"]["title"] == "Changed"
    assert {"title", "note"} <= set(changed["fields"])
    assert (added["before"], added["after"]["key"]) == (None, "n")


def test_a_diff_lists_a_move_with_other_changes(catalog: Catalog, runner: FlaskCliRunner) -> None:
    (id_,) = catalog.find(Criteria()).hits.ids[:1]
    catalog.save([Edit(Record(key="nexagi2025nexn1", type="misc", title="Third"), id_, 7)], "x")
    lines = runner.invoke(args=["diff", "2"]).output.splitlines()
    assert "  title" in lines
    assert lines[-1] == "  position"


def packed(*deltas: tuple[int, object]) -> bytes:
    writer = DeltaWriter()
    for id_, delta in deltas:
        writer.write(id_, delta)  # type: ignore[arg-type]
    return writer.packed() or b""


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"no gzip",
        packed((1, {"value": {}}))[:-9],
        packed((1, {"value": {"position": 1}})),
        packed((1, {"items": {"title": {"value": ["a list"]}}})),
        packed((1, {"items": {"title": {"splice": ["a", 1]}}})),
        packed((1, {"items": {"slug": {"value": "../../etc"}}})),
        packed((1, {"items": {"links": {"value": [["none", "javascript:alert(1)"]]}}})),
        packed((1, {"items": {"authors": {"value": [[1, 2]]}}})),
        packed((1, {"items": {"fields": {"value": {"note": 1}}}})),
        packed((1, {"items": {"position": {"value": 1 << 63}}})),
        packed((1, {"items": {"position": {"value": True}}})),
        packed((1, {"items": {"year": {"value": 10_000}}})),
        packed((1, {"items": {"year": {"value": "2020"}}})),
        packed((1, {"items": {"title": {"value": "\ud800"}}})),
        packed((1, {"items": {"gone": {"value": "x"}}})),
        packed((1, {"absent": ["title"], "items": {}})),
        packed((1, {"items": {}, "order": ["nothing"]})),
        packed((1, [])),
        gzip.compress(b"[" * 100_000),
    ],
)
def test_a_damaged_history_is_refused_and_nothing_changes(
    catalog: Catalog, runner: FlaskCliRunner, damaged: bytes
) -> None:
    catalog.save([Edit(Record(key="nexagi2025nexn1", type="misc", title="Changed"), 1)], "x")
    with writing(catalog.database) as connection:
        connection.execute(update(Revision).where(Revision.counter == 2).values(deltas=damaged))
    before, revision = everything(catalog), catalog.state().revision
    for command in (["undo"], ["undo", "1"], ["diff", "2"], ["diff", "1", "--json"]):
        result = runner.invoke(args=command)
        assert result.exit_code == 2, result.output
        assert "Cannot read the history from revision" in result.stderr
        assert result.stderr.count("\n") == 1
    assert (everything(catalog), catalog.state().revision) == (before, revision)
    assert runner.invoke(args=["history"]).exit_code == 0


def test_stored_changes_are_much_smaller_than_the_records(catalog: Catalog) -> None:
    texts = [random.Random(n).randbytes(500).hex() for n in range(20)]  # incompressible
    new = [Record(key=f"k{n}", type="misc", abstract=text) for n, text in enumerate(texts)]
    catalog.save([Edit(record) for record in new], "add")
    known = ids(catalog)
    for number in range(5):
        changed = [
            replace(record, abstract=f"{record.abstract[:300]} {number} {record.abstract[300:]}")
            for record in new
        ]
        catalog.save([Edit(record, known[record.key]) for record in changed], "change")
    with reading(catalog.database) as connection:
        stored = connection.scalar(select(func.sum(func.length(Revision.deltas)))) or 0
    assert stored < 5 * sum(map(len, texts)) / 10


def test_undo_is_a_new_revision_that_can_itself_be_undone(
    catalog: Catalog, runner: FlaskCliRunner
) -> None:
    before = everything(catalog)
    change_three_ways(catalog)
    changed = everything(catalog)
    assert runner.invoke(args=["undo"]).exit_code == 0
    assert everything(catalog) == before
    assert catalog.state().revision.counter == 3
    assert catalog.state().settled
    assert runner.invoke(args=["undo", "3"]).exit_code == 0
    assert everything(catalog) == changed


def test_an_earlier_revision_can_be_undone_if_its_publications_did_not_change_since(
    catalog: Catalog,
) -> None:
    catalog.save([Edit(Record(key="a", type="misc", title="A"))], "first")
    catalog.save([Edit(Record(key="b", type="misc", title="B"))], "second")
    undo.undo(catalog, 2)
    assert [record.key for record in everything(catalog)][7:] == ["b"]


def test_undo_refuses_publications_that_changed_again_and_lists_the_revision(
    catalog: Catalog, runner: FlaskCliRunner
) -> None:
    change_three_ways(catalog)
    result = runner.invoke(args=["undo", "1"])
    assert result.exit_code == 2
    assert "octavo undo 2" in result.stderr
    result = runner.invoke(args=["undo", "99"])
    assert (result.exit_code, "no revision 99" in result.stderr) == (2, True)


def test_after_an_undo_the_owners_file_is_no_longer_the_loaded_one(
    catalog: Catalog, runner: FlaskCliRunner
) -> None:
    runner.invoke(args=["undo"])
    assert catalog.count() == 0
    assert runner.invoke(args=["import", "--yes"]).exit_code == 0
    assert catalog.count() == 7
