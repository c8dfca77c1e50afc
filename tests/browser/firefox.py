"""Firefox, driven by Marionette, its own protocol for automation: JSON messages over TCP.

Playwright drives only a Firefox of its own. This client has what the tests of this folder need.
See https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html.
"""

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import require_program

PATIENCE = 60  # seconds, for the slowest machine
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element's id, from WebDriver

# Choose a free port, do not follow the scheme of the system, and ask nothing of other hosts.
PREFERENCES = """
user_pref("marionette.port", 0);
user_pref("app.normandy.enabled", false);
user_pref("browser.safebrowsing.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "http://127.0.0.1:9");
"""

# Wait for an expression to be true after a frame of the page.
WAIT = """
const [expression, done] = arguments;
const check = () => eval(expression) ? done(true) : requestAnimationFrame(check);
check();
"""

SHOW = """
const [width, height, scheme] = arguments;
const style = gBrowser.selectedBrowser.style;
style.minWidth = style.maxWidth = `${width}px`;
style.minHeight = style.maxHeight = `${height}px`;
Services.prefs.setIntPref("layout.css.prefers-color-scheme.content-override", scheme);
"""

# Errors and warnings of the page in the console, and what its scripts wrote there.
MESSAGES = """
const [site] = arguments;
const storage = Cc["@mozilla.org/consoleAPI-storage;1"].getService(Ci.nsIConsoleAPIStorage);
const errors = Services.console.getMessageArray()
    .filter((message) => message instanceof Ci.nsIScriptError)
    .filter((message) => message.sourceName.startsWith(site))
    .map((message) => message.errorMessage);
const calls = storage.getEvents()
    .filter((call) => call.filename.startsWith(site))
    .map((call) => `${call.level}: ${call.arguments.join(" ")}`);
return [...errors, ...calls];
"""


class Firefox:
    """A running Firefox with one page."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._receive()  # a greeting
        self._command("WebDriver:NewSession")
        self._command("WebDriver:SetTimeouts", script=PATIENCE * 1000)

    def close(self) -> None:
        self._command("Marionette:Quit", flags=["eForceQuit"])
        self._socket.close()

    def show(self, width: int, height: int, scheme: str) -> None:
        """Set the size of the page, and whether the visitor prefers "light" or "dark"."""
        self._run_privileged(SHOW, width, height, ["dark", "light"].index(scheme))

    def open(self, url: str) -> None:
        self._command("WebDriver:Navigate", url=url)

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        return self._run(f"return {expression}")

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true in the page."""
        arguments = {"script": WAIT, "args": [expression]}
        self._command("WebDriver:ExecuteAsyncScript", **arguments)

    def click(self, selector: str) -> None:
        self._command("WebDriver:ElementClick", id=self._find(selector))

    def type(self, selector: str, text: str) -> None:
        """Press the keys of a text in a field."""
        self._command("WebDriver:ElementSendKeys", id=self._find(selector), text=text)

    def messages(self, site: str) -> list[str]:
        """Return what the console says about the pages of a site."""
        return list(self._run_privileged(MESSAGES, site))

    def _find(self, selector: str) -> str:
        found = self._command("WebDriver:FindElement", using="css selector", value=selector)
        return str(found["value"][ELEMENT])

    def _run_privileged(self, script: str, *arguments: object) -> Any:
        """Run a script in the window of the browser instead of the page."""
        self._command("Marionette:SetContext", value="chrome")
        try:
            return self._run(script, *arguments)
        finally:
            self._command("Marionette:SetContext", value="content")

    def _run(self, script: str, *arguments: object) -> Any:
        result = self._command("WebDriver:ExecuteScript", script=script, args=list(arguments))
        return result["value"]

    def _command(self, name: str, **parameters: object) -> Any:
        """Send [0, id, name, parameters], and return the result in [1, id, error, result]."""
        message = json.dumps([0, 0, name, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._receive()
        assert not error, f"{name}: {error['message']}"
        return result

    def _receive(self) -> Any:
        """Return a message: its length in bytes, a colon, JSON."""
        length = b""
        while (character := self._stream.read(1)) != b":":
            assert character, "Firefox closed the connection"
            length += character
        return json.loads(self._stream.read(int(length)))


@contextmanager
def running_firefox(profile: Path) -> Iterator[Firefox]:
    """Start Firefox without a window, with a new profile in a folder."""
    program = require_program("firefox-esr", "firefox", package="firefox-esr")
    (profile / "user.js").write_text(PREFERENCES)
    options = ["--headless", "--marionette", "-remote-allow-system-access", "--no-remote"]
    with subprocess.Popen(
        [program, *options, "--profile", str(profile), "about:blank"],
        env={**os.environ, "HOME": str(profile)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout
            lines = (re.search(r"Listening on port (\d+)", line) for line in process.stdout)
            port = next(filter(None, lines), None)
            if port is None:
                pytest.fail("Firefox did not start", pytrace=False)
            firefox = Firefox(int(port[1]))
            yield firefox
            firefox.close()
        finally:
            process.terminate()
