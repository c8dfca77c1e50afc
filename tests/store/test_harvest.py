"""What harvesters see of changes: times that only rise, and deletions that stay."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests.conftest import BOTH_DATABASES
from webapp.catalog import Catalog
from webapp.curation.undo import undo
from webapp.records import Record
from webapp.store import harvest, harvest_lists
from webapp.store.connections import dialect_of, reading, writing
from webapp.store.edits import Edit
from webapp.store.harvest_lists import Item, Wanted
from webapp.store.retention import forget

DATABASES = BOTH_DATABASES
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def listed(catalog: Catalog, wanted: Wanted = Wanted()) -> list[Item]:  # noqa: B008 - immutable
    return [found.item for found in catalog.harvest.changes(wanted, None, 1000).items]


def now(catalog: Catalog) -> datetime:
    return catalog.harvest.times()[1]


def add(catalog: Catalog, key: str, **values: Any) -> int:
    """Add a publication; return its id."""
    catalog.save([Edit(Record(key, "article", "A title", **values))], "test")
    return stored(catalog, key).id


def stored(catalog: Catalog, key: str) -> Any:
    found = catalog.get(key)
    assert found is not None, key
    return found


def change(catalog: Catalog, key: str, **values: Any) -> None:
    old = catalog.get(key, hidden=True)
    assert old is not None
    catalog.save([Edit(replace(old.record, **values), old.id)], "test")


def item_of(catalog: Catalog, id_: int) -> Item:
    found = catalog.harvest.item(id_)
    assert found
    return found.item


def states(catalog: Catalog) -> dict[int, bool]:
    """Return whether each item is deleted."""
    return {item.id: item.is_deleted for item in listed(catalog)}


def test_all_publications_of_lists_are_items(catalog: Catalog) -> None:
    assert len(listed(catalog)) == catalog.count(listed=True) == 7
    assert all(not item.is_deleted for item in listed(catalog))


def test_a_change_is_the_last_of_the_list_and_not_earlier_than_the_time_before_it(
    catalog: Catalog,
) -> None:
    before = now(catalog)
    change(catalog, "feng2023tensorir", title="Other")
    last = listed(catalog)[-1]
    assert last.id == stored(catalog, "feng2023tensorir").id
    assert before <= last.at <= now(catalog)
    assert [item.id for item in listed(catalog, Wanted(begin=last.at))][-1] == last.id


def test_a_removal_stays_as_deleted_even_if_the_history_is_forgotten(catalog: Catalog) -> None:
    id_ = add(catalog, "gone")
    catalog.save([Edit(None, id_)], "test")
    forget(catalog.database, datetime.now(UTC) + timedelta(days=1))
    item = item_of(catalog, id_)
    assert item.is_deleted
    assert item.sets == ("type:article",)
    assert listed(catalog)[-1].id == id_


def test_an_undone_removal_brings_the_item_back_with_a_later_time(catalog: Catalog) -> None:
    id_ = add(catalog, "gone")
    catalog.save([Edit(None, id_)], "test")
    removed = item_of(catalog, id_)
    undo(catalog, catalog.state().revision.counter)
    item = item_of(catalog, id_)
    assert not item.is_deleted
    assert item.place > removed.place
    assert item.at >= removed.at


def test_hidden_publications_are_never_seen_and_hiding_deletes(catalog: Catalog) -> None:
    catalog.save([Edit(Record("h", "misc", "Hidden", source={"hidden": "yes"}))], "test")
    hidden = catalog.get("h", hidden=True)
    assert hidden
    assert hidden.id not in states(catalog)
    change(catalog, "h", source={})
    assert states(catalog)[hidden.id] is False
    change(catalog, "h", source={"hidden": "true"})
    assert states(catalog)[hidden.id] is True


def test_a_version_is_deleted_while_its_published_work_is_there(catalog: Catalog) -> None:
    preprint, work = add(catalog, "pre"), add(catalog, "pub")
    before = listed(catalog)[-1]
    change(catalog, "pre", version_of="pub")
    assert states(catalog)[preprint] is True
    last = listed(catalog)[-1]  # the work names its version, so it changed as well
    assert (last.id, last.place > before.place) == (work, True)
    change(catalog, "pre", doi="10.1000/1")
    assert [item.id for item in listed(catalog)][-1] == work
    change(catalog, "pub", source={"hidden": "yes"})
    assert (states(catalog)[preprint], states(catalog)[work]) == (False, True)


def test_what_did_not_change_has_its_time_of_before(catalog: Catalog) -> None:
    before = {item.id: item.place for item in listed(catalog)}
    add(catalog, "new")
    assert before.items() <= {item.id: item.place for item in listed(catalog)}.items()


def test_times_never_fall_when_the_clock_is_set_back(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(catalog, "feng2023tensorir", title="1")
    before = listed(catalog)[-1].at
    kind = type(dialect_of(catalog.database))
    monkeypatch.setattr(kind, "clock", lambda _self, _connection: NEVER + timedelta(0.5))
    for title in "23":
        change(catalog, "feng2023tensorir", title=title)
        after = listed(catalog)[-1].at
        assert after > before
        assert now(catalog) == after
        before = after


def test_a_commit_that_takes_long_is_not_missed(catalog: Catalog) -> None:
    """A harvester that asks while a writer commits begins its next list at the time it got."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    elapsed, asked = [0.0], list[datetime]()

    def commit_slowly(*_: Any) -> None:
        elapsed[0] += 3
        asked.append(start + timedelta(seconds=elapsed[0]))  # the time of an answer until then

    with pytest.MonkeyPatch.context() as patch:
        dialect = dialect_of(catalog.database)
        patch.setattr(
            type(dialect),
            "clock",
            lambda _self, _connection: start + timedelta(seconds=elapsed[0]),
        )
        event.listen(dialect.writer(catalog.database), "commit", commit_slowly)
        change(catalog, "feng2023tensorir", title="Late")
        event.remove(dialect.writer(catalog.database), "commit", commit_slowly)
    assert len(asked) == 3  # of the change, of its time, and of a later one
    assert listed(catalog)[-1].at >= asked[-1]


