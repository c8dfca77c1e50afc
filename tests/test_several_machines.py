"""Two machines with one PostgreSQL: what their visitors see, and how a new machine begins."""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import running
from tests.store.test_revision_watcher import until
from webapp.catalog import Catalog, Criteria, synchronise
from webapp.records import Record
from webapp.search.engine import Document
from webapp.site import site
from webapp.store import queries
from webapp.store.connections import reading, watch_revision
from webapp.store.edits import Edit

PATHS = ("/", "/?q=zymurgy", "/?q=tensor", "/publications/feng2023tensorir", "/people", "/print")


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@dataclass(frozen=True, slots=True)
class Machine:
    """An application with an instance folder of its own, and visitors."""

    app: Flask

    @property
    def catalog(self) -> Catalog:
        return site(self.app).catalog

    def ask(self, path: str) -> tuple[int, str, str]:
        """Return the status, the ETag and the body of a page."""
        answer = self.app.test_client().get(path)
        return answer.status_code, answer.headers.get("ETag", ""), answer.text

    def counter(self) -> int:
        """Return the revision that lists show: that of the index."""
        return int(str(self.catalog.search.revision).rpartition("-")[2])


@pytest.fixture
def machines(instance: Path, tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    """Two machines. The files of the second were copied at another time to another folder."""
    (instance / "files").mkdir(exist_ok=True)
    (instance / "files" / "feng2023tensorir.pdf").write_bytes(b"%PDF-")
    second = Path(shutil.copytree(instance, tmp_path / "second"))
    for path in (second / "files", *(second / "files").iterdir()):
        os.utime(path, (1, 1))
    with running(instance) as first_app, running(second) as second_app:
        for app in (first_app, second_app):
            watch_revision(site(app).catalog.database)
            site(app).index_follower.watch()
        yield Machine(first_app), Machine(second_app)
        for app in (first_app, second_app):
            site(app).index_follower.stop()


def id_of(machine: Machine, key: str) -> int:
    with reading(machine.catalog.database) as connection:
        return queries.ids_of_keys(connection, [key])[key]


def has_arrived(machines: tuple[Machine, ...], counter: int) -> bool:
    return all(machine.counter() == counter for machine in machines)


def save(machine: Machine, edit: Edit) -> int:
    return machine.catalog.save([edit], "test").counter


def test_a_machine_without_visitors_follows_what_another_one_saves(
    machines: tuple[Machine, Machine],
) -> None:
    first, second = machines
    counter = save(first, Edit(Record(key="n", type="misc", title="Zymurgy")))
    until(lambda: second.counter() == counter)
    assert "Zymurgy" in second.ask("/?q=zymurgy")[2]


def test_both_machines_give_one_answer_at_one_revision(machines: tuple[Machine, Machine]) -> None:
    chance = random.Random(22)
    seen = dict.fromkeys(range(2), 0)
    added: list[int] = []
    for number in range(12):
        machine = chance.choice(machines)
        if added and chance.random() < 0.3:
            counter = save(machine, Edit(None, added.pop()))
        else:
            title = f"Zymurgy volume {number}"
            counter = save(machine, Edit(Record(key=f"n{number}", type="misc", title=title)))
            added.append(id_of(machine, f"n{number}"))
        for place, asked in enumerate(machines):  # while they follow
            status, tag, _ = asked.ask(chance.choice(PATHS))
            assert status == 200
            assert asked.counter() >= seen[place]
            seen[place] = asked.counter()
            if asked is machine and tag:  # an editor sees the own change
                assert asked.counter() == counter
        until(partial(has_arrived, machines, counter))
        for path in PATHS:
            one, other = (asked.ask(path) for asked in machines)
            assert one == other
            assert one[1]


def test_a_file_that_only_one_machine_has_changes_its_answers_only(
    machines: tuple[Machine, Machine],
) -> None:
    first, second = machines
    assert first.ask("/")[1] == second.ask("/")[1] != ""
    (Path(first.app.instance_path) / "files" / "new.pdf").write_bytes(b"%PDF-")
    assert first.ask("/")[1] != second.ask("/")[1]
    (Path(second.app.instance_path) / "files" / "new.pdf").write_bytes(b"%PDF-")
    assert first.ask("/")[1] == second.ask("/")[1]


# -- a new machine


@pytest.fixture
def new_machine(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    """A machine without an index, whose settings name the folder of another one's."""
    monkeypatch.setenv("OCTAVO_INDEX_SOURCE", str(instance / "index"))
    folder = tmp_path / "new"
    shutil.copytree(instance, folder, ignore=shutil.ignore_patterns("index"))
    with running(folder) as app:
        yield Machine(app)


def bring_up_to_date(machine: Machine) -> bool:
    """Update the index; return whether it was built from the database."""
    catalog, built = machine.catalog, []

    def note(documents: Iterator[Document], _count: int) -> Iterator[Document]:
        built.append(True)
        return documents

    synchronise(catalog.database, catalog.search, note, choices=catalog.choices)
    return bool(built)


def test_a_new_machine_fetches_the_index_of_another(
    catalog: Catalog, new_machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    assert new_machine.catalog.search.revision is None
    catalog.save([Edit(Record(key="n", type="misc", title="Zymurgy"))], "test")
    assert bring_up_to_date(new_machine) is False
    assert new_machine.catalog.state().settled
    assert new_machine.catalog.find(Criteria(q="zymurgy")).total == 1
    assert new_machine.catalog.find(Criteria()).total == 8
    assert caplog.messages == []


def spoil_pointer(index: Path) -> None:
    (index / "current").write_text("1\n{}")


def spoil_file(index: Path) -> None:
    largest = max(index.glob("generation-*/*"), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[-1] ^= 1
    largest.write_bytes(content)


def lose_file(index: Path) -> None:
    next(index.glob("generation-*/*.arrays")).unlink()


def link_file(index: Path) -> None:
    file = next(index.glob("generation-*/*.arrays"))
    file.rename(index / "elsewhere")
    file.symlink_to(index / "elsewhere")


def lose_all(index: Path) -> None:
    shutil.rmtree(index)


@pytest.mark.parametrize("spoil", [spoil_pointer, spoil_file, lose_file, link_file, lose_all])
def test_an_index_that_cannot_be_used_is_one_line_in_the_log_and_one_is_built(
    instance: Path,
    new_machine: Machine,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[Path], None],
) -> None:
    spoil(instance / "index")
    assert bring_up_to_date(new_machine) is True
    assert new_machine.catalog.state().settled
    (message,) = caplog.messages
    assert message.startswith(f"Cannot use the index in {instance / 'index'}, so one is built: ")
    assert len(list((Path(new_machine.app.instance_path) / "index").glob("generation-*"))) == 1


def test_the_index_of_another_database_is_not_used(
    new_machine: Machine, seed: Path, instance: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(instance / "index")
    shutil.copytree(seed / "index", instance / "index")
    assert bring_up_to_date(new_machine) is True
    (message,) = caplog.messages
    assert "is of another state or too old" in message


def test_an_index_that_is_asked_for_is_built(new_machine: Machine) -> None:
    catalog = new_machine.catalog
    synchronise(catalog.database, catalog.search, rebuild=True, choices=catalog.choices)
    assert catalog.state().settled
