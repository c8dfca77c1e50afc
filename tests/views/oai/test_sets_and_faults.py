"""Sets that the settings declare, private fields, and publications that cannot be described."""

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.conftest import BOTH_DATABASES, ON_SQLITE, running
from tests.harvested import NAMES, texts, valid
from tests.views.oai.conftest import with_oai
from webapp.catalog import synchronise
from webapp.records import Record
from webapp.site import site
from webapp.store.connections import writing
from webapp.store.edits import Edit
from webapp.store.harvest_lists import Wanted
from webapp.store.locks import LockWait, set_lock_wait

DATABASES = BOTH_DATABASES
RECORDS = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
LIST = '[[lists]]\nslug = "some"\ntitle = "Some & others"\n'
MEMBER = '[[members]]\nname = "Siyuan Feng"\nslug = "feng"\n'


def ask(app: Flask, **arguments: str) -> Any:
    answer = app.test_client().get(f"/oai?{urlencode({**RECORDS, **arguments})}")
    assert answer.status_code == 200
    return valid(answer.data)


def identifiers(root: Any) -> list[str]:
    return texts(root, ".//oai:header/oai:identifier")


def prepare(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["prepare"])
    assert result.exit_code == 0, result.output


def test_items_that_enter_or_leave_a_list_of_the_settings_change(instance: Path) -> None:
    file = with_oai(instance) / "site.toml"
    with running(instance) as app:
        prepare(app)  # the owner's publications enter a set
    before = file.read_text()
    file.write_text(f'{before}{LIST}also = ["feng2023tensorir"]\n')
    with running(instance) as app:
        prepare(app)
        (first,) = identifiers(ask(app, set="list:some"))
        assert ask(app, set="list:other").find("oai:error", NAMES).get("code") == "noRecordsMatch"
        everything = identifiers(ask(app))
        assert everything[-1] == first  # it changed last, as it entered the list
    file.write_text(f'{before}{LIST}also = ["chen2025respec"]\n')
    with running(instance) as app:
        prepare(app)
        (second,) = identifiers(ask(app, set="list:some"))
        assert second != first
        assert set(identifiers(ask(app))[-2:]) == {first, second}
        headers = {
            texts(header, "oai:identifier")[0]: texts(header, "oai:setSpec")
            for header in ask(app).iterfind(".//oai:header", NAMES)
        }
        assert "list:some" in headers[second]
        assert "list:some" not in headers[first]


def test_what_prepare_finds_unchanged_stays_as_it_is(instance: Path) -> None:
    with_oai(instance, f'{LIST}search = "year:2023"\n')
    with running(instance) as app:
        prepare(app)
        before = texts(ask(app), ".//oai:datestamp")
        prepare(app)
        assert texts(ask(app), ".//oai:datestamp") == before


def test_other_public_fields_and_members_change_what_they_describe(instance: Path) -> None:
    with_oai(instance, MEMBER)
    with running(instance) as app:
        prepare(app)
        places = {row.item.id: row.item.place for row in changes(app)}
        works = identifiers(ask(app, set="person:feng"))
        assert works
    file = instance / "site.toml"
    file.write_text(
        file.read_text().replace('slug = "feng"', 'slug = "feng"\nformer = ["S. Y. F."]')
    )
    with running(instance) as app:
        prepare(app)
        moved = {row.item.id for row in changes(app) if row.item.place > max(places.values())}
        assert {f"oai:pubs.example.org:{id_}" for id_ in moved} == set(works)
        places = {row.item.id: row.item.place for row in changes(app)}
    file.write_text(f'public_fields = ["annote"]\n{file.read_text()}')
    with running(instance) as app:
        prepare(app)
        assert all(row.item.place > max(places.values()) for row in changes(app))


def changes(app: Flask) -> Any:
    return site(app).catalog.harvest.changes(Wanted(), None, 1000).items


def test_private_fields_and_former_names_are_in_no_description(instance: Path) -> None:
    with_oai(instance, '[[members]]\nname = "Mary Roe"\nformer = ["Mary Miller"]\n')
    entry = """@article{roe, title={Roe's}, author={Miller, Mary}, note={public},
        annote={secret}, owner={secret}, file={/home/secret.pdf}, pdf={absent.pdf}, year=2020}"""
    (instance / "roe.bib").write_text(entry)
    with running(instance) as app:
        runner = app.test_cli_runner()
        assert runner.invoke(args=["import", "--yes", str(instance / "roe.bib")]).exit_code == 0
        for prefix in ("oai_dc", "mods"):
            client = app.test_client()
            text = client.get(f"/oai?{urlencode({**RECORDS, 'metadataPrefix': prefix})}").text
            assert "Roe" in text
            for private in ("secret", "Miller", "absent"):
                assert private not in text


@ON_SQLITE
def test_one_bad_row_does_not_stop_a_list_and_is_logged_once(
    instance: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with_oai(instance)
    with closing(sqlite3.connect(instance / "octavo.db")) as connection, connection:
        for change in (
            "authors = '[[1, 2, 3, 4, 5, 6, 7, 8, 9]]' WHERE id = 2",
            "links = '-' WHERE id = 4",
        ):
            connection.execute(f"UPDATE publications SET {change}")  # noqa: S608
    with running(instance) as app, caplog.at_level(logging.ERROR):
        for _ in range(2):
            root = ask(app)
            assert len(identifiers(root)) == 7
            assert len(root.findall(".//oai:metadata", NAMES)) == 7
        answer = ask(
            app, verb="GetRecord", metadataPrefix="mods", identifier="oai:pubs.example.org:2"
        )
        assert answer.find("oai:GetRecord", NAMES) is not None
    assert caplog.text.count("cannot be described") == 2


def test_titles_that_xml_forbids_are_written_without_these_characters(instance: Path) -> None:
    shutil.rmtree(instance / "index")
    with_oai(instance)
    with running(instance) as app:
        catalog = site(app).catalog
        hostile = "a\0b\x1b<c>&]]>\ufffe\x85d"
        record = Record("hostile", "misc", hostile, abstract=hostile, tags=(hostile,))
        catalog.save([Edit(record)], "test")
        title = texts(ask(app), ".//dc:title")[-1]
        assert title.startswith("ab")
        assert "&]]>" in title


def test_sets_wait_for_another_writer_without_holding_up_the_index(instance: Path) -> None:
    with_oai(instance, f'{LIST}search = "year:2023"\n')
    with running(instance) as app:
        prepare(app)
        catalog = site(app).catalog
        set_lock_wait(catalog.database, LockWait(0))
        stored = catalog.get("feng2023tensorir")
        assert stored
        catalog.save([Edit(None, stored.id)], "test")
        synchronise(catalog.database, catalog.search, choices=catalog.choices)
        with writing(catalog.database):
            assert not catalog.harvest.update_sets()
        assert catalog.harvest.update_sets()
        assert not catalog.harvest.update_sets()
