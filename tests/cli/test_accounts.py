"""The commands `sign-in`, `editors` and `sessions`."""

import json
import re
import syslog
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.cli.command_lines import assert_refused
from tests.editors import SAME_ORIGIN, sign_in
from webapp.accounts.editors import note_editors
from webapp.site import site


@pytest.fixture
def instance(instance: Path) -> Path:
    with (instance / "site.toml").open("a") as file:
        file.write('editors = ["ada", "grace"]\nhosts = [".example.org", "localhost"]\n')
    return instance


def test_the_printed_address_signs_in(app: Flask, runner: FlaskCliRunner) -> None:
    printed = runner.invoke(args=["sign-in", "ada"]).stdout.strip()
    match = re.fullmatch(r"https://localhost/edit/sign-in\?link=([\w-]{43})", printed)
    assert match
    client = app.test_client()
    answer = client.post("/edit/sign-in", data={"link": match[1]}, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    assert "<strong>ada</strong>" in client.get("/edit/sessions").text


def test_an_address_below_a_path_is_printed(runner: FlaskCliRunner) -> None:
    printed = runner.invoke(args=["sign-in", "ada", "--site", "https://example.org/pubs/"]).stdout
    assert printed.startswith("https://example.org/pubs/edit/sign-in?link=")


def test_only_editors_get_an_address(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["sign-in", "mallory"])
    assert_refused(result)
    assert "There is no editor 'mallory'. The setting editors has: ada, grace" in result.stderr


@pytest.mark.parametrize("arguments", [["sign-in", "ada"], ["editors"], ["sessions"]])
def test_without_editors_the_commands_say_how_to_name_some(
    seed_runner: FlaskCliRunner, arguments: list[str]
) -> None:
    result = seed_runner.invoke(args=arguments)
    assert_refused(result)
    assert 'editors = ["ada"]' in result.stderr


def test_sessions_are_listed_and_ended(app: Flask, runner: FlaskCliRunner) -> None:
    ada, phone, grace = (app.test_client() for _ in range(3))
    sign_in(ada, agent="Computer \x1b[31m")
    sign_in(phone, agent="Phone")
    sign_in(grace, "grace")
    listed = json.loads(runner.invoke(args=["sessions", "--json"]).stdout)
    assert {session["editor"] for session in listed} == {"ada", "grace"}
    assert "\x1b" not in runner.invoke(args=["sessions"]).stdout
    assert runner.invoke(args=["editors"]).stdout == "ada  2 sessions\ngrace  1 session\n"
    (id_,) = (session["id"] for session in listed if session["agent"] == "Phone")
    assert runner.invoke(args=["sessions", "--end", id_]).stdout == "Ended 1 session.\n"
    assert phone.get("/edit/").status_code == 303
    assert ada.get("/edit/").status_code == 200
    assert_refused(runner.invoke(args=["sessions", "--end", id_]))
    assert_refused(runner.invoke(args=["sessions", "--end", ""]))
    runner.invoke(args=["sessions", "--end-all", "--editor", "ada"])
    assert ada.get("/edit/").status_code == 303
    assert grace.get("/edit/").status_code == 200


def test_commands_write_to_the_log_of_the_system(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(syslog, "syslog", lambda _level, line: lines.append(line))
    sign_in(app.test_client())
    secret = runner.invoke(args=["sign-in", "grace"]).stdout.partition("=")[2].strip()
    runner.invoke(args=["sessions", "--end-all"])
    events = [json.loads(line) for line in lines]
    assert [(event["event"], event["editor"]) for event in events] == [
        ("link_created", "grace"),
        ("sessions_ended", "ada"),
    ]
    assert secret
    assert secret not in str(lines)


def test_changes_of_editors_are_logged(capfd: pytest.CaptureFixture[str], app: Flask) -> None:
    database = site(app).catalog.database
    for names in (("ada", "grace"), ("ada", "grace"), ("ada",), ()):
        note_editors(database, names)
    lines = capfd.readouterr().err.splitlines()
    events = [json.loads(line) for line in lines if '"event"' in line]
    assert [(event["event"], event["editor"]) for event in events] == [
        ("editor_added", "ada"),
        ("editor_added", "grace"),
        ("editor_removed", "grace"),
        ("editor_removed", "ada"),
    ]
