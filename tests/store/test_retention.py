"""Forgetting old revisions: what is removed, and what is not."""

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import update

from tests.conftest import BOTH_DATABASES, ON_SQLITE
from tests.states import ids, record, snapshot
from webapp.catalog.catalog import Catalog
from webapp.catalog.criteria import Criteria
from webapp.catalog.indexing import synchronise
from webapp.config import ROOT
from webapp.store import retention
from webapp.store.connections import reading, writing
from webapp.store.edits import Edit
from webapp.store.tables import Revision

DATABASES = BOTH_DATABASES


FORGET = ("history", "--forget-before", "2024-01-01")


def day(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


@pytest.fixture
def years(catalog: Catalog) -> Catalog:
    """Save a revision for each year from 2021 to 2026, each with another long abstract."""
    catalog.save([Edit(record("a", abstract=os.urandom(50_000).hex()))], "octavo import a.bib")
    id_ = ids(catalog)["a"]
    for _ in range(4):
        catalog.save([Edit(record("a", abstract=os.urandom(50_000).hex()), id_)], "octavo import")
    with writing(catalog.database) as connection:
        for number in range(1, 7):
            row = update(Revision).where(Revision.counter == number)
            connection.execute(row.values(at=day(2020 + number)))
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    return catalog


def size(instance: Path) -> int:
    return sum(path.stat().st_size for path in instance.glob("octavo.db*"))


@ON_SQLITE
def test_revisions_before_a_day_are_forgotten_and_the_file_shrinks(
    years: Catalog, runner: FlaskCliRunner, instance: Path
) -> None:
    before, revision, large = snapshot(years), years.state().revision, size(instance)
    result = runner.invoke(args=[*FORGET])
    assert result.exit_code == 0
    assert "Forgot 3 revisions before 2024-01-01 (9 changes, about" in result.output
    assert "The history begins after revision 3." in result.output
    assert size(instance) < large - 50_000
    assert snapshot(years) == before
    assert years.state().revision == revision
    assert years.state().settled
    numbers = [
        entry["number"] for entry in json.loads(runner.invoke(args=["history", "--json"]).stdout)
    ]
    assert numbers == [6, 5, 4]


def test_undo_and_diff_end_where_the_history_begins(years: Catalog, runner: FlaskCliRunner) -> None:
    texts = {}
    for number in (4, 5, 6):
        (difference,) = json.loads(runner.invoke(args=["diff", str(number), "--json"]).stdout)
        texts[number] = difference["before"]["abstract"]
    runner.invoke(args=[*FORGET])
    for number in (6, 5, 4):
        assert runner.invoke(args=["undo"]).exit_code == 0
        stored = years.get("a")
        assert stored is not None
        assert stored.record.abstract == texts[number]
    result = runner.invoke(args=["undo"])
    assert result.exit_code == 2
    assert "nothing to undo after revision 3, where the history begins" in result.stderr
    for command in ("undo", "diff"):
        result = runner.invoke(args=[command, "2"])
        assert result.exit_code == 2
        assert "Revision 2 was removed by octavo history --forget-before" in result.stderr
        assert "no revision 99" in runner.invoke(args=[command, "99"]).stderr


def test_times_of_additions_and_changes_are_never_forgotten(
    years: Catalog, runner: FlaskCliRunner, client: FlaskClient
) -> None:
    came, changed = years.additions(), years.updated()
    feed = client.get("/publications.atom").data
    assert runner.invoke(args=["history", "--forget-before", "2100-01-01"]).exit_code == 0
    assert json.loads(runner.invoke(args=["history", "--json"]).stdout) == []
    assert "The history is empty since revision 6" in runner.invoke(args=["history"]).output
    assert (years.additions(), years.updated()) == (came, changed)
    assert client.get("/publications.atom").data == feed
    assert years.save([Edit(record("b"))], "octavo import").counter == 7
    assert runner.invoke(args=["undo"]).exit_code == 0


@pytest.mark.parametrize("behind", [2, 3])
def test_an_index_older_than_the_history_is_rebuilt(
    catalog: Catalog, runner: FlaskCliRunner, behind: int
) -> None:
    catalog.save([Edit(record("a", abstract="zymurgy"))], "import")
    catalog.save([Edit(record("b", abstract="xylophone"))], "import")
    if behind == 3:
        synchronise(catalog.database, catalog.search, choices=catalog.choices)
    catalog.save([Edit(record("c", abstract="quixotic"))], "import")
    assert runner.invoke(args=["history", "--forget-before", "2100-01-01"]).exit_code == 0
    assert synchronise(catalog.database, catalog.search, choices=catalog.choices)
    for word in ("zymurgy", "xylophone", "quixotic", "tensorir"):
        assert catalog.find(Criteria(q=word)).total == 1
    assert catalog.state().settled


def test_a_revision_before_the_day_by_a_wrong_clock_leaves_no_gap(years: Catalog) -> None:
    with writing(years.database) as connection:
        connection.execute(update(Revision).where(Revision.counter == 5).values(at=day(1970)))
    assert retention.forget(years.database, day(2024)).latest == 3
    assert retention.forgettable(years.database, day(2025)).latest == 5


def test_forgetting_nothing_is_no_error(catalog: Catalog, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["history", "--forget-before", "2001-01-01"])
    assert (result.exit_code, catalog.state().settled) == (0, True)
    assert "nothing before 2001-01-01. Nothing was changed" in result.output


@pytest.mark.parametrize("date", ["yesterday", "2024-13-01", "2024", ""])
def test_an_invalid_day_is_refused(runner: FlaskCliRunner, date: str) -> None:
    result = runner.invoke(args=["history", "--forget-before", date])
    assert result.exit_code == 2
    assert "%Y-%m-%d" in result.stderr


@ON_SQLITE
def test_forgetting_prints_json(years: Catalog, runner: FlaskCliRunner) -> None:
    output = json.loads(runner.invoke(args=[*FORGET, "--json"]).stdout)
    assert (output["latest"], output["revisions"], output["changes"]) == (3, 3, 9)
    assert output["bytes_freed"] > 50_000
    output = json.loads(runner.invoke(args=[*FORGET, "--json"]).stdout)
    assert (output["revisions"], output["bytes_freed"]) == (0, 0)


@ON_SQLITE
@pytest.mark.parametrize(("answer", "status", "remaining"), [("y", 0, 3), ("n", 2, 6), ("", 2, 6)])
def test_forgetting_asks_on_a_terminal(
    years: Catalog, instance: Path, answer: str, status: int, remaining: int
) -> None:
    terminal, inside = pty.openpty()
    command = [sys.executable, "-m", "webapp", *FORGET]
    environment = {**os.environ, "OCTAVO_INSTANCE": str(instance)}
    os.write(terminal, f"{answer}\n".encode())
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=inside, capture_output=True, text=True
    )
    os.close(inside)
    os.close(terminal)
    assert done.returncode == status
    assert "Forget 3 revisions before 2024-01-01 (9 changes, about 58." in done.stdout
    with reading(years.database) as connection:
        assert len(connection.execute(Revision.__table__.select()).all()) == remaining


def test_forgetting_does_not_disturb_a_reader(
    years: Catalog, runner: FlaskCliRunner, client: FlaskClient
) -> None:
    with reading(years.database) as connection:
        connection.execute(Revision.__table__.select()).first()  # begin to read
        result = runner.invoke(args=[*FORGET])
        assert result.exit_code == 0, result.output
        assert client.get("/publications/a").status_code == 200
        assert len(connection.execute(Revision.__table__.select()).all()) == 6
