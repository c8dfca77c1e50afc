"""gunicorn as systemd runs it: its socket, its restarts and reloads; the unit and the container."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

import pytest
import yaml

from bench.processes import children
from bench.site import end, gunicorn, listening
from bench.torture_site import ask
from tests.conftest import require_program
from webapp.config import ROOT, Settings

DEPLOY = ROOT / "deploy"
MAX_EXPOSURE = 1.0  # of 10, as systemd-analyze counts it


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    with listening(tmp_path / "octavo.sock") as listener:
        yield listener


def said(instance: Path, words: str) -> list[str]:
    return [line for line in (instance / "server.log").read_text().splitlines() if words in line]


def test_a_restart_behind_the_socket_refuses_nobody(
    instance: Path, listener: socket.socket, tmp_path: Path
) -> None:
    answers: list[int] = []
    enough, stop = Event(), Event()

    def visit() -> None:
        while not stop.is_set():
            answers.append(ask(tmp_path / "octavo.sock").status)
            enough.set()

    with ExitStack() as stack:
        visitors = [Thread(target=visit) for _ in range(4)]
        stack.callback(lambda: [visitor.join() for visitor in visitors])
        stack.callback(stop.set)
        for _ in range(2):
            with gunicorn(instance, listener):
                for visitor in visitors:
                    if not visitor.ident:
                        visitor.start()
                enough.clear()
                assert enough.wait(60)
        # The visitors still ask: the socket keeps their connections until someone serves again.
        process = stack.enter_context(gunicorn(instance, listener))
        enough.clear()
        assert enough.wait(60)
        assert process.poll() is None
        stop.set()
        for visitor in visitors:
            visitor.join(60)
    assert set(answers) == {200}


def test_a_reload_takes_the_new_settings_and_a_wrong_one_keeps_the_old(
    instance: Path, listener: socket.socket, tmp_path: Path
) -> None:
    site, path = instance / "site.toml", tmp_path / "octavo.sock"
    with gunicorn(instance, listener) as process:
        for text, title in (
            ('title = "Renewed"', "Renewed"),
            ("page_size = 5000", "Renewed"),
            ('title = "Renewed again"', "Renewed again"),
        ):
            site.write_text(text)
            before = len(said(instance, "Worker exiting"))
            process.send_signal(signal.SIGHUP)
            while len(said(instance, "Worker exiting")) < before + 2:
                assert ask(path).status == 200
            assert f"<title>{title}</title>" in ask(path).text
    assert len(said(instance, "The settings stay as they were")) == 1


def test_counts_go_on_over_reloads(instance: Path, listener: socket.socket, tmp_path: Path) -> None:
    path = tmp_path / "octavo.sock"
    with gunicorn(instance, listener) as process:
        ask(path, "/?q=tensor")
        process.send_signal(signal.SIGHUP)
        while len(said(instance, "Worker exiting")) < 2:
            ask(path, "/healthz")
        assert "octavo_searches_total 1\n" in ask(path, "/metrics").text


def test_everything_on_the_log_is_json_when_the_requests_are(
    instance: Path, listener: socket.socket, tmp_path: Path
) -> None:
    path = tmp_path / "octavo.sock"
    with gunicorn(instance, listener, {"OCTAVO_LOG_REQUESTS": "true"}) as process:
        ask(path, "/?q=tensor")
        for setting in ('title = "Renewed"', "page_size = 5000"):
            (instance / "site.toml").write_text(setting)
            before = len(said(instance, "Worker exiting"))
            process.send_signal(signal.SIGHUP)
            while len(said(instance, "Worker exiting")) < before + 2:
                ask(path)
        os.kill(children(process.pid)[0], signal.SIGKILL)
        while not said(instance, "was sent SIGKILL"):
            ask(path)
    lines = [json.loads(line) for line in (instance / "server.log").read_text().splitlines()]
    assert {"gunicorn.error", "webapp.serving"} < {line.get("logger") for line in lines}
    assert all({"time", "level"} <= line.keys() for line in lines)


def test_systemd_starts_it_by_its_socket(instance: Path, tmp_path: Path) -> None:
    activate = require_program("systemd-socket-activate", package="systemd")
    path = tmp_path / "activated.sock"
    variables = [f"--setenv=OCTAVO_INSTANCE={instance}", f"--listen={path}"]
    command = [activate, *variables, sys.executable, "-m", "gunicorn"]
    log = (tmp_path / "log").open("w+")
    with log, subprocess.Popen(command, cwd=ROOT, stderr=log, start_new_session=True) as process:
        try:
            while "Listening on" not in (tmp_path / "log").read_text():
                assert process.poll() is None
            answer = ask(path, "/readyz")
            assert (answer.status, json.loads(answer.text)["status"]) == (200, "ready")
        finally:
            end(process)


def test_the_unit_leaves_little_open() -> None:
    analyze = require_program("systemd-analyze", package="systemd")
    command = [analyze, "security", "--offline=true", str(DEPLOY / "octavo.service")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    score = re.search(r"exposure level for octavo.service: ([\d.]+)", result.stdout)
    assert score
    assert float(score[1]) <= MAX_EXPOSURE


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    analyze = require_program("systemd-analyze", package="systemd")
    for name in ("octavo.service", "octavo.socket"):
        text = (DEPLOY / name).read_text()
        (tmp_path / name).write_text(re.sub(r"/srv/octavo/\.venv/bin/\w+", "/bin/true", text))
    command = [analyze, "verify", "--man=no", str(tmp_path / "octavo.service")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    own = [line for line in result.stderr.splitlines() if "octavo" in line]
    assert own == []


# There is no container engine where these tests run: the files are read, not used.


def test_the_image_runs_as_nobody_special_and_says_how_it_is() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    orders = [line.split(None, 1) for line in lines if line.strip() and not line.startswith("#")]
    by_name = dict(orders)
    assert set(by_name) <= {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE"} | {
        "HEALTHCHECK",
        "CMD",
    }
    assert int(by_name["USER"]) > 1000
    assert "/healthz" in by_name["HEALTHCHECK"]
    assert "--require-hashes" in str(orders)
    copied = [value.split()[:-1] for name, value in orders if name == "COPY" and "--" not in value]
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for source in (part for parts in copied for part in parts):
        assert (ROOT / source).exists(), source
        assert f"!{source}" in ignored, source


def test_compose_gives_the_container_no_more_than_it_needs() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["octavo"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()
    known = {f"OCTAVO_{name.upper()}" for name in Settings.model_fields}
    assert set(service["environment"]) <= known
