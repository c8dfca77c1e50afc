"""Waiting for another process that writes the database or the index."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import create_engine, event

from tests.catalog.test_indexing import cpu_seconds_of_children, follow, record
from tests.conftest import BOTH_DATABASES
from webapp.catalog import announced_update, synchronise
from webapp.catalog.catalog import Catalog
from webapp.search.embedded import generations
from webapp.site import site
from webapp.store import edits
from webapp.store.connections import (
    CatalogRevision,
    Transaction,
    engine_options,
    prepare_engine,
    writing,
)
from webapp.store.edits import Edit
from webapp.store.locks import lock_wait

DATABASES = BOTH_DATABASES


ENTRY = "@misc{new, title = {A new title}, author = {Doe, Jane}, year = 2020}\n"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "new.bib"
    path.write_text(ENTRY)
    return str(path)


@pytest.fixture
def other(app: Flask) -> Iterator[Transaction]:
    """A transaction that writes, as another process has it."""
    url = site(app).catalog.database.url
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    with writing(engine) as transaction:
        yield transaction
    engine.dispose()


WRITING = ["import --yes {file}", "join liu2025eaas chen2025respec", "undo"]


@pytest.mark.parametrize("command", WRITING)
def test_a_locked_database_is_reported_after_the_wait(
    runner: FlaskCliRunner, catalog: Catalog, other: Transaction, file: str, command: str
) -> None:
    before = catalog.state()
    result = runner.invoke(args=[*command.format(file=file).split(), "--wait", "0"])
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: Another process is still writing the database after 0 s. "
        "Try again later, or wait longer: --wait SECONDS.\n"
    )
    other.rollback()
    assert catalog.state() == before


@pytest.mark.parametrize("command", ["check", "diff 1", "export", "history --json"])
def test_reading_commands_do_not_wait(
    runner: FlaskCliRunner, other: Transaction, command: str
) -> None:
    result = runner.invoke(args=command.split())
    assert (result.exit_code in (0, 1), result.stderr) == (True, "")


def test_the_wait_ends_when_the_other_process_is_done(
    runner: FlaskCliRunner,
    catalog: Catalog,
    other: Transaction,
    file: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webapp.cli.common._echo_waiting", lambda *_arguments: other.rollback())
    result = runner.invoke(args=["import", "--yes", "--wait", "600", file])
    assert (result.exit_code, catalog.count()) == (0, 8)


def test_a_locked_index_is_reported_after_the_wait(
    runner: FlaskCliRunner, catalog: Catalog, instance: Path, file: str
) -> None:
    with generations.locked(instance / "index"):
        result = runner.invoke(args=["reindex", "--wait", "0"])
        assert result.exit_code == 2
        assert result.stderr == (
            "Error: Another process is still writing the search index after 0 s. "
            "Try again later, or wait longer: --wait SECONDS.\n"
        )
        result = runner.invoke(args=["import", "--yes", "--wait", "0", file])
        assert (result.exit_code, catalog.count()) == (0, 8)
        assert "Saved, but the search index is not up to date" in result.stderr


@pytest.mark.parametrize("command", ["import", "reindex"])
def test_a_quiet_command_waits_without_a_message(
    app: Flask, runner: FlaskCliRunner, command: str
) -> None:
    for options, has_notice in (([], True), (["--quiet"], False)):
        result = runner.invoke(args=[command, *options, "--wait", "5"])
        assert result.exit_code == 0, result.output
        wait = lock_wait(site(app).catalog.database)
        assert (wait.seconds, wait.notify is not None) == (5, has_notice)


@pytest.mark.parametrize("wait", ["-1", "nan", "1e9", "soon", ""])
def test_wait_takes_a_number_of_seconds(runner: FlaskCliRunner, wait: str) -> None:
    result = runner.invoke(args=["undo", "--wait", wait])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("Error: Invalid value for '--wait'")


def test_no_worker_starts_a_process_while_a_command_indexes(
    runner: FlaskCliRunner, catalog: Catalog, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(instance / "index")
    started: list[bool] = []

    def notice_and_synchronise(*args: Any, **options: Any) -> bool:
        before = cpu_seconds_of_children()
        follow(catalog, instance)
        started.append(cpu_seconds_of_children() > before)
        return synchronise(*args, **options)

    monkeypatch.setattr("webapp.cli.common.synchronise", notice_and_synchronise)
    assert runner.invoke(args=["reindex", "--if-needed"]).exit_code == 0
    assert started[0] is False
    assert catalog.state().settled


@pytest.mark.parametrize("command", ["import --yes {file}", "undo"])
def test_no_worker_starts_a_process_between_a_save_and_its_index(
    runner: FlaskCliRunner,
    catalog: Catalog,
    instance: Path,
    file: str,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    if command == "undo":
        catalog.save([Edit(record("new", "Zymurgy"))], "test")
    shutil.rmtree(instance / "index")
    started: list[bool] = []

    def save_and_notice(*args: Any, **options: Any) -> CatalogRevision:
        revision = edits.save(*args, **options)
        before = cpu_seconds_of_children()
        follow(catalog, instance)
        started.append(cpu_seconds_of_children() > before)
        return revision

    monkeypatch.setattr("webapp.catalog.catalog.save", save_and_notice)
    result = runner.invoke(args=command.format(file=file).split())
    assert (result.exit_code, result.output.count("not up to date")) == (0, 0), result.output
    assert started == [False]
    assert catalog.state().settled


def test_changes_are_not_read_again_while_another_process_indexes(
    catalog: Catalog, instance: Path
) -> None:
    catalog.save([Edit(record("new", "Zymurgy"))], "test")
    statements: list[str] = []
    event.listen(
        catalog.database, "before_cursor_execute", lambda *call: statements.append(call[2])
    )
    with announced_update(str(instance)):
        follow(catalog, instance)
    assert not [text for text in statements if "changes" in text]
    follow(catalog, instance)
    assert [text for text in statements if "changes" in text]
    assert catalog.state().settled
