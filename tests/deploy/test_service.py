"""gunicorn as systemd runs it: its socket, restarts, reloads and logs; the container."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from typing import Self

import pytest
import yaml

from bench.processes import children
from bench.site import end, gunicorn, listening
from tests.conftest import require_program
from tests.torture.site import ask
from webapp.config import ROOT, Settings

DEPLOY = ROOT / "deploy"
TWO_WORKERS = {"WEB_CONCURRENCY": "2"}  # however many cores there are


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    with listening(tmp_path / "octavo.sock") as listener:
        yield listener


def log_lines(instance: Path, words: str) -> list[str]:
    """Return the lines of the server's log that contain the words."""
    return [line for line in (instance / "server.log").read_text().splitlines() if words in line]


class Visitors:
    """Clients that repeat a request all the time; a refused connection fails the test."""

    def __init__(self, path: Path, number: int = 4) -> None:
        self.statuses: Counter[int] = Counter()
        self.errors: list[OSError | HTTPException] = []
        self._path, self._answered, self._stop = path, Event(), Event()
        self._threads = [Thread(target=self._visit) for _ in range(number)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _visit(self) -> None:
        while not self._stop.is_set() and not self.errors:
            try:
                self.statuses[ask(self._path).status] += 1
            except (OSError, HTTPException) as error:
                self.errors.append(error)
            self._answered.set()

    def wait_for_response(self) -> None:
        self._answered.clear()
        assert self._answered.wait(60)


def test_a_restart_behind_the_socket_refuses_no_connection(
    instance: Path, listener: socket.socket, tmp_path: Path
) -> None:
    """Between two servers, connections wait at the socket until the next one accepts them."""
    with ExitStack() as stack:
        first = stack.enter_context(ExitStack())
        first.enter_context(gunicorn(instance, listener))
        last = stack.enter_context(ExitStack())
        with Visitors(tmp_path / "octavo.sock") as visitors:
            visitors.wait_for_response()
            first.close()
            with gunicorn(instance, listener):
                visitors.wait_for_response()
            last.enter_context(gunicorn(instance, listener))
            visitors.wait_for_response()
    assert (visitors.errors, set(visitors.statuses)) == ([], {200})


def test_replacing_a_worker_after_max_requests_refuses_no_connection(
    instance: Path, listener: socket.socket, tmp_path: Path
) -> None:
    often = {"GUNICORN_CMD_ARGS": "--max-requests 20 --max-requests-jitter 5"}
    with (
        gunicorn(instance, listener, often),
        Visitors(tmp_path / "octavo.sock") as visitors,
    ):
        while len(log_lines(instance, "Autorestarting worker")) < 4 and not visitors.errors:
            visitors.wait_for_response()
    assert (visitors.errors, set(visitors.statuses)) == ([], {200})


def test_a_worker_that_hangs_is_replaced(
    instance: Path, listener: socket.socket, tmp_path: Path
) -> None:
    settings = {**TWO_WORKERS, "GUNICORN_CMD_ARGS": "--timeout 4"}
    with gunicorn(instance, listener, settings) as process:
        while len(log_lines(instance, "Booting worker")) < 2:
            assert ask(tmp_path / "octavo.sock").status == 200
        hanging = children(process.pid)[0]
        os.kill(hanging, signal.SIGSTOP)
        while hanging in children(process.pid) or len(children(process.pid)) < 2:
            assert ask(tmp_path / "octavo.sock").status == 200
    assert log_lines(instance, f"WORKER TIMEOUT (pid:{hanging})")


def test_a_reload_applies_new_settings_and_ignores_invalid_ones(
    instance: Path, listener: socket.socket, tmp_path: Path
) -> None:
    site, path = instance / "site.toml", tmp_path / "octavo.sock"
    with gunicorn(instance, listener, TWO_WORKERS) as process:
        for text, title in (
            ('title = "Renewed"', "Renewed"),
            ("page_size = 5000", "Renewed"),
            ('title = "Renewed again"', "Renewed again"),
        ):
            site.write_text(text)
            before = len(log_lines(instance, "Worker exiting"))
            process.send_signal(signal.SIGHUP)
            while len(log_lines(instance, "Worker exiting")) < before + 2:
                assert ask(path).status == 200
            assert f"<title>{title}</title>" in ask(path).text
    assert len(log_lines(instance, "The settings are invalid")) == 1


def test_counters_survive_a_reload(instance: Path, listener: socket.socket, tmp_path: Path) -> None:
    path = tmp_path / "octavo.sock"
    with gunicorn(instance, listener, TWO_WORKERS) as process:
        ask(path, "/?q=tensor")
        process.send_signal(signal.SIGHUP)
        while len(log_lines(instance, "Worker exiting")) < 2:
            ask(path, "/healthz")
        assert 'octavo_searches_total{outcome="found"} 1\n' in ask(path, "/metrics").text


def test_every_log_line_is_json_if_request_lines_are(
    instance: Path, listener: socket.socket, tmp_path: Path
) -> None:
    path = tmp_path / "octavo.sock"
    settings = {**TWO_WORKERS, "OCTAVO_LOG_REQUESTS": "true"}
    with gunicorn(instance, listener, settings) as process:
        ask(path, "/?q=tensor")
        for setting in ('title = "Renewed"', "page_size = 5000"):
            (instance / "site.toml").write_text(setting)
            before = len(log_lines(instance, "Worker exiting"))
            process.send_signal(signal.SIGHUP)
            while len(log_lines(instance, "Worker exiting")) < before + 2:
                ask(path)
        while len(children(process.pid)) > 2:  # kill none that is ending anyway
            ask(path)
        os.kill(children(process.pid)[0], signal.SIGKILL)
        while not log_lines(instance, "was sent SIGKILL"):
            ask(path)
    lines = [json.loads(line) for line in (instance / "server.log").read_text().splitlines()]
    assert {"gunicorn.error", "webapp.serving"} < {line.get("logger") for line in lines}
    assert all({"time", "level"} <= line.keys() for line in lines)


def test_systemd_starts_gunicorn_by_its_socket(instance: Path, tmp_path: Path) -> None:
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


# The tests have no container engine, so they read the files of the container.


def test_the_image_runs_unprivileged_with_a_health_check() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    orders = [line.split(None, 1) for line in lines if line.strip() and not line.startswith("#")]
    by_name = dict(orders)
    assert set(by_name) <= {
        "ARG",
        "FROM",
        "WORKDIR",
        "COPY",
        "RUN",
        "ENV",
        "USER",
        "VOLUME",
        "EXPOSE",
    } | {
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


def test_compose_gives_the_container_only_what_it_needs() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["octavo"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()
    known = {f"OCTAVO_{name.upper()}" for name in Settings.model_fields}
    assert set(service["environment"]) <= known
