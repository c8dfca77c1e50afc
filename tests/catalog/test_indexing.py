"""Updates of the index: it follows the catalog after changes, losses and failures."""

import fcntl
import gc
import resource
import shutil
import threading
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import BOTH_DATABASES, ON_SQLITE
from webapp.catalog import (
    Catalog,
    Criteria,
    IndexFollower,
    Members,
    OwnerChoices,
    synchronise,
)
from webapp.catalog.indexing import MAX_CHANGES
from webapp.facets import MEMBER
from webapp.member_settings import Member
from webapp.records import Record
from webapp.search.embedded.engine import WhooshEngine
from webapp.search.embedded.snapshot import Snapshot
from webapp.search.engine import Document, SearchRequest
from webapp.search.query import parse
from webapp.store.connections import current_revision
from webapp.store.edits import Edit

DATABASES = BOTH_DATABASES


def follow(catalog: Catalog, instance: Path) -> None:
    """Let a serving process notice that the index is behind, and wait for its update."""
    IndexFollower(catalog.database, catalog.search, str(instance), catalog.choices).notice()
    wait_for_update()


def wait_for_update() -> None:
    """Wait until no follower in this process updates an index."""
    for thread in threading.enumerate():
        if thread.name == "index-follower":
            thread.join(120)


def cpu_seconds_of_children() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


def open_snapshots() -> list[Snapshot]:
    return [thing for thing in gc.get_objects() if isinstance(thing, Snapshot)]


def record(key: str, title: str) -> Record:
    return Record(key=key, type="misc", title=title)


def keys_found(catalog: Catalog, words: str) -> list[str]:
    return [record.key for record in catalog.find(Criteria(q=words)).records]


def test_the_seed_is_indexed_at_the_revision_of_the_database(catalog: Catalog) -> None:
    assert catalog.state().settled
    assert synchronise(catalog.database, catalog.search, choices=catalog.choices) is False


def test_additions_changes_and_removals_reach_the_index(catalog: Catalog) -> None:
    catalog.save([Edit(record("new", "Zymurgy for everyone"))], "test")
    assert not catalog.state().settled
    assert synchronise(catalog.database, catalog.search, choices=catalog.choices) is True
    assert keys_found(catalog, "zymurgy") == ["new"]
    (id_,) = catalog.find(Criteria(q="zymurgy")).hits.ids
    catalog.save([Edit(record("new", "Xylophones for everyone"), id_)], "test")
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    assert (keys_found(catalog, "zymurgy"), keys_found(catalog, "xylophones")) == ([], ["new"])
    catalog.save([Edit(None, id_)], "test")
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    assert keys_found(catalog, "xylophones") == []
    assert catalog.find(Criteria()).total == 7


@pytest.mark.parametrize(
    "text", ["PMID: 31234567", "PMC6543210", "978-0-306-40615-7", "ISBN 1558608834", "hal-01234567"]
)
def test_the_numbers_of_a_publication_find_it(catalog: Catalog, text: str) -> None:
    fields = {"pmid": "31234567", "pmcid": "PMC6543210", "eprint": "hal-01234567v2"}
    fields["isbn"] = "9780306406157, 1-55860-883-4"
    catalog.save([Edit(replace(record("new", "Numbered"), fields=fields))], "test")
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    assert keys_found(catalog, text) == ["new"]


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_replaced_index_is_freed_at_once(catalog: Catalog, instance: Path, rebuild: bool) -> None:
    others = open_snapshots()
    catalog.search = WhooshEngine(instance / "index")
    assert keys_found(catalog, "tensorir")
    (former,) = (weakref.ref(own) for own in open_snapshots() if own not in others)
    if not rebuild:
        catalog.save([Edit(record("new", "Zymurgy for everyone"))], "test")
    gc.disable()
    try:
        synchronise(catalog.database, catalog.search, rebuild=rebuild, choices=catalog.choices)
        assert keys_found(catalog, "zymurgy") == ([] if rebuild else ["new"])
        assert former() is None
    finally:
        gc.enable()


def test_one_update_covers_several_revisions(catalog: Catalog) -> None:
    for number in range(3):
        catalog.save([Edit(record(f"n{number}", f"Zymurgy volume {number}"))], "test")
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    assert keys_found(catalog, "zymurgy") == ["n0", "n1", "n2"]
    assert catalog.search.revision == str(current_revision(catalog.database))


@ON_SQLITE
def test_a_lost_index_is_rebuilt(app: Flask, catalog: Catalog, instance: Path) -> None:
    shutil.rmtree(instance / "index")
    assert catalog.search.revision is None
    follow(catalog, instance)
    assert catalog.state().settled
    assert keys_found(catalog, "tensorir") == ["feng2023tensorir"]


