"""Import and search where an instance cannot be written: the process that `index` starts.

Arguments: the path of the instance, a file to import, and what is unwritable, "instance" or
"index".
"""

import logging
import sys
from pathlib import Path
from threading import enumerate as threads
from typing import Any

from flask import Flask

from webapp.site import site

from .site import OLD, opened


class _Log(logging.Handler):
    """Collects messages."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def main(instance: Path, file: Path, unwritable: str) -> None:
    """Check that an import reports the problem, that searches work, and that it is logged once."""
    log = _Log()
    logging.getLogger("webapp").addHandler(log)
    with opened(instance) as app:
        client = app.test_client()
        assert OLD in client.get(f"/?q={OLD}").text
        result = app.test_cli_runner().invoke(args=["import", "--yes", str(file)])
        if unwritable == "index":
            assert result.exit_code == 0, result.output
            assert "Saved, but the search index is not up to date" in result.output, result.output
        else:
            assert result.exit_code == 2, result.output
        assert "Traceback" not in result.output, result.output
        for _ in range(3):
            assert client.get(f"/?q={OLD}").status_code == 200
            _retry_update(app)
        if unwritable == "index":  # the database has changed, but the index cannot
            ready: Any = client.get("/readyz").json
            assert ready["lag"] == 1, ready
            assert len(ready["problems"]) == 1, ready
            reports = [line for line in log.lines if "cannot be brought up to date" in line]
            assert len(reports) == 1, log.lines


def _retry_update(app: Flask) -> None:
    """Let the follower try to update the index, and wait for it."""
    follower = site(app).index_follower
    follower._not_before = 0.0  # noqa: SLF001  do not wait after the last attempt
    follower.notice()
    for thread in threads():
        if thread.name == "index-follower":
            thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
