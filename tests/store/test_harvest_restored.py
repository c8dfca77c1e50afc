"""After a restore, harvesters see everything again, and what is gone as deleted."""

from pathlib import Path

from flask.testing import FlaskCliRunner

from tests.conftest import running
from webapp.catalog import Catalog
from webapp.records import Record
from webapp.site import site
from webapp.store.edits import Edit
from webapp.store.harvest_lists import Item, Wanted


def items(catalog: Catalog) -> dict[int, Item]:
    found = catalog.harvest.changes(Wanted(), None, 1000).items
    return {row.item.id: row.item for row in found}


def id_of(catalog: Catalog, key: str) -> int:
    found = catalog.get(key)
    assert found
    return found.id


def test_a_restored_backup_is_seen_as_later_than_what_it_replaced(
    saved: Path, catalog: Catalog, runner: FlaskCliRunner
) -> None:
    """`saved` is a backup; the publication "new" was added after it."""
    new, before = id_of(catalog, "new"), items(catalog)
    times = catalog.harvest.times()
    result = runner.invoke(args=["restore", "--force", str(saved)])
    assert result.exit_code == 0, result.output
    after = items(catalog)
    assert after.keys() == before.keys()
    assert {id_ for id_, item in after.items() if item.is_deleted} == {new}
    assert min(item.at for item in after.values()) > times[1]
    assert min(item.place for item in after.values()) > max(i.place for i in before.values())


def test_no_number_is_given_a_second_time_after_a_restore(
    saved: Path, catalog: Catalog, runner: FlaskCliRunner
) -> None:
    new = id_of(catalog, "new")
    assert runner.invoke(args=["restore", "--force", str(saved)]).exit_code == 0
    catalog.save([Edit(Record("newer", "misc", "Newer"))], "test")
    assert id_of(catalog, "newer") > new


def test_a_new_instance_has_the_items_of_the_backup(
    seed_backup: Path, tmp_path: Path, catalog: Catalog
) -> None:
    with running(tmp_path / "other") as app:
        result = app.test_cli_runner().invoke(args=["restore", str(seed_backup)])
        assert result.exit_code == 0, result.output
        assert items(site(app).catalog).keys() == items(catalog).keys()