def test_a_serving_process_leaves_only_a_rebuild_to_another_process(
    catalog: Catalog, instance: Path
) -> None:
    for count, elsewhere in ((200, False), (MAX_CHANGES + 1, True)):
        edits = [Edit(record(f"{count}-{n}", f"Zymurgy {count}")) for n in range(count)]
        catalog.save(edits, "test")
        before = cpu_seconds_of_children()
        follow(catalog, instance)
        assert catalog.find(Criteria(q=f'"zymurgy {count}"')).total == count
        assert (cpu_seconds_of_children() > before) is elsewhere


def test_one_worker_starts_the_process_that_indexes(catalog: Catalog, instance: Path) -> None:
    shutil.rmtree(instance / "index")
    lock = instance / "cache" / "index-update.lock"
    lock.parent.mkdir(exist_ok=True)
    before = cpu_seconds_of_children()
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # as another worker does
        follow(catalog, instance)
        assert not catalog.state().settled
        assert cpu_seconds_of_children() == before
    follow(catalog, instance)
    assert catalog.state().settled


def test_the_index_of_another_database_is_not_used(catalog: Catalog, instance: Path) -> None:
    catalog.search.rebuild([], "0" * 32 + "-1")
    assert keys_found(catalog, "tensorir") == []
    follow(catalog, instance)
    assert keys_found(catalog, "tensorir") == ["feng2023tensorir"]


def test_exact_words_are_found_without_an_index(catalog: Catalog, instance: Path) -> None:
    shutil.rmtree(instance / "index")
    catalog.search = WhooshEngine(instance / "index")
    page = catalog.find(Criteria(q="tensorir abstraction"))
    assert not page.indexed
    assert [record.key for record in page.records] == ["feng2023tensorir"]
    filters = {"venue": ("ASPLOS",), "year": ("2023..",)}
    assert catalog.find(Criteria(q="feng", filters=filters)).total == 2
    assert catalog.find(Criteria(q="100% _nothing")).total == 0
    assert catalog.find(Criteria()).total == 7


def test_searches_continue_while_the_index_is_rebuilt(catalog: Catalog) -> None:
    totals: set[int] = set()
    searched = threading.Event()

    def wait_for_a_search(documents: Iterator[Document], _total: int) -> Iterator[Document]:
        for document in documents:
            assert searched.wait(60)
            yield document

    rebuilding = threading.Thread(
        target=synchronise, args=(catalog.database, catalog.search, wait_for_a_search, True)
    )
    rebuilding.start()
    while rebuilding.is_alive():
        page = catalog.find(Criteria(q="learning"))
        totals.add(page.total)
        assert page.indexed
        searched.set()
    rebuilding.join()
    assert len(totals) == 1


def test_a_hit_without_a_row_is_left_out(
    catalog: Catalog,
) -> None:
    first = catalog.find(Criteria()).hits.ids[0]
    catalog.save([Edit(None, first)], "test")
    page = catalog.find(Criteria())
    assert first in page.hits.ids
    assert len(page.records) == 6


def members(*people: dict[str, object]) -> OwnerChoices:
    return OwnerChoices(members=Members(tuple(Member.model_validate(person) for person in people)))


def test_other_members_change_only_their_publications(catalog: Catalog, tmp_path: Path) -> None:
    def never_rebuilt(_documents: Iterator[Document], _number: int) -> Iterator[Document]:
        raise AssertionError("the index was rebuilt")

    database, index = catalog.database, catalog.search
    synchronise(database, index, choices=members({"name": "Siyuan Feng"}, {"name": "Bohan Hou"}))
    everyone = (
        members({"name": "Siyuan Feng", "variants": ["Feng the Great"]}, {"name": "R. Lai"}),
        members({"name": "Siyuan Feng", "not": ["feng2023tensorir"], "former": ["S. Fang"]}),
        members({"name": "Ann Author"}),
        members(),
    )
    for number, choices in enumerate(everyone):
        assert synchronise(database, index, choices=choices, progress=never_rebuilt) is True
        assert synchronise(database, index, choices=choices, progress=never_rebuilt) is False
        fresh = WhooshEngine(tmp_path / str(number))
        synchronise(database, fresh, choices=choices)
        for words in ("", "feng", "great", "fang", "lai", "hou", "author"):
            request = SearchRequest(parse(words), limit=100)
            assert index.search(request).ids == fresh.search(request).ids
            for facet in (MEMBER, "author"):
                assert index.facet_values(request, facet) == fresh.facet_values(request, facet)