def test_a_batch_without_a_time_is_not_seen_and_gets_one_with_the_next(catalog: Catalog) -> None:
    id_ = add(catalog, "killed")
    with writing(catalog.database) as connection:
        harvest.note_changes(connection, [id_])
    assert id_ not in states(catalog)
    assert catalog.harvest.item(id_)
    harvest.stamp(catalog.database)
    assert states(catalog)[id_] is False


def test_a_page_continues_after_the_last_item(catalog: Catalog) -> None:
    seen: list[int] = []
    after, remaining = None, 7
    while True:
        page = catalog.harvest.changes(Wanted(), after, 3)
        assert page.remaining == remaining
        seen += [found.item.id for found in page.items]
        if page.is_last:
            break
        after, remaining = page.items[-1].item.place, remaining - 3
    assert seen == [item.id for item in listed(catalog)]


def ids(items: Sequence[Item]) -> set[int]:
    return {item.id for item in items}


def test_sets_are_types_and_years_and_their_wholes(catalog: Catalog) -> None:
    everything = listed(catalog)
    for whole in ("type", "year"):
        assert ids(listed(catalog, Wanted(set_spec=whole))) == ids(everything)
    for spec in {spec for item in everything for spec in item.sets}:
        part = {item.id for item in everything if spec in item.sets}
        assert ids(listed(catalog, Wanted(set_spec=spec))) == part
    for absent in ("year:x", "year:1000", "year:--5", "type:", "type:%", "nothing", "list"):
        expected = ids(everything) if absent == "type:" else set()
        assert ids(listed(catalog, Wanted(set_spec=absent))) == expected, absent


def test_a_restart_changes_all_and_deletes_what_only_the_replaced_database_had(
    catalog: Catalog,
) -> None:
    with reading(catalog.database) as connection:
        before = harvest.seen(connection)
    assert before.latest
    later = replace(before, ids=[*before.ids, 99], latest=before.latest + timedelta(hours=1))
    with writing(catalog.database) as connection:
        harvest.restart(connection, later)
    items = listed(catalog)
    assert ids(items) == {*before.ids, 99}
    assert {item.at for item in items} == {before.latest + timedelta(hours=1, seconds=1)}
    assert {item.id for item in items if item.is_deleted} == {99}
    assert all(item.place[0] > before.batch for item in items)
    assert harvest_lists.Followed("", "", "") == _followed(catalog)


def _followed(catalog: Catalog) -> harvest_lists.Followed:
    with reading(catalog.database) as connection:
        return harvest_lists.followed(connection)
